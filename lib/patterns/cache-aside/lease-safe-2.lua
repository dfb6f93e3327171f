-- Who may load this key? Looks again before it answers, so that nobody loads what has been filled meanwhile.
-- KEYS[1]  the entry, JSON
-- KEYS[2]  the lease: the token of whoever loads it, or "failed" for a moment after a load that failed
-- ARGV[1]  the caller's token
-- ARGV[2]  how long it would have the lease, ms
-- ARGV[3]  the entry as the caller saw it, "" when there was none
-- Returns  {"entry", JSON} | {"granted", ""} | {"wait", ms until the lease ends} | {"failed", ms until it may be tried again}
local entry = redis.call("GET", KEYS[1])
if entry and entry ~= ARGV[3] then
  return { "entry", entry }
end
if redis.call("SET", KEYS[2], ARGV[1], "NX", "PX", ARGV[2]) then
  return { "granted", "" }
end
-- Somebody else refreshes it early: until then it is as good as before.
if entry then
  return { "entry", entry }
end
local state = redis.call("GET", KEYS[2]) == "failed" and "failed" or "wait"
return { state, redis.call("PTTL", KEYS[2]) }
