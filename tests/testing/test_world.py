"""Codes on their way, and the pace of a session."""

from mfa_flow.testing import Clock
from mfa_flow.testing.inbox import Inbox
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.mint import Mint
from mfa_flow.testing.people import Authenticator
from mfa_flow.testing.world import World

PHONE = "+15551230000"


def a_world(clock: Clock) -> tuple[World, Authenticator]:
    """A world with one phone in it."""
    world = World("Demo", clock, Knobs(), Mint(7), Inbox())
    user = world.users.add("ada@example.com", "pw", phone=PHONE, authenticators=["sms"])
    return world, user.of_kind("sms")[0]


def test_a_code_arrives_as_a_phone_shows_it(clock: Clock) -> None:
    """The message holds the code, in a field and in its text."""
    world, phone = a_world(clock)
    world.send_code(phone)
    message = world.inbox.messages()[0]
    assert ("sms", PHONE, clock.now()) == (message.channel, message.to, message.at)
    assert f"{message.code} is your verification code for Demo." == message.text


def test_a_code_proves_its_phone_once(clock: Clock) -> None:
    """Right, then used up."""
    world, phone = a_world(clock)
    name, code = world.send_code(phone), world.inbox.code(PHONE)
    assert [phone, None] == [world.redeem_sent(name, code) for _ in range(2)]


def test_a_wrong_code_proves_nothing_and_spends_nothing(clock: Clock) -> None:
    """After a wrong try the right code still works."""
    world, phone = a_world(clock)
    name, code = world.send_code(phone), world.inbox.code(PHONE)
    assert [None, phone] == [world.redeem_sent(name, each) for each in (code[::-1] + "0", code)]


def test_an_earlier_code_stays_good_with_its_own_sending_only(clock: Clock) -> None:
    """A resend does not spoil the first code, nor do the two mix."""
    world, phone = a_world(clock)
    first, first_code = world.send_code(phone), world.inbox.code(PHONE)
    second, second_code = world.send_code(phone), world.inbox.code(PHONE)
    assert None is world.redeem_sent(first, second_code)
    assert [phone, phone] == [world.redeem_sent(first, first_code), world.redeem_sent(second, second_code)]


def test_old_codes_are_forgotten(clock: Clock) -> None:
    """A tenant that runs for weeks does not pile up codes."""
    world, phone = a_world(clock)
    name, code = world.send_code(phone), world.inbox.code(PHONE)
    clock.advance(301)
    world.send_code(phone)
    assert None is world.redeem_sent(name, code)


def test_a_session_may_exchange_twelve_times_then_every_five_seconds(clock: Clock) -> None:
    """Twelve at once, the thirteenth too fast, one more after five seconds; another session is not slowed."""
    world, _ = a_world(clock)
    assert [True] * 12 + [False] == [world.may_exchange("one") for _ in range(13)]
    assert world.may_exchange("other")
    clock.advance(4.99)
    assert not world.may_exchange("one")
    clock.advance(0.01)
    assert world.may_exchange("one")
