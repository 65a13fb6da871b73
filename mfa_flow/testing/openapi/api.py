"""What stands in for Auth0: the five endpoints of its MFA API, and what OIDC clients ask for beside them."""

from mfa_flow.testing.openapi.words import (
    INTEGER,
    OPEN,
    OR_NULL,
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

_RECOVERY_CODE = like("[1-9A-HJ-NP-Z]{24}", "MZCRK3YX5V3AKNNYY6JEBQCL")
_PHONE = {**like(r"\+[1-9][0-9]{6,14}", "+15551230000"), "description": "E.164"}
_OOB_CODE = {**STRING, "description": "names what was sent, for the mfa-oob grant"}
_PROMPT = {**one_of("prompt"), "description": "there is a code to type in; absent: poll"}
_CHANNEL = one_of("sms", "voice", "email", "auth0")
_MFA = "http://auth0.com/oauth/grant-type/"
_GRANTS = one_of(
    "password", f"{_MFA}password-realm", f"{_MFA}mfa-otp", f"{_MFA}mfa-oob", f"{_MFA}mfa-recovery-code", "refresh_token"
)
_TYPES = many(fields("type", type=STRING))
_CLIENT = {
    "client_id": {**OR_NULL, "examples": ["demo-client", "demo-public"]},
    "client_secret": {**OR_NULL, "examples": ["demo-secret"]},
    "client_assertion": OR_NULL,
    "client_assertion_type": OR_NULL,
}
_PROOFS = ("mfa_token", "otp", "oob_code", "binding_code", "recovery_code", "refresh_token")
_WORDS = ("username", "password", "realm", "scope", "audience", "nonce")
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"

SCHEMAS: dict[str, Schema] = {
    "Error": fields(
        "error error_description",
        error={**STRING, "examples": ["invalid_grant", "mfa_required"]},
        error_description=STRING,
        mfa_token={**STRING, "description": "with mfa_required: what to go on with"},
        mfa_requirements=fields(challenge=_TYPES, enroll=_TYPES),
    ),
    "Tokens": fields(
        "access_token expires_in token_type",
        access_token=STRING,
        refresh_token=STRING,
        id_token=STRING,
        scope=STRING,
        expires_in={**INTEGER, "description": "seconds"},
        recovery_code={**_RECOVERY_CODE, "description": "replaces the one that was used"},
        token_type=one_of("Bearer"),
    ),
    "Association": fields(
        "authenticator_type",
        authenticator_type=one_of("otp", "oob"),
        secret=like("[A-Z2-7]{32}", "HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF"),
        barcode_uri=STRING,
        binding_method=_PROMPT,
        recovery_codes={**many(_RECOVERY_CODE), "description": "once, with the first authenticator"},
        oob_channel=_CHANNEL,
        oob_code=_OOB_CODE,
    ),
    "Challenge": fields(
        "challenge_type", challenge_type=one_of("otp", "oob"), oob_code=_OOB_CODE, binding_method=_PROMPT
    ),
    "Authenticator": fields(
        "id authenticator_type active",
        id=like(r"[a-z-]+\|dev_[A-Za-z0-9]{16}", "sms|dev_klnv5yshzzoosSUm"),
        authenticator_type=one_of("otp", "oob", "recovery-code"),
        active={**YES_NO, "description": "whether it was proved once"},
        oob_channel=_CHANNEL,
        name={**STRING, "description": "a masked address, or a device"},
        type=STRING,
    ),
}

PATHS: dict[str, Schema] = {
    **path(
        "/oauth/token",
        post=operation(
            "Log in, prove a factor, or refresh: tokens, or 403 mfa_required",
            ref("Tokens"),
            takes=fields("grant_type", grant_type=_GRANTS, **_CLIENT, **dict.fromkeys((*_WORDS, *_PROOFS), OR_NULL)),
            types=(_FORM, _JSON),
        ),
    ),
    **path(
        "/mfa/associate",
        post=operation(
            "Add an authenticator, which counts once it is proved",
            ref("Association"),
            takes=fields(
                "authenticator_types",
                authenticator_types={**many(one_of("otp", "oob")), "minItems": 1},
                oob_channels=many(_CHANNEL),
                phone_number=_PHONE,
                email={**OR_NULL, "description": "left out: the user's own"},
            ),
            security=("bearer",),
        ),
    ),
    **path(
        "/mfa/challenge",
        post=operation(
            "Challenge an authenticator: a message goes out, or a code of an app is awaited",
            ref("Challenge"),
            takes=fields(
                "mfa_token",
                mfa_token=STRING,
                challenge_type={**OR_NULL, "examples": ["otp", "oob", "otp oob"]},
                authenticator_id=OR_NULL,
                oob_channel=OR_NULL,
                **_CLIENT,
            ),
            types=(_JSON, _FORM),
        ),
    ),
    **path(
        "/mfa/authenticators",
        get=operation("List the authenticators", many(ref("Authenticator")), security=("bearer",)),
    ),
    **path(
        "/mfa/authenticators/{id}",
        delete=operation("Remove an authenticator, by an MFA access token", status=204, security=("bearer",)),
    ),
    **path(
        "/userinfo", get=operation("Who an access token stands for", fields("sub", sub=STRING), security=("bearer",))
    ),
    **path(
        "/.well-known/openid-configuration", get=operation("The discovery document", fields("issuer", issuer=STRING))
    ),
    **path("/.well-known/jwks.json", get=operation("The keys that sign its tokens", fields("keys", keys=many(OPEN)))),
}
