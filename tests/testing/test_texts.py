"""The guesses among the texts can be told from the evidence."""

from mfa_flow.testing import texts
from mfa_flow.testing.texts import Refusal, Synthetic


def refusals() -> dict[str, Refusal]:
    """Every refusal the module knows."""
    found = {name: value for name, value in vars(texts).items() if isinstance(value, Refusal)}
    for group in (texts.BAD_CLIENT, texts.LOCKED_OUT, texts.PUSH_DENIED):
        found |= {f"{each.error} of a knob": each for each in group.values()}
    return found


def test_the_guesses() -> None:
    """These are ours; all others were seen at Auth0, in its documents or in its SDKs."""
    guesses = {name for name, refusal in refusals().items() if isinstance(refusal.text, Synthetic)}
    assert {
        "BAD_ACCESS_TOKEN",
        "BAD_AUTHENTICATOR",
        "BAD_EMAIL",
        "NOTHING_ASKED",
        "NOT_A_LIST",
        "NOT_A_STRING",
        "NOT_ENABLED",
        "NOT_REMOVABLE",
        "NOT_REQUIRED",
        "NO_AUTHENTICATOR",
        "NO_BEARER",
        "NO_FACTOR_LEFT",
        "NO_PROVIDER",
        "NO_SCOPE",
        "SLOW_DOWN",
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
