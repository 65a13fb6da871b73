"""``mfa-flow demo``: whole logins, played through the public client against a tenant on a loopback port.

The people in it do what people do: they read their messages (over the tenant's control API), look at their
authenticator app, and mistype. Whatever does not go as expected stops the play.
"""

import sys
from io import TextIOWrapper
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import ClientSession
from attrs import define, field

from mfa_flow import App, AskCode, AskPassword, Choose, Done, FlowHandle, MfaClient, Prompt, Scan
from mfa_flow.cli.narrator import Console, JsonLines, Narrator
from mfa_flow.extras import need_extra
from mfa_flow.testing import Tenant, serve

Expected = TypeVar("Expected", AskCode, AskPassword, Choose, Done, Scan)

ADA, ADAS_PASSWORD = "ada@example.com", "correct-horse"
GRACE, GRACES_PASSWORD, GRACES_PHONE = "grace@example.com", "battery-staple", "+15551230042"


class Deviation(Exception):
    """Something else happened than the play says."""


async def run_demo(*, as_json: bool, tenant: Tenant | None = None) -> int:
    """Play it all. 0 if all went as it should, else 1; the last line says which."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without block characters gets no picture, but the story
    narrator: Narrator = JsonLines() if as_json else Console()
    try:
        async with serve(tenant or Tenant()) as server, _World(server.url) as world:
            app = App(domain=server.url, client_id="demo-client", client_secret="demo-secret")  # noqa: S106 - the demo's
            async with MfaClient(app, on_move=narrator.moved) as mfa:
                await _Play(mfa, world, narrator).all()
    except Exception as error:  # noqa: BLE001 - a demo that breaks says where, whatever broke
        narrator.failed(f"{type(error).__name__}: {error}")
        return 1
    narrator.ended()
    return 0


@define
class _Play:
    _mfa: MfaClient
    _world: "_World"
    _tell: Narrator

    async def all(self) -> None:
        self._tell.chapter("Ada logs in for the first time and sets up an authenticator app")
        secret = await self._first_login()
        self._tell.chapter("Ada logs in again and is challenged")
        await self._second_login(secret)
        self._tell.chapter("Grace mistypes her password, changes her mind, and sets up text messages")
        await self._text_messages()
        self._tell.chapter("Grace logs in again by text message")
        await self._text_challenge()

    async def _first_login(self) -> str:
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
        return scan.secret or ""

    async def _second_login(self, secret: str) -> None:
        flow = self._mfa.flow("ada-2")
        choose = self._got(Choose, await self._login(flow, ADA, ADAS_PASSWORD))
        self._sure([one.factor for one in choose.challenge] == ["otp"], "Ada's app is there to be challenged")
        self._got(AskCode, await self._do("challenge(the app)", flow.challenge(choose.challenge[0])))
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
        self._sure([one.factor for one in choose.challenge] == ["sms"], "Grace's phone is there to be challenged")
        self._got(AskCode, await self._do("challenge(the phone)", flow.challenge(choose.challenge[0])))
        await self._resend_and_confirm(flow)

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

    def _tokens(self, prompt: Prompt) -> None:
        done = self._got(Done, prompt)
        self._sure(done.tokens is not None and bool(done.tokens.access_token), "there are tokens")

    def _sure(self, fact: bool, sentence: str) -> None:  # noqa: FBT001 - reads as "sure that ..."
        if not fact:
            raise Deviation(f"it should be so that {sentence}")

    async def _wrong_code(self, scan: Scan) -> str:
        right = await self._world.app_code(scan.secret or "")
        return f"{(int(right) + 500_000) % 1_000_000:06}"


@define
class _World:
    """What lies outside a login: phones, apps and time, as the tenant's control API has them."""

    _url: str
    _session: ClientSession = field(factory=ClientSession, init=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def add_user(self, email: str, password: str) -> None:
        await self._ask("POST", "users", {"email": email, "password": password})

    async def message_code(self, to: str) -> str:
        """The code of the newest message to this number."""
        found = await self._ask("GET", "inbox", params={"to": to, "wait": "5"})
        return str(found["messages"][0]["code"])

    async def app_code(self, secret: str) -> str:
        """What an authenticator app shows now."""
        now = await self._ask("GET", "clock")
        return str(need_extra("pyotp", "testing").TOTP(secret).at(int(now["now"])))

    async def advance(self, seconds: float) -> None:
        await self._ask("POST", "clock", {"advance": seconds})

    async def _ask(self, method: str, path: str, json: Any = None, params: dict[str, str] | None = None) -> Any:
        async with self._session.request(method, f"{self._url}/_tenant/{path}", json=json, params=params) as response:
            response.raise_for_status()
            return await response.json()
