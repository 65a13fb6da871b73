"""One login on its way from a password to tokens: what an mfa_token stands for."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, fields, frozen

from mfa_flow.testing.world.people import User

MFA_SCOPES = ("enroll", "read:authenticators", "remove:authenticators")
_OIDC_SCOPES = ("openid", "profile", "email", "offline_access")


@frozen(kw_only=True)
class Session:
    """What was asked for first, what was proved since, and what is asked of the user now."""

    id: str = ""  # it gets one with its first token
    user: User
    client_id: str
    issuer: str
    scope: str | None = None
    audience: str | None = None
    nonce: str | None = None
    proved: tuple[str, ...] = ()  # types of factors
    challenge: tuple[str, ...] | None = None  # types that may be proved; None: whatever the user has
    enroll: tuple[str, ...] | None = None  # types that may be added; None: any, by the first come
    recovery_code: str | None = None  # a new one, to be handed over with the tokens
    by_access_token: bool = False  # it came with an MFA access token, for one more factor

    def to_values(self) -> dict[str, Any]:
        """Plain values, to be sealed."""
        return {name: getattr(self, name) for name in _SEALED} | {"user": self.user.id}

    @classmethod
    def of_values(cls, values: Mapping[str, Any], user: User) -> "Session":
        """And back."""
        plain: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in values.items()}
        return cls(**{**plain, "user": user})

    def with_proof(self, kind: str) -> "Session":
        """One factor further."""
        return evolve(self, proved=tuple(dict.fromkeys([*self.proved, kind])))

    @property
    def is_mfa(self) -> bool:
        """Whether it is for the MFA API itself. A slash more or less does not matter."""
        return self.audience is not None and self.audience.rstrip("/") == f"{self.issuer}mfa"

    @property
    def granted(self) -> str | None:
        """The scope as it is granted. Of the MFA API, what is known, and everything if nothing was asked for."""
        if not self.is_mfa:
            return self.scope
        if self.scope is None:
            return " ".join(MFA_SCOPES)
        return " ".join(each for each in self.scope.split() if each in MFA_SCOPES + _OIDC_SCOPES)

    @property
    def scopes(self) -> frozenset[str]:
        """The same, one by one."""
        return frozenset((self.granted or "").split())


_SEALED = tuple(each.name for each in fields(Session) if each.name != "by_access_token")
