-- Takes the lock if it is free, and mints its fencing token in the same step: who acquires later has the higher number.
-- Minted by a second command, a stale owner could draw a higher one than the owner that came after it.
-- KEYS[1]  the lock, a string: the token of who has it
-- KEYS[2]  how many tokens were minted; lives for ever
-- ARGV[1]  whose it will be: an owner's id, and what nobody can guess
-- ARGV[2]  ms that the lease lasts
-- Returns  the fencing token, or nil when somebody has the lock
if redis.call("EXISTS", KEYS[1]) == 1 then
  return false
end
local fencingToken = redis.call("INCR", KEYS[2])
redis.call("SET", KEYS[1], ARGV[1] .. ":" .. fencingToken, "PX", ARGV[2])
return fencingToken
