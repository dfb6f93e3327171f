-- A worker's sign of life. Along the way jobs whose back-off is over go back into the queue, to be taken next.
-- KEYS[1] heartbeat of the worker
-- KEYS[2] all workers, by their last beat
-- KEYS[3] processing list of the worker
-- KEYS[4] delayed jobs, by when they are due
-- KEYS[5] queue
-- ARGV[1] worker
-- ARGV[2] how long the heartbeat lasts, ms
-- Returns how many jobs the processing list holds, and the jobs that were due
local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
redis.call("ZADD", KEYS[2], nowMs, ARGV[1])
local due = redis.call("ZRANGEBYSCORE", KEYS[4], "-inf", nowMs, "LIMIT", 0, 50)
for _, job in ipairs(due) do
  redis.call("ZREM", KEYS[4], job)
  redis.call("RPUSH", KEYS[5], job)
end
return { redis.call("LLEN", KEYS[3]), due }
