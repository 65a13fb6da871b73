"""Things that go wrong when a test says so: a strange answer, a late one, none at all.

A fault with a ``status`` or a ``body`` answers instead of the tenant, and nothing happens there. ``headers`` alone
are added to the tenant's own answer. ``delay`` holds the answer back for so many real seconds: what was asked has
happened by then. ``drop`` closes the connection: ``before`` anything happened, or ``after`` it did.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal

from attrs import define, evolve, field
from attrs.validators import ge, in_, optional

from mfa_flow.testing.wire.exchange import Request, to_bytes
from mfa_flow.wire.call import Reply

Drop = Literal["before", "after"]
Body = str | bytes | dict[str, Any] | list[Any]


@define(eq=False, kw_only=True)
class Fault:
    """One thing that goes wrong, at the calls it is meant for."""

    path: str = "*"  # a star stands for anything
    times: int = field(default=1, validator=ge(1))  # how often it strikes; then it is gone
    status: int | None = field(default=None, validator=optional(in_(range(200, 600))))
    body: Body | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = None
    delay: float | None = field(default=None, validator=optional(ge(0)))
    drop: Drop | None = field(default=None, validator=in_((None, "before", "after")))
    grant: str | None = None  # mfa-otp, password, ...
    user: str | None = None  # an email
    nth: int = field(default=1, validator=ge(1))  # it lets as many calls pass as it takes to strike at this one first

    def is_for(self, request: Request, user: str | None) -> bool:
        """Whether it is meant for a call."""
        meant = self.user is None or (user is not None and self.user.lower() == user)
        return meant and self.grant in (None, request.grant) and fnmatchcase(request.path, self.path)

    @property
    def replaces(self) -> bool:
        """Whether it answers instead of the tenant."""
        return self.status is not None or self.body is not None

    def reply(self) -> Reply:
        """Its own answer."""
        kind = "application/json" if isinstance(self.body, dict | list) else "text/html; charset=utf-8"
        headers = {} if self.body is None else {"content-type": kind}
        return self.adorn(Reply(self.status or 200, headers, _bytes(self.body)))

    def adorn(self, reply: Reply) -> Reply:
        """The same answer with its headers."""
        more = {name.lower(): value for name, value in (self.headers or {}).items()}
        return evolve(reply, headers={**reply.headers, **more})


class Faults:
    """Those that are still to strike, in the order they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        path: str = "*",
        times: int = 1,
        status: int | None = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        delay: float | None = None,
        drop: Drop | None = None,
        grant: str | None = None,
        user: str | None = None,
        nth: int | None = None,
    ) -> Fault:
        """Arm one. Without a ``path``, ``grant`` or ``user`` it strikes at any call."""
        fault = Fault(
            path=path, times=times, status=status, body=body, headers=headers, delay=delay, drop=drop,
            grant=grant, user=user, nth=nth or 1,
        )  # fmt: skip
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Disarm all."""
        self._faults.clear()

    def strike(self, request: Request, user: str | None) -> Fault | None:
        """The fault that strikes at this call. The first one does that is meant for it and whose turn has come."""
        for fault in self._faults:
            if fault.is_for(request, user):
                if fault.nth == 1:
                    return self._struck(fault)
                fault.nth -= 1
        return None

    def _struck(self, fault: Fault) -> Fault:
        if fault.times == 1:
            self._faults.remove(fault)
        else:
            fault.times -= 1
        return fault

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __len__(self) -> int:
        return len(self._faults)


def _bytes(body: Body | None) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b"" if body is None else to_bytes(body)
