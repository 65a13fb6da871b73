"""The whole description. A new path is a few lines in ``api`` or in ``control``; a test says which is missing."""

from functools import cache
from typing import Any

from mfa_flow.testing.openapi import api, control

_ABOUT = """\
A test double of Auth0's multi-factor authentication API, and under /_tenant/ what its tests need beside it.
Every refusal is JSON with an `error`. Never put real people or passwords into it."""


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3.1, as plain values."""
    bearer = {"type": "http", "scheme": "bearer", "description": "an mfa_token or an MFA access token"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "mfa_flow's simulated tenant", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": api.PATHS | control.PATHS,
        "components": {"schemas": api.SCHEMAS | control.SCHEMAS, "securitySchemes": {"bearer": bearer}},
    }
