"""The drill: break the tenant in one place at a time, and see which test notices.

``python tests/testing/sabotage.py [word ...]`` runs it, whole or for the breaks that have one of the words in their
name, and prints a table. Each break is made in a copy of the package, on which the tenant's own tests are run.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
TENANT = Path("mfa_flow", "testing")
# Quick ones first: the run ends at the first that notices.
TESTS = (
    "test_golden.py", "test_refusals.py", "test_texts.py", "test_knobs.py", "world", "wire", "test_recovery.py",
    "test_push.py", "test_channels.py", "test_questions.py", "test_scenarios.py",
)  # fmt: skip


class Break(NamedTuple):
    """One place where the tenant is told to be wrong. ``old`` stands once in its file."""

    name: str
    file: str
    old: str
    new: str


BREAKS = [
    # What it says.
    Break("a wrong text", "texts.py", '"Invalid otp_code."', '"Invalid otp code."'),
    Break("a full stop too many", "texts.py", '"Malformed {name}"', '"Malformed {name}."'),
    Break("a wrong status", "texts.py", "ALREADY_ENROLLED = Refusal(403", "ALREADY_ENROLLED = Refusal(400"),
    Break("a wrong code", "texts.py", 'PENDING = Refusal(400, "authorization_pending"', 'PENDING = Refusal(400, "slow_down"'),
    Break("a push denied with 403", "texts.py", '_DENIED = Refusal(400, "access_denied"', '_DENIED = Refusal(403, "access_denied"'),
    Break("the lockout is 429", "texts.py", "_LOCKED_OUT = Refusal(400", "_LOCKED_OUT = Refusal(429"),
    Break("no Retry-After", "texts.py", '{} if seconds is None else {"retry-after": str(math.ceil(seconds))}', "{}"),
    Break("guesses are not marked", "texts.py", '{"x-synthetic": "error_description"} if isinstance(text, Synthetic) else {}', "{}"),
    Break("active is a string", "wire/listing.py", '"active": authenticator.active,', '"active": str(authenticator.active).lower(),'),
    Break("201 for 200", "wire/answering.py", 'return 200, {"content-type"', 'return 201, {"content-type"'),
    Break("a body on 204", "wire/answering.py", 'return 204, {}, b""', 'return 204, {}, b"{}"'),
    Break("a charset at the token endpoint", "wire/answering.py", '"" if request.path == GRANTS_PATH else "; charset=utf-8"', '"; charset=utf-8"'),
    Break("a challenge header at the token endpoint", "wire/answering.py", '"pragma": "no-cache"}', '"pragma": "no-cache", "www-authenticate": "Bearer"}'),
    Break("JSON with blanks", "wire/exchange.py", 'separators=(",", ":")', 'separators=(", ", ": ")'),
    Break("a missing key", "wire/challenges.py", '{"binding_method": "prompt"} if factor.prompt else {}', "{}"),
    Break("another key order", "wire/issuing.py", 'body["expires_in"] = lifetime\n', 'body = {"expires_in": lifetime, **body}\n'),
    Break("oob_code before oob_channel", "wire/enrolment.py", '"oob_channel": factor.channel,\n        "oob_code": desk.new_oob_code(session, sending),', '"oob_code": desk.new_oob_code(session, sending),\n        "oob_channel": factor.channel,'),
    Break("a mask shows three", "wire/listing.py", "_SHOWN = 4", "_SHOWN = 3"),
    Break("a short name is not masked", "wire/listing.py", "if len(local) > _SHOWN", "if len(local) >= _SHOWN"),
    Break("types in every list", "wire/listing.py", "typed = requirements_of(desk, user) is not None", "typed = True"),
    Break("short mfa_tokens", "wire/desk.py", "_OOB_CODE_SIZE = 1312", "_OOB_CODE_SIZE = 1296"),
    Break("the issuer without its slash", "wire/discovery.py", '"issuer": issuer,', '"issuer": issuer.rstrip("/"),'),
    Break("a barcode with 8 digits", "wire/enrolment.py", "digits=6", "digits=8"),
    # What it takes.
    Break("a message code works twice", "world/sendings.py", "if self.used or not self._is_right", "if not self._is_right"),
    Break("an OTP works twice", "world/authenticators.py", "for step in near if step not in self._used_steps", "for step in near"),
    Break("an approval works twice", "wire/proofs.py", "    sending.used = True", "    sending.used = False"),
    Break("any recovery code", "wire/proofs.py", "if user.recovery_code != code:", 'if code == "":'),
    Break("the recovery code stays", "world/people.py", "            each.secret = code", "            code = each.secret or code"),
    Break("an oob_code of another session", "wire/desk.py", 'if content["session"] != session.id:', 'if content["session"] == "":'),
    Break("an mfa_token of another client", "wire/desk.py", "if session.client_id != client.id:", 'if client.id == "":'),
    Break("an expiry off by one", "wire/seals.py", "if now * 1000 >= until:", "if now * 1000 > until:"),
    Break("a seal without its signature", "wire/seals.py", "if not hmac.compare_digest(", "if False and hmac.compare_digest("),
    Break("a secret is not checked", "wire/clients.py", "self.secret == secret", "bool(secret)"),
    Break("an assertion is replayed", "wire/assertions.py", "if name in self._used:", "if False:"),
    Break("an assertion for elsewhere", "wire/assertions.py", 'and audience in _listed(claims.get("aud"))\n', "\n"),
    Break("an assertion of six minutes", "wire/assertions.py", "_LONGEST_LIFE = 300", "_LONGEST_LIFE = 360"),
    Break("an assertion of any size", "wire/assertions.py", "_LONGEST, _LONGEST_NAME = 2048, 64", "_LONGEST, _LONGEST_NAME = 20480, 64"),
    Break("an assertion by RS512", "wire/assertions.py", '("RS256", "RS384", "PS256")', '("RS256", "RS384", "RS512", "PS256")'),
    Break("a JWT at the challenge", "wire/challenges.py", 'fields.need("mfa_token"), client)', 'fields.need("mfa_token"), client, access_token=True)'),
    Break("DELETE by mfa_token", "wire/removal.py", "sealed=False", "sealed=True"),
    Break("scopes do not matter", "wire/desk.py", "if scope not in access.scopes:", 'if scope == "":'),
    Break("any scope is granted", "wire/sessions.py", "if each in MFA_SCOPES + _OIDC_SCOPES", "if each"),
    Break("a form at associate", "wire/enrolment.py", "fields = request.fields(JSON)", 'fields = request.fields(JSON, "application/x-www-form-urlencoded")'),
    Break("no form at the challenge", "wire/challenges.py", "request.fields(JSON, FORM)", "request.fields(JSON)"),
    Break("encoded ids", "wire/exchange.py", 'unquote(call.path.partition("?")[0])', 'call.path.partition("?")[0]'),
    Break("null is a value", "wire/exchange.py", 'if value is None or value == "":', 'if value == "" or name not in self._values:'),
    Break("strange bodies count as read", "wire/grants.py", "        request.fields(FORM, JSON)\n\n\ndef grant_of", "        pass\n\n\ndef grant_of"),
    # Its rules.
    Break("the eleventh wrong code is judged", "world/people.py", "    failures: Bucket = field(factory=lambda: Bucket(10,", "    failures: Bucket = field(factory=lambda: Bucket(11,"),
    Break("attempts refill after five minutes", "world/people.py", "360), init=False, repr=False)  # 10", "300), init=False, repr=False)  # 10"),
    Break("eleven recovery codes", "world/people.py", "recovery_failures: Bucket = field(factory=lambda: Bucket(10,", "recovery_failures: Bucket = field(factory=lambda: Bucket(11,"),
    Break("the eleventh SMS", "world/factors.py", '"sends": (10, _HOUR)', '"sends": (11, _HOUR)'),
    Break("six pushes", "world/factors.py", "sends=(5, 12)", "sends=(6, 12)"),
    Break("the thirteenth poll", "world/world.py", "Bucket(12, 5)", "Bucket(13, 5)"),
    Break("success gives attempts back", "wire/proofs.py", "    session.user.confirm(authenticator)\n", "    session.user.confirm(authenticator)\n    session.user.failures.full_at = 0\n"),
    Break("a wider OTP window", "world/authenticators.py", "range(max(0, current - window), current + window + 1)", "range(max(0, current - window - 1), current + window + 1)"),
    Break("message codes live longer", "knobs.py", "oob_ttl: float = field(default=300", "oob_ttl: float = field(default=301"),
    Break("mfa_tokens live shorter", "knobs.py", "mfa_token_ttl: float = field(default=600", "mfa_token_ttl: float = field(default=300"),
    Break("MFA access tokens live for a day", "wire/issuing.py", "lifetime = _MFA_LIFE if session.is_mfa else _DAY", "lifetime = _DAY"),
    Break("a twin is not deleted", "world/people.py", "gone = [authenticator, *authenticator.twins]", "gone = [authenticator]"),
    Break("a twin is not confirmed", "world/authenticators.py", "for each in [self, *self.twins]:", "for each in [self]:"),
    Break("no voice beside SMS", "world/factors.py", "pair = {SMS: VOICE, VOICE: SMS}.get(factor)", "pair = None"),
    Break("recovery codes every time", "world/people.py", "if first and codes else", "if codes else"),
    Break("the recovery code sleeps on", "world/people.py", '[authenticator, *self.of_kind("recovery-code")]', "[authenticator]"),
    Break("active without proof", "world/authenticators.py", "    active: bool = False", "    active: bool = True"),
    Break("who is enrolled associates", "wire/enrolment.py", "if not may_enroll(session):", "if False:"),
    Break("a factor that is off", "world/factors.py", "return factor.name in self.enabled or factor is RECOVERY", "return True"),
    Break("the second channel", "wire/enrolment.py", "tuple(channels))[0]]", "tuple(channels))[-1]]"),
    Break("pending entries are challenged", "wire/challenges.py", "if each.active and each.factor is not RECOVERY", "if each.factor is not RECOVERY"),
    Break("enrolled checked before the body", "wire/enrolment.py", '    session = desk.bearer(request, "enroll")\n', '    session = desk.bearer(request, "enroll")\n    if not may_enroll(session):\n        raise Refused(ALREADY_ENROLLED)\n'),
    Break("a chain keeps its token", "wire/policy.py", "session = evolve(session, id=desk.world.mint.opaque())", "session = evolve(session)"),
    Break("one factor is enough", "wire/policy.py", "len(session.proved) < session.user.factors", "not session.proved"),
    Break("requirements nobody can meet", "wire/policy.py", "if each in fit or each not in factors.types)\n    enroll", ")\n    enroll"),
    Break("tokens without MFA", "wire/policy.py", "else session.user.mfa", "else False"),
    Break("no amr", "wire/issuing.py", 'claims | {"amr": ["mfa"]} if session.proved else claims', "claims"),
    Break("amr without MFA", "wire/issuing.py", '{"amr": ["mfa"]} if session.proved else claims', '{"amr": ["mfa"]}'),
    Break("the nonce is lost", "wire/issuing.py", 'claims["nonce"] = session.nonce', "pass"),
    Break("an old refresh token", "wire/logins.py", "    del desk.refresh_tokens[token]\n", ""),
    Break("the blocked come in", "world/guard.py", "if user.blocked:", "if False:"),
    Break("an access token for elsewhere", "wire/desk.py", "is not None and access.is_mfa:", "is not None:"),
    Break("a token of somebody gone", "wire/desk.py", "or self._now >= issued.until or self._is_gone(issued.session.user):", "or self._now >= issued.until:"),
    Break("access tokens never end", "wire/desk.py", "or self._now >= issued.until or", "or"),
    Break("userinfo without openid", "wire/discovery.py", 'session is None or "openid" not in session.scopes', "session is None"),
    Break("a refresh token unasked", "wire/issuing.py", 'return "offline_access" in session.scopes and client', "return client"),
    Break("the replacement is not told", "wire/issuing.py", "if session.recovery_code is not None:", "if False:"),
    Break("blanks in phone numbers", "world/people.py", r'r"\+[1-9][0-9]{6,14}"', r'r"\+[1-9][0-9 ]{6,18}"'),
    Break("recovery codes are removed", "wire/removal.py", "if authenticator.factor is RECOVERY or", "if"),
    Break("automatic emails are removed", "wire/removal.py", " or user.is_automatic(authenticator):", ":"),
    Break("twenty-one emails", "world/factors.py", "default=(20, 60)", "default=(21, 60)"),
    Break("messages refill by the minute", "world/factors.py", "_HOUR = 3600", "_HOUR = 60"),
    Break("SMS and voice count apart", "world/people.py", "self._purses.setdefault(factor.purse,", "self._purses.setdefault(factor.name,"),
    Break("apps are asked last", "world/factors.py", 'PREFERRED = ("otp", "push",', 'PREFERRED = ("push", "otp",'),
    Break("email is listed first", "world/people.py", "return [*stays, *(each for each in self._mailbox if each.address not in mine)]", "return [*(each for each in self._mailbox if each.address not in mine), *stays]"),
    Break("wrong codes do not count", "wire/proofs.py", "    failures.take(desk.world.clock.now())\n", ""),
    Break("no binding_code is needed", "wire/proofs.py", '[binding_code] = ask.need("binding_code")', 'binding_code = ask.fields.text("binding_code") or ""'),
    Break("anybody says whose address", "wire/clients.py", "return self.trusted and self.secret is not None", "return True"),
    Break("any realm", "wire/logins.py", "if realm != DIRECTORY:", "if not realm:"),
    Break("openid is lost", "wire/sessions.py", "        if not self.is_mfa:\n            return self.scope", '        if not self.is_mfa:\n            return self.scope and self.scope.replace("openid ", "")'),
    Break("grants before clients", "wire/grants.py", "    client = desk.client(request, fields, MISSING_CLIENT_ID)\n    if grant not in _GRANTS:\n        raise Refused(UNSUPPORTED_GRANT)\n", "    if grant not in _GRANTS:\n        raise Refused(UNSUPPORTED_GRANT)\n    client = desk.client(request, fields, MISSING_CLIENT_ID)\n"),
    Break("grants are not asked", "wire/desk.py", "if client.grants.isdisjoint(grants):", "if not grants:"),
    Break("used mfa_tokens end", "knobs.py", "consume_on_success: bool = False", "consume_on_success: bool = True"),
    Break("a resend ends the earlier", "knobs.py", "invalidate_previous: bool = False", "invalidate_previous: bool = True"),
    Break("no recovery codes", "knobs.py", "recovery_codes_enabled: bool = True", "recovery_codes_enabled: bool = False"),
    Break("an unknown id is passed over", "wire/challenges.py", "raise Refused(BAD_AUTHENTICATOR)\n    if not any", "pass\n    if not any"),
    Break("a refusal tells of more to come", "wire/limits.py", "left = 0 if wait else self._bucket.left(now)", "left = self._bucket.left(now)"),
    Break("a JWT without its key's name", "wire/jwts.py", '{"alg": "RS256", "kid": key.kid}', '{"alg": "RS256"}'),
    Break("a push app shows codes at once", "world/authenticators.py", "return self.active or not any(each.factor is PUSH for each in self.twins)", "return True"),
    Break("plus signs are kept in forms", "wire/exchange.py", "parse_qs(body.decode(), keep", 'parse_qs(body.decode().replace("+", "%2B"), keep'),
    Break("the first of two values", "wire/exchange.py", "values[0] if len(values) == 1 else values for", "values[0] for"),
    Break("a password in any case", "world/guard.py", "user.password != password", "user.password.lower() != password.lower()"),
]  # fmt: skip


@contextmanager
def copied() -> Iterator[Path]:
    """The package and its tests, elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("mfa_flow", "tests"):
            shutil.copytree(
                ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__", ".hypothesis")
            )
        shutil.copy(ROOT / "pyproject.toml", folder)
        yield Path(folder)


def noticed(place: Break | None, tests: Sequence[str] = TESTS) -> str | None:
    """The first test that fails with that break, or None. One that keeps the tests from running is an error."""
    with copied() as folder:
        if place is not None:
            path = folder / TENANT / place.file
            path.write_text(path.read_text().replace(place.old, place.new))
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", *(f"tests/testing/{each}" for each in tests)]
        env = {**os.environ, "PYTHONPATH": str(folder)}
        ran = subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)
    found = re.search(r"^FAILED tests/testing/(.+?)(?: - |$)", ran.stdout, re.MULTILINE)
    if ran.returncode not in (0, 1) or (ran.returncode == 1 and found is None):
        raise RuntimeError(f"the tests could not be run: {ran.stdout}{ran.stderr}")
    return found and found[1][:100]


def drill(*words: str) -> int:
    """Break by break; how many nobody noticed."""
    assert noticed(None) is None, "first mend the tenant: its tests fail with nothing broken"
    breaks = [each for each in BREAKS if not words or any(word in each.name for word in words)]
    began, missed = time.monotonic(), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for each, by in zip(breaks, pool.map(noticed, breaks), strict=True):
            missed += by is None
            print(f"{each.name:45} {by or 'NOBODY'}", flush=True)  # noqa: T201 - a table to be read
    print(f"\n{len(breaks) - missed} of {len(breaks)} noticed, {time.monotonic() - began:.0f} s")  # noqa: T201
    return missed


if __name__ == "__main__":
    sys.exit(drill(*sys.argv[1:]) > 0)
