"""What a person can choose from: which authenticators to be challenged by, which factors to set up."""

from collections.abc import Collection

from mfa_flow.factors.base import Factor
from mfa_flow.factors.registry import Factors
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.values import Authenticator, Requirements

# In which order they are offered. Factors of other people come between these and the recovery code.
_PLACES = {"otp": 0, "push": 1, "sms": 2, "voice": 3, "email": 4, "recovery": 6}
_OTHERS = 5
_ANY = Requirements()
# A verified e-mail address is listed by itself: having it is not being enrolled.
_NOT_ENROLLED = frozenset({"email", "recovery"})

Choices = tuple[tuple[Authenticator, ...], tuple[str, ...]]


def choices(flow: Flow, factors: Factors, listed: tuple[Authenticator, ...] | None = None) -> Choices:
    """The authenticators to be challenged by and the names of the factors to enrol, best first. Both empty: a dead end.
    ``listed`` goes before the flow's own list.

    What is pending, unknown or not asked for is not offered. A challenge goes before an enrolment where both are
    asked for; without requirements one may enrol only while nothing is enrolled, as far as is known. What was proved
    already comes last.
    """
    if flow.access_token:
        return (), _enrollable(factors)
    wanted = flow.requirements or _ANY
    if wanted.enroll is not None and wanted.challenge is None:
        return (), _enrollable(factors, wanted.enroll)
    active = [one for one in (flow.authenticators if listed is None else listed) or () if one.active]
    fitting = [one for one in active if one.factor in factors]
    if wanted.challenge is not None:
        fitting = [one for one in fitting if _type(factors[one.factor]) in wanted.challenge]
    able = tuple(sorted(fitting, key=lambda one: (one.id in flow.proved, _place(one.factor))))
    if wanted.challenge is not None:
        return able, () if able else _enrollable(factors, wanted.enroll or ())
    enrolled = (able and flow.enrolled) or any(one.factor not in _NOT_ENROLLED for one in active)
    return able, () if enrolled else _enrollable(factors)


def _enrollable(factors: Factors, types: Collection[str] | None = None) -> tuple[str, ...]:
    able = (one for one in factors.values() if one.enrolls and (types is None or _type(one) in types))
    return tuple(sorted((one.name for one in able), key=_place))


def _type(factor: Factor) -> str:
    return factor.requirement or factor.name


def _place(name: str) -> int:
    return _PLACES.get(name, _OTHERS)
