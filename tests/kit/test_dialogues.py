"""Random dialogues: nothing breaks our own client; a planted bug shrinks to a script that shows it again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

from kit.planted import Planted
from mfa_flow import BadInput, prompt_from_json
from mfa_flow.factors.codes import digits, recovery_code
from mfa_flow.kit.dialogues import Broken, Dialogue
from mfa_flow.kit.driving import drive
from mfa_flow.kit.strategies import answers, prompts, some_walks

HERE = Path(__file__).parent.parent


class TestDialogue(Dialogue.TestCase):
    """What always holds does, whatever is said to our own client."""


def test_a_planted_bug_is_printed_as_a_script(tmp_path):
    """The shortest dialogue that fails is printed; as a program of its own it fails in the same way."""
    found = settings(
        max_examples=300,
        stateful_step_count=10,
        deadline=None,
        database=None,
        derandomize=True,
        # Explaining takes ten times as long as finding and shrinking, and says nothing in the script.
        phases=(Phase.generate, Phase.shrink),
    )
    with pytest.raises(Broken) as broken:
        run_state_machine_as_test(Planted, settings=found)
    told, script = str(broken.value).split("\n\n", 1)
    assert "no request that spends something is made twice: this does not hold" == told
    assert 3 == script.count("talk.line("), script
    program = tmp_path / "again.py"
    program.write_text(script)
    env = {**os.environ, "PYTHONPATH": str(HERE)}
    ran = subprocess.run([sys.executable, str(program)], check=False, capture_output=True, text=True, env=env)
    assert 1 == ran.returncode
    assert f"Broken: {told}" in ran.stderr


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
