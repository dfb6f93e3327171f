-- Ends every session of a user. The index may know some that have ended by themselves: those count for nothing.
-- KEYS[1]  the user's index, a sorted set of session ids
-- Returns  how many it ended
local ended = 0
for _, id in ipairs(redis.call("ZRANGE", KEYS[1], 0, -1)) do
  ended = ended + redis.call("DEL", "session:" .. id)
end
redis.call("DEL", KEYS[1])
return ended
