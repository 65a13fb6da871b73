"""``mfa-flow demo``: whole logins, played through the public client against a tenant on a loopback port.

The people in it do what people do: they read their messages (over the tenant's control API), look at their
authenticator app, and mistype. Whatever does not go as expected stops the play.
"""

import sys
from io import TextIOWrapper
from typing import Any, TypeVar

from attrs import define

from mfa_flow import App, AskCode, AskPassword, Choose, Done, FlowHandle, MfaClient, Prompt, Scan, Wait
from mfa_flow.cli.narrator import Console, JsonLines, Narrator
from mfa_flow.cli.world import World
from mfa_flow.testing import Tenant, serve

Expected = TypeVar("Expected", AskCode, AskPassword, Choose, Done, Scan, Wait)

ADA, ADAS_PASSWORD = "ada@example.com", "correct-horse"
ALAN, ALANS_PASSWORD = "alan@example.com", "enigma-machine"
EDITH, EDITHS_PASSWORD, EDITHS_PHONE = "edith@example.com", "stack-overflow", "+15551230077"
GRACE, GRACES_PASSWORD, GRACES_PHONE = "grace@example.com", "battery-staple", "+15551230042"


class Deviation(Exception):
    """Something else happened than the play says."""


async def run_demo(*, as_json: bool, tenant: Tenant | None = None) -> int:
    """Play it all. 0 if all went as it should, else 1; the last line says which."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without block characters gets no picture, but the story
    narrator: Narrator = JsonLines() if as_json else Console()
    try:
        async with serve(tenant or Tenant()) as server, World(server.url) as world:
            app = App(domain=server.url, client_id="demo-client", client_secret="demo-secret")  # noqa: S106 - the demo's
            async with MfaClient(app, on_move=narrator.moved) as mfa:
                await _Play(mfa, world, narrator, f"{server.url}/mfa/").all()
    except Exception as error:  # noqa: BLE001 - a demo that breaks says where, whatever broke
        narrator.failed(f"{type(error).__name__}: {error}")
        return 1
    narrator.ended()
    return 0


@define
class _Play:
    _mfa: MfaClient
    _world: World
    _tell: Narrator
    _mfa_api: str

    async def all(self) -> None:
        self._tell.chapter("Ada logs in for the first time and sets up an authenticator app")
        secret, code = await self._first_login()
        self._tell.chapter("Ada logs in again and is challenged")
        await self._second_login(secret)
        self._tell.chapter("Grace mistypes her password, changes her mind, and sets up text messages")
        await self._text_messages()
        self._tell.chapter("Grace logs in again by text message")
        await self._text_challenge()
        self._tell.chapter("Ada has left her phone at home and uses her recovery code")
        await self._recovery(code)
        self._tell.chapter("Alan sets up push notifications, and answers No by mistake")
        await self._push()
        self._tell.chapter("Edith needs two factors: a phone call and an e-mail")
        await self._chained()
        self._tell.chapter("Ada manages her factors: one more, and one less")
        await self._managed(secret)

    async def _first_login(self) -> tuple[str, str]:
        flow = self._mfa.flow("ada-1")
        choose = self._got(Choose, await self._login(flow, ADA, ADAS_PASSWORD))
        self._sure(not choose.challenge and "otp" in choose.enroll, "Ada has nothing yet and may enrol an app")
        scan = self._got(Scan, await self._do("enroll('otp')", flow.enroll("otp")))
        self._tell.picture(scan.qr("text"), scan.secret or "")
        self._sure(len(scan.recovery_codes) == 1, "a recovery code comes with the first factor")
        again = self._got(Scan, await self._do("confirm(a wrong code)", flow.confirm(await self._wrong_code(scan))))
        self._sure(again.error is not None and again.error.key == "wrong_code", "a wrong code is asked for again")
        code = await self._world.app_code(scan.secret or "")
        self._tokens(await self._do("confirm(the app's code)", flow.confirm(f"{code[:3]} {code[3:]}")))
        return scan.secret or "", scan.recovery_codes[0]

    async def _second_login(self, secret: str) -> None:
        flow = self._mfa.flow("ada-2")
        choose = self._got(Choose, await self._login(flow, ADA, ADAS_PASSWORD))
        await self._challenge(flow, choose, "otp", "the app")
        await self._world.advance(30)
        self._tell.note("The code before was used up; half a minute later the app shows the next.")
        self._tokens(await self._do("confirm(the app's code)", flow.confirm(await self._world.app_code(secret))))

    async def _text_messages(self) -> None:
        await self._world.add_user(GRACE, GRACES_PASSWORD)
        flow = self._mfa.flow("grace-1")
        wrong = self._got(AskPassword, await self._login(flow, GRACE, "not-her-password"))
        self._sure(wrong.error is not None and wrong.error.key == "wrong_password", "the password was wrong")
        self._got(Choose, await self._login(flow, GRACE, GRACES_PASSWORD))
        self._got(Scan, await self._do("enroll('otp')", flow.enroll("otp")))
        self._got(Choose, await self._do("go_back()", flow.go_back()))
        ask = self._got(AskCode, await self._do("enroll('sms')", flow.enroll("sms", phone_number=GRACES_PHONE)))
        self._sure(ask.to == "XXXXXXXX0042", "the number is shown masked")
        await self._resend_and_confirm(flow)

    async def _text_challenge(self) -> None:
        flow = self._mfa.flow("grace-2")
        choose = self._got(Choose, await self._login(flow, GRACE, GRACES_PASSWORD))
        await self._challenge(flow, choose, "sms", "the phone")
        await self._resend_and_confirm(flow)

    async def _recovery(self, code: str) -> None:
        flow = self._mfa.flow("ada-3")
        choose = self._got(Choose, await self._login(flow, ADA, ADAS_PASSWORD))
        await self._challenge(flow, choose, "recovery", "the recovery code")
        done = self._tokens(await self._do("confirm(the recovery code)", flow.confirm(code.lower())))
        self._sure(done.recovery_code not in (None, code), "another recovery code takes its place")

    async def _push(self) -> None:
        await self._world.add_user(ALAN, ALANS_PASSWORD)
        flow = self._mfa.flow("alan-1")
        self._got(Choose, await self._login(flow, ALAN, ALANS_PASSWORD))
        scan = self._got(Scan, await self._do("enroll('push')", flow.enroll("push")))
        self._sure(scan.secret is None and scan.length is None, "there is nothing to type")
        waits = self._got(Scan, await self._do("confirm()", flow.confirm()))
        self._sure(waits.error is not None and waits.error.key == "still_pending", "the phone has not answered")
        await self._world.answer_push(ALAN, "approve")
        self._tell.note("Alan scans the QR code with his phone.")
        self._tokens(await self._do("wait()", flow.wait()))
        flow = self._mfa.flow("alan-2")
        choose = self._got(Choose, await self._login(flow, ALAN, ALANS_PASSWORD))
        await self._challenge(flow, choose, "push", "the phone", Wait)
        await self._world.answer_push(ALAN, "deny")
        self._tell.note("Alan presses No.")
        choose = self._got(Choose, await self._do("wait()", flow.wait()))
        self._sure(choose.error is not None and choose.error.key == "push_denied", "a No leads back to the choice")
        await self._challenge(flow, choose, "push", "the phone", Wait)
        await self._world.answer_push(ALAN, "approve")
        self._tell.note("Alan presses Yes.")
        self._tokens(await self._do("wait()", flow.wait()))

    async def _chained(self) -> None:
        await self._world.add_user(EDITH, EDITHS_PASSWORD, verified=True, factors=2)
        flow = self._mfa.flow("edith-1")
        self._got(Choose, await self._login(flow, EDITH, EDITHS_PASSWORD))
        self._got(AskCode, await self._do("enroll('voice')", flow.enroll("voice", phone_number=EDITHS_PHONE)))
        code = await self._world.message_code(EDITHS_PHONE)
        choose = self._got(Choose, await self._do("confirm(the code she is told)", flow.confirm(code)))
        await self._challenge(flow, choose, "email", "the mailbox")
        self._tokens(
            await self._do("confirm(the code in her mail)", flow.confirm(await self._world.message_code(EDITH)))
        )

    async def _managed(self, secret: str) -> None:
        flow = self._mfa.flow("ada-4")
        scope = "enroll read:authenticators remove:authenticators"
        verb = flow.login(ADA, ADAS_PASSWORD, audience=self._mfa_api, scope=scope)
        choose = self._got(Choose, await self._do("login(ada@example.com), for the MFA API", verb))
        await self._challenge(flow, choose, "otp", "the app")
        await self._world.advance(30)
        code = await self._world.app_code(secret)
        done = self._tokens(await self._do("confirm(the app's code)", flow.confirm(code)))
        access_token = done.tokens.access_token if done.tokens else ""
        flow = self._mfa.flow("ada-5")
        self._got(Choose, await self._do("manage(the access token)", flow.manage(access_token)))
        self._got(AskCode, await self._do("enroll('sms')", flow.enroll("sms", phone_number="+15551230055")))
        code = await self._world.message_code("+15551230055")
        self._tokens(await self._do("confirm(the code)", flow.confirm(code)))
        flow = self._mfa.flow("ada-6")
        choose = self._got(Choose, await self._do("manage(the access token)", flow.manage(access_token)))
        phone = next(one for one in choose.authenticators if one.factor == "sms")
        choose = self._got(Choose, await self._do("remove(the phone)", flow.remove(phone)))
        self._sure(phone.id not in {one.id for one in choose.authenticators}, "the phone is gone")

    async def _challenge(
        self, flow: FlowHandle, choose: Choose, factor: str, name: str, kind: type[Any] = AskCode
    ) -> None:
        found = [one for one in choose.challenge if one.factor == factor]
        self._sure(len(found) == 1, f"{name} is there to be challenged")
        self._got(kind, await self._do(f"challenge({name})", flow.challenge(found[0])))

    async def _resend_and_confirm(self, flow: FlowHandle) -> None:
        first = await self._world.message_code(GRACES_PHONE)
        self._tell.note(f"Grace's phone shows {first}. She says it never came.")
        self._got(AskCode, await self._do("resend()", flow.resend()))
        code = await self._world.message_code(GRACES_PHONE)
        self._tell.note(f"A second message comes: {code}.")
        self._tokens(await self._do("confirm(the newest code)", flow.confirm(code)))

    async def _login(self, flow: FlowHandle, username: str, password: str) -> Prompt:
        return await self._do(f"login({username})", flow.login(username, password))

    async def _do(self, said: str, verb: Any) -> Prompt:
        self._tell.said(said)
        prompt: Prompt = await verb
        self._tell.shown(prompt)
        return prompt

    def _got(self, kind: type[Expected], prompt: Prompt) -> Expected:
        if not isinstance(prompt, kind):
            raise Deviation(f"expected {kind.__name__}, got {type(prompt).__name__}")
        return prompt

    def _tokens(self, prompt: Prompt) -> Done:
        done = self._got(Done, prompt)
        self._sure(done.tokens is not None and bool(done.tokens.access_token), "there are tokens")
        return done

    def _sure(self, fact: bool, sentence: str) -> None:  # noqa: FBT001 - reads as "sure that ..."
        if not fact:
            raise Deviation(f"it should be so that {sentence}")

    async def _wrong_code(self, scan: Scan) -> str:
        right = await self._world.app_code(scan.secret or "")
        return f"{(int(right) + 500_000) % 1_000_000:06}"
