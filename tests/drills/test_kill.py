"""Kill -9 at each point of each verb: what is said afterwards is true, nothing is spent twice, every flow ends."""

import pytest

from drills.kill import CASES, case, drilling

# Requests and messages of each verb when all is well.
REQUESTS = {"login": 2, "remove": 2, "go_back": 0, "cancel": 0}
MESSAGES = {"challenge": 1, "enroll": 1, "resend": 1}
# Those whose message is worked on again, since that costs nothing.
FREE = {"wait (approved)", "go_back", "cancel", "manage", "remove"}
CANCELLED = {"cancel", "manage", "remove"}
# What the machines of many machines are tried with: the rest is the same code.
SOME = [each for each in CASES if each[0] in {"login", "confirm (right)", "resend"}]


@pytest.fixture(scope="module")
def sqlite():
    """A drill on a file."""
    with drilling("sqlite") as drill:
        yield drill


@pytest.fixture(scope="module")
def redis():
    """A drill on a server."""
    with drilling("redis") as drill:
        yield drill


def named(value):
    return str(value)


def check(result):
    """What holds for every case."""
    verb, point, sent = result.verb, result.point, result.point != "before sending"
    requests = 1 if point == "after sending" else REQUESTS.get(verb, 1)
    assert requests * sent == result.dead["requests"] - result.before["requests"]
    assert MESSAGES.get(verb, 0) * sent == result.dead["messages"] - result.before["messages"]
    wrong = 9 if verb == "confirm (wrong)" and sent else 10
    assert {"code": wrong, "recovery_code": 10} == result.dead["attempts"] == result.redelivered["attempts"]
    lost = None if point == "after saving" else verb.split()[0]
    assert lost == result.looked.interrupted
    if verb in FREE:
        assert result.again.interrupted is None
        return
    assert result.dead == result.redelivered
    assert result.looked == result.again


def check_end(result):
    """Every flow reaches an end: tokens, or what the person wanted instead."""
    if result.verb in CANCELLED:
        assert "cancelled" == result.end.reason
    else:
        assert result.end.tokens.access_token


@pytest.mark.parametrize(("verb", "point"), CASES, ids=named)
def test_a_killed_process_on_one_machine(sqlite, verb, point):
    """The next process says what was cut off, does nothing twice that costs something, and the person goes on."""
    result = case(sqlite, verb, point)
    check(result)
    check_end(result)


@pytest.mark.parametrize(("verb", "point"), SOME, ids=named)
def test_a_killed_process_of_many_machines(redis, verb, point):
    """The same on Redis."""
    result = case(redis, verb, point)
    check(result)
    check_end(result)
