-- Load for `cargo xtask bench`: logs in as one user after the other, and prints
-- requests, microseconds, median and 99th percentile in microseconds, and answers with an unexpected status.
-- Arguments: the prefix of the emails, the first number, the number of users, the password, the expected status.

local headers = { ["Content-Type"] = "application/json" }
local name, number, users, password, expected
local threads = {}

function setup(thread)
   threads[#threads + 1] = thread
end

function init(args)
   name, number, users, password, expected = args[1], tonumber(args[2]), tonumber(args[3]), args[4], tonumber(args[5])
   unexpected = 0
end

function request()
   number = (number + 1) % users
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
