"""Text as it is compared: what people type by hand, with what they were shown."""

import unicodedata

# What may stand around a word without making another of it.
AROUND = " .,;:!?\u2026\u00a1\u00bf\"'\u00ab\u00bb()"


def folded(text: str) -> str:
    """Without accents, case, and signs around it."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("\u2019", "'")
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(plain.split()).strip(AROUND)
