"""The guesses among the texts can be told from the evidence."""

from mfa_flow.testing import texts
from mfa_flow.testing.texts import Refusal, Synthetic


def refusals() -> dict[str, Refusal]:
    """Every refusal the module knows."""
    found = {name: value for name, value in vars(texts).items() if isinstance(value, Refusal)}
    for group in (texts.BAD_CLIENT, texts.LOCKED_OUT):
        found |= {f"{each.error} of a knob": each for each in group.values()}
    return found


def test_the_guesses() -> None:
    """These are ours; all others were seen at Auth0, in its documents or in its SDKs."""
    guesses = {name for name, refusal in refusals().items() if isinstance(refusal.text, Synthetic)}
    assert {
        "BAD_AUTHENTICATOR",
        "NOTHING_ASKED",
        "NOT_A_LIST",
        "NOT_A_STRING",
        "NOT_ENABLED",
        "NO_BEARER",
        "SLOW_DOWN",
        "UNKNOWN_CHOICE",
        "UNKNOWN_PATH",
        "UNREADABLE",
        "WRONG_METHOD",
        "WRONG_TYPE",
    } == guesses


def test_messages_are_guesses() -> None:
    """Nobody noted what Auth0's messages say."""
    assert [True] == [isinstance(text, Synthetic) for text in texts.MESSAGES.values()]


def test_statuses_are_errors() -> None:
    """A refusal is never a success."""
    assert [] == [name for name, refusal in refusals().items() if not 400 <= refusal.status <= 500]
