"""What a test, a page or a person does beside the API: everything under ``/_tenant/``."""

from functools import partial

from mfa_flow.testing.openapi.words import (
    INTEGER,
    NUMBER,
    OPEN,
    STRING,
    YES_NO,
    Schema,
    fields,
    like,
    many,
    one_of,
    operation,
    path,
    ref,
)

_operation = partial(operation, error="Slip")
_SECONDS = {"type": "number", "minimum": 0, "description": "seconds"}
_UP_FROM_1 = {"type": "integer", "minimum": 1}
_NULLABLE = {"type": ["string", "null"]}
_MESSAGE_ID = like("msg_[0-9]+", "msg_1")
_NAMES = many(STRING)
_TO = {"to": {**STRING, "description": "of one recipient"}}
_EMPTY = fields()

SCHEMAS: dict[str, Schema] = {
    "Slip": fields("error", error={**STRING, "description": "what to do instead"}),
    "Message": fields(
        "id channel to code text at",
        id=_MESSAGE_ID,
        channel=STRING,
        to=STRING,
        code={**_NULLABLE, "description": "a push has none: it is answered"},
        text=STRING,
        at=NUMBER,
    ),
    "User": fields(
        "id email authenticators",
        id=STRING,
        email=STRING,
        phone=_NULLABLE,
        verified=YES_NO,
        otp_secret=_NULLABLE,
        otp_code={**_NULLABLE, "description": "a code of the authenticator app, one that would be taken now"},
        recovery_code=_NULLABLE,
        authenticators=many(fields("id kind active", id=STRING, kind=STRING, active=YES_NO, to=STRING, secret=STRING)),
    ),
    "Fault": fields(
        path={**STRING, "description": "a star stands for anything"},
        times=_UP_FROM_1,
        status={"type": "integer", "minimum": 200, "maximum": 599},
        body={"type": ["string", "object", "array"]},
        headers={"type": "object", "additionalProperties": STRING},
        delay=_SECONDS,
        drop=one_of("before", "after"),
        grant={**STRING, "examples": ["mfa-otp"]},
        user={**STRING, "description": "an email"},
        nth={**_UP_FROM_1, "description": "the first call it strikes at"},
    ),
    "Entry": fields(
        "at method path grant status error",
        at=NUMBER,
        method=STRING,
        path=STRING,
        grant=_NULLABLE,
        status={**INTEGER, "description": "0: the connection was dropped"},
        error=_NULLABLE,
    ),
    "Time": fields("now", now={**NUMBER, "description": "Unix seconds"}),
}

_NEW_USER = fields(
    "email password",
    email={**STRING, "format": "email"},
    password=STRING,
    phone=like(r"\+[1-9][0-9]{6,14}", "+15551230000"),
    verified=YES_NO,
    authenticators=many(one_of("otp", "sms", "voice", "email", "push")),
    mfa=YES_NO,
    factors=_UP_FROM_1,
    requirements=fields(challenge=_NAMES, enroll=_NAMES),
    refresh_mfa=YES_NO,
    blocked=YES_NO,
    leaked=YES_NO,
)
_FILTERS = {
    **_TO,
    "channel": STRING,
    "after": {**_MESSAGE_ID, "description": "newer than this one"},
    "wait": {**_SECONDS, "maximum": 600, "description": "seconds for one to come"},
}

PATHS: dict[str, Schema] = {
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
        "/_tenant/clock",
        get=_operation("What time it is", ref("Time")),
        post=_operation(
            "Move the clock", ref("Time"), takes=fields("advance", advance={**_SECONDS, "maximum": 1_000_000_000})
        ),
    ),
    **path("/_tenant/users", post=_operation("Add a user", ref("User"), status=201, takes=_NEW_USER)),
    **path(
        "/_tenant/users/{email}",
        get=_operation("What there is of a user, secrets included", ref("User")),
        delete=_operation("Remove a user", _EMPTY),
    ),
    **path(
        "/_tenant/faults",
        get=_operation("The faults still armed", fields("faults", faults=many(ref("Fault")))),
        post=_operation("Arm a fault", ref("Fault"), status=201, takes=ref("Fault")),
        delete=_operation("Disarm all", _EMPTY),
    ),
    **path(
        "/_tenant/requests",
        get=_operation("What was asked and answered, without secrets", fields("requests", requests=many(ref("Entry")))),
    ),
    **path("/_tenant/reset", post=_operation("Back to the beginning", _EMPTY)),
    **path("/_tenant/openapi.json", get=_operation("This description", OPEN)),
}
