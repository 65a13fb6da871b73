"""A QR code as a picture or as text, drawn by segno."""

from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

from mfa_flow.errors import BadInput
from mfa_flow.extras import need_extra


def draw_qr(content: str, kind: str) -> Any:
    """``svg`` gives a str to put into a page, ``png`` bytes, ``text`` a str for a terminal with a dark background.

    Raises BadInput for another kind, MissingExtra without the extra ``qr``.
    """
    draw = _DRAWINGS.get(kind)
    if draw is None:
        raise BadInput(f"qr({kind!r}): the kinds are {', '.join(_DRAWINGS)}")
    segno = need_extra("segno", "qr")
    try:
        return draw(segno.make_qr(content))
    except ValueError:
        raise BadInput("this does not fit into a QR code: show it as text") from None


def _svg(code: Any) -> str:
    out = BytesIO()
    code.save(out, kind="svg", scale=4, border=2, unit="px", light="#fff", xmldecl=False, nl=False)
    return out.getvalue().decode()


def _png(code: Any) -> bytes:
    out = BytesIO()
    code.save(out, kind="png", scale=8, border=2)
    return out.getvalue()


def _text(code: Any) -> str:
    out = StringIO()
    code.terminal(out, compact=True, border=2)
    return out.getvalue()


_DRAWINGS: dict[str, Callable[[Any], str | bytes]] = {"svg": _svg, "png": _png, "text": _text}
