-- Removes a cached row that could not be overwritten, and remembers the version that should have been there.
-- DEL comes first: a full Redis refuses a script at its first write only, and never a DEL; so the version still goes in.
-- KEYS[1] the cached row (string of JSON)
-- KEYS[2] the newest version that was put there (string)
-- ARGV[1] the version that could not be written
-- ARGV[2] how long it is remembered, ms
-- Returns 1 when the row is gone, 0 when a newer one has been put there.

if tonumber(redis.call('GET', KEYS[2]) or 0) > tonumber(ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
