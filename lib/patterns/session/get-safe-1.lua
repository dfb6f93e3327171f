-- Reads a session and touches it: its idle time begins anew, its absolute limit stays where it is.
-- KEYS[1]  the session, a hash; its absoluteAt is in ms since the Unix epoch
-- ARGV[1]  idle time, ms
-- Returns  fields and values in turn; an empty list when there is no such session
local session = redis.call("HGETALL", KEYS[1])
if #session > 0 then
  redis.call("PEXPIRE", KEYS[1], ARGV[1])
end
for i = 1, #session, 2 do
  if session[i] == "absoluteAt" then
    -- LT: only if that is sooner.
    redis.call("PEXPIREAT", KEYS[1], session[i + 1], "LT")
    break
  end
end
return session
