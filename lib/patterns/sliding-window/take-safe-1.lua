-- Admits a request when it fits into the window that ends now, and only then writes it down.
-- KEYS[1]  the log, a sorted set: one entry per unit admitted, its score the moment (µs of Redis' clock)
-- ARGV[1]  limit, units per window
-- ARGV[2]  window, ms
-- ARGV[3]  cost, units
-- Returns  {allowed 1 | 0, units left, ms until this cost would be admitted, ms until the log is empty}
local log, limit, windowUs, cost = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000, tonumber(ARGV[3])

-- µs, not ms: rounded down to ms, two requests a window apart could seem to be a little more.
local time = redis.call("TIME")
local nowUs = tonumber(time[1]) * 1e6 + tonumber(time[2])
-- Lua's own conversion keeps 14 digits of a number, µs since 1970 have 16.
local function whole(number)
  return string.format("%.0f", number)
end

redis.call("ZREMRANGEBYSCORE", log, 0, whole(nowUs - windowUs))
local count = redis.call("ZCARD", log)

local function msUntilGone(rank)
  local entry = redis.call("ZRANGE", log, rank, rank, "WITHSCORES")
  return math.max(0, math.ceil((tonumber(entry[2]) + windowUs - nowUs) / 1000))
end

if count + cost > limit then
  -- There is room when this many of the oldest entries have left.
  local mustLeave = count + cost - limit
  return { 0, math.max(0, limit - count), msUntilGone(mustLeave - 1), msUntilGone(-1) }
end

local entries = {}
for i = 1, cost do
  entries[2 * i - 1] = whole(nowUs)
  -- Unique: of two entries of one microsecond the later one finds a longer log.
  entries[2 * i] = whole(nowUs) .. ":" .. (count + i)
end
redis.call("ZADD", log, unpack(entries))
redis.call("PEXPIRE", log, ARGV[2])
return { 1, limit - count - cost, 0, math.ceil(windowUs / 1000) }
