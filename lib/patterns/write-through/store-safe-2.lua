-- Puts a row into the cache, unless a newer one has been there. The newest version has a key of its own and outlives the row.
-- KEYS[1] the cached row (string of JSON)
-- KEYS[2] the newest version that was put there (string)
-- ARGV[1] the row as JSON
-- ARGV[2] its version
-- ARGV[3] how long the row lives, ms
-- ARGV[4] how long its version is remembered, ms
-- Returns 1 when it was put there, 0 when a newer one has been.

if tonumber(redis.call('GET', KEYS[2]) or 0) > tonumber(ARGV[2]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[4])
return 1
