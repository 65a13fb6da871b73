"""Pages: a template, filled in by jinja2, which escapes whatever it is given."""

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

from attrs import frozen

from mfa_flow.errors import BadInput
from mfa_flow.extras import need_extra
from mfa_flow.texts import text_for
from mfa_flow.web.values import Answered, Headers

_HOME = files("mfa_flow.web")
# What a page loads: ours, and one stylesheet more.
_FILES = {"style.css": "text/css", "page.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_A_DAY = ("Cache-Control", "max-age=86400")
SECURE: Headers = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
)
_HTML = ("Content-Type", "text/html; charset=utf-8")
NO_STORE = ("Cache-Control", "no-store")


@frozen
class Pages:
    """Fills in pages; ``stylesheet`` is the path of one that goes after ours, ``name`` the service's."""

    stylesheet: str | None = None
    name: str | None = None

    def page(self, name: str, locale: str, status: int = 200, /, **shown: Any) -> Answered:
        """A page as an answer."""

        def t(key: str, /, **values: object) -> str:
            return text_for(key, locale, **values)

        text = (
            _templates()
            .get_template(f"{name}.html")
            .render(t=t, lang=locale, kind=name, look=self, version=_version(), **shown)
        )
        return Answered(status, (_HTML, NO_STORE, *SECURE), text.encode())


def head() -> Answered:
    """What goes before a page, without one."""
    return Answered(200, (_HTML, NO_STORE, *SECURE))


def checked(stylesheet: str | None) -> str | None:
    """The path of a stylesheet. Raises BadInput for another server's: the pages' policy would refuse it."""
    if stylesheet is not None and (not stylesheet.startswith("/") or stylesheet.startswith(("//", "/\\"))):
        raise BadInput("stylesheet= takes a path of the same server, such as '/static/login.css'")
    return stylesheet


def file(name: str) -> Answered | None:
    """A file that a page loads, if it is one."""
    if name not in _FILES:
        return None
    kind = ("Content-Type", f"{_FILES[name]}; charset=utf-8")
    return Answered(200, (kind, _A_DAY, *SECURE), _read(name))


@cache
def _read(name: str) -> bytes:
    return (_HOME / name).read_bytes()


@cache
def _version() -> str:
    """Another one when a file is another."""
    return blake2b(b"".join(map(_read, _FILES)), digest_size=4).hexdigest()


@cache
def _templates() -> Any:
    jinja2 = need_extra("jinja2", "web")
    loader = jinja2.PackageLoader("mfa_flow.web")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
