-- Stores what a loader has brought, if the key is still its to load: a lease that has ended may be somebody else's by now.
-- KEYS[1]  the entry, JSON
-- KEYS[2]  the lease
-- ARGV[1]  the loader's token
-- ARGV[2]  the entry
-- ARGV[3]  its time to live, ms
-- Returns  1 stored, and the lease given back | 0 too late, nothing stored
if redis.call("GET", KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
redis.call("DEL", KEYS[2])
return 1
