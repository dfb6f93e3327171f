-- The views of a page: its total in the database when it was last flushed, and what has come since.
-- KEYS[1] hash: total in the database, by page   KEYS[2] hash: views that are claimed   KEYS[3] hash: views that wait
-- ARGV[1] page   ARGV[2] the total that the database tells now, to be kept; "" when it has not been asked
-- Returns the views; nil when the total is not known
local total = redis.call("HGET", KEYS[1], ARGV[1])
local claimed = redis.call("HGET", KEYS[2], ARGV[1])
if not total then
  if ARGV[2] == "" then
    return nil
  end
  total = ARGV[2]
  -- What is claimed may be in that total already: it is not counted again, and the total not kept.
  if claimed then
    claimed = nil
  else
    redis.call("HSET", KEYS[1], ARGV[1], total)
  end
end
local waiting = redis.call("HGET", KEYS[3], ARGV[1])
return tonumber(total) + tonumber(claimed or 0) + tonumber(waiting or 0)
