"""What a failed test shows of its tenant: the last exchanges, the inbox and the faults, and nothing secret."""

from collections.abc import Iterable, Iterator
from itertools import islice

from mfa_flow.kit.recorder import shown_path
from mfa_flow.testing.control.requests import Entry
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.wire.routes import PATHS
from mfa_flow.testing.world.inbox import Message

_SHOWN = 12  # of each kind; the newest


def report(tenant: Tenant) -> str:
    """The report of a tenant. Looking at its inbox for this counts as nobody's reading."""
    return "\n".join(_lines(tenant))


def _lines(tenant: Tenant) -> Iterator[str]:
    now, box = tenant.clock.now(), tenant.inbox.saved()
    yield "the last exchanges, newest last:"
    yield from _last((_exchange(each, now) for each in tenant.requests), len(tenant.requests))
    yield "the inbox, newest last:"
    yield from _last((_message(each, now, each.id in box.open) for each in box.messages), len(box.messages))
    for each in tenant.faults:
        yield f"a fault is still armed: path {_aim(each.path)}, struck {each.struck} times"


def _aim(path: str) -> str:
    """A pattern shows where it is the beginning of a path that is known."""
    is_pattern = path.endswith("*") and any(each.startswith(path.removesuffix("*")) for each in PATHS)
    return path if is_pattern else shown_path(path)


def _last(lines: Iterable[str], many: int) -> Iterator[str]:
    if not many:
        yield "  (none)"
    yield from islice(lines, max(0, many - _SHOWN), None)


def _exchange(each: Entry, now: float) -> str:
    grant = f" {each.grant}" if each.grant else ""
    answer = f"{each.status} {each.error or ''}".rstrip() if each.status else "no answer"
    return f"  {_ago(now - each.at)}  {each.method} {shown_path(each.path)}{grant} -> {answer}{_about(each)}"


def _about(each: Entry) -> str:
    return f"  ({each.user})" if each.user else ""


def _message(each: Message, now: float, is_open: bool) -> str:  # noqa: FBT001 - of one message, beside its time
    left = ("not read" if each.code else "not answered") if is_open else ("read" if each.code else "answered")
    return f"  {_ago(now - each.at)}  {each.channel} {each.id} to {each.to}, {left}"


def _ago(seconds: float) -> str:
    return f"{seconds:7.1f} s ago"
