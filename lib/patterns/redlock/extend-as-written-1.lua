-- Lengthens this node's lease, but only while it holds our value: a lease that has ended is not begun again.
-- KEYS[1]  the lock, a string: the value of who has this node's vote
-- ARGV[1]  our value
-- ARGV[2]  ms that the lease lasts from now
-- Returns  1 when it was ours, 0 when it was not there or somebody else's
if redis.call("GET", KEYS[1]) == ARGV[1] then
  return redis.call("PEXPIRE", KEYS[1], ARGV[2])
end
return 0
