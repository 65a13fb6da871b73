"""The shapes that ``/_tenant/`` takes and gives."""

from mfa_flow.testing.openapi.words import (
    INTEGER,
    NUMBER,
    OPEN,
    OR_NULL,
    STRING,
    YES_NO,
    Schema,
    fields,
    like,
    many,
    one_of,
    ref,
)
from mfa_flow.testing.wire.clients import GRANTS

SECONDS = {"type": "number", "minimum": 0, "description": "seconds"}
MESSAGE_ID = like("msg_[0-9]+", "msg_1")
_PHONE = like(r"\+[1-9][0-9]{6,14}", "+15551230000")
_UP_FROM_1 = {"type": "integer", "minimum": 1}
_NAMES = many(STRING)
_GRANTS = many(one_of(*sorted(GRANTS)))
_LEFT = {"type": "object", "additionalProperties": INTEGER, "description": "how many are left, by what they are for"}
_TYPE = one_of("otp", "phone", "email", "push-notification", "recovery-code", "webauthn-roaming", "webauthn-platform")
_TYPES = many({"anyOf": [_TYPE, fields("type", type=_TYPE)], "description": "a taught factor's type is one too"})
_REQUIREMENTS = {**fields(challenge=_TYPES, enroll=_TYPES), "type": ["object", "null"]}
_DEVICE = fields("id kind active", id=STRING, kind=STRING, active=YES_NO, to=STRING, secret=STRING)
_CHANGES = {
    "password": STRING,
    "phone": _PHONE,
    "verified": YES_NO,
    "mfa": {**YES_NO, "description": "whether a password alone is too little"},
    "factors": {**_UP_FROM_1, "description": "how many different ones a login takes"},
    "requirements": _REQUIREMENTS,
    "refresh_mfa": {**YES_NO, "description": "whether a refresh needs them too"},
    "blocked": YES_NO,
    "leaked": {**YES_NO, "description": "whether the password was in a breach"},
}
_FAULT = {
    "path": {**STRING, "description": "a star stands for anything"},
    "times": _UP_FROM_1,
    "status": {"type": "integer", "minimum": 200, "maximum": 599},
    "body": {"type": ["string", "object", "array"]},
    "headers": {"type": "object", "additionalProperties": STRING},
    "delay": {**SECONDS, "maximum": 3600},
    "drop": {**one_of("before", "after"), "description": "close the connection before or after it took effect"},
    "bytes": {**one_of("cut", "reset", "garbled", "dribbled"), "description": "what is wrong with the answer's bytes"},
    "grant": {**STRING, "examples": ["mfa-otp"]},
    "user": {**STRING, "description": "an email"},
    "nth": {**_UP_FROM_1, "description": "the first call it strikes at"},
}

NEW_USER = fields(
    "email password",
    email={**STRING, "format": "email"},
    **_CHANGES,
    authenticators=many(one_of("otp", "sms", "voice", "email", "push")),
)
USER_CHANGES = fields(**_CHANGES, wrong_passwords=INTEGER)
NEW_FAULT = fields(**_FAULT)
PIN = fields("to code", to=STRING, code=like("[0-9]{6}", "123456"))
NEW_CLIENT = fields(
    "id",
    id=STRING,
    secret=STRING,
    grants={**_GRANTS, "description": "in short, mfa-otp, or the whole URI"},
    key={"type": ["string", "object"], "description": "a public RSA key, as PEM or as a JWK"},
    connection={**YES_NO, "description": "whether it has people who log in by a password"},
    trusted={**YES_NO, "description": "whether its auth0-forwarded-for is heeded"},
)
LESSON = fields(
    "channel",
    channel=STRING,
    address={**STRING, "description": "the parameter of /mfa/associate that says where its messages go"},
    type={**STRING, "description": "its name in mfa_requirements"},
    prompt={**YES_NO, "description": "false: it is answered like a push"},
    sends={"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2, "examples": [[20, 60]]},
    text={**STRING, "examples": ["{code} is your code for {tenant}."]},
)

SCHEMAS: dict[str, Schema] = {
    "Slip": fields("error", error={**STRING, "description": "what to do instead"}),
    "Message": fields(
        "id channel to code text at",
        id=MESSAGE_ID,
        channel=STRING,
        to=STRING,
        code={**OR_NULL, "description": "a push has none: it is answered"},
        text=STRING,
        at=NUMBER,
    ),
    "User": fields(
        "id email phone verified mfa factors requirements refresh_mfa blocked leaked wrong_passwords attempts_left"
        " messages_left otp_secret otp_code recovery_code authenticators",
        id=STRING,
        email=STRING,
        phone=OR_NULL,
        verified=YES_NO,
        mfa=YES_NO,
        factors=INTEGER,
        requirements={"type": ["object", "null"]},
        refresh_mfa=YES_NO,
        blocked=YES_NO,
        leaked=YES_NO,
        wrong_passwords=INTEGER,
        attempts_left=_LEFT,
        messages_left=_LEFT,
        otp_secret=OR_NULL,
        otp_code={**OR_NULL, "description": "a code of the authenticator app, one that would be taken now"},
        recovery_code=OR_NULL,
        authenticators=many(_DEVICE),
    ),
    "Limit": fields("capacity every full_at", capacity=INTEGER, every=SECONDS, full_at=NUMBER),
    "Seen": {
        "allOf": [ref("User"), fields("limits", limits={"type": "object", "additionalProperties": ref("Limit")})],
        "description": "a user as the page shows them: their apps also with the codes of now and next",
    },
    "Fault": fields("path times nth struck", **_FAULT, struck={**INTEGER, "description": "how often it did"}),
    "Entry": fields(
        "at method path grant status error user fields unknown",
        at=NUMBER,
        method=STRING,
        path=STRING,
        grant=OR_NULL,
        status={**INTEGER, "description": "0: the connection was dropped"},
        error=OR_NULL,
        user={**OR_NULL, "description": "whom it was about, where that is known"},
        fields={**OPEN, "description": "what was sent; a secret is ***"},
        unknown={**_NAMES, "description": "names of what was sent that mean nothing here"},
    ),
    "Time": fields("now follows", now={**NUMBER, "description": "Unix seconds"}, follows=YES_NO),
    "Client": fields(
        "id secret grants connection trusted",
        id=STRING,
        secret=OR_NULL,
        grants=_NAMES,
        connection=YES_NO,
        trusted=YES_NO,
    ),
}
