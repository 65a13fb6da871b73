"""Random dialogues: hypothesis strategies for answers, prompts and walks. The state machine is in ``dialogues``."""

from mfa_flow.extras import need_extra
from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.kit.walking import Walk, walks
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Done, Notice, Pause, Prompt, Scan, Stopped, Wait
from mfa_flow.wire.values import Authenticator, Tokens

st = need_extra("hypothesis.strategies", "kit")

_SECONDS = st.floats(0, 3600, allow_nan=False)
_UNTIL = st.none() | st.floats(1e9, 2e9)
_WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
_FACTOR = st.sampled_from(["otp", "sms", "voice", "email", "push", "recovery"])
_LENGTH = st.none() | st.integers(4, 24)


def answers():  # type: ignore[no-untyped-def]  # noqa: ANN201 - hypothesis may be missing when types are read
    """What people type: codes, right in form or nearly, with blanks and dashes, in other digits, and anything."""
    digits = st.text("0123456789", min_size=6, max_size=6)
    spaced = digits.map(lambda code: f" {code[:3]}-{code[3:]} ")
    foreign = digits.map(lambda code: "".join(chr(0x0660 + int(one)) for one in code))
    recovery = st.text("ABCDEFGHIJKLMNPQRSTUVWXYZ123456789", min_size=24, max_size=24)
    return st.one_of(digits, spaced, foreign, recovery, st.just(""), st.text(max_size=30))


def prompts():  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Prompts of all eight kinds: for who shows them, or sends them on as JSON."""
    shown = {
        "verbs": st.lists(_WORD, max_size=3).map(tuple),
        "error": st.none() | st.sampled_from(sorted({one.told for one in MEANINGS if one.event})).map(Notice.of),
        "recovery_codes": st.lists(_WORD, max_size=2).map(tuple),
        "interrupted": st.none() | st.sampled_from(["login", "confirm", "enroll"]),
    }
    owned = st.builds(
        Authenticator, id=_WORD, authenticator_type=st.just("oob"), active=st.booleans(), oob_channel=_FACTOR
    )
    tokens = st.builds(Tokens, access_token=_WORD, token_type=st.just("Bearer"), expires_in=st.integers(1, 86400))
    many = st.lists(owned, max_size=3).map(tuple)
    asked = st.one_of(
        st.builds(AskPassword, **shown),
        st.builds(
            Choose, challenge=many, enroll=st.lists(_FACTOR, max_size=3).map(tuple), authenticators=many, **shown
        ),
        st.builds(AskCode, channel=_FACTOR, to=st.none() | _WORD, length=_LENGTH, until=_UNTIL, **shown),
        st.builds(
            Scan, barcode_uri=_WORD, secret=st.none() | _WORD, length=_LENGTH, seconds=st.none() | _SECONDS, **shown
        ),
        st.builds(Wait, seconds=_SECONDS, until=_UNTIL, **shown),
        st.builds(Done, tokens=tokens, recovery_code=st.none() | _WORD, **shown),
        st.builds(Stopped, reason=st.sampled_from(["expired", "cancelled", "failed"]), **shown),
    )
    return asked | st.builds(Pause, seconds=_SECONDS, then=asked, **shown)


def some_walks(*scenes: str, bound: int = 3):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Walks of these scenes, the shorter the simpler."""
    return st.sampled_from(sorted(walks(*scenes, bound=bound), key=_size))


def _size(walk: Walk) -> int:
    return len(walk.steps)


__all__ = ["Prompt", "answers", "prompts", "some_walks"]
