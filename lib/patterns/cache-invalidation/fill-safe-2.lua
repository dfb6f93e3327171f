-- Stores a loaded row as the shared copy, if no update has come since its reader got the lease.
-- KEYS[1]  the shared copy
-- KEYS[2]  the lease, a token
-- ARGV[1]  token of the reader's lease
-- ARGV[2]  the row, JSON
-- ARGV[3]  time to live, ms
-- Returns  1 stored | 0 refused
if redis.call("GET", KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
redis.call("DEL", KEYS[2])
return 1
