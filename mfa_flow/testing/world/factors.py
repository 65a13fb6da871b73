"""The factors a tenant knows: what each is called, where its messages go, how many, and what comes with it."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from string import Formatter
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from mfa_flow.testing.texts import MESSAGES

if TYPE_CHECKING:
    from mfa_flow.testing.world.authenticators import Authenticator

Associate = Callable[["Authenticator", Mapping[str, Any]], Mapping[str, Any]]
Challenge = Callable[["Authenticator"], Mapping[str, Any]]
Confirm = Callable[["Authenticator", str], bool]

_HOUR = 3600
_NAME = re.compile("[a-z][a-z0-9-]*")
_BLANKS = (None, "code", "tenant", "device")


def _pair(sends: Iterable[float]) -> tuple[int, float]:
    """A list does as well."""
    return tuple(sends)  # type: ignore[return-value]


@frozen(kw_only=True)
class Factor:
    """One way to prove who one is."""

    name: str  # what people call it
    kind: str  # what the ids of its authenticators begin with
    type: str  # what mfa_requirements and the list call it
    wire_type: str = "oob"  # its authenticator_type and challenge_type
    channel: str | None = None  # its oob_channel
    address: str | None = None  # the parameter that says where its messages go; without one, the user's email
    prompt: bool = True  # whether its message holds a code; if not, its message is a question
    purse: str = ""  # which messages count together
    sends: tuple[int, float] = field(
        default=(20, 60), converter=_pair
    )  # how many at once, and the seconds until there is one more
    text: str = ""  # its message
    associate: Associate | None = None
    challenge: Challenge | None = None
    confirm: Confirm | None = None


OTP = Factor(name="otp", kind="totp", type="otp", wire_type="otp")
RECOVERY = Factor(name="recovery-code", kind="recovery-code", type="recovery-code", wire_type="recovery-code")
_PHONE = {"type": "phone", "address": "phone_number", "purse": "phone", "sends": (10, _HOUR)}
SMS = Factor(name="sms", kind="sms", channel="sms", text=MESSAGES["sms"], **_PHONE)  # type: ignore[arg-type]
VOICE = Factor(name="voice", kind="voice", channel="voice", text=MESSAGES["voice"], **_PHONE)  # type: ignore[arg-type]
EMAIL = Factor(
    name="email", kind="email", type="email", channel="email", address="email", purse="email", text=MESSAGES["email"]
)
PUSH = Factor(
    name="push",
    kind="push",
    type="push-notification",
    channel="auth0",
    prompt=False,
    purse="push",
    sends=(5, 12),
    text=MESSAGES["push"],
)
BUILT_IN = (OTP, SMS, VOICE, EMAIL, PUSH)
PREFERRED = ("otp", "push", "sms", "voice", "email")  # the order in which a tenant chooses, left to choose


@define(eq=False)
class Factors:
    """Those that a tenant knows, and which of them are switched on."""

    enabled: set[str]
    _by_name: dict[str, Factor] = field(factory=lambda: {each.name: each for each in BUILT_IN})
    _old: set[str] = field(factory=set)  # taught before the last reset

    def begin_again(self) -> None:
        """What was taught stays known, and may be taught again: a suite may do so before each test."""
        self._old = {each.name for each in self} - {each.name for each in BUILT_IN}

    def add(self, factor: Factor) -> None:
        """Know one more, switched on, or one anew that was taught before the last reset."""
        if _NAME.fullmatch(factor.name) is None:
            raise ValueError(f"a factor is called by small letters, digits and dashes: not {factor.name!r}")
        if factor.name not in self._old and factor.name in self._names:
            raise ValueError(f"there is a factor {factor.name} already")
        many, seconds = factor.sends
        if many < 1 or not 0 < seconds < math.inf:
            raise ValueError("sends is how many messages at once, 1 or more, and the seconds until there is one more")
        if not _is_text(factor.text):
            raise ValueError("text may hold {code}, {tenant} and {device}, and no other braces")
        self._old.discard(factor.name)
        self._by_name[factor.name] = factor
        self.enabled.add(factor.name)

    def named(self, name: str) -> Factor:
        """The factor that people call so."""
        if name not in self._by_name:
            raise ValueError(f"authenticators are any of {', '.join(self._by_name)}: not {name!r}")
        return self._by_name[name]

    @property
    def _names(self) -> set[str | None]:
        """All that is taken: people's word, what an id begins with, a channel."""
        return {name for each in (*self, RECOVERY) for name in (each.name, each.kind, each.channel)}

    @property
    def channels(self) -> dict[str, Factor]:
        """Those that go out of band, by their oob_channel."""
        return {each.channel: each for each in self if each.channel is not None}

    @property
    def types(self) -> frozenset[str]:
        """Every type, as mfa_requirements calls them."""
        return frozenset({each.type for each in self} | {RECOVERY.type})

    def is_on(self, factor: Factor) -> bool:
        """Whether it may be used. A recovery code has a switch of its own."""
        return factor.name in self.enabled or factor is RECOVERY

    def with_twins(self, factor: Factor) -> list[Factor]:
        """A factor and what comes with it: a phone that reads can also ring, and the app of a push shows codes."""
        if factor is PUSH:
            return [PUSH, OTP]
        pair = {SMS: VOICE, VOICE: SMS}.get(factor)
        return [factor, pair] if pair and self.is_on(pair) and self.is_on(factor) else [factor]

    def __iter__(self) -> Iterator[Factor]:
        return iter(self._by_name.values())


def _is_text(text: str) -> bool:
    """Whether a message can be made of it."""
    with suppress(ValueError):
        return all(name in _BLANKS and not spec and not how for _, name, spec, how in Formatter().parse(text))
    return False
