"""Uses the API through a client that openapi-python-client generated, like a program of somebody else."""

import os

from latchkey_client import Client
from latchkey_client.api.account import read_me
from latchkey_client.api.sessions import log_in, log_out, verify_session
from latchkey_client.models import ErrorCode, Login, Problem, SignedIn, Verified

EMAIL, PASSWORD = os.environ["EMAIL"], os.environ["PASSWORD"]


def is_problem(answer, status, code):
    assert isinstance(answer, Problem), answer
    assert (answer.status, answer.code) == (status, code), answer
    assert answer.detail and answer.title and answer.type_ == f"urn:latchkey:problem:{code.value}", answer


client = Client(base_url=os.environ["LATCHKEY_URL"], raise_on_unexpected_status=True)

is_problem(verify_session.sync(client=client), 401, ErrorCode.SESSION_MISSING)
is_problem(log_in.sync(client=client, body=Login(email=EMAIL, password="wrong")), 401, ErrorCode.BAD_CREDENTIALS)
is_problem(log_in.sync(client=client, body=Login(email="nobody", password="x")), 422, ErrorCode.UNACCEPTABLE)

signed_in = log_in.sync(client=client, body=Login(email=EMAIL, password=PASSWORD))
assert isinstance(signed_in, SignedIn) and signed_in.user.email == EMAIL, signed_in
# The client keeps cookies.
verified = verify_session.sync(client=client)
assert isinstance(verified, Verified) and verified.session.id == signed_in.session.id, verified
assert verified.session.expires_at == signed_in.session.expires_at, verified
assert read_me.sync(client=client).id == verified.user_id
is_problem(verify_session.sync(client=client, x_session="another"), 409, ErrorCode.SESSION_CHANGED)

cookies = dict(client.get_httpx_client().cookies)
assert log_out.sync_detailed(client=client).status_code == 204
client.get_httpx_client().cookies.update(cookies)
is_problem(verify_session.sync(client=client), 401, ErrorCode.SIGNED_OUT)
