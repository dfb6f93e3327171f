-- Deletes this node's key, but only while it holds our value: nothing runs between the comparison and the deletion.
-- KEYS[1]  the lock, a string: the value of who has this node's vote
-- ARGV[1]  our value
-- Returns  1 when it was ours, 0 when it was not there or somebody else's
if redis.call("GET", KEYS[1]) == ARGV[1] then
  return redis.call("DEL", KEYS[1])
end
return 0
