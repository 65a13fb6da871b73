"""What a test, a page or a person does beside the API: everything under ``/_tenant/``, and the page at ``/``."""

from functools import partial

from mfa_flow.testing.openapi import shapes
from mfa_flow.testing.openapi.words import (
    INTEGER,
    NUMBER,
    OPEN,
    STRING,
    YES_NO,
    Schema,
    fields,
    many,
    one_of,
    operation,
    path,
    ref,
)

SCHEMAS = shapes.SCHEMAS

_operation = partial(operation, error="Slip")
_EMPTY = fields()
_TO = {"to": {**STRING, "description": "of one recipient"}}
_FILTERS = {
    **_TO,
    "channel": STRING,
    "after": {**shapes.MESSAGE_ID, "description": "newer than this one"},
    "wait": {**shapes.SECONDS, "maximum": 600, "description": "seconds for one to come"},
}
_TOLD_TIME = {
    **fields(advance={**shapes.SECONDS, "maximum": 1_000_000_000}, freeze=one_of(True), follow=one_of(True)),
    "minProperties": 1,
    "maxProperties": 1,
}

_MESSAGES: dict[str, Schema] = {
    **path(
        "/_tenant/inbox",
        get=_operation("The messages, newest first", fields("messages", messages=many(ref("Message"))), query=_FILTERS),
        delete=_operation("Throw messages away", _EMPTY, query=_TO),
    ),
    **path(
        "/_tenant/push/{id}",
        post=_operation(
            "Answer a push, or scan its QR code",
            fields("id decision", id=STRING, decision=STRING),
            takes=fields("decision", decision=one_of("approve", "deny")),
        ),
    ),
    **path(
        "/_tenant/pins",
        get=_operation("The pinned codes", fields("pins", pins=many(shapes.PIN))),
        post=_operation("Let every message there carry this code", shapes.PIN, status=201, takes=shapes.PIN),
        delete=_operation("Let codes be random again", _EMPTY, query=_TO),
    ),
    **path("/_tenant/magic", get=_operation("Recipients whose messages go wrong", fields("magic", magic=many(OPEN)))),
}

_PEOPLE: dict[str, Schema] = {
    **path(
        "/_tenant/users",
        get=_operation("Everybody, with running codes and limits", fields("users", users=many(ref("Seen")))),
        post=_operation("Add a user", ref("User"), status=201, takes=shapes.NEW_USER),
    ),
    **path(
        "/_tenant/users/{email}",
        get=_operation("What there is of a user, secrets included", ref("User")),
        patch=_operation("Change a user", ref("User"), takes=shapes.USER_CHANGES),
        delete=_operation("Remove a user", _EMPTY),
    ),
    **path(
        "/_tenant/otp/{email}",
        get=_operation("A code of their app, one that would be taken now", fields("code", code=STRING)),
    ),
    **path(
        "/_tenant/qr/{picture}",
        get=_operation(
            "The QR code of an app: its authenticator's id, then .svg or .png",
            STRING,
            kinds=("image/svg+xml", "image/png"),
        ),
    ),
    **path(
        "/_tenant/clients",
        get=_operation("The applications", fields("clients", clients=many(ref("Client")))),
        post=_operation("Add an application", ref("Client"), status=201, takes=shapes.NEW_CLIENT),
    ),
    **path("/_tenant/teach", post=_operation("Teach it a factor", _EMPTY, status=201, takes=shapes.LESSON)),
}

_COURSE: dict[str, Schema] = {
    **path(
        "/_tenant/clock",
        get=_operation("What time it is", ref("Time")),
        post=_operation("Move the clock, stop it, or let it follow the wall's", ref("Time"), takes=_TOLD_TIME),
    ),
    **path(
        "/_tenant/faults",
        get=_operation("The faults still armed", fields("faults", faults=many(ref("Fault")))),
        post=_operation("Arm a fault", ref("Fault"), status=201, takes=shapes.NEW_FAULT),
        delete=_operation("Disarm all", _EMPTY),
    ),
    **path(
        "/_tenant/requests",
        get=_operation(
            "What was asked and answered, without secrets; with count, how often",
            fields(requests=many(ref("Entry")), count=INTEGER),
            query={"count": {**STRING, "examples": ["mfa-otp", "/mfa/challenge"]}},
        ),
        delete=_operation("Forget what was asked", _EMPTY),
    ),
    **path(
        "/_tenant/check",
        get=_operation("What a test forgot", fields("ok problems", ok=YES_NO, problems=many(STRING))),
    ),
    **path(
        "/_tenant/snapshots",
        get=_operation(
            "The snapshots there are", fields("snapshots", snapshots=many(fields("id at", id=STRING, at=NUMBER)))
        ),
        post=_operation("Save the whole world", fields("id", id=STRING), status=201),
    ),
    **path("/_tenant/snapshots/{id}", delete=_operation("Throw one away", _EMPTY)),
    **path(
        "/_tenant/snapshots/{id}/restore",
        post=_operation("Put it back", fields("id", id=STRING), takes=fields(clock=YES_NO), needed=False),
    ),
    **path(
        "/_tenant/reset", post=_operation("Back to the beginning", _EMPTY, takes=fields(seed=INTEGER), needed=False)
    ),
}

_LOOKS: dict[str, Schema] = {
    **path("/", get=_operation("The page", STRING, kinds=("text/html",))),
    **path(
        "/_tenant/page/{file}",
        get=_operation(
            "A file of the page", STRING, kinds=("text/html", "text/css", "text/javascript", "image/svg+xml")
        ),
    ),
    **path(
        "/_tenant/events",
        get=_operation("All that happens, as server-sent events", STRING, kinds=("text/event-stream",)),
    ),
    **path(
        "/_tenant/ca.pem",
        get=_operation("Over https, the certificate to trust", STRING, kinds=("application/x-pem-file",)),
    ),
    **path(
        "/_tenant/",
        get=_operation(
            "All of these, in short",
            fields("verbs", verbs=many(fields("method path does", method=STRING, path=STRING, does=STRING))),
        ),
    ),
    **path("/_tenant/openapi.json", get=_operation("This description", OPEN)),
}

PATHS = _MESSAGES | _PEOPLE | _COURSE | _LOOKS
