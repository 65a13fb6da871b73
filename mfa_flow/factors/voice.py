"""Codes by phone call."""

from mfa_flow.factors.phone import PhoneCode


class Voice(PhoneCode):
    """``enroll("voice", phone_number=...)``; where the tenant has text messages too, that sets up both."""

    name = "voice"
    channel = "voice"
