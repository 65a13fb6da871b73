"""Codes by text message."""

from mfa_flow.factors.phone import PhoneCode


class Sms(PhoneCode):
    """``enroll("sms", phone_number=...)``; where the tenant has phone calls too, that sets up both."""

    name = "sms"
    channel = "sms"
