"""What lies outside a login: phones, apps and time, as the tenant's control API has them."""

from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession
from attrs import define, field

from mfa_flow.extras import need_extra


@define
class World:
    """A person's hands: they read messages, look at their app, answer a push, and wait."""

    _url: str
    _session: ClientSession = field(factory=ClientSession, init=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def add_user(self, email: str, password: str, **more: Any) -> None:
        """Somebody new."""
        await self._ask("POST", "users", {"email": email, "password": password, **more})

    async def message_code(self, to: str) -> str:
        """The code of the newest message to this number."""
        found = await self._ask("GET", "inbox", params={"to": to, "wait": "5"})
        return str(found["messages"][0]["code"])

    async def app_code(self, secret: str) -> str:
        """What an authenticator app shows now."""
        now = await self._ask("GET", "clock")
        return str(need_extra("pyotp", "testing").TOTP(secret).at(int(now["now"])))

    async def answer_push(self, email: str, decision: str) -> None:
        """Press Yes or No on the phone; to a push that is being set up, Yes stands for scanning its QR code."""
        found = await self._ask("GET", "inbox", params={"to": email, "channel": "push", "wait": "5"})
        await self._ask("POST", f"push/{found['messages'][0]['id']}", {"decision": decision})

    async def advance(self, seconds: float) -> None:
        """Let time pass on the tenant."""
        await self._ask("POST", "clock", {"advance": seconds})

    async def _ask(self, method: str, path: str, json: Any = None, params: dict[str, str] | None = None) -> Any:
        async with self._session.request(method, f"{self._url}/_tenant/{path}", json=json, params=params) as response:
            response.raise_for_status()
            return await response.json()
