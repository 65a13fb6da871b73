"""Who logs in at the stub, and what it answers: ready-made bytes, shared by the stub and by those who check the tokens.

Nothing but the standard library, for environments in which the project is not installed.
"""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

PEOPLE = 64  # As many different tokens: nobody's can be remembered instead of sent, and no two flows be mixed up.
CLIENT = {"client_id": "bench-client", "client_secret": "bench-secret"}
USERNAME, PASSWORD, CODE = "ada@example.com", "correct horse battery staple", "123456"
OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
FORM = "application/x-www-form-urlencoded"
PHONE = "sms|dev_MDXxkN5Y9EaRtPqL"
LISTED = [
    {"id": PHONE, "authenticator_type": "oob", "active": True, "oob_channel": "sms", "name": "XXXXXXXX0042"},
    {"id": "recovery-code|dev_qpOkGUOxBpWmNsTu", "authenticator_type": "recovery-code", "active": True},
    {"id": "totp|dev_9rVdQ3fGkTzXyWvU", "authenticator_type": "otp", "active": True},
]


def _chance(seed: str, length: int) -> str:
    """Base64 that looks like chance, and is the same every time."""
    bits = b"".join(sha256(f"{seed} {number}".encode()).digest() for number in range(length // 40 + 1))
    return urlsafe_b64encode(bits).decode()[:length]


def _sealed(seed: str, ciphertext: int) -> str:
    """Eight fields joined by stars, as Auth0 seals."""
    keyed = sha256(seed.encode()).hexdigest()
    fields = "Fe26.2", "SERVER_1726754880", keyed, _chance(f"iv {seed}", 22), _chance(seed, ciphertext)
    return "*".join((*fields, "1800000000000", keyed[::-1], _chance(f"mac {seed}", 43)))


def _jwt(seed: str, claims: int) -> str:
    return f"eyJ{_chance(f'head {seed}', 60)}.eyJ{_chance(seed, claims)}.{_chance(f'signature {seed}', 342)}"


MFA_TOKENS = [_sealed(f"mfa {number}", 1750) for number in range(PEOPLE)]
OOB_CODES = [_sealed(f"oob {number}", 384) for number in range(PEOPLE)]
ACCESS_TOKENS = [_jwt(f"access {number}", 380) for number in range(PEOPLE)]
_ID_TOKENS = [_jwt(f"id {number}", 420) for number in range(PEOPLE)]
assert {1986} == {len(token) for token in MFA_TOKENS}  # as measured


def _answer(status: str, body: object) -> bytes:
    text = json.dumps(body, separators=(",", ":")).encode()
    head = (
        f"HTTP/1.1 {status}\r\nDate: Fri, 20 Sep 2024 08:08:01 GMT\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(text)}\r\nConnection: keep-alive\r\nCache-Control: no-store\r\nPragma: no-cache\r\n"
        "X-RateLimit-Limit: 300\r\nX-RateLimit-Remaining: 299\r\nX-RateLimit-Reset: 1726819682\r\nServer: stub\r\n\r\n"
    )
    return head.encode() + text


_TOLD = "Multifactor authentication required"
DEMANDED = [
    _answer("403 Forbidden", {"error": "mfa_required", "error_description": _TOLD, "mfa_token": token})
    for token in MFA_TOKENS
]
LIST = _answer("200 OK", LISTED)
CHALLENGED = [
    _answer("200 OK", {"challenge_type": "oob", "oob_code": code, "binding_method": "prompt"}) for code in OOB_CODES
]
_KIND = {"scope": "openid profile email", "expires_in": 86400, "token_type": "Bearer"}
ISSUED = [
    _answer("200 OK", {"access_token": access, "id_token": of_id, **_KIND})
    for access, of_id in zip(ACCESS_TOKENS, _ID_TOKENS, strict=True)
]


def refused(why: str) -> bytes:
    """What stands on a request that is none of the four."""
    return _answer("400 Bad Request", {"error": "invalid_request", "error_description": why})


def told(counts: dict[str, int]) -> bytes:
    """How many of each there were."""
    return _answer("200 OK", counts)
