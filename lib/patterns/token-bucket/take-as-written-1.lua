-- Takes one token, the notes' way: whole tokens, whole seconds, the caller's clock.
-- KEYS[1]  the bucket, a hash: tokens, lastRefill (s)
-- ARGV[1]  capacity, tokens
-- ARGV[2]  refill, tokens per second
-- ARGV[3]  now, s since the Unix epoch, as the app server's clock has it
-- Returns  {allowed 1 | 0, tokens left}
local capacity, perSecond, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local bucket = redis.call("HMGET", KEYS[1], "tokens", "lastRefill")
local tokens = tonumber(bucket[1]) or capacity
local lastRefill = tonumber(bucket[2]) or now

local refill = math.floor((now - lastRefill) * perSecond)
if refill > 0 then
  tokens = math.min(capacity, tokens + refill)
  lastRefill = now
end

if tokens < 1 then
  return { 0, tokens }
end
tokens = tokens - 1
redis.call("HMSET", KEYS[1], "tokens", tokens, "lastRefill", lastRefill)
redis.call("EXPIRE", KEYS[1], 3600)
return { 1, tokens }
