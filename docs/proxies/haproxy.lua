-- Asks Latchkey whether a request may reach the program. Any answer but a 200 is for the client.
local latchkey = "http://127.0.0.1:8080/api/forward-auth"

-- The headers of the client that Latchkey's answer depends on.
local asked_with = { "cookie", "accept", "sec-fetch-mode", "x-requested-with" }
-- The headers of its answer that the client gets.
local passed_on = { "location", "content-type", "retry-after", "cache-control", "vary", "www-authenticate", "content-security-policy" }

local problem = [[{"type":"urn:latchkey:problem:unavailable","title":"Temporarily unavailable","status":503,"detail":"The server cannot answer at the moment. Try again.","code":"unavailable"}]]
local page = [[<!doctype html><html lang="en"><title>Not available at the moment</title><h1>Not available at the moment</h1><p>You have not been signed out. Wait a moment, and <a href="">try again</a>.</p></html>]]

local function outage(txn)
    local is_page = txn:get_var("txn.page")
    return txn:reply({
        status = 503,
        headers = {
            ["retry-after"] = { "1" },
            ["cache-control"] = { "no-store" },
            ["content-type"] = { is_page and "text/html; charset=utf-8" or "application/problem+json" },
        },
        body = is_page and page or problem,
    })
end

core.register_action("forward_auth", { "http-req" }, function(txn)
    local client = txn.http:req_get_headers()
    local headers = {
        ["x-forwarded-for"] = { txn.f:src() },
        ["x-forwarded-uri"] = { txn.f:pathq() },
        ["x-forwarded-method"] = { txn.f:method() },
        ["host"] = { txn.f:req_fhdr("host") },
    }
    for _, name in ipairs(asked_with) do
        if client[name] then
            headers[name] = {}
            for index = 0, #client[name] do
                headers[name][index + 1] = client[name][index]
            end
        end
    end
    local answer = core.httpclient():get({ url = latchkey, headers = headers, timeout = 1250 })  -- of each try; there are four
    if answer.status == 200 then
        for _, name in ipairs({ "x-auth-user", "x-auth-email", "x-auth-name" }) do
            txn.http:req_set_header(name, answer.headers[name][0])
        end
        return
    end
    -- A 503 without Retry-After is HAProxy's own: nobody answers.
    local is_latchkeys = answer.status == 303 or answer.status == 401 or (answer.status == 503 and answer.headers["retry-after"])
    if not is_latchkeys then
        txn:done(outage(txn))
        return
    end
    local reply = txn:reply({ status = answer.status, body = answer.body })
    for _, name in ipairs(passed_on) do
        for _, value in pairs(answer.headers[name] or {}) do
            reply:add_header(name, value)
        end
    end
    txn:done(reply)
end)
