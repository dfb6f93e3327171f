-- Makes a session with both of its limits, and enters it into the index of its user.
-- KEYS[1]  the session, a hash
-- KEYS[2]  the user's index, a sorted set: id by absolute limit (ms since the Unix epoch)
-- ARGV[1]  id of the session
-- ARGV[2]  idle time, ms
-- ARGV[3]  absolute limit from now on, ms
-- ARGV     from the fourth on fields and values
-- Returns  nothing
local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local absoluteAt = nowMs + tonumber(ARGV[3])

redis.call("HSET", KEYS[1], "createdAt", nowMs, "absoluteAt", absoluteAt, unpack(ARGV, 4))
redis.call("PEXPIREAT", KEYS[1], math.min(nowMs + tonumber(ARGV[2]), absoluteAt))

-- The index lives as long as the last of its sessions can. Those that are past their limit leave it here.
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", nowMs)
redis.call("ZADD", KEYS[2], absoluteAt, ARGV[1])
redis.call("PEXPIREAT", KEYS[2], redis.call("ZRANGE", KEYS[2], -1, -1, "WITHSCORES")[2])
