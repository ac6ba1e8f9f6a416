"""Gives every request an active session. Requests end sessions, change passwords and reach limits, so each session has a
user of its own, who is added when a session is needed."""

import json
import os
import subprocess
import urllib.request

import schemathesis

SERVER = os.environ["LATCHKEY_URL"]


def call(path, body=None):
    data = body and json.dumps(body).encode()
    return urllib.request.urlopen(urllib.request.Request(SERVER + path, data, {"Content-Type": "application/json"}))


with call("/api/openapi.json") as answer:
    LOGIN = json.load(answer)["paths"]["/api/login"]["post"]["requestBody"]["content"]["application/json"]["example"]


def add_user(email):
    command = [os.environ["LATCHKEY"], "user", "add", email, "--password-stdin"]
    subprocess.run(command, input=LOGIN["password"] + "\n", text=True, check=True, stdout=subprocess.DEVNULL)


# The log-in with the credentials in the document's example must succeed.
add_user(LOGIN["email"])


@schemathesis.auth(refresh_interval=None)
class Session:
    cookie = None
    users = 0
    named = 0

    def get(self, case, context):
        if Session.cookie is None:
            Session.users += 1
            email = f"user{Session.users}@example.org"
            add_user(email)
            with call("/api/login", {**LOGIN, "email": email}) as answer:
                Session.id = json.load(answer)["session"]["id"]
                Session.cookie = answer.headers["Set-Cookie"].split(";")[0].split("=", 1)
        return Session.cookie

    def set(self, case, cookie, context):
        name, value = cookie
        case.cookies = {**(case.cookies or {}), name: value}
        # A generated X-Session never matches, so every answer would be the same error; every other request gets the real id.
        if "X-Session" in (case.headers or {}):
            Session.named += 1
            if Session.named % 2:
                case.headers["X-Session"] = Session.id


@schemathesis.hook
def after_call(context, case, response):
    # The session has ended, or has a new token.
    if "set-cookie" in response.headers:
        Session.cookie = None
