-- Reads the shared copy. Where there is none, its reader gets a lease: leave to store what it is going to load.
-- Readers that miss together share one lease; an update takes it from all of them.
-- KEYS[1]  the shared copy
-- KEYS[2]  the lease, a token
-- ARGV[1]  token for a new lease
-- ARGV[2]  how long a new lease lasts, ms
-- Returns  {the copy or nothing, the lease's token or nothing}
local value = redis.call("GET", KEYS[1])
if value then
  return { value, false }
end
if redis.call("SET", KEYS[2], ARGV[1], "NX", "PX", ARGV[2]) then
  return { false, ARGV[1] }
end
return { false, redis.call("GET", KEYS[2]) }
