"""Requests gone wrong: a seeded stream of valid ones, each spoiled in up to three places."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from attrs import define, field

from mfa_flow.testing import Tenant
from mfa_flow.wire.call import Call

from .conftest import GRANT, PHONE, Wire

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
DEEP = "[" * 5000 + "]" * 5000
EMAIL, FREE, LONG = "mo@example.com", "free@example.com", "x" * 3000
# Written into a body as they stand: what JSON can say and a program may not expect.
RAW = [
    "null", "true", "NaN", "-Infinity", "1e999", "-0", "9" * 400, "9" * 5000, "0.1", "[]", "{}", "[[]]", '{"a":{}}', "[null]",
    '"\\ud800"', '"\\u0000"', '"\\udfff\\ud800"', '""', '" "', '"{0}{name}%s"', '"\\u202e"', DEEP, '"', "]", "'", "\x00", "\ufeff1",
]  # fmt: skip
WORDS = [
    "", " ", "\x00", "\ud800", "é", "\U0001f511", "%", "%ff", "{}", "{name}", "*" * 7, "Fe26.2*1*2*3*4*5*6*7", "a.b.c", LONG,
]  # fmt: skip
METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE", "X"]
PATHS = ["//", "/%", "/%ff", "/%00", "/mfa", "/mfa/authenticators/", "/mfa/authenticators/%7C", "/mfa/../x", "*", LONG]
KINDS = [
    "", "text/plain", "application/json;charset=\xff", "APPLICATION/JSON", "multipart/form-data", ";", "application/xml",
]  # fmt: skip


@define
class Draft:
    """A request that can still be spoiled."""

    method: str
    path: str
    fields: dict[str, Any] = field(factory=dict)
    headers: dict[str, str] = field(factory=dict)
    kind: str = JSON
    raw: dict[str, str] = field(factory=dict)  # fields whose JSON is written by hand
    body: bytes | None = None

    def call(self) -> Call:
        """As it is sent."""
        headers = {"Content-Type": self.kind, **self.headers} if self.method == "POST" else self.headers
        return Call(self.method, self.path, headers, self.written() if self.body is None else self.body)

    def written(self) -> bytes:
        """The fields, as JSON or as a form."""
        if FORM in self.kind:
            return urlencode(self.fields | self.raw, doseq=True, errors="surrogatepass").encode()
        pairs = {name: json.dumps(value) for name, value in self.fields.items()} | self.raw
        text = ",".join(f"{json.dumps(name)}:{value}" for name, value in pairs.items())
        return f"{{{text}}}".encode() if self.fields or self.raw else b""


class Mutants:
    """The same seed, the same requests, as far as the tenant's answers go."""

    def __init__(self, tenant: Tenant, seed: int) -> None:
        self.random = Random(seed)
        self.wire = Wire(tenant)
        factors = ("otp", "sms", "voice", "email", "push")
        tenant.users.add(EMAIL, "pw", phone=PHONE, verified=True, authenticators=factors, factors=2)
        tenant.users.add(FREE, "pw", mfa=False)
        self.spoilers: list[Callable[[Draft], None]] = [
            self._value, self._value, self._word, self._without, self._stranger, self._twice,
            self._method, self._path, self._header, self._kind, self._bytes, self._cut,
        ]  # fmt: skip

    def calls(self, count: int) -> Iterator[Call]:
        """So many; one in four or so is left as it was."""
        for number in range(count):
            if number % 200 == 0:
                self.wire.tenant.clock.advance(3600)  # buckets fill up again
                self._renew()
            draft = self.random.choice(self._drafts)()
            for _ in range(self.random.randrange(4)):
                self.random.choice(self.spoilers)(draft)
            yield draft.call()

    def _renew(self) -> None:
        """Papers that are good for a while."""
        wire = self.wire
        self.mfa_token, self.new = wire.login(EMAIL, "pw"), wire.login()
        oob = wire.challenge(self.mfa_token, challenge_type="oob").body
        self.oob_code = str(oob.get("oob_code"))
        tenant = wire.tenant
        if "bo@example.com" in tenant.users:
            tenant.users.remove("bo@example.com")
        tenant.users.add("bo@example.com", "pw", authenticators=["otp"])
        self.access = wire.access_token(
            "bo@example.com", "pw", scope="openid enroll read:authenticators remove:authenticators"
        )

    @property
    def _drafts(self) -> list[Callable[[], Draft]]:
        return [self._login, self._login, self._proof, self._proof, self._associate, self._challenge, self._look]

    def _login(self) -> Draft:
        fields = {
            "grant_type": "password",
            "username": self.random.choice([EMAIL, FREE]),
            "password": "pw",
            **self.wire.client,
            "scope": "openid email",
        }
        if self.random.random() < 0.3:
            fields |= {
                "grant_type": f"{GRANT}password-realm",
                "realm": "Username-Password-Authentication",
                "nonce": "n",
            }
        if self.random.random() < 0.3:
            fields |= {"audience": "https://api.example/"}
        return self._posted("/oauth/token", fields)

    def _proof(self) -> Draft:
        which = {
            "mfa-otp": {"otp": self.random.choice(["000000", self._code()])},
            "mfa-oob": {"oob_code": self.oob_code, "binding_code": "123456"},
            "mfa-recovery-code": {"recovery_code": self.wire.tenant.users[EMAIL].recovery_code},
        }
        name = self.random.choice(sorted(which))
        fields = {"grant_type": GRANT + name, "mfa_token": self.mfa_token, **self.wire.client, **which[name]}
        if self.random.random() < 0.2:
            fields = {"grant_type": "refresh_token", "refresh_token": "v1.M", **self.wire.client}
        return self._posted("/oauth/token", fields)

    def _code(self) -> str:
        try:
            return self.wire.tenant.otp(EMAIL)
        except LookupError:
            return "111111"

    def _associate(self) -> Draft:
        channel = self.random.choice(["sms", "voice", "email", "auth0"])
        fields = {"authenticator_types": ["oob"], "oob_channels": [channel], "phone_number": PHONE, "email": EMAIL}
        token = self.random.choice([self.new, self.access])
        return Draft("POST", "/mfa/associate", fields, {"Authorization": f"Bearer {token}"})

    def _challenge(self) -> Draft:
        owned = [each.id for each in self.wire.tenant.users[EMAIL].authenticators]
        fields = {
            "mfa_token": self.mfa_token,
            "challenge_type": "otp oob",
            "authenticator_id": self.random.choice(owned),
        }
        return self._posted("/mfa/challenge", {**self.wire.client, **fields})

    def _look(self) -> Draft:
        paths = ["/mfa/authenticators", "/userinfo", "/.well-known/jwks.json", "/.well-known/openid-configuration"]
        gone = f"/mfa/authenticators/{quote('totp|dev_x', safe='')}"
        method, path = self.random.choice([*(("GET", each) for each in paths), ("DELETE", gone)])
        return Draft(
            method, path, headers={"Authorization": f"Bearer {self.random.choice([self.access, self.mfa_token])}"}
        )

    def _posted(self, path: str, fields: dict[str, Any]) -> Draft:
        return Draft("POST", path, fields, kind=self.random.choice([JSON, FORM]))

    def _some_name(self, draft: Draft) -> str:
        return self.random.choice(sorted(draft.fields) or ["client_id", "mfa_token"])

    def _value(self, draft: Draft) -> None:
        draft.raw[self._some_name(draft)] = self.random.choice(RAW)

    def _word(self, draft: Draft) -> None:
        draft.fields[self._some_name(draft)] = self.random.choice(WORDS)

    def _without(self, draft: Draft) -> None:
        draft.fields.pop(self._some_name(draft), None)

    def _stranger(self, draft: Draft) -> None:
        names = ["client_assertion", "client_assertion_type", "oob_channel", "scope", "audience", "nonce", "{", "\x00"]
        draft.fields[self.random.choice(names)] = self.random.choice(WORDS)

    def _twice(self, draft: Draft) -> None:
        name = self._some_name(draft)
        draft.fields[name] = [draft.fields.get(name), "x"]

    def _method(self, draft: Draft) -> None:
        draft.method = self.random.choice(METHODS)

    def _path(self, draft: Draft) -> None:
        draft.path = self.random.choice([*PATHS, draft.path + self.random.choice(["/", "?a=%ff", "%00", "#", "x"])])

    def _header(self, draft: Draft) -> None:
        schemes = ["Bearer", "bearer ", "Basic", "Basic ====", "Basic OnN=", "DPoP", "Bearer \xff", f"Basic {LONG}"]
        name = self.random.choice(["Authorization", "Host", "auth0-forwarded-for", "Accept", "x-request-language"])
        draft.headers[name] = f"{self.random.choice(schemes)} {self.random.choice([self.access, 'é', '*', LONG])}"

    def _kind(self, draft: Draft) -> None:
        draft.kind = self.random.choice(KINDS)

    def _bytes(self, draft: Draft) -> None:
        """A byte of the body is another one."""
        body = bytearray(draft.written())
        for _ in range(self.random.randrange(1, 4)):
            if body:
                body[self.random.randrange(len(body))] = self.random.randrange(256)
        draft.body = bytes(body)

    def _cut(self, draft: Draft) -> None:
        draft.body = draft.written()[: self.random.randrange(200)]
