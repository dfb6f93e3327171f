-- Forgets a claimed batch that is in the database, and keeps the totals that the database told. Somebody else may have done so.
-- KEYS[1] hash: views that are claimed, and the batch's id as `batch`   KEYS[2] hash: total in the database, by page
-- ARGV[1] the id of the batch   ARGV[2], ARGV[3] a page and its total; and so on for more pages
-- Returns 1, or 0 when another batch or none is claimed by now
if redis.call("HGET", KEYS[1], "batch") ~= ARGV[1] then
  return 0
end
redis.call("DEL", KEYS[1])
if #ARGV > 1 then
  redis.call("HSET", KEYS[2], unpack(ARGV, 2))
end
return 1
