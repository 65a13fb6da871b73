"""Who asks: the browser's secret, the flow it stands for, and whether a form is our own.

The browser holds one secret, in a cookie. All else is made of it: the flow's id (which logs and stores may show: the
secret cannot be found from it), and the token that each form carries (which a foreign page cannot know). So nothing has
to be remembered here, and any process of the service can check it.
"""

import re
from base64 import urlsafe_b64encode
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

    def place(self, *shown: object) -> str:
        """A mark of what a page asked: an answer given to another question is known by it."""
        return self._made(f"place\0{shown!r}", 8)

    def _made(self, of: str, size: int, *, text: bool = False) -> str:
        found = blake2b(of.encode("utf-8", "surrogatepass"), key=self.value.encode(), digest_size=size)
        return _as_text(found.digest()) if text else found.hexdigest()


def _as_text(found: bytes) -> str:
    return urlsafe_b64encode(found).rstrip(b"=").decode()


def secret_of(asked: Asked) -> Secret | None:
    """The browser's secret, if it has one of ours."""
    wanted = cookie_name(asked)
    for part in asked.headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted and _SECRET.fullmatch(value):
            return Secret(value)
    return None


def cookie_name(asked: Asked) -> str:
    """``__Host-`` keeps other hosts of the domain from planting one. It takes https, but not on this machine."""
    return COOKIE if _is_bare(asked) else f"__Host-{COOKIE}"


def keeping(asked: Asked, secret: Secret) -> tuple[str, str]:
    """The header that gives the browser its secret, for as long as it is open."""
    return _cookie(asked, secret.value, "")


def forgetting(asked: Asked) -> tuple[str, str]:
    """The header that takes it away."""
    return _cookie(asked, "", "; Max-Age=0")


def is_foreign(asked: Asked) -> bool:
    """Whether a page of another origin made the browser ask, as far as the browser says. Older ones say nothing, and
    ``null`` for a page that sends no referrer, as ours: then the token alone tells."""
    site = asked.headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    origin = asked.headers.get("origin")
    return origin not in (None, "null") and urlsplit(str(origin)).netloc.lower() != asked.host.lower()


def is_ours(secret: Secret | None, token: object) -> bool:
    """Whether what was posted comes from a page that was made for this browser."""
    return secret is not None and isinstance(token, str) and compare_digest(secret.token.encode(), token.encode())


def _cookie(asked: Asked, value: str, more: str) -> tuple[str, str]:
    secure = "" if _is_bare(asked) else "; Secure"
    return "Set-Cookie", f"{cookie_name(asked)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}"


def _is_bare(asked: Asked) -> bool:
    """Plain http on this machine: there alone a cookie goes without ``Secure``."""
    if asked.scheme == "https":
        return False
    try:
        return urlsplit(f"//{asked.host}").hostname in _LOOPBACK
    except ValueError:
        return False
