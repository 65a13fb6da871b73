"""Codes and questions on their way to people."""

import pytest

from mfa_flow.testing import Clock
from mfa_flow.testing.knobs import Knobs, KnobSettings
from mfa_flow.testing.world.authenticators import Authenticator
from mfa_flow.testing.world.inbox import Inbox
from mfa_flow.testing.world.mint import Mint
from mfa_flow.testing.world.sendings import Sendings
from mfa_flow.testing.world.world import World
from testing.conftest import PHONE

ADA = "ada@example.com"


def a_phone(clock: Clock, factor: str = "sms", **knobs: object) -> tuple[Sendings, Authenticator]:
    """What is under way, and one authenticator to send to."""
    settings: KnobSettings = {**knobs}  # type: ignore[typeddict-item]
    world = World("Demo", clock, Knobs(**settings), Mint(7), Inbox(clock))
    user = world.users.add(ADA, "pw", phone=PHONE, authenticators=[factor])
    return world.sendings, user.of_kind(factor)[0]


@pytest.mark.parametrize(
    ("factor", "to", "text"),
    [
        ("sms", PHONE, "{} is your verification code for Demo."),
        ("voice", PHONE, "Hello. Your verification code for Demo is {}."),
        ("email", ADA, "Your verification code for Demo is {}."),
    ],
)
def test_a_code_arrives_as_a_person_gets_it(clock: Clock, factor: str, to: str, text: str) -> None:
    """The message holds the code, in a field and in its text."""
    sendings, device = a_phone(clock, factor)
    sendings.send(device)
    message = sendings.inbox.messages()[0]
    assert (factor, to, clock.now()) == (message.channel, message.to, message.at)
    assert text.format(message.code) == message.text


def test_a_push_arrives_without_a_code(clock: Clock) -> None:
    """It asks a question, and has an id to answer it by."""
    sendings, device = a_phone(clock, "push")
    sendings.send(device)
    message = sendings.inbox.messages()[0]
    assert ("push", ADA, None) == (message.channel, message.to, message.code)
    with pytest.raises(LookupError, match="nothing was sent"):
        sendings.inbox.code(ADA)


def test_a_code_proves_its_phone_once(clock: Clock) -> None:
    """Right, then used up."""
    sendings, phone = a_phone(clock)
    sending, code = sendings.find(sendings.send(phone)), sendings.inbox.code(PHONE)
    assert sending is not None
    assert [True, False] == [sending.proves(code) for _ in range(2)]


def test_a_wrong_code_proves_nothing_and_spends_nothing(clock: Clock) -> None:
    """After a wrong try the right code still works."""
    sendings, phone = a_phone(clock)
    sending, code = sendings.find(sendings.send(phone)), sendings.inbox.code(PHONE)
    assert sending is not None
    assert [False, True] == [sending.proves(each) for each in (code[::-1] + "0", code)]


def test_an_earlier_code_stays_good_with_its_own_sending_only(clock: Clock) -> None:
    """A resend does not spoil the first code, nor do the two mix."""
    sendings, phone = a_phone(clock)
    first, first_code = sendings.find(sendings.send(phone)), sendings.inbox.code(PHONE)
    second, second_code = sendings.find(sendings.send(phone)), sendings.inbox.code(PHONE)
    assert first is not None
    assert second is not None
    assert not first.proves(second_code)
    assert [True, True] == [first.proves(first_code), second.proves(second_code)]


def test_a_knob_lets_only_the_latest_live(clock: Clock) -> None:
    """With it a resend ends what was sent before to the same authenticator."""
    sendings, phone = a_phone(clock, invalidate_previous=True)
    names = [sendings.send(phone) for _ in range(2)]
    assert [True, False] == [sendings.find(name) is None for name in names]


def test_old_codes_are_forgotten(clock: Clock) -> None:
    """A tenant that runs for weeks does not pile up codes."""
    sendings, phone = a_phone(clock)
    name = sendings.send(phone)
    clock.advance(301)
    sendings.send(phone)
    assert None is sendings.find(name)


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_a_push_is_answered_once(clock: Clock, decision: str) -> None:
    """By its id or by its address; the second answer is too late."""
    sendings, device = a_phone(clock, "push")
    sendings.send(device)
    push = sendings.push(ADA)
    getattr(push, decision)()
    assert decision == sendings.push(sendings.inbox.messages()[0].id).decision
    with pytest.raises(ValueError, match=f"answered already: {decision}"):
        push.approve()


def test_an_address_names_its_newest_push(clock: Clock) -> None:
    """An id names any."""
    sendings, device = a_phone(clock, "push")
    for _ in range(2):
        sendings.send(device)
    newest, oldest = (sendings.push(each.id) for each in sendings.inbox.messages())
    sendings.push(ADA).deny()
    assert ("deny", None) == (newest.decision, oldest.decision)


@pytest.mark.parametrize(("seconds", "in_time"), [(299, True), (300, False)])
def test_a_push_is_answered_in_time(clock: Clock, seconds: float, *, in_time: bool) -> None:
    """Second 299 is in time, 300 is not."""
    sendings, device = a_phone(clock, "push")
    sendings.send(device)
    push = sendings.push(ADA)
    clock.advance(seconds)
    if in_time:
        push.approve()
    else:
        with pytest.raises(ValueError, match="too late"):
            push.approve()


@pytest.mark.parametrize("which", ["msg_1", "msg_2", PHONE, "nobody@example.com"])
def test_what_is_no_push_cannot_be_answered(clock: Clock, which: str) -> None:
    """A code that was sent is no question."""
    sendings, phone = a_phone(clock)
    sendings.send(phone)
    with pytest.raises(LookupError, match="no push"):
        sendings.push(which)
