-- Puts a row into the cache, unless the row that is there is newer by the version inside it.
-- KEYS[1] the cached row (string of JSON)
-- ARGV[1] the row as JSON
-- ARGV[2] its version
-- ARGV[3] how long it lives, ms
-- Returns 1 when it was put there, 0 when the cached row is newer.

local cached = redis.call('GET', KEYS[1])
if cached and cjson.decode(cached).version > tonumber(ARGV[2]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
