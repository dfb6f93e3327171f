-- Gives a session another id, and another role if one is given. RENAME takes fields and TTL along: no limit begins anew.
-- KEYS[1]  the session under its old id, a hash
-- KEYS[2]  the session under its new id
-- ARGV[1]  old id
-- ARGV[2]  new id
-- ARGV[3]  role from now on; empty: as it was
-- Returns  1, or 0 when there is no such session
if redis.call("EXISTS", KEYS[1]) == 0 then
  return 0
end
redis.call("RENAME", KEYS[1], KEYS[2])
if ARGV[3] ~= "" then
  redis.call("HSET", KEYS[2], "role", ARGV[3])
end
local session = redis.call("HMGET", KEYS[2], "userId", "absoluteAt")
local index = "user:" .. session[1] .. ":sessions"
-- In this order: without its last member the index would be gone, and come back without a TTL.
redis.call("ZADD", index, session[2], ARGV[2])
redis.call("ZREM", index, ARGV[1])
return 1
