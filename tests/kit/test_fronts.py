"""A front end is walked through: right it passes, faults included; each bug is called by its name, and no secret shows."""

import json
import os
import re
import subprocess
import sys

import pytest

from mfa_flow import TransportError
from mfa_flow.kit import Coverage, WalkFailed, asking, faults, through, walks

from .chats import Chat, OnlyLooks, Page


class CannotLook(Chat):
    async def say(self, verb, *given, **details):
        if verb == "look":
            raise TransportError("the line is dead")
        return await super().say(verb, *given, **details)


class SaysTooMuch(Page):
    def show(self, prompt):
        return json.dumps({"kind": "choose", "all": [prompt.to_json(tokens=True), prompt.text()]})


class Leaks(Chat):
    async def act(self, verb, *given, **details):
        raise RuntimeError(f"the password is {given[-1]}")


class HasNoAct:
    def __init__(self, stage):
        pass


class ActsAtOnce(HasNoAct):
    def act(self, verb, *given, **details):
        return verb


class TakesNoMore(HasNoAct):
    async def act(self, verb):
        return verb


class OwnWords(Chat):
    """Speaks its own language, and says how it is read."""

    def show(self, prompt):
        codes = [*prompt.recovery_codes, getattr(prompt, "recovery_code", None) or ""]
        return "|".join([prompt.kind.upper(), prompt.error.key if prompt.error else "", *codes])

    def reads(self, seen):
        kind, error, *_ = seen.split("|")
        return kind.lower(), error or None


class ReadsAll(OwnWords):
    def reads(self, seen):
        return (seen, seen) if seen.startswith("DONE") else super().reads(seen)


SPOILED = (faults.server_error, faults.reset_after, faults.timeout, faults.expired_code, faults.clock_skew)
SOME = walks("sms-*", "push-*", "recovery-*", faults=SPOILED)


@pytest.mark.parametrize("right", [Chat, Page])
async def test_who_is_right_passes(right):
    """Each walk, and each again with faults of every kind, in text and in JSON; what is taken is counted."""
    coverage = Coverage()
    for walk in SOME:
        await through(walk, right, coverage)
    coverage.close(events=["code_expired", "push_denied", "challenged"])


def answers_at_once(prompt, says):
    return "123456"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (HasNoAct, r"the front end has no method act\(verb, \*given, \*\*details\)$"),
        (ActsAtOnce, r"act gives str, which cannot be awaited: make it async def act\(...\)"),
        (TakesNoMore, r"fails with TypeError: TakesNoMore.act\(\) takes 2 positional"),
        (asking(answers_at_once), r"ask gives str, which cannot be awaited: make it async def ask\(...\)"),
        (Leaks, r"fails with RuntimeError \(test_fronts.py, line \d+\)$"),
    ],
)
async def test_what_is_no_front_end(wrong, told):
    """Who cannot be acted with at all is told what is missing; of any error its message, unless a secret may be in it."""
    [walk] = [each for each in walks("sms-challenge") if each.name == "sms-challenge / confirmed"]
    with pytest.raises(WalkFailed, match=f"(?m){told}"):
        await through(walk, wrong)


class ReadsNothing(Chat):
    def reads(self, seen):
        return None


class ReadsLater(Chat):
    async def reads(self, seen):
        return seen, None


class ReadsInTears(Chat):
    def reads(self, seen):
        raise RuntimeError(f"page {seen}")


class ReadsOne(Chat):
    def reads(self, seen):
        return ("done",)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (ReadsNothing, "reads gives NoneType: make it def reads(seen), of a kind and an error's key or None"),
        (ReadsLater, "reads gives coroutine: make it def reads(seen), of a kind and an error's key or None"),
        (ReadsOne, "reads gives tuple: make it def reads(seen), of a kind and an error's key or None"),
        (ReadsInTears, "the front end fails with RuntimeError (test_fronts.py, line "),
    ],
)
async def test_what_cannot_be_read(wrong, told):
    """What ``reads`` gives is looked at, and what it raises is told like what ``act`` raises."""
    with pytest.raises(WalkFailed, match=re.escape(told)) as failed:
        await through(walks("sms-enroll")[0], wrong)
    assert "Choose" not in str(failed.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("sms-enroll", Chat), "a str is no walk: take one of walks('sms-*')"),
        ((Chat, walks("sms-enroll")[0]), "through(walk, make) takes one of walks(), and a class or function"),
        ((walks("sms-enroll")[0], None), "through(walk, make) takes one of walks(), and a class or function"),
        ((walks("sms-enroll")[0], Chat, Coverage), "takes a Coverage(), made before"),
    ],
    ids=["a name", "swapped", "nothing", "a class"],
)
async def test_what_cannot_be_walked(wrong, told):
    """What is no walk, or makes no front end, is refused at once."""
    with pytest.raises(TypeError, match=re.escape(told)):
        await through(*wrong)


async def test_a_process_ends():
    """At a restart and at the end the front end is closed, by ``aclose`` of either kind."""
    seen = []

    class Closes(Chat):
        def __init__(self, stage):
            super().__init__(stage)
            seen.append("made")

        async def aclose(self):
            seen.append("closed")

    class ClosesAtOnce(Closes):
        def aclose(self):
            seen.append("closed at once")

    [walk] = [each for each in walks("sms-challenge") if each.name == "sms-challenge / restart"]
    await through(walk, Closes)
    assert ["made", "closed", "made", "closed"] == seen
    await through(walk, ClosesAtOnce)
    assert ["made", "closed at once", "made", "closed at once"] == seen[4:]


class Fails(Chat):
    """Shows nonsense, and cannot be closed."""

    def show(self, prompt):
        return "nonsense"

    async def aclose(self):
        raise RuntimeError("bo-password")


class CannotClose(Fails, Chat):
    show = Chat.show


class CannotBeMade(Chat):
    def __init__(self, stage):
        raise RuntimeError("bo-password")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Fails, "the front end shows the wrong prompt: expected choose, it shows another question"),
        (CannotClose, "sms-challenge / restart: the front end cannot be closed: RuntimeError (test_fronts.py, line "),
        (CannotBeMade, "sms-challenge / restart: the front end cannot be made: RuntimeError (test_fronts.py, line "),
    ],
)
async def test_what_cannot_begin_or_end(wrong, told):
    """It is told as what it is, discreetly; it hides nothing that went wrong before, and the exchanges are told, too."""
    [walk] = [each for each in walks("sms-challenge") if each.name == "sms-challenge / restart"]
    with pytest.raises(WalkFailed, match=re.escape(told)) as failed:
        await through(walk, wrong)
    assert "bo-password" not in str(failed.value)
    if wrong is Fails:
        [note] = failed.value.__notes__
        assert "the last exchanges, newest last:" in note
        assert "GET /mfa/authenticators -> 200" in note


def test_a_function_of_one():
    """A function that cannot be asked is refused at once."""
    with pytest.raises(TypeError, match=r"asking takes a function of two: async def ask\(prompt, says\)"):
        asking(lambda prompt: prompt)


async def test_who_cannot_look_after_an_error():
    """After an error somebody looks again, and must be shown something."""
    [walk] = [each for each in SOME if each.name == "sms-challenge / confirmed / server_error at confirmed"]
    with pytest.raises(
        WalkFailed, match=r"at 'confirmed' \(confirm\), the front end fails with TransportError \(test_fronts"
    ):
        await through(walk, CannotLook)


@pytest.mark.parametrize("wrong", [SaysTooMuch, Leaks, ReadsAll])
async def test_no_secret_shows(wrong):
    """Whatever a front end shows or raises, no password, token, code or number is in what is told of it."""
    told = []
    for walk in walks("*-enroll", "recovery-challenge", "no-mfa"):
        try:
            await through(walk, wrong)
        except WalkFailed as error:
            told.append(str(error))
    assert told
    assert [] == [each for each in told if re.search("[A-Z0-9]{20}", each)]
    secrets = ("bo-password", "access_token", "+1555", "otpauth", "secret", "eyJ")
    assert [] == [each for each in told for secret in secrets if secret in each]


FAILING = """
import pytest
from mfa_flow import Answer
from mfa_flow.kit import asking, through, walks

class Mute:
    def __init__(self, stage):
        self.client = stage.client()

    async def act(self, verb, *given, **details):
        prompt = await Answer(verb, *given, **details).said_to(self.client.flow("chat"))
        return "nothing" if prompt.kind == "done" else prompt.text()

class Crashes(Mute):
    async def act(self, verb, *given, **details):
        return await super().act(verb, *given, **details) if verb != "confirm" else {}["x"]

async def crash(prompt, says):
    return await says(prompt.text()) if prompt.kind in ("ask_password", "choose") else {}["x"]

@pytest.mark.parametrize("make", [Mute, Crashes, asking(crash)])
@pytest.mark.parametrize("scene", ["otp-enroll", "sms-enroll", "sms-challenge", "recovery-challenge"])
async def test(scene, make):
    [walk] = [each for each in walks(scene) if each.name == f"{scene} / confirmed"]
    await through(walk, make)
"""


@pytest.mark.parametrize("how", [[], ["-l", "--tb=long"]], ids=["plain", "locals"])
def test_no_secret_is_in_the_report(tmp_path, how):
    """What pytest prints of a walk that failed has no code, key or password, neither in arguments nor in locals."""
    (tmp_path / "test_failing.py").write_text(FAILING)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin"]
    options = ["-o", "asyncio_mode=auto", "--rootdir", str(tmp_path), "-c", os.devnull, *how, str(tmp_path)]
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = subprocess.run([*command, *options], check=False, capture_output=True, text=True, env=env, cwd=tmp_path)
    assert "12 failed" in ran.stdout
    assert [] == re.findall(r"\b[A-Z0-9]{24,}\b|otpauth.*|eyJ.*|bo-password|'\d{6}'", ran.stdout)


async def test_what_is_wrong_is_not_counted():
    """The rows of a turn that was wrong are not taken."""
    coverage = Coverage()
    [walk] = [each for each in walks("sms-challenge") if each.name.endswith("/ resend")]
    with pytest.raises(WalkFailed):
        await through(walk, OnlyLooks, coverage)
    assert ["password_accepted", "mfa_demanded", "listed", "challenged"] == [event for event, _, _ in coverage.made]
    assert ("challenged", "challenging", "challenging") not in coverage.made


async def test_words_of_its_own():
    """A front end that says how it is to be read is read so."""
    for walk in walks("sms-challenge", "recovery-challenge"):
        await through(walk, OwnWords)


def asked(of):
    async def ask(prompt, says):
        return await says(of(prompt))

    return asking(ask)


async def test_a_function_for_run():
    """It is asked at each prompt and answers with what the person did, to the end."""
    some = walks(
        "sms-*", "push-*", "otp-*", verbs={"login", "enroll", "challenge", "confirm", "wait", "resend", "cancel"}
    )
    for walk in some:
        await through(walk, asked(lambda prompt: prompt.text()))
    [walk, *_] = walks("sms-challenge")
    with pytest.raises(WalkFailed, match="shows the wrong prompt: expected choose, it shows another question"):
        await through(walk, asked(lambda prompt: prompt.kind))


@pytest.mark.parametrize(
    ("scenes", "struck", "told"),
    [
        ("login", (), "leave out walks that begin with cancel, or restart"),
        ("sms-challenge", (), "leave out walks that begin with look, or restart"),
        ("sms-challenge", (faults.reset_after,), "leave out walks with faults"),
    ],
)
async def test_what_a_function_cannot_do(scenes, struck, told):
    """What no function for ``run`` can do is told, and which walks to leave out for that."""
    failed = []
    for walk in walks(scenes, faults=struck):
        try:
            await through(walk, asked(lambda prompt: prompt.text()))
        except WalkFailed as error:
            failed.append(str(error))
    assert [] != [each for each in failed if told in each], failed
