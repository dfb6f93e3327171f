-- Takes `cost` tokens, or says how long to wait. Nothing runs between the read and the write of a script.
-- KEYS[1]  the bucket, a hash: tokens (with fractions), atUs (when that was true, µs of Redis' clock)
-- ARGV[1]  capacity, tokens
-- ARGV[2]  refill, tokens per second
-- ARGV[3]  cost, tokens
-- Returns  {allowed 1 | 0, whole tokens left, ms until this cost would be admitted, ms until full}
local capacity, perSecond, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
-- A millionth of a token: rounding must not deny the one who comes exactly when told.
local ROUNDING = 1e-6

local time = redis.call("TIME")
local nowUs = tonumber(time[1]) * 1e6 + tonumber(time[2])

local bucket = redis.call("HMGET", KEYS[1], "tokens", "atUs")
local tokens = tonumber(bucket[1]) or capacity
local atUs = tonumber(bucket[2]) or nowUs
-- A clock that was set back adds and removes nothing: what was counted once counts again only after that moment.
if nowUs > atUs then
  tokens = tokens + (nowUs - atUs) * perSecond / 1e6
  atUs = nowUs
end
tokens = math.min(capacity, tokens)

local allowed = tokens + ROUNDING >= cost
if allowed then
  tokens = tokens - cost
end

local function usUntil(level)
  return atUs - nowUs + (level - tokens) * 1e6 / perSecond
end
local function toMs(us)
  return math.max(0, math.ceil(us / 1e3 - ROUNDING / 10))
end

if allowed then
  -- Numbers as text: Lua's own conversion keeps 14 digits, µs since 1970 have 16.
  redis.call("HSET", KEYS[1], "tokens", string.format("%.17g", tokens), "atUs", string.format("%.0f", atUs))
  -- When it is full the key may go: no key is a full bucket. An absolute moment, so that it never goes too early.
  redis.call("PEXPIREAT", KEYS[1], string.format("%.0f", math.ceil((nowUs + usUntil(capacity)) / 1e3)))
end
return { allowed and 1 or 0, math.floor(tokens + ROUNDING), allowed and 0 or toMs(usUntil(cost)), toMs(usUntil(capacity)) }
