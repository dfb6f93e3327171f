-- Ends a session, and takes it out of the index of its user.
-- KEYS[1]  the session, a hash
-- ARGV[1]  id of the session
-- Returns  1, or 0 when there was none
local userId = redis.call("HGET", KEYS[1], "userId")
if not userId then
  return 0
end
redis.call("ZREM", "user:" .. userId .. ":sessions", ARGV[1])
return redis.call("DEL", KEYS[1])
