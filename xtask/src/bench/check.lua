-- Load for `cargo xtask bench`: sends each request with the token of a random signed-in user, and prints
-- requests, microseconds, median and 99th percentile in microseconds, and failures.
-- Arguments: the file of tokens, and the pause of each connection between two requests in milliseconds.

local requests = {}
local pause

function init(args)
   math.randomseed(os.time())
   for token in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", nil, { Cookie = "session=" .. token })
   end
   pause = tonumber(args[2])
   if pause > 0 then
      delay = function() return pause end
   end
end

function request()
   return requests[math.random(#requests)]
end

function done(summary, latency)
   local errors = summary.errors
   local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   local p50, p99 = latency:percentile(50), latency:percentile(99)
   io.write(string.format("\n%d %d %d %d %d\n", summary.requests, summary.duration, p50, p99, failures))
end
