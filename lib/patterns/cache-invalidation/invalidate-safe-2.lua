-- After a row has changed: nobody reads the old copy any more, nobody who has loaded the old row may store it, and
-- every service that listens drops its own copy.
-- KEYS[1]  the shared copy
-- KEYS[2]  the lease
-- ARGV[1]  channel
-- Returns  how many connections heard it
redis.call("DEL", KEYS[1], KEYS[2])
return redis.call("PUBLISH", ARGV[1], KEYS[1])
