"""The site of ``mfa-flow demo --web``: login pages, and behind them a page that says who is signed in."""

from html import escape
from secrets import token_urlsafe

from aiohttp import ClientSession, web
from attrs import field, frozen

from mfa_flow import MfaClient, Tokens
from mfa_flow.texts import best_locale, text_for
from mfa_flow.web import mfa_web
from mfa_flow.web.pages import NO_STORE, SECURE

_SESSION = "session"


def demo_site(mfa: MfaClient, userinfo: str) -> web.Application:
    """The site. ``userinfo`` is the address at the tenant that tells who somebody is. Raises MissingExtra."""
    home, site = _Home(userinfo), web.Application()
    site.router.add_get("/", home.shown)
    site.router.add_get("/logout", home.left)
    site.add_subapp("/login/", mfa_web(mfa, on_done=home.signed_in))
    return site


@frozen
class _Home:
    _userinfo: str
    # Who is signed in, by session. Their tokens have told it, and are not kept.
    _people: dict[str, str] = field(factory=dict, init=False, repr=False)

    async def signed_in(self, request: web.Request, tokens: Tokens) -> web.StreamResponse:
        session = token_urlsafe()
        self._people[session] = await self._who(tokens)
        answer = _to("/")
        answer.set_cookie(_SESSION, session, httponly=True, samesite="Lax")
        return answer

    async def shown(self, request: web.Request) -> web.StreamResponse:
        who = self._people.get(request.cookies.get(_SESSION, ""))
        if who is None:
            return _to("/login/")
        locale = best_locale(request.headers.get("Accept-Language"))
        title, leave = text_for("title.done", locale), text_for("demo.leave", locale)
        page = _PAGE.format(lang=locale, title=title, who=escape(text_for("demo.who", locale, who=who)), leave=leave)
        return web.Response(text=page, content_type="text/html", headers=dict((NO_STORE, *SECURE)))

    async def left(self, request: web.Request) -> web.StreamResponse:
        self._people.pop(request.cookies.get(_SESSION, ""), None)
        answer = _to("/login/")
        answer.del_cookie(_SESSION)
        return answer

    async def _who(self, tokens: Tokens) -> str:
        bearer = {"Authorization": f"Bearer {tokens.access_token}"}
        async with (
            ClientSession(raise_for_status=True) as session,
            session.get(self._userinfo, headers=bearer) as answer,
        ):
            return str((await answer.json())["email"])


def _to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


_PAGE = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/login/style.css">
</head>
<body>
<main>
<header><div class="brand"></div><h1>{title}</h1></header>
<p>{who}</p>
<p><a class="go" href="/logout">{leave}</a></p>
</main>
</body>
</html>
"""
