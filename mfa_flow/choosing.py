"""What a person can choose from: which authenticators to be challenged by, which factors to set up."""

from collections.abc import Collection, Iterable

from mfa_flow.factors.base import Factor
from mfa_flow.factors.registry import Factors
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.values import Authenticator, Requirements

# In which order they are offered. Factors of other people come between these and the recovery code.
_ORDER = {name: place for place, name in enumerate(("otp", "push", "sms", "voice", "email"))}
_LAST = {"recovery": len(_ORDER) + 1}
# A verified e-mail address is listed by itself: having it is not being enrolled.
_NOT_ENROLLED = frozenset({"email", "recovery"})

Choices = tuple[tuple[Authenticator, ...], tuple[str, ...]]


def choices(flow: Flow, factors: Factors) -> Choices:
    """The authenticators to be challenged by and the names of the factors to enrol, best first. Both empty: a dead end.

    What is pending, unknown or not asked for is not offered. A challenge goes before an enrolment where both are
    asked for; without requirements one may enrol only while nothing is enrolled, as far as is known. What was proved
    already comes last.
    """
    if flow.access_token:
        return (), _enrollable(factors)
    wanted = flow.requirements or Requirements()
    active = [one for one in flow.authenticators or () if one.active]
    known = [one for one in active if one.factor in factors]
    if wanted.enroll is not None and wanted.challenge is None:
        return (), _enrollable(factors, wanted.enroll)
    fitting = (one for one in known if _asked(one, factors, wanted.challenge))
    able = tuple(sorted(fitting, key=lambda one: (one.id in flow.proved, _place(one.factor))))
    if wanted.challenge is not None:
        return able, () if able else _enrollable(factors, wanted.enroll or ())
    enrolled = (able and flow.enrolled) or any(one.factor not in _NOT_ENROLLED for one in active)
    return able, () if enrolled else _enrollable(factors)


def _enrollable(factors: Factors, types: Collection[str] | None = None) -> tuple[str, ...]:
    able = (one for one in factors.values() if one.enrolls and (types is None or _type(one) in types))
    return tuple(sorted((one.name for one in able), key=_place))


def _asked(authenticator: Authenticator, factors: Factors, types: Iterable[str] | None) -> bool:
    return types is None or _type(factors[authenticator.factor]) in types


def _type(factor: Factor) -> str:
    return factor.requirement or factor.name


def _place(name: str) -> int:
    return _ORDER.get(name, _LAST.get(name, len(_ORDER)))
