"""Things that go wrong when a test says so: a strange answer, a late one, none at all.

A fault with a ``status`` or a ``body`` answers instead of the tenant, and nothing happens there. ``headers`` alone
are added to the tenant's own answer. ``delay`` holds the answer back for so many real seconds: what was asked has
happened by then. ``drop`` closes the connection without an answer: ``before`` anything happened, or ``after`` it did.

``bytes`` is for an answer that is on its way, when everything has happened. ``cut``: the headers promise all of it,
half of it comes, and the connection closes. ``garbled``: as long as it should be, and no byte of it right.
``dribbled``: in small pieces over ``delay`` seconds. ``reset``: the connection is reset by the peer. Without a socket
an answer that is cut or reset is a ConnectionResetError, as a drop is, and a dribbled one is late.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from attrs import define, evolve, field
from attrs.validators import and_, ge, in_, le, optional

from mfa_flow.testing.wire.exchange import Request, to_bytes
from mfa_flow.wire.call import Reply

Drop = Literal["before", "after"]
Bytes = Literal["cut", "garbled", "dribbled", "reset"]
Body = str | bytes | dict[str, Any] | list[Any]
_LONGEST_DELAY = 3600  # seconds
_NAME, _VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[\x20-\x7e\xa0-\xff\t]*")
_CODE = re.compile("[a-z_]{1,40}")
_FRAMING = ("content-length", "transfer-encoding", "connection")


def are_headers(_: object, __: object, headers: Mapping[str, str]) -> None:
    """Refuse what no server could send."""
    for name, value in headers.items():
        if _NAME.fullmatch(name) is None or _VALUE.fullmatch(value) is None:
            raise ValueError(f"headers has a name or a value that no header can have: {name!r}")
        if name.lower() in _FRAMING:
            raise ValueError(f"headers has {name}, which is the server's: to break an answer use bytes")


@define(eq=False, kw_only=True)
class Fault:
    """One thing that goes wrong, at the calls it is meant for."""

    path: str = "*"  # a star stands for anything
    times: int = field(default=1, validator=ge(1))  # how often it strikes; then it is gone
    status: int | None = field(default=None, validator=optional(in_(range(200, 600))))
    body: Body | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, validator=optional(are_headers))
    delay: float | None = field(default=None, validator=optional(and_(ge(0), le(_LONGEST_DELAY))))
    drop: Drop | None = field(default=None, validator=in_((None, *get_args(Drop))))
    bytes: Bytes | None = field(default=None, validator=in_((None, *get_args(Bytes))))
    grant: str | None = None  # mfa-otp, password, ...
    user: str | None = None  # an email
    nth: int = field(default=1, validator=ge(1))  # it lets as many calls pass as it takes to strike at this one first
    struck: int = field(default=0, init=False)  # how often it did

    def __attrs_post_init__(self) -> None:
        answers = {"status": self.status, "body": self.body, "headers": self.headers, "bytes": self.bytes}
        if not any(each is not None for each in (*answers.values(), self.delay, self.drop)):
            raise ValueError("a fault does something: give it a status, body, headers, delay, drop or bytes")
        useless = [name for name, value in answers.items() if value is not None]
        if self.drop is not None and useless:
            raise ValueError(f"drop sends no answer: leave out {', '.join(useless)}, or drop")
        if self.status in (204, 304) and self.body is not None:
            raise ValueError(f"an answer with the status {self.status} has no body")
        if self.bytes == "dribbled" and not self.delay:
            raise ValueError("bytes dribbled needs a delay: the seconds over which the answer comes")

    def is_for(self, request: Request, user: str | None) -> bool:
        """Whether it is meant for a call."""
        meant = self.user is None or (user is not None and self.user.lower() == user)
        return meant and self.grant in (None, request.grant) and fnmatchcase(request.path, self.path)

    @property
    def replaces(self) -> bool:
        """Whether it answers instead of the tenant."""
        return self.status is not None or self.body is not None

    @property
    def error(self) -> str | None:
        """The error its own answer tells of, as a code."""
        found = self.body.get("error") if isinstance(self.body, dict) else None
        return found if isinstance(found, str) and _CODE.fullmatch(found) else None

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
        bytes: Bytes | None = None,  # noqa: A002 - what happens to them
        grant: str | None = None,
        user: str | None = None,
        nth: int | None = None,
    ) -> Fault:
        """Arm one. Without a ``path``, ``grant`` or ``user`` it strikes at any call.

        Raises ValueError for what cannot be, or contradicts itself.
        """
        fault = Fault(
            path=path, times=times, status=status, body=body, headers=headers, delay=delay, drop=drop, bytes=bytes,
            grant=grant, user=user, nth=nth or 1,
        )  # fmt: skip
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Disarm all."""
        self.put_back([])

    def saved(self) -> list[Fault]:
        """Copies of them, to be put back."""
        return [copy(each) for each in self._faults]

    def put_back(self, faults: Iterable[Fault]) -> None:
        """Arm copies of these, and no others."""
        self._faults = [copy(each) for each in faults]

    def strike(self, request: Request, user: str | None) -> Fault | None:
        """The fault that strikes at this call. The first one does that is meant for it and whose turn has come."""
        ready = []
        for fault in tuple(self._faults):
            if fault.is_for(request, user):
                if fault.nth == 1:
                    ready.append(fault)
                else:
                    fault.nth -= 1  # also where another strikes
        return self._struck(ready[0]) if ready else None

    def _struck(self, fault: Fault) -> Fault:
        fault.struck += 1
        if fault.times == 1:
            self._faults.remove(fault)
        else:
            fault.times -= 1
        return fault

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._faults))

    def __len__(self) -> int:
        return len(self._faults)


def _bytes(body: Body | None) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b"" if body is None else to_bytes(body)
