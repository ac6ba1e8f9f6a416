// Uses the API through openapi-fetch with types that openapi-typescript generated, like a program of somebody else.

import createClient from "openapi-fetch";
import type { components, paths } from "./latchkey.js";

type Problem = components["schemas"]["Problem"];
type ErrorCode = components["schemas"]["ErrorCode"];

declare const process: { env: Record<string, string | undefined> };

function assert(condition: unknown, found: unknown): asserts condition {
  if (!condition) throw new Error(JSON.stringify(found));
}

function isProblem(problem: Problem | undefined, status: number, code: ErrorCode) {
  assert(problem && problem.status === status && problem.code === code, problem);
  assert(problem.detail && problem.title && problem.type === `urn:latchkey:problem:${code}`, problem);
}

const { LATCHKEY_URL: baseUrl, EMAIL: email, PASSWORD: password } = process.env;
assert(baseUrl && email && password, "LATCHKEY_URL, EMAIL and PASSWORD");

// Node keeps no cookies.
let cookie = "";
const client = createClient<paths>({ baseUrl });
client.use({
  onRequest({ request }) {
    if (cookie) request.headers.set("cookie", cookie);
    return request;
  },
  onResponse({ response }) {
    const set = response.headers.getSetCookie().find((set) => set.startsWith("session="));
    if (set && !set.includes("Max-Age=0")) cookie = set.split(";")[0]!;
  },
});

isProblem((await client.GET("/api/verify-session")).error, 401, "session-missing");
isProblem((await client.POST("/api/login", { body: { email, password: "wrong" } })).error, 401, "bad-credentials");
isProblem((await client.POST("/api/login", { body: { email: "nobody", password } })).error, 422, "unacceptable");

const signedIn = await client.POST("/api/login", { body: { email, password } });
assert(signedIn.data?.user.email === email, signedIn);
const verified = await client.GET("/api/verify-session");
assert(verified.data?.session.id === signedIn.data.session.id, verified);
const named = await client.GET("/api/verify-session", { params: { header: { "x-session": "another" } } });
isProblem(named.error, 409, "session-changed");

const signedOut = await client.POST("/api/logout");
assert(signedOut.response.status === 204, signedOut.error);
isProblem((await client.GET("/api/verify-session")).error, 401, "signed-out");
