"""What a person does at their seat, up to where a test begins."""

from seat import ENTER

ADA, PASSWORD = "ada@example.com", "correct-horse"
PHONE = "+15551230000"
NEW = ["otp", "push", "sms", "voice", "email"]


def named(seat, email=ADA, password=PASSWORD):
    """Somebody who has said who they are."""
    return seat.sees("E-mail address:").says(email).sees("Password:").says(password)


def chosen(seat, factor):
    """Who has chosen a factor to set up, by its number."""
    return named(seat).sees("Cancel").types(str(NEW.index(factor) + 1), ENTER)


def saved(seat):
    """Who has saved their recovery code."""
    return seat.sees("Press Enter when you have saved it.").types(ENTER)
