"""The inbox shows what was delivered, newest first, and says so when it comes."""

import pytest

from mfa_flow.testing import Clock
from mfa_flow.testing.world.inbox import Inbox


def filled() -> Inbox:
    """Three messages to two recipients."""
    inbox = Inbox(Clock())
    for channel, to, code in [("sms", "+15551", "111111"), ("email", "a@b.c", "222222"), ("sms", "+15551", "333333")]:
        inbox.deliver(channel, to, code, f"code {code}", 1.0)
    return inbox


def test_newest_first() -> None:
    """The last one delivered is the first one listed."""
    assert ["333333", "222222", "111111"] == [each.code for each in filled().messages()]


def test_filters() -> None:
    """One recipient's, one channel's, or both."""
    inbox = filled()
    assert ["333333", "111111"] == [each.code for each in inbox.messages(to="+15551")]
    assert ["222222"] == [each.code for each in inbox.messages(channel="email")]
    assert [] == inbox.messages(to="+15551", channel="email")


def test_code_is_the_newest() -> None:
    """One call gives the code a person would read now."""
    assert "333333" == filled().code("+15551")


def test_no_code_says_who_got_nothing() -> None:
    """A test that asks too early learns why."""
    with pytest.raises(LookupError, match="nothing was sent to nobody"):
        filled().code("nobody")


def test_clear_empties_and_numbers_go_on() -> None:
    """After clearing, a new message cannot be taken for an old one."""
    inbox = filled()
    before = {each.id for each in inbox.messages()}
    inbox.clear()
    assert [] == inbox.messages()
    assert inbox.deliver("sms", "+15551", "444444", "", 2.0).id not in before


def test_after_an_id() -> None:
    """The newer ones, though the older was thrown away; what is no id is refused."""
    inbox = filled()
    assert ["333333", "222222"] == [each.code for each in inbox.messages(after="msg_1")]
    inbox.clear()
    assert [] == inbox.messages(after="msg_1")
    with pytest.raises(ValueError, match="looks like msg_1"):
        inbox.messages(after="first")


def test_clearing_one_recipient() -> None:
    """The others' stay."""
    inbox = filled()
    inbox.clear("+15551")
    assert ["222222"] == [each.code for each in inbox.messages()]


def test_a_message_without_a_code() -> None:
    """It is shown, but is not what one reads a code from."""
    inbox = filled()
    inbox.deliver("push", "+15551", None, "is it you?", 2.0)
    assert (None, "333333") == (inbox.messages()[0].code, inbox.code("+15551"))


def test_listeners_hear_while_they_listen() -> None:
    """A listener is called at each arrival, until its block ends."""
    inbox, heard = Inbox(Clock()), []
    with inbox.listening(lambda: heard.append("ding")):
        inbox.deliver("sms", "+15551", "111111", "", 1.0)
        inbox.clear()
        inbox.deliver("sms", "+15551", "222222", "", 1.0)
    inbox.deliver("sms", "+15551", "333333", "", 1.0)
    assert ["ding", "ding"] == heard


def test_repr_hides_the_code() -> None:
    """A failing assertion does not print codes."""
    assert "333333" not in repr(filled().messages())


def test_late_messages_are_numbered_as_they_arrive() -> None:
    """In the order of their times, whichever was sent first; before, nobody sees them."""
    clock = Clock(100)
    inbox = Inbox(clock)
    for to, at in (("slow", 130), ("slower", 160), ("faster", 110), ("now", 100)):
        inbox.deliver("sms", to, "111111", "", at)
    assert (["now"], 110) == ([each.to for each in inbox.messages()], inbox.next_at)
    clock.advance(30)
    assert ["msg_3 slow", "msg_2 faster", "msg_1 now"] == [f"{each.id} {each.to}" for each in inbox.messages()]
    assert ["slow", "faster"] == [each.to for each in inbox.messages(after="msg_1")]
    inbox.clear("slower")
    assert None is inbox.next_at


def test_moving_the_clock_is_heard() -> None:
    """Who listens looks again: something late may have come."""
    clock, heard = Clock(100), []
    inbox = Inbox(clock)
    with inbox.listening(lambda: heard.append(len(inbox.messages()))):
        inbox.deliver("sms", "a", "111111", "", 130)
        clock.advance(30)
    assert [0, 1] == heard


def test_what_nobody_looked_at() -> None:
    """A message is read when it is shown, a question when it is answered."""
    inbox = filled()
    question = inbox.deliver("push", "a@b.c", None, "is it you?", 1.0)
    inbox.messages("a@b.c")
    assert ["msg_1", "msg_3", question.id] == [each.id for each in inbox.open]
    inbox.code("+15551")
    inbox.answered(question.id)
    assert ["msg_1"] == [each.id for each in inbox.open]


def test_is_put_back_as_it_was() -> None:
    """Messages, what of them was read, what is late; numbers are not used twice."""
    clock = Clock(100)
    inbox = Inbox(clock)
    for at in (100, 100, 130):
        inbox.deliver("sms", "a", "111111", "", at)
    inbox.code("a")
    box = inbox.saved()
    inbox.clear()
    inbox.deliver("sms", "b", "222222", "", 100)
    inbox.put_back(box)
    assert ["msg_1"] == [each.id for each in inbox.open]
    clock.advance(30)
    assert ["msg_4", "msg_2", "msg_1"] == [each.id for each in inbox.messages()]


def test_the_newest_ten_thousand_stay() -> None:
    """Older ones are gone, and the newest are still found."""
    inbox = Inbox(Clock(1))
    for number in range(10_005):
        inbox.deliver("sms", "a", f"{number:06}", "", 1)
    assert (10_000, "010004") == (len(inbox.open), inbox.code("a"))
    assert (10_000, "000005") == (len(found := inbox.messages()), found[-1].code)


def test_addresses_are_the_same_in_any_case() -> None:
    """To be read, to be answered, to be thrown away."""
    box = Inbox(Clock(0))
    box.deliver("email", "Ada@Example.com", "123456", "text", 0)
    box.deliver("push", "ada@example.com", None, "text", 0)
    asked = box.question("ADA@example.com")
    assert ("123456", "msg_2", 2) == (
        box.code("ada@example.com"),
        asked and asked.id,
        len(box.messages("aDa@example.com")),
    )
    box.clear("ada@EXAMPLE.com")
    assert [] == box.messages()
