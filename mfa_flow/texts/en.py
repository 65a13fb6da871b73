"""The English catalogue."""

EN = {
    # Questions.
    "ask_password": "Enter your e-mail address and your password.",
    "choose.challenge": "Choose how to confirm it is you: {choices}.",
    "choose.enroll": "Choose a second factor to set up: {choices}.",
    "choose.both": "Choose how to confirm it is you: {choices}. Or set up another factor: {more}.",
    "choose.nothing": "Your authenticators could not be listed.",
    "ask_code": "Enter the code.",
    "ask_code.otp": "Enter the {length}-digit code from your authenticator app.",
    "ask_code.sms": "We sent a {length}-digit code to {to}. Enter it here.",
    "scan": "Scan the QR code with your authenticator app, or type the key {secret} into it. "
    "Then enter the {length}-digit code it shows.",
    "wait": "Confirm the request on your phone.",
    "pause": "Wait {minutes} min before you try again.",
    "done": "You are logged in.",
    "stopped": "This login has ended.",
    "recovery_codes": "Keep this recovery code in a safe place: {codes}",
    # Why the last answer was refused.
    "wrong_password": "Wrong e-mail address or password.",
    "wrong_code": "That code is not right. Check it and try again.",
    "code_expired": "That code is too old. Ask for a new one.",
    "push_denied": "The request was denied on the phone.",
    "still_pending": "The request has not been answered yet.",
    "too_many_attempts": "Too many wrong codes.",
    "too_many_messages": "Too many messages were sent.",
    "too_many_logins": "Too many attempts to log in.",
    "already_enrolled": "You already have a second factor: use it.",
    "factor_unavailable": "This factor cannot be used now. Choose another.",
    "phone_rejected": "This phone number cannot be used.",
    "list_failed": "Your authenticators could not be listed. Try again.",
    "refresh_token_rejected": "Your session has ended. Log in again.",
    # Why a flow ended.
    "expired": "This took too long. Log in again.",
    "mfa_token_invalid": "This login is no longer valid. Log in again.",
    "cancelled": "You cancelled this login.",
    "blocked": "This account is blocked.",
    "password_leaked": "This password is known from a data breach. Reset it to log in.",
    "no_available_factor": "A second factor is required, and none of yours can be used.",
    # Names of factors.
    "factor.otp": "authenticator app",
    "factor.sms": "text message",
    "factor.voice": "phone call",
    "factor.email": "e-mail",
    "factor.push": "push notification",
    "factor.recovery": "recovery code",
}
