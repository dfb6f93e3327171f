-- Admits a request while the estimate, previous x share of it that still counts + current, stays within the limit.
-- KEYS[1]  the counts, a hash: startUs (of the current window, µs of Redis' clock), current, previous
-- ARGV[1]  limit, units per window
-- ARGV[2]  window, ms
-- ARGV[3]  cost, units
-- Returns  {allowed 1 | 0, whole units left, ms until this cost would be admitted, ms until nothing counts any more}
local limit, windowUs, cost = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000, tonumber(ARGV[3])
-- A billionth of a unit: rounding must not deny the one who comes exactly when told.
local ROUNDING = 1e-9

local time = redis.call("TIME")
local nowUs = tonumber(time[1]) * 1e6 + tonumber(time[2])
local startUs = nowUs - nowUs % windowUs

local counts = redis.call("HMGET", KEYS[1], "startUs", "current", "previous")
local storedUs = tonumber(counts[1]) or startUs
local current, previous = tonumber(counts[2]) or 0, tonumber(counts[3]) or 0
if storedUs < startUs then
  -- The window has turned: once, and the current count becomes the previous one; or longer ago.
  previous = storedUs >= startUs - windowUs and current or 0
  current = 0
elseif storedUs > nowUs then
  -- The clock was set back: nothing gets older until it has caught up.
  startUs = storedUs
end
local elapsedUs = math.max(0, nowUs - startUs)

local estimate = previous * (1 - elapsedUs / windowUs) + current
local allowed = estimate + cost <= limit + ROUNDING

local function toMs(us)
  return math.max(0, math.ceil((startUs - nowUs + us) / 1000))
end
-- When `count` units have aged so far that at most `room` of them still count: µs after their window has ended.
local function aged(count, room)
  return count > room and windowUs * (1 - room / count) or 0
end

local waitUs = 0
if not allowed then
  local room = limit - cost - current
  -- In this window the previous count still shrinks; else the current one has to become the previous one first.
  waitUs = room > 0 and aged(previous, room) or windowUs + aged(current, limit - cost)
else
  current = current + cost
  estimate = estimate + cost
  -- Numbers as text: Lua's own conversion keeps 14 digits, µs since 1970 have 16.
  redis.call("HSET", KEYS[1], "startUs", string.format("%.0f", startUs), "current", current, "previous", previous)
  redis.call("PEXPIREAT", KEYS[1], string.format("%.0f", math.ceil((startUs + 2 * windowUs) / 1000)))
end
local left = math.max(0, math.floor(limit - estimate + ROUNDING))
return { allowed and 1 or 0, left, allowed and 0 or toMs(waitUs), toMs(current > 0 and 2 * windowUs or windowUs) }
