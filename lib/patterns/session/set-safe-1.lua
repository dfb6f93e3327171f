-- Writes one field of a session that is there. HSET alone would make a new key, without a TTL, after a logout.
-- KEYS[1]  the session, a hash
-- ARGV[1]  field
-- ARGV[2]  value
-- Returns  1, or 0 when there is no such session
if redis.call("EXISTS", KEYS[1]) == 0 then
  return 0
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return 1
