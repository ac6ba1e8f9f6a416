"""Gives every request an active session. Requests end sessions, change passwords and wear out patience, so that each
session has a user of its own, who is made when one is needed."""

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


# The examples of the document are to be true: the log-in of its example succeeds.
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
        # An invented X-Session is always the wrong one, and hides everything else that may be answered.
        if "X-Session" in (case.headers or {}):
            Session.named += 1
            if Session.named % 2:
                case.headers["X-Session"] = Session.id


@schemathesis.hook
def after_call(context, case, response):
    # The session has ended, or goes on under another token.
    if "set-cookie" in response.headers:
        Session.cookie = None
