"""The demo: what it shows, what it hides, and that it notices whatever goes another way."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mfa_flow import TRANSITIONS
from mfa_flow.cli.demo import run_demo
from mfa_flow.testing import Tenant
from mfa_flow.testing.control.outcome import Outcome
from mfa_flow.wire.call import Reply

ROOT = Path(__file__).parents[2]
START = [sys.executable, "-c", "from mfa_flow.cli import main; main()", "demo"]
TOKEN, ASSOCIATE, CHALLENGE, LIST = "/oauth/token", "/mfa/associate", "/mfa/challenge", "/mfa/authenticators"

LOGIN = [
    ("login", "password_accepted", "started", "authenticated"),
    ("login", "mfa_demanded", "authenticated", "mfa_required"),
    ("login", "listed", "mfa_required", "mfa_required"),
]
STORY = [
    *LOGIN,
    ("enroll", "associated", "mfa_required", "enrolling"),
    ("confirm", "code_rejected", "enrolling", "enrolling"),
    ("confirm", "tokens_issued", "enrolling", "confirmed"),
    *LOGIN,
    ("challenge", "challenged", "mfa_required", "challenging"),
    ("confirm", "tokens_issued", "challenging", "confirmed"),
    ("login", "password_rejected", "started", "started"),
    *LOGIN,
    ("enroll", "associated", "mfa_required", "enrolling"),
    ("go_back", "went_back", "enrolling", "mfa_required"),
    ("enroll", "associated", "mfa_required", "enrolling"),
    ("resend", "associated", "enrolling", "enrolling"),
    ("confirm", "tokens_issued", "enrolling", "confirmed"),
    *LOGIN,
    ("challenge", "challenged", "mfa_required", "challenging"),
    ("resend", "challenged", "challenging", "challenging"),
    ("confirm", "tokens_issued", "challenging", "confirmed"),
    *LOGIN,  # the recovery code
    ("challenge", "challenged", "mfa_required", "challenging"),
    ("confirm", "tokens_issued", "challenging", "confirmed"),
    *LOGIN,  # the push
    ("enroll", "associated", "mfa_required", "enrolling"),
    ("confirm", "still_pending", "enrolling", "enrolling"),
    ("wait", "tokens_issued", "enrolling", "confirmed"),
    *LOGIN,
    ("challenge", "challenged", "mfa_required", "challenging"),
    ("wait", "push_denied", "challenging", "mfa_required"),
    ("challenge", "challenged", "mfa_required", "challenging"),
    ("wait", "tokens_issued", "challenging", "confirmed"),
    *LOGIN,  # two factors
    ("enroll", "associated", "mfa_required", "enrolling"),
    ("confirm", "mfa_demanded", "enrolling", "mfa_required"),
    ("confirm", "listed", "mfa_required", "mfa_required"),
    ("challenge", "challenged", "mfa_required", "challenging"),
    ("confirm", "tokens_issued", "challenging", "confirmed"),
    *LOGIN,  # one more, and one less
    ("challenge", "challenged", "mfa_required", "challenging"),
    ("confirm", "tokens_issued", "challenging", "confirmed"),
    ("manage", "signed_in", "started", "authenticated"),
    ("manage", "listed", "authenticated", "authenticated"),
    ("enroll", "associated", "authenticated", "enrolling"),
    ("confirm", "tokens_issued", "enrolling", "confirmed"),
    ("manage", "signed_in", "started", "authenticated"),
    ("manage", "listed", "authenticated", "authenticated"),
    ("remove", "removed", "authenticated", "authenticated"),
    ("remove", "listed", "authenticated", "authenticated"),
]


@pytest.fixture(scope="module")
def for_people():
    """The demo as a person sees it."""
    return played()


@pytest.fixture(scope="module")
def for_programs():
    """The demo as a program reads it."""
    return played("--json")


def played(*options):
    """The demo in a process of its own. Minutes pass in it, none of them outside."""
    env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        [*START, *options], cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=60
    )


def values(ran):
    """What each line says."""
    return [json.loads(line) for line in ran.stdout.splitlines()]


class TestForPeople:
    """What stands on a terminal."""

    def test_it_goes_well(self, for_people):
        """It exits 0, its last line says ok, and nothing is complained about."""
        ran = for_people
        assert (0, "") == (ran.returncode, ran.stderr)
        assert re.fullmatch(r"demo ok: 8 chapters, 65 moves, \d+\.\d s", ran.stdout.splitlines()[-1])

    def test_each_move_is_shown(self, for_people):
        """Verb, event, and the way it led; one after the other, under what was said."""
        said, shown = "", []
        for line in for_people.stdout.splitlines():
            said = line if line.startswith(" > ") else said
            if found := re.fullmatch(r"   (\w+) +(\w+) +(\w+) -> (\w+)", line):
                assert said.startswith(f" > {found[1]}(")
                shown.append(found.groups())
        assert STORY == shown

    def test_a_qr_code_is_drawn(self, for_people):
        """Once, of block characters, as a square: twice as many columns as lines."""
        lines = [line.strip() for line in for_people.stdout.splitlines()]
        drawn = [line for line in lines if len(line) > 20 and set(line) <= set("█▀▄ ")]
        [width] = {len(line) for line in drawn}
        assert (width + 1) // 2 == len(drawn)
        assert set("█▀▄ ") == set("".join(drawn))

    def test_recovery_codes_are_shown_once(self, for_people):
        """Each of the four people is shown one recovery code, one time; so is the one that replaces Ada's."""
        out = for_people.stdout
        codes = re.findall(r"Keep this recovery code in a safe place: (\w{24})", out)
        assert [1, 1, 1, 1] == [out.count(code) for code in codes]
        flat = " ".join(out.split())
        assert 1 == len(re.findall(r"Keep this new one in a safe place: \w{24}", flat))

    def test_what_was_refused_is_explained(self, for_people):
        """A wrong code and a wrong password are told as the person is told them."""
        out = for_people.stdout
        assert ["That code is not right. Check it and try again.", "Wrong e-mail address or password."] == re.findall(
            r"That code is not right\. .*again\.|Wrong e-mail .*password\.", out
        )

    def test_no_escape_codes_in_a_pipe(self, for_people):
        """What is read by another program holds text only."""
        assert "\x1b" not in for_people.stdout


class TestForPrograms:
    """The same as JSON lines."""

    def test_it_goes_well(self, for_programs):
        """Every line is a JSON object, the last one says ok, and it exits 0."""
        ran = for_programs
        assert (0, "") == (ran.returncode, ran.stderr)
        assert {"demo": "ok", "chapters": 8, "moves": 65} == values(ran)[-1]
        assert {dict} == {type(value) for value in values(ran)}

    def test_each_move_is_a_line(self, for_programs):
        """Verb, event, source and destination; each is a row of the table."""
        moves = [tuple(value.values()) for value in values(for_programs) if "event" in value]
        assert STORY == moves
        rows = {(row.event, row.source.value, row.dest.value) for row in TRANSITIONS}
        assert set() == {move[1:] for move in moves} - rows

    def test_each_verb_has_its_prompt(self, for_programs):
        """What was said is followed by what is asked next, before anything else is said."""
        kinds = [next(iter(value)) for value in values(for_programs)]
        steps = [kind for kind in kinds if kind in ("said", "prompt")]
        assert ["said", "prompt"] * (len(steps) // 2) == steps
        prompts = [value["prompt"]["kind"] for value in values(for_programs) if "prompt" in value]
        assert ["choose", "scan", "scan", "done", "choose", "ask_code", "done"] == prompts[:7]

    def test_the_qr_code_is_there(self, for_programs):
        """As lines of text, with the secret it stands for."""
        [picture] = [value for value in values(for_programs) if "qr" in value]
        assert re.fullmatch(r"[A-Z2-7]{32}", picture["secret"])
        assert {"█", "▀", "▄", " "} == set("".join(picture["qr"]))


class Spoiled(Tenant):
    """A tenant whose answers go through ``spoil(number, path, reply)``: the number counts the calls to that path."""

    def __init__(self, spoil=None):
        super().__init__()
        self._spoil, self._asked = spoil, {}
        self.secrets = {"correct-horse", "battery-staple", "not-her-password", "demo-secret"}

    def perform(self, call):
        """The answer, spoiled or not; whatever secret it holds is noted."""
        path = call.path
        number = self._asked[path] = self._asked.get(path, 0) + 1
        reply = super().perform(call).reply
        if self._spoil:
            reply = self._spoil(number, path, reply) or reply
        body = json.loads(reply.body) if reply.body.startswith(b"{") else {}
        tokens = ("access_token", "id_token", "refresh_token", "mfa_token", "oob_code")
        self.secrets |= {body[name] for name in tokens if body.get(name)}
        return Outcome(reply)


def shaped(status, body):
    """A reply with this body."""
    return Reply(status, {"content-type": "application/json"}, json.dumps(body).encode())


def at(path, number, status, body):
    """Spoil one call: the so-many-th to that path."""
    return lambda n, p, reply: shaped(status, body) if (n, p) == (number, path) else None


def without(path, number, name):
    """Leave a field out of one answer."""

    def spoil(n, p, reply):
        if (n, p) != (number, path):
            return None
        return shaped(reply.status, {key: value for key, value in json.loads(reply.body).items() if key != name})

    return spoil


def bytes_at(path, number, status, body):
    """Spoil one call by something that is no JSON."""
    return lambda n, p, reply: Reply(status, {}, body) if (n, p) == (number, path) else None


TOKENS = {"access_token": "an-access-token-of-the-spoiler", "expires_in": 60, "token_type": "Bearer"}
WRONG = {"error": "invalid_grant", "error_description": "Invalid otp_code."}
ENROLLED = {"error": "access_denied", "error_description": "User is already enrolled."}
MANY = {"error": "invalid_request", "error_description": "Too many SMS sent by the user."}
OTHER = [{"id": "sms|dev_1", "authenticator_type": "oob", "oob_channel": "sms", "active": True, "name": "X1"}]
BROKEN = {"error": "server_error", "error_description": "Oops"}

# What is spoiled, at which step it is noticed, and what is said of it.
DEVIATIONS = {
    "no second factor": (at(TOKEN, 1, 200, TOKENS), "login(ada@example.com)", "expected Choose, got Done"),
    "ada has one already": (at(LIST, 1, 200, OTHER), "login(ada@example.com)", "Ada has nothing yet"),
    "associate refused": (at(ASSOCIATE, 1, 403, ENROLLED), "enroll('otp')", "expected Scan, got Choose"),
    "no recovery codes": (without(ASSOCIATE, 1, "recovery_codes"), "enroll('otp')", "a recovery code comes with"),
    "no barcode": (without(ASSOCIATE, 1, "barcode_uri"), "enroll('otp')", "UnexpectedReply"),
    "wrong code accepted": (at(TOKEN, 2, 200, TOKENS), "confirm(a wrong code)", "expected Scan, got Done"),
    "right code refused": (at(TOKEN, 3, 403, WRONG), "confirm(the app's code)", "expected Done, got Scan"),
    "no access token": (without(TOKEN, 3, "access_token"), "confirm(the app's code)", "UnexpectedReply"),
    "not enrolled": (at(LIST, 2, 200, OTHER), "login(ada@example.com)", "the app is there to be challenged"),
    "a 500": (at(TOKEN, 4, 500, BROKEN), "login(ada@example.com)", "TenantBroken"),
    "wrong password accepted": (
        at(TOKEN, 6, 200, TOKENS),
        "login(grace@example.com)",
        "expected AskPassword, got Done",
    ),
    "right password refused": (
        at(TOKEN, 7, 403, WRONG),
        "login(grace@example.com)",
        "expected Choose, got AskPassword",
    ),
    "no messages": (at(ASSOCIATE, 3, 400, MANY), "enroll('sms')", "expected AskCode, got Pause"),
    "no second message": (at(ASSOCIATE, 4, 400, MANY), "resend()", "expected AskCode, got Pause"),
    "no text challenge": (at(CHALLENGE, 1, 503, BROKEN), "challenge(the phone)", "TenantBroken"),
    "no second challenge": (at(CHALLENGE, 2, 400, MANY), "resend()", "expected AskCode, got Pause"),
    "a page instead": (bytes_at(LIST, 4, 200, b"<html>Oops</html>"), "login(grace@example.com)", "UnexpectedReply"),
    "the last step": (at(TOKEN, 10, 403, WRONG), "confirm(the newest code)", "expected Done, got AskCode"),
}
EACH_DEVIATION = pytest.mark.parametrize(("spoil", "where", "why"), DEVIATIONS.values(), ids=DEVIATIONS)


@pytest.fixture
def wide(monkeypatch):
    """A terminal on which no line has to be broken."""
    monkeypatch.setenv("COLUMNS", "400")


@EACH_DEVIATION
async def test_a_deviation_is_noticed(spoil, where, why, capsys, wide):
    """Whatever goes another way stops the play: it exits 1, and the last line says where and why."""
    assert 1 == await run_demo(as_json=False, tenant=Spoiled(spoil))
    out = capsys.readouterr().out
    last = out.splitlines()[-1]
    assert last.startswith(f"demo failed at {where}: ")
    assert why in last
    assert "demo ok" not in out


@EACH_DEVIATION
async def test_a_deviation_is_noticed_by_programs(spoil, where, why, capsys):
    """The same in JSON: the last line is an object with where and why."""
    assert 1 == await run_demo(as_json=True, tenant=Spoiled(spoil))
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"demo": "failed", "at": where, "why": last["why"]} == last
    assert why in last["why"]


@EACH_DEVIATION
@pytest.mark.parametrize("as_json", [False, True], ids=["people", "programs"])
async def test_a_deviation_shows_no_token(spoil, where, why, as_json, capsys, wide):
    """Not even what goes wrong brings a token or a password to light."""
    tenant = Spoiled(spoil)
    await run_demo(as_json=as_json, tenant=tenant)
    out = capsys.readouterr().out
    assert [] == [secret for secret in tenant.secrets if secret in out]


@pytest.mark.parametrize("as_json", [False, True], ids=["people", "programs"])
async def test_tokens_are_never_shown(as_json, capsys, wide):
    """No token of any kind, no oob_code and no password is in what it says."""
    tenant = Spoiled()
    assert 0 == await run_demo(as_json=as_json, tenant=tenant)
    out = capsys.readouterr().out
    assert len(tenant.secrets) > 15
    assert [] == [secret for secret in tenant.secrets if secret in out]


async def test_the_last_line_says_which_on_a_narrow_terminal(capsys, monkeypatch):
    """However long the reason is, the last line is the one that says that it failed."""
    monkeypatch.setenv("COLUMNS", "80")
    assert 1 == await run_demo(as_json=False, tenant=Spoiled(at(TOKEN, 4, 500, BROKEN)))
    assert capsys.readouterr().out.splitlines()[-1].startswith("demo failed at login(ada@example.com): TenantBroken")


async def test_a_tenant_that_serves_nothing(capsys, wide):
    """A play that breaks in its first breath says so as well."""

    def burst(_, __, ___):
        raise RuntimeError("the tenant burst")

    assert 1 == await run_demo(as_json=True, tenant=Spoiled(burst))
    assert "TenantBroken" in json.loads(capsys.readouterr().out.splitlines()[-1])["why"]
