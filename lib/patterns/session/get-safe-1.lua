-- Reads a session and touches it: its idle time begins anew, its absolute limit stays where it is.
-- KEYS[1]  the session, a hash; its absoluteAt is in ms since the Unix epoch
-- ARGV[1]  idle time, ms
-- Returns  fields and values in turn; nothing in the list when there is no such session
local session = redis.call("HGETALL", KEYS[1])
if #session > 0 then
  redis.call("PEXPIRE", KEYS[1], ARGV[1])
  -- LT: only if that is sooner.
  redis.call("PEXPIREAT", KEYS[1], redis.call("HGET", KEYS[1], "absoluteAt"), "LT")
end
return session
