"""The flow as JSON: walked through everything it can do, described, and closed to other origins."""

import json

import jsonschema_rs
import pytest

from mfa_flow.kit.fronts import through
from mfa_flow.kit.walking import every_walk
from mfa_flow.web.acts import ACTS

from .visitor import Visitor

VERBS = {"login", "enroll", "challenge", "confirm", "wait", "resend", "go_back", "cancel", "restart"}
GIVEN = {"login": ["username", "password"], "challenge": ["authenticator"], "enroll": ["factor"], "confirm": ["code"]}
JARS = {}


class Browser:
    """A page of somebody's own, which speaks JSON. Its cookies outlive the service's process."""

    def __init__(self, stage):
        self.visitor = Visitor(stage.client())
        self.visitor.cookies = JARS.setdefault(stage.store, {})

    async def act(self, verb, *given, **details):
        _, found = await self.visitor.json()
        if verb == "look":
            return json.dumps(found["prompt"])
        asked = {**dict(zip(GIVEN.get(verb, []), given, strict=False)), **details}
        status, found = await self.visitor.json(verb, found["token"], **asked)
        while verb == "wait" and found["prompt"]["kind"] in ("wait", "scan"):
            status, found = await self.visitor.json(verb, found["token"], **asked)
        assert 200 == status
        assert (found["prompt"]["kind"] == "done") == ("next" in found)
        assert "access_token" not in json.dumps(found)
        return json.dumps(found["prompt"])


@every_walk("login", "sms-*", "otp-*", "push-*", "email-*", "recovery-*", verbs=VERBS)
async def test_walks(walk):
    """Each dialogue, as a page of one's own takes it."""
    try:
        await through(walk, Browser)
    finally:
        JARS.clear()


async def test_the_description(visitor, mfa_account):
    """It is OpenAPI 3.1, names each verb, and answers are as it says."""
    answered = await visitor.send("GET", "./openapi.json")
    described = json.loads(answered.body)
    assert "3.1.0" == described["openapi"]
    assert {"/api", *(f"/api/{verb}" for verb in ACTS)} == described["paths"].keys()

    def check(name, found):
        schema = {**described["components"]["schemas"][name], "components": described["components"]}
        jsonschema_rs.Draft202012Validator(schema).validate(found)

    bo = mfa_account("sms")
    _, found = await visitor.json()
    check("Answer", found)
    planted = visitor.cookies["__Host-mfa_flow"], found["token"]
    status, refused = await visitor.json("confirm", found["token"], code="123456")
    assert (409, "unknown_flow") == (status, refused["error"]["code"])
    check("Refusal", refused)
    _, found = await visitor.json("login", found["token"], username=bo.email, password=bo.password)
    check("Answer", found)
    assert (visitor.cookies["__Host-mfa_flow"], found["token"]) != planted  # a login has a secret of its own
    _, found = await visitor.json("challenge", found["token"], authenticator=found["prompt"]["challenge"][0]["id"])
    check("Answer", found)
    status, found = await visitor.json("confirm", found["token"], code=bo.tenant.inbox.code(bo.number))
    check("Answer", found)
    assert (200, "/home", 1, {"session": "1"}) == (status, found["next"], len(visitor.signed), visitor.cookies)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"x-mfa-token": ""}, 403),
        ({"x-mfa-token": "0" * 32}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "https://login.example"}, 403),
    ],
    ids=str,
)
async def test_json_of_another_site(visitor, mfa_tenant, headers, status):
    """What a page of another origin could make a browser send is refused, before anything is done."""
    _, found = await visitor.json()
    right = {"content-type": "application/json", "x-mfa-token": found["token"]}
    body = json.dumps({"username": "ada@example.com", "password": "correct-horse"}).encode()
    answered = await visitor.send("POST", "./api/login", body, **right | headers)
    assert (status, 0) == (answered.status, len(mfa_tenant.requests))
    assert "access-control-allow-origin" not in {name.lower() for name, _ in answered.headers}
    assert 200 == (await visitor.send("POST", "./api/login", body, **right)).status


async def test_a_browser_asks_first(visitor):
    """Before it sends the token's header from another origin; nobody says yes."""
    answered = await visitor.send("OPTIONS", "./api/login", origin="https://evil.example")
    assert 404 == answered.status


@pytest.mark.parametrize("body", [b"[]", b"{", b"[" * 100_000, b"1", b'{"code": "' + b"1" * 20_000, b"\xff"])
async def test_what_is_no_json(visitor, body):
    """It is refused by JSON."""
    _, found = await visitor.json()
    headers = {"content-type": "application/json", "x-mfa-token": found["token"]}
    answered = await visitor.send("POST", "./api/confirm", body[: 1 << 16], **headers)
    assert answered.status in (400, 413)
    assert json.loads(answered.body)["error"]["text"]


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("login", {"username": 1, "password": ["x"]}),
        ("login", {}),
        ("login", {"username": {"a": 1}, "password": "x"}),
        ("enroll", {"factor": {"a": 1}}),
        ("enroll", {"factor": "sms", "phone_number": 5}),
        ("enroll", {"factor": "nothing"}),
        ("challenge", {"authenticator": None}),
        ("wait", {"seconds": "5"}),
        ("wait", {"seconds": 1e9}),
        ("remove", {"authenticator": 4}),
    ],
    ids=str,
)
async def test_what_cannot_be(visitor, verb, given):
    """Values of other types and shapes are refused, and nothing is lost."""
    _, found = await visitor.json()
    if verb != "login":
        login = {"username": "ada@example.com", "password": "correct-horse"}
        _, found = await visitor.json("login", found["token"], **login)
    status, refused = await visitor.json(verb, found["token"], **given)
    assert status in (409, 422)
    assert refused["error"]["text"]


async def test_the_same_key_again(visitor, mfa_tenant, mfa_account):
    """An answer sent again with its key counts once."""
    bo = mfa_account("sms")
    _, found = await visitor.json()
    _, found = await visitor.json("login", found["token"], username=bo.email, password=bo.password)
    _, found = await visitor.json("challenge", found["token"], authenticator=found["prompt"]["challenge"][0]["id"])
    headers = {"content-type": "application/json", "x-mfa-token": found["token"], "idempotency-key": "a-1"}
    for _ in range(2):
        answered = await visitor.send("POST", "./api/confirm", b'{"code": "000000"}', **headers)
    assert "wrong_code" == json.loads(answered.body)["prompt"]["error"]["key"]
    assert 1 == mfa_tenant.requests.count("mfa-oob")


async def test_the_service_fails(visitor, mfa_account, caplog):
    """The tokens stay here; asked again within a minute they are handed over."""
    bo, works = mfa_account(), visitor.done

    async def fails(tokens):
        raise RuntimeError("no database")

    visitor.done = fails
    bo = mfa_account("sms")
    _, found = await visitor.json()
    _, found = await visitor.json("login", found["token"], username=bo.email, password=bo.password)
    _, found = await visitor.json("challenge", found["token"], authenticator=found["prompt"]["challenge"][0]["id"])
    status, refused = await visitor.json("confirm", found["token"], code=bo.tenant.inbox.code(bo.number))
    assert (500, "on_done") == (status, refused["error"]["code"])
    visitor.done = works
    status, found = await visitor.json()
    assert (200, "/home", 1) == (status, found["next"], len(visitor.signed))
