"""Whatever is sent to the control API, it says what is wrong, and never breaks."""

import asyncio
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.control import paths
from mfa_flow.testing.control.asks import Ask
from testing.conftest import PHONE, START, Wire, form_call

PATHS = [
    "", "inbox", "push/msg_1", "pins", "magic", "clock", "users", "users/ada@example.com", "otp/ada@example.com", "clients",
    "teach", "faults", "requests", "check", "snapshots", "snapshots/snap_1", "snapshots/snap_1/restore", "reset", "x",
]  # fmt: skip
NAMES = [
    "to", "channel", "after", "wait", "decision", "code", "advance", "freeze", "follow", "email", "password", "phone",
    "verified", "mfa", "factors", "requirements", "refresh_mfa", "blocked", "leaked", "authenticators", "wrong_passwords",
    "path", "times", "status", "body", "headers", "delay", "drop", "bytes", "grant", "user", "nth", "count", "seed", "clock",
    "id", "secret", "grants", "key", "connection", "address", "type", "prompt", "sends", "text", "challenge", "enroll",
]  # fmt: skip
WORDS = st.sampled_from(
    [
        *NAMES,
        PHONE,
        "ada@example.com",
        "cy@example.com",
        "123456",
        "otp",
        "sms",
        "push",
        "approve",
        "before",
        "cut",
        "*",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3).map(lambda each: json.dumps(each).encode())
METHODS = st.sampled_from(["GET", "POST", "DELETE", "PATCH", "PUT"])
QUERIES = st.dictionaries(st.sampled_from(["to", "channel", "after", "count", "x"]), st.text(), max_size=2)
LOGIN = {"grant_type": "password", "username": "ada@example.com", "password": "x", "client_id": "demo-public"}


def check(tenant: Tenant, method: str, path: str, query: dict[str, str], body: bytes) -> None:
    """A status below 500 and JSON; an error is a sentence."""
    status, said = asyncio.run(paths.answer(method, path, Ask(tenant, "", query, body)))
    assert 200 <= status < 300 or (400 <= status < 500 and said["error"])
    json.dumps(said, ensure_ascii=False).encode()


@given(METHODS, st.sampled_from(PATHS) | st.text(), QUERIES, BODIES | st.binary())
def test_any_request(method: str, path: str, query: dict[str, str], body: bytes) -> None:
    """To a tenant in any state that such requests bring it to."""
    check(TENANT, method, path, query, body)


USER: dict[str, Any] = {"email": "cy@example.com", "password": "pw"}


@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
    st.sampled_from(["users", "faults", "teach", "clients"]),
)
def test_what_was_taken_does_no_harm(fields: dict[str, Any], path: str) -> None:
    """Whatever got in, the wire goes on answering."""
    tenant = Tenant(clock=Clock(START), seed=1)
    body = {**(USER if path == "users" else {}), **({"channel": "pigeon"} if path == "teach" else {}), **fields}
    check(tenant, "POST", path, {}, json.dumps(body).encode())
    tenant.faults.clear()
    wire = Wire(tenant)
    for email in [each.email for each in tenant.users]:
        answer = wire.answer(
            form_call("/oauth/token", {**LOGIN, "username": email, "password": tenant.users[email].password})
        )
        assert answer.status < 500
        if "mfa_token" in answer.body:
            for channel in ("sms", "email", "pigeon"):
                assert wire.add(answer.body["mfa_token"], channel, phone_number=PHONE).status < 500


TENANT = Tenant(clock=Clock(START), seed=1)
