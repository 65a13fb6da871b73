"""Voice, email, push and recovery code: each walked whole, by enrolment and by challenge, against the tenant."""

from contextlib import asynccontextmanager

import pytest

from mfa_flow import App, AskCode, BadInput, Choose, Done, MfaClient, Scan, UnknownFactor, Wait, WrongState
from mfa_flow.testing import Tenant, TenantTransport, serve

ADA, PASSWORD = "ada@example.com", "correct-horse"
BO = "bo@example.com"
PHONE = "+15551230042"
APP = App("tenant.example", "demo-client", "demo-secret")


@asynccontextmanager
async def client(tenant, **options):
    async with MfaClient(APP, transport=TenantTransport(tenant), clock=tenant.clock, **options) as mfa:
        yield mfa


def bo(tenant, *authenticators, **more):
    """Somebody who has these."""
    return tenant.users.add(BO, "pw", phone=PHONE, authenticators=authenticators, **more)


def of(choose, factor):
    """The authenticator of that factor among those one may be challenged by."""
    return next(one for one in choose.challenge if one.factor == factor)


def offered(choose):
    return [one.factor for one in choose.challenge]


async def challenged(flow, factor):
    """Bo's flow, challenged by that factor."""
    choose = await flow.login(BO, "pw")
    return await flow.challenge(of(choose, factor))


class TestVoice:
    """A code by phone call."""

    async def test_enrolment(self, mfa_tenant):
        """The call goes to the number that was given, in E.164; its code gives tokens, and the recovery code is told."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await flow.login(ADA, PASSWORD)
            ask = await flow.enroll("voice", phone_number="+1 555 123-0042")
            assert ("voice", "XXXXXXXX0042", 6, True) == (ask.channel, ask.to, ask.length, ask.numeric)
            assert (mfa_tenant.users[ADA].recovery_code,) == ask.recovery_codes
            assert mfa_tenant.clock.now() + 300 == ask.until
            assert ["voice"] == [message.channel for message in mfa_tenant.inbox.messages(PHONE)]
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)
        assert {"sms", "voice"} == {one.kind for one in mfa_tenant.users[ADA].authenticators if one.address}

    async def test_challenge(self, mfa_tenant):
        """A phone that was enrolled for messages may be called: both are offered, and the call's code gives tokens."""
        bo(mfa_tenant, "sms")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(BO, "pw")
            assert ["sms", "voice", "recovery"] == offered(choose)
            ask = await flow.challenge(of(choose, "voice"))
            assert ("voice", "XXXXXXXX0042") == (ask.channel, ask.to)
            assert "calling" in ask.text()
            assert isinstance(await flow.resend(), AskCode)
            assert ["voice", "voice"] == [message.channel for message in mfa_tenant.inbox.messages(PHONE)]
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)

    async def test_a_wrong_code(self, mfa_tenant):
        """It is asked for again, the same call still counts, and the right one gives tokens."""
        bo(mfa_tenant, "voice")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "voice")
            code = mfa_tenant.inbox.code(PHONE)
            wrong = await flow.confirm("000000" if code != "000000" else "111111")
            assert (AskCode, "wrong_code") == (type(wrong), wrong.error.key)
            assert isinstance(await flow.confirm(code), Done)

    async def test_the_other_half_of_the_phone(self, mfa_tenant):
        """While a call is awaited the person may switch to a message without going back."""
        bo(mfa_tenant, "voice")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(BO, "pw")
            await flow.challenge(of(choose, "voice"))
            ask = await flow.challenge(of(choose, "sms"))
            assert "sms" == ask.channel
            assert "sms" == mfa_tenant.inbox.messages(PHONE)[0].channel
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)

    async def test_a_tenant_without_calls(self, mfa_clock):
        """Where the tenant has it switched off, it is unavailable, and another factor goes on."""
        tenant = Tenant(clock=mfa_clock, factors=("otp", "sms"))
        async with client(tenant) as mfa:
            flow = mfa.flow()
            await flow.login(ADA, PASSWORD)
            choose = await flow.enroll("voice", phone_number=PHONE)
            assert (Choose, "factor_unavailable") == (type(choose), choose.error.key)
            assert isinstance(await flow.enroll("otp"), Scan)


class TestEmail:
    """A code by e-mail."""

    @pytest.mark.parametrize(
        ("details", "to", "shown"),
        [
            ({}, ADA, None),
            ({"email": " ada.l@example.org "}, "ada.l@example.org", "ada.*@exam*******"),
        ],
    )
    async def test_enrolment(self, mfa_tenant, details, to, shown):
        """It goes to the address given, else to the person's own; its code gives tokens."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await flow.login(ADA, PASSWORD)
            ask = await flow.enroll("email", **details)
            assert ("email", shown, 6) == (ask.channel, ask.to, ask.length)
            assert [("email", to)] == [(message.channel, message.to) for message in mfa_tenant.inbox.messages()]
            assert (mfa_tenant.users[ADA].recovery_code,) == ask.recovery_codes
            assert isinstance(await flow.resend(), AskCode)
            assert 2 == len(mfa_tenant.inbox.messages(to))
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(to)), Done)

    async def test_challenge(self, mfa_tenant):
        """A verified address is listed and challenged by itself, beside what may still be enrolled."""
        bo(mfa_tenant, verified=True)
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(BO, "pw")
            assert ["email"] == offered(choose)
            assert "otp" in choose.enroll
            ask = await flow.challenge(of(choose, "email"))
            assert ("email", of(choose, "email").name) == (ask.channel, ask.to)
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(BO)), Done)

    async def test_a_late_code(self, mfa_tenant):
        """A code that is too old leads back to the choice; a new one gives tokens."""
        bo(mfa_tenant, verified=True)
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "email")
            mfa_tenant.clock.advance(301)
            choose = await flow.confirm(mfa_tenant.inbox.code(BO))
            assert (Choose, "code_expired") == (type(choose), choose.error.key)
            await flow.challenge(of(choose, "email"))
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(BO)), Done)


class TestPush:
    """A question on a phone."""

    async def test_enrolment(self, mfa_tenant):
        """A QR code without anything to type; scanning it is what the wait is for."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await flow.login(ADA, PASSWORD)
            scan = await flow.enroll("push")
            assert (None, None, 5) == (scan.length, scan.secret, scan.seconds)
            assert "enrollment_tx_id" in scan.barcode_uri
            assert (mfa_tenant.users[ADA].recovery_code,) == scan.recovery_codes
            assert {"wait", "confirm", "go_back"} <= set(scan.verbs)
            pending = await flow.wait(timeout=0)
            assert (Scan, "still_pending") == (type(pending), pending.error.key)
            assert (scan.barcode_uri, scan.recovery_codes) == (pending.barcode_uri, pending.recovery_codes)
            mfa_tenant.push(ADA).approve()
            assert isinstance(await flow.wait(), Done)
        assert {"push", "totp", "recovery-code"} == {one.kind for one in mfa_tenant.users[ADA].authenticators}

    async def test_approved(self, mfa_tenant):
        """Pending, then a yes on the phone, then tokens; the app that came with it is offered, too."""
        bo(mfa_tenant, "push")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(BO, "pw")
            assert ["otp", "push", "recovery"] == offered(choose)
            wait = await flow.challenge(of(choose, "push"))
            assert (Wait, 5, mfa_tenant.clock.now() + 300) == (type(wait), wait.seconds, wait.until)
            pending = await flow.wait(timeout=0)
            assert (Wait, "still_pending") == (type(pending), pending.error.key)
            mfa_tenant.push(BO).approve()
            assert isinstance(await flow.wait(), Done)

    @pytest.mark.parametrize("style", ["access_denied", "invalid_grant"])
    async def test_denied(self, mfa_clock, style):
        """A no, in either of Auth0's ways to say it, leads back to the choice, and another factor goes on."""
        tenant = Tenant(clock=mfa_clock, push_denied_style=style)
        bo(tenant, "push")
        async with client(tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "push")
            tenant.push(BO).deny()
            choose = await flow.wait()
            assert (Choose, "push_denied") == (type(choose), choose.error.key)
            ask = await flow.challenge(of(choose, "otp"))
            assert "otp" == ask.channel
            assert isinstance(await flow.confirm(tenant.otp(BO)), Done)

    async def test_expired(self, mfa_tenant):
        """After five minutes without an answer it is over, and a new question may be asked."""
        bo(mfa_tenant, "push")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "push")
            mfa_tenant.clock.advance(301)
            choose = await flow.wait()
            assert (Choose, "push_expired") == (type(choose), choose.error.key)
            await flow.challenge(of(choose, "push"))
            mfa_tenant.push(BO).approve()
            assert isinstance(await flow.wait(), Done)

    async def test_confirm_polls_once(self, mfa_tenant):
        """Who has no time to wait asks once, by confirm without an answer."""
        bo(mfa_tenant, "push")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "push")
            sent = len(mfa_tenant.requests)
            assert "still_pending" == (await flow.confirm()).error.key
            assert sent + 1 == len(mfa_tenant.requests)
            mfa_tenant.push(BO).approve()
            assert isinstance(await flow.confirm(), Done)

    async def test_resend(self, mfa_tenant):
        """A second question; a yes to it gives tokens."""
        bo(mfa_tenant, "push")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "push")
            assert isinstance(await flow.resend(), Wait)
            assert 2 == len(mfa_tenant.inbox.messages(BO, "push"))
            mfa_tenant.push(BO).approve()
            assert isinstance(await flow.wait(), Done)


class TestRecovery:
    """The code that replaces itself."""

    async def test_from_enrolment_to_replacement(self, mfa_tenant):
        """The code told at the first enrolment logs in once, gives its replacement, and that one logs in next."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await flow.login(ADA, PASSWORD)
            scan = await flow.enroll("otp")
            await flow.confirm(mfa_tenant.otp(ADA))
            [code] = scan.recovery_codes
            for _ in range(2):
                flow = mfa.flow()
                choose = await flow.login(ADA, PASSWORD)
                sent = len(mfa_tenant.requests)
                ask = await flow.challenge(of(choose, "recovery"))
                assert ("recovery", 24, False, None) == (ask.channel, ask.length, ask.numeric, ask.to)
                assert sent == len(mfa_tenant.requests)
                done = await flow.confirm(f"{code[:12].lower()}-{code[12:]} ")
                assert isinstance(done, Done)
                assert done.recovery_code not in (None, code)
                assert done.recovery_code in done.text()
                code = done.recovery_code
        assert mfa_tenant.users[ADA].recovery_code == code

    async def test_a_used_code(self, mfa_tenant):
        """The code that was used before is a wrong one, and the person may try another."""
        used = bo(mfa_tenant, "otp").recovery_code
        async with client(mfa_tenant) as mfa:
            await challenged(flow := mfa.flow(), "recovery")
            await flow.confirm(used)
            await challenged(flow := mfa.flow(), "recovery")
            again = await flow.confirm(used)
            assert (AskCode, "wrong_code") == (type(again), again.error.key)
            assert isinstance(await flow.confirm(mfa_tenant.users[BO].recovery_code), Done)

    async def test_the_replacement_is_repeated_to_a_late_duplicate(self, mfa_tenant):
        """The same answer given again brings the same tokens and the same new code, and spends nothing."""
        used = bo(mfa_tenant, "otp").recovery_code
        async with client(mfa_tenant) as mfa:
            await challenged(flow := mfa.flow(), "recovery")
            done = await flow.confirm(used)
            sent = len(mfa_tenant.requests)
            assert done == await flow.confirm(f"{used[:6]}-{used[6:]}")
            assert sent == len(mfa_tenant.requests)
            assert done.recovery_code == (await flow.look()).recovery_code

    async def test_it_cannot_be_enrolled(self, mfa_tenant):
        """It comes with the first factor; asking for one is refused and sends nothing."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(ADA, PASSWORD)
            sent = len(mfa_tenant.requests)
            assert "recovery" not in choose.enroll
            with pytest.raises(UnknownFactor):
                await flow.enroll("recovery")
            assert sent == len(mfa_tenant.requests)


async def test_all_are_offered_in_order(mfa_tenant):
    """With everything enrolled, and with nothing: the best first, the recovery code last and never to be enrolled."""
    bo(mfa_tenant, "sms", "push", verified=True)
    async with client(mfa_tenant) as mfa:
        choose = await mfa.flow().login(BO, "pw")
        assert (["otp", "push", "sms", "voice", "email", "recovery"], ()) == (offered(choose), choose.enroll)
        choose = await mfa.flow().login(ADA, PASSWORD)
        assert ([], ("otp", "push", "sms", "voice", "email")) == (offered(choose), choose.enroll)


@pytest.mark.parametrize(
    ("factor", "details"),
    [
        ("voice", {}),
        ("voice", {"phone_number": "5551230042"}),
        ("voice", {"phone_number": "+0551230042"}),
        ("voice", {"phone_number": "+1555abc0042"}),
        ("voice", {"phone_number": ""}),
        ("voice", {"phone_number": PHONE, "email": ADA}),
        ("voice", {"phone_number": 15551230042}),
        ("email", {"email": ""}),
        ("email", {"email": "bob"}),
        ("email", {"email": "ada@nowhere"}),
        ("email", {"email": "a da@example.com"}),
        ("email", {"email": None}),
        ("email", {"phone_number": PHONE}),
        ("push", {"phone_number": PHONE}),
        ("push", {"email": ADA}),
    ],
)
async def test_wrong_details(mfa_tenant, factor, details):
    """What cannot be right is refused, named without being shown, and sends nothing; the flow stands where it did."""
    async with client(mfa_tenant) as mfa:
        flow = mfa.flow()
        before, sent = await flow.login(ADA, PASSWORD), len(mfa_tenant.requests)
        with pytest.raises(BadInput, match="nothing was sent") as caught:
            await flow.enroll(factor, **details)
        assert before == await flow.look()
        assert sent == len(mfa_tenant.requests)
        assert not [value for value in details.values() if value and str(value) in str(caught.value)]


@pytest.mark.parametrize(
    ("factor", "answer"),
    [
        *[(factor, answer) for factor in ("voice", "email") for answer in (None, "", "12345", "1234567", "12345a", 5)],
        *[("push", answer) for answer in ("", "123456", "yes", 5)],
        *[("recovery", answer) for answer in (None, "", "123456", "A" * 23, "A" * 25, "Ä" * 24, "A" * 23 + "!", 5)],
    ],
)
async def test_wrong_answers(mfa_tenant, factor, answer):
    """An answer that no right code looks like is refused: nothing is sent, no attempt is spent."""
    bo(mfa_tenant, "sms", "push", verified=True)
    async with client(mfa_tenant) as mfa:
        flow = mfa.flow()
        before, sent = await challenged(flow, factor), len(mfa_tenant.requests)
        with pytest.raises(BadInput, match="nothing was sent"):
            await flow.confirm(answer)
        assert before == await flow.look()
        assert sent == len(mfa_tenant.requests)


@pytest.mark.parametrize(
    ("factor", "pointless"),
    [
        ("voice", {"wait"}),
        ("email", {"wait"}),
        ("push", set()),
        ("otp", {"wait", "resend"}),
        ("recovery", {"wait", "resend"}),
    ],
)
async def test_verbs_a_factor_has_no_part_in(mfa_tenant, factor, pointless):
    """Waiting is for pushes, resending for what is sent: else neither is offered, and either is refused."""
    bo(mfa_tenant, "sms", "push", verified=True)
    async with client(mfa_tenant) as mfa:
        flow = mfa.flow()
        prompt, sent = await challenged(flow, factor), len(mfa_tenant.requests)
        assert {"wait", "resend"} - pointless == set(prompt.verbs) & {"wait", "resend"}
        for verb in pointless:
            with pytest.raises(WrongState, match="nothing was sent"):
                await getattr(flow, verb)()
        assert sent == len(mfa_tenant.requests)


class TestChained:
    """A login that takes two factors."""

    async def test_push_then_message(self, mfa_tenant):
        """After a yes on the phone a further factor is asked for, and its code gives the tokens."""
        bo(mfa_tenant, "push", "sms", factors=2)
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "push")
            mfa_tenant.push(BO).approve()
            choose = await flow.wait()
            assert (Choose, "further_factor") == (type(choose), choose.error.key)
            assert "push" == choose.challenge[-1].factor  # it was proved
            await flow.challenge(of(choose, "sms"))
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)

    async def test_recovery_code_then_email(self, mfa_tenant):
        """The replacement of a recovery code is not lost on the way through the second factor."""
        used = bo(mfa_tenant, "sms", verified=True, factors=2).recovery_code
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await challenged(flow, "recovery")
            choose = await flow.confirm(used)
            await flow.challenge(of(choose, "email"))
            done = await flow.confirm(mfa_tenant.inbox.code(BO))
            assert isinstance(done, Done)
            assert mfa_tenant.users[BO].recovery_code == done.recovery_code != used


class TestRequirements:
    """What the login asks for narrows the choice."""

    @pytest.mark.parametrize(
        ("types", "factors"),
        [
            (["phone"], ["sms", "voice"]),
            (["push-notification"], ["push"]),
            (["email", "recovery-code"], ["email", "recovery"]),
            (["otp", "webauthn-roaming"], ["otp"]),
        ],
    )
    async def test_challenge(self, mfa_tenant, types, factors):
        """Only what is asked for is offered; anything else is refused before it is sent."""
        bo(mfa_tenant, "sms", "push", verified=True, requirements={"challenge": types})
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(BO, "pw")
            assert (factors, ()) == (offered(choose), choose.enroll)
            sent = len(mfa_tenant.requests)
            others = {one.factor: one for one in choose.authenticators if one.factor not in factors}
            assert others
            for other in others.values():
                with pytest.raises(BadInput):
                    await flow.challenge(other)
            with pytest.raises(BadInput, match="nothing was sent"):
                await flow.enroll("otp")
            assert sent == len(mfa_tenant.requests)

    async def test_enroll(self, mfa_tenant):
        """Who must enrol is offered what is asked for and nothing else, even with an active factor."""
        bo(mfa_tenant, "otp", requirements={"enroll": ["phone", "email"]})
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(BO, "pw")
            assert ([], ("sms", "voice", "email")) == (offered(choose), choose.enroll)
            with pytest.raises(BadInput, match="sms, voice, email"):
                await flow.enroll("push")
            await flow.enroll("voice", phone_number=PHONE)
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)


async def test_over_a_socket(mfa_tenant):
    """All four over real HTTP, each message by a handle of its own."""
    async with serve(mfa_tenant) as server:
        app = App(server.url, "demo-client", "demo-secret")
        async with MfaClient(app, clock=mfa_tenant.clock) as mfa:
            await mfa.flow("a").login(ADA, PASSWORD)
            scan = await mfa.flow("a").enroll("push")
            mfa_tenant.push(ADA).approve()
            assert isinstance(await mfa.flow("a").wait(), Done)
            choose = await mfa.flow("b").login(ADA, PASSWORD)
            await mfa.flow("b").challenge(of(choose, "recovery"))
            assert (await mfa.flow("b").confirm(scan.recovery_codes[0])).recovery_code
            bo(mfa_tenant, "voice", verified=True)
            for name, to in (("voice", PHONE), ("email", BO)):
                choose = await mfa.flow(name).login(BO, "pw")
                await mfa.flow(name).challenge(of(choose, name))
                assert isinstance(await mfa.flow(name).confirm(mfa_tenant.inbox.code(to)), Done)
