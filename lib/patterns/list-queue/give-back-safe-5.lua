-- Takes jobs from the list of a worker that will not finish them: for another attempt when their back-off is over, or to the
-- dead letters when they have had all of their attempts.
-- KEYS[1] processing list of the worker
-- KEYS[2] heartbeat of the worker
-- KEYS[3] delayed jobs, by when they are due
-- KEYS[4] dead letters
-- KEYS[5] all workers, by their last beat
-- ARGV[1] worker
-- ARGV[2] the job, or "" for all of the list
-- ARGV[3] 1: only if the worker has no heartbeat
-- ARGV[4] attempts that a job has
-- ARGV[5] back-off before the second attempt, ms; doubles with each further one
-- ARGV[6] how long dead letters are kept after the last one came, ms
-- ARGV[7] a worker that has been silent for so long is forgotten, ms
-- Returns for each job: its id, its failed attempts, "again" or "dead"
if ARGV[3] == "1" and redis.call("EXISTS", KEYS[2]) == 1 then return {} end
local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local returned = {}
for _, text in ipairs(ARGV[2] == "" and redis.call("LRANGE", KEYS[1], 0, -1) or { ARGV[2] }) do
  if redis.call("LREM", KEYS[1], 1, text) == 1 then
    local job = cjson.decode(text)
    job.attempts = job.attempts + 1
    local fate = job.attempts < tonumber(ARGV[4]) and "again" or "dead"
    if fate == "again" then
      redis.call("ZADD", KEYS[3], nowMs + ARGV[5] * 2 ^ (job.attempts - 1), cjson.encode(job))
    else
      redis.call("LPUSH", KEYS[4], cjson.encode(job))
      redis.call("LTRIM", KEYS[4], 0, 999)
      redis.call("PEXPIRE", KEYS[4], ARGV[6])
    end
    returned[#returned + 1] = { job.id, job.attempts, fate }
  end
end
local beatMs = redis.call("ZSCORE", KEYS[5], ARGV[1])
if beatMs and beatMs + ARGV[7] < nowMs then redis.call("ZREM", KEYS[5], ARGV[1]) end
return returned
