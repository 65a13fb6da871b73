"""Where each event leads, said a second time: the table is held against this, and so is whatever is walked.

Who changes the table changes it here, too. A row that is dropped or bent by mistake is seen then, though the machine
and the walks follow the table wherever it leads.
"""

from collections.abc import Iterable, Mapping

from mfa_flow.machine.table import Row, State

Arrow = tuple[str, State, State]

_OPEN = "started authenticated mfa_required enrolling challenging"
# By event: from which states to which. A dot: it stays where it was.
_LEADS: Mapping[str, Mapping[str, str]] = {
    "password_accepted": {"started": "authenticated"},
    "password_rejected": {"started": "."},
    "refresh_accepted": {"started": "authenticated"},
    "refresh_rejected": {"started": "."},
    "signed_in": {"started": "authenticated"},
    "mfa_demanded": {"started authenticated enrolling challenging": "mfa_required"},
    "tokens_issued": {"authenticated enrolling challenging": "confirmed"},
    "listed": {"authenticated mfa_required": "."},
    "associated": {"authenticated mfa_required enrolling": "enrolling"},
    "challenged": {"mfa_required challenging": "challenging"},
    "already_enrolled": {"mfa_required enrolling": "mfa_required"},
    "details_rejected": {"authenticated mfa_required enrolling": "."},
    "unavailable": {"authenticated": ".", "mfa_required enrolling challenging": "mfa_required"},
    "code_rejected": {"enrolling challenging": "."},
    "still_pending": {"enrolling challenging": "."},
    "push_denied": {"enrolling challenging": "mfa_required"},
    "code_expired": {"enrolling challenging": "mfa_required"},
    "went_back": {"enrolling challenging": "mfa_required"},
    "still_signed_in": {"mfa_required": "authenticated"},
    "removed": {"authenticated": "."},
    "throttled": {_OPEN: "."},
    "token_expired": {"authenticated mfa_required enrolling challenging": "expired"},
    "refused": {_OPEN: "failed"},
    "cancelled": {_OPEN: "cancelled"},
}
ARROWS: tuple[Arrow, ...] = tuple(
    (event, State(source), State(source if dest == "." else dest))
    for event, leads in _LEADS.items()
    for sources, dest in leads.items()
    for source in sources.split()
)


def arrows(rows: Iterable[Row]) -> list[Arrow]:
    """The same of the rows of a table."""
    return [(row.event, row.source, row.dest) for row in rows]


def told(arrow: Arrow) -> str:
    """As one reads it."""
    event, source, dest = arrow
    return f"{event}: {source} -> {dest}"
