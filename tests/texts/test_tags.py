"""The tags of languages."""

import pytest

from mfa_flow.texts.tags import is_tag, shortened, tag_of


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("fr_FR.UTF-8", "fr-fr"),
        ("FR", "fr"),
        ("de_AT@euro", "de-at"),
        (" zh-Hant ", "zh-hant"),
        (None, "en"),
        ("", "en"),
    ],
)
def test_one_spelling(locale, tag):
    """For what people, browsers and systems write."""
    assert tag == tag_of(locale)


def test_the_fallbacks_of_a_tag():
    """Part by part, the longest first."""
    assert ["zh-hant-tw", "zh-hant", "zh"] == shortened("zh-hant-tw")


@pytest.mark.parametrize(
    ("tag", "good"),
    [
        ("de", True),
        ("tlh", True),
        ("zh-hant-tw", True),
        ("es-419", True),
        ("german", False),
        ("d", False),
        ("", False),
        ("de-", False),
        ("de--at", False),
        ("de-österreich", False),
        ("de" + "-abcdefgh" * 4, False),
    ],
)
def test_what_is_a_tag(tag, good):
    """Letters and digits in parts, and not many of them."""
    assert good is is_tag(tag)
