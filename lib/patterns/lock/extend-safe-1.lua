-- Lengthens the lease, but only while the lock is ours: a lease that has ended is not begun again.
-- KEYS[1]  the lock, a string: the token of who has it
-- ARGV[1]  our token
-- ARGV[2]  ms that the lease lasts from now
-- Returns  1 when it was ours, 0 when it was not there or somebody else's
if redis.call("GET", KEYS[1]) == ARGV[1] then
  return redis.call("PEXPIRE", KEYS[1], ARGV[2])
end
return 0
