"""The flow as JSON: walked through everything it can do, described, and closed to other origins."""

import json

import jsonschema_rs
import pytest
from attrs import fields

from mfa_flow.kit.fronts import through
from mfa_flow.kit.walking import every_walk
from mfa_flow.machine import prompts
from mfa_flow.web.acts import ACTS
from mfa_flow.web.api import _shown
from mfa_flow.web.taking import TAKEN
from mfa_flow.wire.values import Authenticator

from .visitor import Visitor

VERBS = {"login", "enroll", "challenge", "confirm", "wait", "resend", "go_back", "cancel", "restart"}
GIVEN = {"login": ["username", "password"], "challenge": ["authenticator"], "enroll": ["factor"], "confirm": ["code"]}
JARS = {}
# Each kind of prompt, with all that is in it.
WHOLE = [
    prompts.AskPassword(verbs=("login", "refresh", "begin", "manage"), error=prompts.Notice.of("wrong_password")),
    prompts.Choose(challenge=(Authenticator("sms|1", name="X0042", active=True),), enroll=("otp",)),
    prompts.AskCode(channel="sms", to="X0042", until=1.0, recovery_codes=("AB",), interrupted="confirm"),
    prompts.Scan(barcode_uri="otpauth://x", secret="S", seconds=5.0, until=2.0),
    prompts.Wait(seconds=5.0, until=2.0),
    prompts.Pause(seconds=5.0, then=prompts.AskCode(channel="sms", verbs=("confirm", "authenticators"))),
    prompts.Done(recovery_code="AB"),
    prompts.Stopped(reason="expired"),
]


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
    assert 200 == (await visitor.send("HEAD", "./openapi.json")).status
    answered = await visitor.send("GET", "./openapi.json")
    described = json.loads(answered.body)
    assert "3.1.0" == described["openapi"]
    assert {"/api", *(f"/api/{verb}" for verb in ACTS)} == described["paths"].keys()

    def check(name, found):
        checker(described, name).validate(found)

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


def checker(described, name):
    """What checks a value by a schema of the description."""
    schema = {**described["components"]["schemas"][name], "components": described["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


@pytest.mark.parametrize("prompt", WHOLE, ids=lambda prompt: prompt.kind)
async def test_each_kind_is_described(visitor, prompt):
    """By a schema of its own with all its fields, chosen by the kind; it fits no other."""
    described = json.loads((await visitor.send("GET", "./openapi.json")).body)
    schemas = described["components"]["schemas"]
    name = schemas["Prompt"]["discriminator"]["mapping"][prompt.kind].rpartition("/")[2]
    assert {each.name for each in fields(type(prompt))} - {"tokens"} == schemas[name]["properties"].keys() - {
        "kind",
        "text",
    }
    found = _shown(json.loads(prompt.to_json()))
    checker(described, "Prompt").validate(found)
    kinds = [each["$ref"].rpartition("/")[2] for each in schemas["Prompt"]["oneOf"]]
    assert [name] == [each for each in kinds if checker(described, each).is_valid(found)]


async def test_what_each_verb_takes_is_described(visitor):
    """As it is checked; by names that a client's methods can have."""
    described = json.loads((await visitor.send("GET", "./openapi.json")).body)
    paths = {name.rpartition("/")[2]: each["post"] for name, each in described["paths"].items() if "post" in each}
    assert [*paths] == [each["operationId"] for each in paths.values()]
    for verb, each in paths.items():
        taken = each["requestBody"]["content"]["application/json"]["schema"]
        assert set(TAKEN.get(verb, ())) <= taken["properties"].keys()
        assert taken["additionalProperties"] is False
        assert [{"cookie": [], "token": []}] == each["security"]
    schemes = described["components"]["securitySchemes"]
    assert {("cookie", "__Host-mfa_flow"), ("header", "X-MFA-Token")} == {
        (each["in"], each["name"]) for each in schemes.values()
    }


async def test_verbs_that_there_are(visitor):
    """Those that have an operation, in what stands behind a pause too."""
    _, found = await visitor.json()
    assert ["login", "cancel"] == found["prompt"]["verbs"]
    assert ["confirm"] == _shown(json.loads(WHOLE[5].to_json()))["then"]["verbs"]


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


@pytest.mark.parametrize("verb", ["cancel", "wait", "resend", "go_back", "confirm"])
async def test_no_body(visitor, verb):
    """What needs none takes none, whatever type it is said to be: it may be the wrong moment, and is well-formed."""
    _, found = await visitor.json()
    answered = await visitor.send("POST", f"./api/{verb}", b"", **{"x-mfa-token": found["token"]})
    assert answered.status == (200 if verb == "cancel" else 409)


async def test_another_content_type(visitor):
    """The answer says which it has to be, and nothing of old pages."""
    _, found = await visitor.json()
    answered = await visitor.send("POST", "./api/cancel", b"{}", **{"x-mfa-token": found["token"]})
    refused = json.loads(answered.body)["error"]
    assert "the Content-Type has to be application/json" == refused["detail"]
    assert "cookies" not in refused["text"]


async def test_a_browser_asks_first(visitor):
    """Before it sends the token's header from another origin; nobody says yes."""
    answered = await visitor.send("OPTIONS", "./api/login", origin="https://evil.example")
    assert 404 == answered.status


@pytest.mark.parametrize("body", [b"[]", b"{", b"[" * 100_000, b"1", b'{"code": "' + b"1" * 20_000, b"\xff"])
async def test_what_is_no_json(visitor, body):
    """It is refused by JSON, which says what is wrong."""
    _, found = await visitor.json()
    headers = {"content-type": "application/json", "x-mfa-token": found["token"]}
    answered = await visitor.send("POST", "./api/confirm", body[: 1 << 16], **headers)
    assert answered.status in (400, 413)
    refused = json.loads(answered.body)["error"]
    assert refused["detail"].startswith("the body is ")
    assert "cookies" not in refused["text"]


@pytest.mark.parametrize(
    ("verb", "given", "field", "detail"),
    [
        ("login", {"username": 1, "password": ["x"]}, "username", "is a text, in quotes"),
        ("login", {}, "username", "is missing"),
        ("login", {"username": "ada@example.com"}, "password", "is missing"),
        ("login", {"username": "a", "password": "b", "realm": "c"}, "realm", "is no field here"),
        ("enroll", {"factor": {"a": 1}}, "factor", "is a text, in quotes"),
        ("enroll", {"factor": "sms", "phone_number": 5}, "phone_number", "is a text, in quotes"),
        ("enroll", {"factor": "sms"}, "phone_number", "is missing"),
        ("enroll", {"factor": "sms", "email": "x"}, "email", "there are factor, phone_number"),
        ("enroll", {"factor": "sms", "phone_number": "12"}, "phone_number", ""),
        ("enroll", {"factor": "nothing"}, None, ""),
        ("confirm", {"code": 123456}, "code", "is a text, in quotes"),
        ("cancel", {"code": "1"}, "code", "there are none"),
        ("challenge", {"authenticator": None}, "authenticator", "is a text, in quotes"),
        ("wait", {"seconds": "5"}, "seconds", "is a number from 0 to 20"),
        ("wait", {"seconds": 21}, "seconds", "is a number from 0 to 20"),
        ("remove", {"authenticator": 4}, "authenticator", "is a text, in quotes"),
    ],
    ids=str,
)
async def test_what_cannot_be(visitor, verb, given, field, detail):
    """Values of other types and shapes are refused, with the field's name, and nothing is lost."""
    _, found = await visitor.json()
    if verb != "login":
        login = {"username": "ada@example.com", "password": "correct-horse"}
        _, found = await visitor.json("login", found["token"], **login)
    status, refused = await visitor.json(verb, found["token"], **given)
    assert 422 == status
    assert field == refused["error"].get("field")
    assert detail in refused["error"].get("detail", "")
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


async def test_the_service_fails_after_a_recovery_code(visitor, mfa_account, caplog):
    """The one that replaces it is told all the same."""

    async def fails(tokens):
        raise RuntimeError("no database")

    visitor.done, bo = fails, mfa_account("sms")
    _, found = await visitor.json()
    _, found = await visitor.json("login", found["token"], username=bo.email, password=bo.password)
    [way] = [each["id"] for each in found["prompt"]["challenge"] if each["factor"] == "recovery"]
    _, found = await visitor.json("challenge", found["token"], authenticator=way)
    status, refused = await visitor.json("confirm", found["token"], code=bo.user.recovery_code)
    assert (500, bo.user.recovery_code) == (status, refused["error"]["recovery_code"])


async def test_a_login_without_a_key(someone):
    """Who knows the cookie before it and the password does not know the one after it."""
    eve, bo = someone(), someone()
    _, found = await eve.json()
    bo.cookies = dict(eve.cookies)
    for each in (eve, bo):
        await each.json("login", found["token"], username="ada@example.com", password="correct-horse")
    assert eve.cookies != bo.cookies
