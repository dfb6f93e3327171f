-- Claims all that waits, or takes up what was claimed and not forgotten: one batch at a time, whoever asks.
-- KEYS[1] hash: views that wait, by page   KEYS[2] hash: views that are claimed, by page, and the batch's id as `batch`
-- ARGV[1] the id of a new batch
-- Returns fields and values of KEYS[2]; nothing when nothing waits
if redis.call("EXISTS", KEYS[2]) == 0 then
  if redis.call("EXISTS", KEYS[1]) == 0 then
    return {}
  end
  redis.call("RENAME", KEYS[1], KEYS[2])
  redis.call("HSET", KEYS[2], "batch", ARGV[1])
end
return redis.call("HGETALL", KEYS[2])
