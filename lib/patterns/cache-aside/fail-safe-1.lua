-- The load has failed: whoever waits is told so at once, and for a moment nobody tries again.
-- KEYS[1]  the lease
-- ARGV[1]  the loader's token
-- ARGV[2]  how long nobody tries again, ms
-- Returns  1 | 0 the lease was not the loader's any more
if redis.call("GET", KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call("SET", KEYS[1], "failed", "PX", ARGV[2])
return 1
