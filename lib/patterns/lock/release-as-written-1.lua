-- Deletes the lock, but only while it is ours: nothing runs between the comparison and the deletion.
-- KEYS[1]  the lock, a string: the token of who has it
-- ARGV[1]  our token
-- Returns  1 when it was ours, 0 when it was not there or somebody else's
if redis.call("GET", KEYS[1]) == ARGV[1] then
  return redis.call("DEL", KEYS[1])
end
return 0
