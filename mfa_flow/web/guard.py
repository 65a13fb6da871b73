"""Who asks: the browser's secret, the flow it stands for, and whether a form is our own.

The browser holds one secret, in a cookie. All else is made of it: the flow's id (which logs and stores may show: the
secret cannot be found from it), and the token that each form carries (which a foreign page cannot know). So nothing has
to be remembered here, and any process of the service can check it.
"""

import re
from base64 import urlsafe_b64encode
from contextlib import suppress
from hashlib import blake2b
from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import urlsplit

from attrs import field, frozen

from mfa_flow.web.values import Asked

# 256 bits, as 43 characters.
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
COOKIE = "mfa_flow"


@frozen
class Secret:
    """What the browser holds."""

    value: str = field(repr=False)

    @classmethod
    def new(cls) -> "Secret":
        """One that nobody can guess."""
        return cls(token_urlsafe(_SECRET_BYTES))

    @property
    def flow_id(self) -> str:
        """The id of the browser's flow."""
        return self._made("flow", 16)

    @property
    def token(self) -> str:
        """What each form of this browser carries."""
        return self._made("token", 16)

    def after_login(self, *given: str) -> "Secret":
        """The secret from a login on: another one, so that nobody can have planted it. The same form posted twice gives
        the same, so that a double click is one login; other words in it give another."""
        told = "\0".join(given)
        return Secret(self._made(f"login\0{told}", _SECRET_BYTES, text=True))

    def mark(self, *of: object) -> str:
        """A mark that nobody else can make, nor tell what it is of: of what a page asked, say, to know an answer to
        something else by."""
        return self._made(f"mark\0{of!r}", 16)

    def _made(self, of: str, size: int, *, text: bool = False) -> str:
        found = blake2b(of.encode("utf-8", "surrogatepass"), key=self.value.encode(), digest_size=size)
        return as_text(found.digest()) if text else found.hexdigest()


def as_text(found: bytes) -> str:
    """In letters that a cookie may have without quotes."""
    return urlsafe_b64encode(found).rstrip(b"=").decode()


def secret_of(asked: Asked) -> Secret | None:
    """The browser's secret, if it has one of ours."""
    value = cookie_of(asked)
    return Secret(value) if _SECRET.fullmatch(value) else None


def cookie_of(asked: Asked, of: str = COOKIE) -> str:
    """The value of one of our cookies, or nothing."""
    wanted = _named(asked, of)
    parts = (part.strip().partition("=") for part in asked.headers.get("cookie", "").split(";"))
    return next((value for name, _, value in parts if name == wanted), "")


def keeping(asked: Asked, secret: Secret) -> tuple[str, str]:
    """The header that gives the browser its secret, for as long as it is open."""
    return setting(asked, COOKIE, secret.value)


def setting(asked: Asked, name: str, value: str) -> tuple[str, str]:
    """The header of one of our cookies; without a value it takes the cookie away."""
    secure, more = "" if _is_bare(asked) else "; Secure", "" if value else "; Max-Age=0"
    return "Set-Cookie", f"{_named(asked, name)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}"


def is_foreign(asked: Asked) -> bool:
    """Whether a page of another origin made the browser ask, as far as the browser says. Older ones say nothing, and
    ``null`` for a page that sends no referrer, as ours: then the token alone tells."""
    site = asked.headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    origin = asked.headers.get("origin", "null")
    return origin != "null" and _host_of(origin) != asked.host.lower()


def _host_of(origin: str) -> str | None:
    with suppress(ValueError):
        return urlsplit(origin).netloc.lower()
    return None


def is_ours(secret: Secret | None, token: object) -> bool:
    """Whether what was posted comes from a page that was made for this browser."""
    return secret is not None and isinstance(token, str) and is_same(secret.token, token)


def is_same(ours: str, given: str) -> bool:
    """Whether they are equal; how long that takes tells nothing."""
    return compare_digest(ours.encode(), given.encode("utf-8", "surrogatepass"))


def _named(asked: Asked, name: str) -> str:
    """``__Host-`` keeps other hosts of the domain from planting one. It takes https, but not on this machine."""
    return name if _is_bare(asked) else f"__Host-{name}"


def _is_bare(asked: Asked) -> bool:
    """Plain http on this machine: there alone a cookie goes without ``Secure``."""
    if asked.scheme == "https":
        return False
    try:
        return urlsplit(f"//{asked.host}").hostname in _LOOPBACK
    except ValueError:
        return False
