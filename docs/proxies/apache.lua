-- Asks Latchkey whether a request may reach the program, and tells the program who the user is.
local socket = require("socket")

local host, port, timeout_s = "127.0.0.1", 8080, 5

-- The status of Latchkey's answer and its headers; nil if there is none.
local function question(r)
    local connection = socket.tcp()
    connection:settimeout(1)
    if not connection:connect(host, port) then
        return nil
    end
    connection:settimeout(timeout_s)
    local lines = {
        "GET /api/forward-auth HTTP/1.1",
        "Host: " .. (r.headers_in["Host"] or host),
        "X-Forwarded-For: " .. r.useragent_ip,
        "Connection: close",
    }
    if r.headers_in["Cookie"] then
        lines[#lines + 1] = "Cookie: " .. r.headers_in["Cookie"]
    end
    connection:send(table.concat(lines, "\r\n") .. "\r\n\r\n")
    local status, headers = nil, {}
    local line = connection:receive("*l")
    if line then
        status = tonumber(line:match("^HTTP/1%.1 (%d+)"))
        line = connection:receive("*l")
    end
    while line and line ~= "" do
        local name, value = line:match("^([^:]+):%s*(.*)$")
        headers[(name or ""):lower()] = value
        line = connection:receive("*l")
    end
    connection:close()
    return line == "" and status or nil, headers
end

function ask(r)
    -- A client can make a proxy drop the headers that it names in Connection.
    local connection = r.headers_in["Connection"]
    r.headers_in["Connection"] = connection and connection:lower():find("upgrade") and "upgrade" or nil
    -- Programs take every character that is no letter and no digit for the same one.
    for name in pairs(r:headers_in_table()) do
        if name:lower():match("^x[^a-z0-9]auth[^a-z0-9]") then
            r.headers_in[name] = nil
        end
    end
    local status, headers = question(r)
    if status == 200 then
        for _, name in ipairs({ "X-Auth-User", "X-Auth-Email", "X-Auth-Name" }) do
            r.headers_in[name] = headers[name:lower()]
        end
        return apache2.OK
    end
    if status == 401 then
        r.headers_in["X-Forwarded-Uri"] = r.unparsed_uri
        r.headers_in["X-Forwarded-Method"] = r.method
        r.headers_in["X-Original-URI"] = nil
        r.headers_in["X-Original-Method"] = nil
        return 401
    end
    return 503
end

-- The answer while Latchkey does not answer: a page of words for a user, a problem for a program.
function outage(r)
    r.status = 503
    r.err_headers_out["Retry-After"] = "1"
    r.err_headers_out["Cache-Control"] = "no-store"
    local mode, accept = r.headers_in["Sec-Fetch-Mode"], r.headers_in["Accept"] or ""
    if mode == "navigate" or (not mode and accept:find("text/html", 1, true)) then
        r.content_type = "text/html; charset=utf-8"
        r:puts([[<!doctype html><html lang="en"><title>Not available at the moment</title><h1>Not available at the moment</h1><p>You have not been signed out. Wait a moment, and <a href="">try again</a>.</p></html>]])
    else
        r.content_type = "application/problem+json"
        r:puts([[{"type":"urn:latchkey:problem:unavailable","title":"Temporarily unavailable","status":503,"detail":"The server cannot answer at the moment. Try again.","code":"unavailable"}]])
    end
    return apache2.OK
end
