"""What the JSON is made of: a schema for each kind of prompt, and for what each verb takes."""

from typing import Any

from mfa_flow.web.acts import ACTS, LONGEST_WAIT
from mfa_flow.web.taking import NEEDED

Schema = dict[str, Any]


def object_of(needed: str = "", /, **each: Schema) -> Schema:
    """An object with these properties; those needed are named with blanks between."""
    return {"type": "object", "properties": each} | ({"required": needed.split()} if needed else {})


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def text(about: str = "", **more: Any) -> Schema:
    """A text."""
    return {"type": "string", **more} | ({"description": about} if about else {})


def _perhaps(kind: str, about: str = "") -> Schema:
    return {"type": [kind, "null"]} | ({"description": about} if about else {})


def _many(one: Schema, about: str = "") -> Schema:
    return {"type": "array", "items": one} | ({"description": about} if about else {})


_UNTIL = _perhaps("number", "when it runs out, in unix seconds")
_LENGTH = _perhaps("integer", "how many digits, where that is known")
_COMMON = {
    "text": text("all of it, for a person, in their language"),
    "verbs": _many(text(enum=[*ACTS]), "the operations that make sense now"),
    "error": {"anyOf": [ref("Notice"), {"type": "null"}], "description": "why the last answer was refused"},
    "recovery_codes": _many(text(), "to be kept by the person, who sees them in no later login"),
    "interrupted": _perhaps("string", "a verb that was cut off, and may have taken effect"),
}
_KINDS: dict[str, tuple[str, Schema]] = {
    "ask_password": ("Ask for the user's name and the password, then `login`.", {}),
    "choose": (
        "Let the person choose: `challenge` by one of these, or `enroll` one of those.",
        {
            "challenge": _many(ref("Authenticator")),
            "enroll": _many(text(), "names of factors"),
            "authenticators": _many(ref("Authenticator"), "all there are; who manages them may `remove` one"),
        },
    ),
    "ask_code": (
        "Ask for a code, then `confirm` it.",
        {
            "channel": text("how it comes: the factor's name"),
            "to": _perhaps("string", "where it went, masked"),
            "length": _LENGTH,
            "until": _UNTIL,
            "numeric": {"type": "boolean", "description": "whether it has digits alone"},
        },
    ),
    "scan": (
        "Show a QR code of `barcode_uri`. Then `confirm` the app's code; without a `length`, `wait`.",
        {
            "barcode_uri": text(),
            "secret": _perhaps("string", "for those who type it in"),
            "length": _LENGTH,
            "seconds": _perhaps("number", "between two polls"),
            "until": _UNTIL,
        },
    ),
    "wait": (
        "The person answers on a phone: `wait`.",
        {"seconds": {"type": "number", "description": "between two polls"}, "until": _UNTIL},
    ),
    "pause": (
        "Another try makes sense in so many `seconds`; `then` is the question that stands meanwhile.",
        {"seconds": {"type": "number"}, "then": ref("Prompt")},
    ),
    "done": (
        "Logged in. The tokens went to the service: go on at `next`.",
        {"recovery_code": _perhaps("string", "replaces the one just used; the person has to keep it")},
    ),
    "stopped": ("It ended without a login.", {"reason": text("such as `expired` or `cancelled`")}),
}


def _name(kind: str) -> str:
    return "".join(map(str.capitalize, kind.split("_")))


def _kind(kind: str, about: str, own: Schema) -> Schema:
    each = {"kind": {"const": kind}, **_COMMON, **own}
    return {**object_of(" ".join(each), **each), "description": about}


def _asked(verb: str, **each: Schema) -> Schema:
    """What a verb takes, and nothing else."""
    return {**object_of(" ".join(NEEDED.get(verb, ())), **each), "additionalProperties": False}


_CHOICE = text("the `id` of one of the prompt's")
_SECONDS = {"type": "number", "minimum": 0, "maximum": LONGEST_WAIT, "default": LONGEST_WAIT}
# By verb: what it does, and what it takes.
VERBS: dict[str, tuple[str, Schema]] = {
    "login": ("Log in.", _asked("login", username=text(), password=text())),
    "challenge": ("Be challenged by one of `challenge`.", _asked("challenge", authenticator=_CHOICE)),
    "enroll": (
        "Set up one of `enroll`.",
        _asked(
            "enroll",
            factor=text(),
            phone_number=text("of `sms` and `voice`, with the country code"),
            email=text("of `email`; without it the person's own is used"),
        ),
    ),
    "confirm": ("Give the code; without one, ask once whether a push was answered.", _asked("confirm", code=text())),
    "wait": ("Wait for a push to be answered, for so many seconds at most.", _asked("wait", seconds=_SECONDS)),
    "resend": ("Send the code once more.", _asked("resend")),
    "go_back": ("Choose another way.", _asked("go_back")),
    "cancel": ("Give up.", _asked("cancel")),
    "remove": ("Remove one of `authenticators`, for somebody signed in.", _asked("remove", authenticator=_CHOICE)),
}
_NEXT = _perhaps("string", "with `done` alone: where the service sends the person")
SCHEMAS: dict[str, Schema] = {
    "Answer": object_of("prompt token", prompt=ref("Prompt"), token=text("for the next POST"), next=_NEXT),
    "Prompt": {
        "description": "What to show. There may be more fields than these.",
        "oneOf": [ref(_name(kind)) for kind in _KINDS],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {kind: ref(_name(kind))["$ref"] for kind in _KINDS},
        },
    },
    **{_name(kind): _kind(kind, *told) for kind, told in _KINDS.items()},
    "Notice": object_of("key text", key=text("for programs"), text=text("for people")),
    "Authenticator": object_of(
        "id factor active",
        id=text("what `challenge` and `remove` take"),
        factor=text("such as `sms` or `otp`"),
        active={"type": "boolean", "description": "whether it was ever proved"},
        name=_perhaps("string", "the masked number or address, or the device's name"),
        type=_perhaps("string"),
        authenticator_type=_perhaps("string", "as Auth0 says it"),
        oob_channel=_perhaps("string", "as Auth0 says it"),
    ),
    "Refusal": object_of(
        "error",
        error=object_of(
            "code text",
            code=text("for programs"),
            text=text("for people, in their language"),
            field=text("the field that is wrong, where it is one"),
            detail=text("what is wrong, for those who write a client"),
            token=text("with `on_done`: for the next POST"),
            recovery_code=text("with `on_done`: a new one, which the person has to keep all the same"),
        ),
    ),
}
