"""The guesses among the texts can be told from the evidence."""

from collections.abc import Callable
from string import Formatter

import aiohttp
import pytest

from mfa_flow.testing import serve, texts
from mfa_flow.testing.texts import Refusal, Refused, Synthetic
from mfa_flow.wire.call import Reply

from .conftest import Wire, form_call, get_call


def refusals() -> dict[str, Refusal]:
    """Every refusal the module knows."""
    found = {name: value for name, value in vars(texts).items() if isinstance(value, Refusal)}
    for group in (texts.BAD_CLIENT, texts.LOCKED_OUT, texts.PUSH_DENIED):
        found |= {f"{each.error} of a knob": each for each in group.values()}
    return found


def blanks(refusal: Refusal) -> dict[str, str]:
    """Something for each pair of braces."""
    return {name: "x" for _, name, _, _ in Formatter().parse(refusal.text) if name}


def test_the_guesses() -> None:
    """These are ours; all others were seen at Auth0, in its documents or in its SDKs."""
    guesses = {name for name, refusal in refusals().items() if isinstance(refusal.text, Synthetic)}
    assert {
        "BAD_ACCESS_TOKEN",
        "BAD_AUTHENTICATOR",
        "BAD_EMAIL",
        "BROKEN",
        "FAILED",
        "NOTHING_ASKED",
        "NOT_A_LIST",
        "NOT_A_STRING",
        "NOT_ENABLED",
        "NOT_REMOVABLE",
        "NOT_REQUIRED",
        "NO_AUTHENTICATOR",
        "NO_BEARER",
        "NO_FACTOR_LEFT",
        "NO_PATH",
        "NO_PROVIDER",
        "NO_SCOPE",
        "SLOW_DOWN",
        "TOO_LARGE",
        "TOO_LONG",
        "TOO_MANY_OTHERS",
        "UNKNOWN_CHOICE",
        "UNKNOWN_PATH",
        "UNREADABLE",
        "WRONG_METHOD",
        "WRONG_TYPE",
    } == guesses


def test_messages_are_guesses() -> None:
    """Nobody noted what Auth0's messages say."""
    assert all(isinstance(text, Synthetic) for text in texts.MESSAGES.values())


def test_statuses_are_errors() -> None:
    """A refusal is never a success."""
    assert [] == [name for name, refusal in refusals().items() if not 400 <= refusal.status <= 502]


@pytest.mark.parametrize(
    ("send", "guessed"),
    [
        (lambda wire: wire.send("GET", "/nowhere"), "error_description"),
        (lambda wire: wire.send("GET", "/mfa/authenticators"), "error_description"),
        (lambda wire: wire.send("GET", "/mfa/authenticators", authorization="Bearer x"), None),
        (lambda wire: wire.tenant.answer(form_call("/oauth/token", {"client_id": "x"})), None),
        (lambda wire: wire.tenant.answer(get_call("/mfa/authenticators", wire.login())), None),
    ],
)
def test_a_guess_is_marked_on_the_wire(wire: Wire, send: Callable[[Wire], Reply], guessed: str | None) -> None:
    """By a header that names the field, so that a test can refuse to rely on it; evidence has none."""
    assert guessed == send(wire).headers.get("x-synthetic")


def test_every_guess_and_nothing_else_is_marked() -> None:
    """The mark follows the text."""
    assert [] == [
        name
        for name, each in refusals().items()
        if ("x-synthetic" in Refused(each, **blanks(each)).headers) != isinstance(each.text, Synthetic)
    ]


async def test_the_mark_goes_over_a_socket(wire: Wire) -> None:
    """As any header does."""
    async with (
        serve(wire.tenant) as server,
        aiohttp.ClientSession(server.url) as session,
        session.get("/nowhere") as reply,
    ):
        assert "error_description" == reply.headers["X-Synthetic"]
