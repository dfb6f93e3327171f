-- Cuts the stream below the oldest entry that any of its groups still needs (not acknowledged, or not read yet), and keeps the rest for
-- the retention, so that it can be replayed. Redis' clock decides.
-- KEYS[1] the stream
-- ARGV[1] retention, ms
-- Returns how many entries are gone
local time = redis.call("TIME")
local keep = { time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[1], 0 }

local function parsed(id)
  local ms, n = id:match("^(%d+)-(%d+)$")
  return { tonumber(ms), tonumber(n) }
end

for _, group in ipairs(redis.call("XINFO", "GROUPS", KEYS[1])) do
  local of = {}
  for i = 1, #group, 2 do of[group[i]] = group[i + 1] end
  local needed
  if of["pending"] > 0 then
    needed = parsed(redis.call("XPENDING", KEYS[1], of["name"])[2])
  else
    needed = parsed(of["last-delivered-id"])
    needed[2] = needed[2] + 1
  end
  if needed[1] < keep[1] or (needed[1] == keep[1] and needed[2] < keep[2]) then keep = needed end
end
return redis.call("XTRIM", KEYS[1], "MINID", string.format("%.0f-%.0f", keep[1], keep[2]))
