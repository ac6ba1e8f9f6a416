-- Load for `cargo xtask bench`: logs in as one person after the other, and prints
-- requests, microseconds, median and 99th percentile in microseconds, and answers that were not the expected one.
-- Arguments: the beginning of the addresses, where to begin to count, how many people there are, password, status.

local headers = { ["Content-Type"] = "application/json" }
local name, number, people, password, expected
local threads = {}

function setup(thread)
   threads[#threads + 1] = thread
end

function init(args)
   name, number, people, password, expected = args[1], tonumber(args[2]), tonumber(args[3]), args[4], tonumber(args[5])
   unexpected = 0
end

function request()
   number = (number + 1) % people
   local body = string.format('{"email":"%s%d@example.org","password":"%s"}', name, number, password)
   return wrk.format("POST", nil, headers, body)
end

function response(status)
   if status ~= expected then
      unexpected = unexpected + 1
   end
end

function done(summary, latency)
   local errors = summary.errors
   local failures = errors.connect + errors.read + errors.write + errors.timeout
   for _, thread in ipairs(threads) do
      failures = failures + thread:get("unexpected")
   end
   local p50, p99 = latency:percentile(50), latency:percentile(99)
   io.write(string.format("\n%d %d %d %d %d\n", summary.requests, summary.duration, p50, p99, failures))
end
