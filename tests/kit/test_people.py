"""People: their codes are right or wrong as a test wants, for every factor."""

import pytest

from mfa_flow import AskPassword, Choose, Done, Pause, Scan, Stopped, Wait
from mfa_flow.kit import Person

FACTORS = ("otp", "sms", "voice", "email", "push")


@pytest.mark.parametrize("factor", FACTORS)
async def test_a_login_with_each_factor(mfa, mfa_account, factor):
    """Who has a factor proves it, in one call."""
    bo = mfa_account(factor)
    assert (await mfa.run(bo.email, bo.password, answer=bo)).access_token


@pytest.mark.parametrize(
    ("factors", "expected"), [(["push"], "push"), (["sms", "otp"], "sms"), (["otp", "sms"], "otp")]
)
async def test_the_first_factor_is_the_one_used(mfa, mfa_account, factors, expected):
    """Who was made with several, or with one that brings another, logs in by the one named first."""
    bo = mfa_account(*factors)
    await mfa.run(bo.email, bo.password, answer=bo)
    assert [expected] == [step.given for step in mfa.recording().steps if step.verb == "challenge"]
    assert expected == bo.prefers


@pytest.mark.parametrize("factor", FACTORS)
async def test_each_factor_is_set_up(mfa, mfa_phone, mfa_tenant, factor):
    """Who has none sets one up by what it takes, and proves it."""
    mfa_tenant.users["ada@example.com"].phone = "+15551230042"
    flow = mfa.flow()
    await flow.login(mfa_phone.email, mfa_phone.password)
    prompt = await flow.enroll(factor, **mfa_phone.details(factor))
    given = await mfa_phone(prompt)
    assert isinstance(await (flow.wait() if given is None else flow.confirm(given)), Done)


@pytest.mark.parametrize("factor", ["otp", "sms", "voice", "email", "recovery"])
async def test_wrong_and_right(mfa, mfa_account, factor):
    """A wrong code has the right shape and is refused; the right one is taken after it."""
    bo, flow = mfa_account("otp", "sms", verified=True), mfa.flow()
    choose = await flow.login(bo.email, bo.password)
    ask = await flow.challenge(next(one for one in choose.challenge if one.factor == factor))
    wrong = bo.wrong_code(ask)
    assert "wrong_code" == (await flow.confirm(wrong)).error.key
    assert bo.code(ask) != wrong
    assert isinstance(await flow.confirm(bo.code(ask)), Done)


def test_a_wrong_code_is_never_right(mfa_account):
    """Whatever the right codes are, the wrong one is none of them."""
    from mfa_flow import AskCode

    bo = mfa_account("sms")
    bo.tenant.pin(bo.number, "000000")
    bo.tenant._desk.world.sendings.send(bo.user.of_kind("sms")[0])
    assert ("000000", "111111") == (bo.code(AskCode(channel="sms")), bo.wrong_code(AskCode(channel="sms")))
    bo.user.of_kind("recovery-code")[0].secret = "A" * 24
    assert "B" * 24 == bo.wrong_code(AskCode(channel="recovery"))


async def test_an_app_shows_each_code_once(mfa, mfa_account, mfa_clock):
    """Who logs in again and again within these minutes waits for the next code, by the clock."""
    bo, began = mfa_account("otp"), mfa_clock.now()
    for _ in range(6):
        await mfa.run(bo.email, bo.password, answer=bo)
    assert 30 <= mfa_clock.now() - began <= 150


async def test_ten_wrong_codes(mfa, mfa_account):
    """A pause is waited for when all of it is run, and a pause asks for the code of the question behind it."""
    bo, flow = mfa_account("otp"), mfa.flow()
    ask = await flow.challenge((await flow.login(bo.email, bo.password)).challenge[0])
    for _ in range(11):
        prompt = await flow.confirm(bo.wrong_code(ask))
    assert isinstance(prompt, Pause)
    assert bo.wrong_code(ask) == bo.wrong_code(prompt)
    assert bo.code(ask) == bo.code(prompt)
    assert await bo(prompt) is None


def test_nothing_to_answer_with(mfa_account, mfa_phone):
    """What did not come, or was not asked for, is told."""
    from mfa_flow import AskCode

    bo = mfa_account()
    for prompt, said in [
        (AskCode(channel="sms"), "no code reached person-1@example.com by sms yet"),
        (AskCode(channel="recovery"), "no code reached person-1@example.com by recovery yet"),
        (AskCode(channel="otp"), "has no authenticator app"),
        (Choose(), "choose asks for no code"),
    ]:
        with pytest.raises(LookupError, match=said):
            bo.code(prompt)
    for prompt in (
        None,
        Choose(),
        Pause(seconds=1, then=Choose()),
        Wait(seconds=5),
        Scan(barcode_uri="x", length=None),
    ):
        for find in (bo.code, bo.wrong_code):
            with pytest.raises(LookupError, match=r"^(choose|wait|scan|None) asks for no code$"):
                find(prompt)
    with pytest.raises(LookupError, match=r"ada@example.com has no phone"):
        _ = mfa_phone.number


async def test_what_they_say_elsewhere(mfa_account):
    """A password where one is asked for, nothing at an end."""
    bo = mfa_account(password="hers")
    assert "hers" == await bo(AskPassword())
    assert await bo(Stopped(reason="expired")) is None


async def test_a_push_that_was_answered(mfa, mfa_account):
    """Who pressed No does not press Yes after that."""
    bo, flow = mfa_account("push"), mfa.flow()
    choose = await flow.login(bo.email, bo.password)
    wait = await flow.challenge(next(one for one in choose.challenge if one.factor == "push"))
    bo.deny()
    assert await bo(wait) is None
    assert "deny" == bo.tenant.push(bo.email).decision


def test_everybody_is_somebody_else(mfa_account, mfa_phone):
    """Each call makes another person, with another phone; names may be chosen, and passwords do not show."""
    one, other = mfa_account("otp"), mfa_account(email="Bo@example.com", phone=None, verified=True)
    third = mfa_account("sms")
    assert ["person-1@example.com", "bo@example.com", "person-2@example.com"] == [
        each.email for each in (one, other, third)
    ]
    assert ("+15551230001", None, "+15551230002") == (one.user.phone, other.user.phone, third.user.phone)
    assert other.user.verified
    assert "Person(email='bo@example.com')" == repr(mfa_phone.of("bo@example.com"))
    assert Person(one.tenant, "bo@example.com", "correct-horse") == mfa_phone.of("bo@example.com")
    with pytest.raises(ValueError, match=r"there is a user bo@example\.com already"):
        mfa_account(email="bo@example.com")
    with pytest.raises(TypeError, match=r"\['sms'\] is no factor's name: mfa_account\('otp', 'sms'\), one after"):
        mfa_account(["sms"])
