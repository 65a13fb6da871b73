"""Random dialogues: nothing breaks our own client; a planted bug shrinks to a script that shows it again."""

import re
import subprocess
import sys
import time
from unittest import TestCase

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from kit.planted import BUGS, ResendsTwice
from mfa_flow import BadInput, MfaClient, Notice, prompt_from_json
from mfa_flow.factors.codes import digits, recovery_code
from mfa_flow.kit import dialogues
from mfa_flow.kit.deeds import PASSWORD
from mfa_flow.kit.dialogues import Broken, Dialogue, Talk
from mfa_flow.kit.driving import drive
from mfa_flow.kit.strategies import answers, prompts, some_walks

from .examples import example


class TestDialogue(Dialogue.TestCase):
    """What always holds does, whatever is said to our own client."""


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_printed_as_a_script(tmp_path, bug):
    """For each thing that always holds a bug is found as the settings are, within half a minute; a short dialogue that
    fails is printed, and as a program of its own, run anywhere, it fails in the same way."""
    found, begun = settings(bug.TestCase.settings, database=None, derandomize=True), time.process_time()
    with pytest.raises(Broken) as broken:
        run_state_machine_as_test(bug, settings=found)
    assert time.process_time() - begun < 30
    told, script = str(broken.value).split("\n\n", 1)
    assert told.startswith(BUGS[bug])
    assert script.count("talk.line(") <= 6, script
    program = tmp_path / "again.py"
    program.write_text(script)
    ran = subprocess.run([sys.executable, str(program)], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert 1 == ran.returncode
    crashed = re.match(r"the client fails with (\w+) ", told)
    assert (f"\n{crashed[1]}: " if crashed else f"Broken: {told}") in ran.stderr


@pytest.mark.parametrize("name", ["password", "refresh", "manage", "begin", "recovery code"])
def test_each_secret_is_looked_for(name):
    """The password, each token the person holds, and the recovery code."""
    said = []

    class Tells(MfaClient):
        def _shown(self, flow):
            return evolve(super()._shown(flow), error=Notice("wrong_password", f"not {''.join(said)}"))

    talk = Talk(
        lambda stage: Tells(stage.app, store=stage.store, transport=stage.transport, clock=stage.clock), ["sms"]
    )
    talk.line("login", "wrong")
    secrets = {"password": PASSWORD, "recovery code": talk.person.user.recovery_code, **talk._tokens}
    said.append(secrets[name])
    with pytest.raises(Broken, match=f"no secret is in a repr: this does not hold; there is the {name}$"):
        talk.line("login", "wrong")
    talk.close()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("fault", "nonsense"), "there is no fault 'nonsense': there are rate_limited, "),
        (("fault",), "there is no fault ''"),
        (("nonsense",), "there is no verb 'nonsense': there are login, "),
        (("_do",), "there is no verb '_do'"),
    ],
)
def test_a_line_there_is_not(line, told):
    """A fault and a verb that there are not are told, with those there are."""
    talk = Talk()
    with pytest.raises(ValueError, match=told):
        talk.line(*line)
    talk.close()


def test_most_seeds_find_them():
    """Whatever is drawn, the settings as they are find a client that sends twice what was asked for again."""
    found = settings(Dialogue.TestCase.settings, database=None, phases=[Phase.generate])
    for number in range(3):
        with pytest.raises(
            Broken, match=r"in resend, POST /mfa/challenge was made 2 times|in resend, POST /mfa/associate"
        ):
            run_state_machine_as_test(seed(number)(type("Resends", (ResendsTwice,), {})), settings=found)


def test_dialogues_get_about():
    """Three hundred dialogues take each kind of way: in by each door, by each factor, to a proof, and into what goes wrong."""
    events, grants = set(), set()

    class Watched(Dialogue):
        def client(self, stage):
            return stage.client(on_move=lambda moved: events.add(moved.event))

        def teardown(self):
            grants.update(one.grant for one in self.talk.stage.tenant.requests)
            super().teardown()

    run_state_machine_as_test(
        Watched,
        # Of a hundred dialogues one lot in twelve has no push that is asked after too soon.
        settings=settings(
            Dialogue.TestCase.settings, database=None, derandomize=True, phases=[Phase.generate], max_examples=300
        ),
    )
    expected = (
        "password_accepted password_rejected refresh_accepted signed_in mfa_demanded listed associated challenged"
    )
    expected += " code_rejected still_pending tokens_issued went_back throttled cancelled"
    assert set() == set(expected.split()) - events
    assert {"password", "refresh_token", "mfa-otp", "mfa-oob", "mfa-recovery-code"} <= grants


def test_without_hypothesis():
    """What is missing is called by the package's name, with the command that installs all it takes."""
    for wanted in (
        "import mfa_flow.kit.dialogues",
        "import mfa_flow.kit.strategies",
        "from mfa_flow.kit import Dialogue",
    ):
        program = f"import sys; sys.modules['hypothesis'] = None; {wanted}"
        ran = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
        told = "MissingExtra: this needs the package 'hypothesis': pip install 'mfa_flow[kit]'"
        assert ran.stderr.splitlines()[-1].endswith(told)


@pytest.mark.parametrize("kind", ["ask_password", "choose", "ask_code", "scan", "wait", "pause", "done", "stopped"])
def test_all_kinds_of_prompts(kind):
    """There are eight, and each is drawn."""
    assert (
        kind
        == find(prompts(), lambda prompt: prompt.kind == kind, settings=settings(database=None, max_examples=2000)).kind
    )


@given(prompts())
def test_prompts(prompt):
    """Any prompt has a text, and comes back from JSON as it was."""
    assert prompt.text()
    assert prompt == prompt_from_json(prompt.to_json(tokens=True))


@given(answers())
def test_answers(answer):
    """Any answer is a code or is refused, and a refusal never shows it."""
    for read in (lambda: digits(answer, 6), lambda: recovery_code(answer)):
        try:
            assert len(read()) in {6, 24}
        except BadInput as refused:
            assert len(answer) < 4 or answer not in str(refused)


@given(some_walks("sms-*", "push-*"))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_walks(walk):
    """Walks may be drawn at random."""
    await drive(walk)


def test_settings_are_inherited():
    """A class of one's own is tried as the suite is, unless it says otherwise; what is made from that, too."""

    class Mine(Dialogue):
        pass

    assert 20 == Dialogue.TestCase.settings.stateful_step_count == Mine.TestCase.settings.stateful_step_count
    assert Phase.explain not in Mine.TestCase.settings.phases
    Mine.TestCase.settings = settings(max_examples=7)

    class Further(Mine):
        pass

    assert (100, 7, 7) == tuple(each.TestCase.settings.max_examples for each in (Dialogue, Mine, Further))


def test_the_docstring_s_example():
    """The classes it shows are collected, and pass."""
    names = {"Dialogue": Dialogue}
    exec(example(dialogues.__doc__), names)
    few = settings(Dialogue.TestCase.settings, max_examples=3, database=None)
    for kind in (Dialogue, names["Mine"]):
        run_state_machine_as_test(kind, settings=few)
    assert issubclass(names["TestDialogue"], Dialogue.TestCase)
    assert issubclass(names["TestMine"], TestCase)
