-- Keeps a message for whoever reads it later, and forgets what is older than the retention. Redis' clock decides, so no
-- publisher whose clock is ahead throws away what others still need.
-- KEYS[1] the stream of all channels
-- ARGV[1] channel
-- ARGV[2] message
-- ARGV[3] retention, ms
-- Returns the id of the entry: text, "1767225600000-0"
local time = redis.call("TIME")
local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[3]
local id = redis.call("XADD", KEYS[1], "MINID", string.format("%.0f", oldest), "*", "channel", ARGV[1], "message", ARGV[2])
-- When nobody publishes for so long, all of it is too old.
redis.call("PEXPIRE", KEYS[1], ARGV[3])
return id
