-- Moves entries that have been delivered too often to the dead letters, in one step with their acknowledgement: no crash can
-- leave one in both places or in neither. Only what this consumer has pending now is touched.
-- KEYS[1] the stream
-- KEYS[2] the stream of dead letters
-- ARGV[1] group
-- ARGV[2] consumer
-- ARGV[3] deliveries that an entry may have, at most
-- ARGV[4] how long dead letters are kept after the last one, ms
-- ARGV[5] and following: ids of entries
-- Returns the ids of those that were moved: a list of texts
local buried = {}
for i = 5, #ARGV do
  local id = ARGV[i]
  local pending = redis.call("XPENDING", KEYS[1], ARGV[1], id, id, 1, ARGV[2])[1]
  if pending and pending[4] > tonumber(ARGV[3]) then
    local entry = redis.call("XRANGE", KEYS[1], id, id)[1]
    if entry then
      redis.call("XADD", KEYS[2], "MAXLEN", "~", 10000, "*", "entry", id, "group", ARGV[1], "deliveries", pending[4] - 1, unpack(entry[2]))
      redis.call("PEXPIRE", KEYS[2], ARGV[4])
    end
    redis.call("XACK", KEYS[1], ARGV[1], id)
    buried[#buried + 1] = id
  end
end
return buried
