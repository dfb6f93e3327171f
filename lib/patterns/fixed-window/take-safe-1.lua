-- Counts a request in the window of its client, or denies it without counting it.
-- KEYS[1]  the counter, a string; its life is the window
-- ARGV[1]  limit, units per window
-- ARGV[2]  window, ms
-- ARGV[3]  cost, units
-- Returns  {allowed 1 | 0, units used in this window, ms left of it}
local used = redis.call("INCRBY", KEYS[1], ARGV[3])
local leftMs = used == tonumber(ARGV[3]) and -1 or redis.call("PTTL", KEYS[1])
-- New; or left behind by somebody who died before giving it its time to live.
if leftMs < 0 then
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
  leftMs = tonumber(ARGV[2])
end
if used > tonumber(ARGV[1]) then
  return { 0, redis.call("DECRBY", KEYS[1], ARGV[3]), leftMs }
end
return { 1, used, leftMs }
