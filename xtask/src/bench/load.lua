-- Load for `cargo xtask bench`: asks as one of the signed-in people at random, and prints
-- requests, microseconds, the 99th percentile in microseconds and failures.

local requests = {}

function init(args)
   math.randomseed(os.time())
   for token in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", nil, { Cookie = "session=" .. token })
   end
end

function request()
   return requests[math.random(#requests)]
end

function done(summary, latency)
   local errors = summary.errors
   local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   io.write(string.format("\n%d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99), failures))
end
