"""Which language suits a person best."""

import pytest

from mfa_flow.texts import add, best_locale


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,fr;q=0.9", "en"),
        ("de-DE,de;q=0.9,fr;q=0.5,en;q=0.4", "fr"),
        ("en;q=0.4, fr;q=0.5", "fr"),
        ("en; q=0.4 , FR ; q=0.5", "fr"),
        ("fr;q=0,en;q=0.1", "en"),
        ("fr;q=0", "en"),
        ("*,fr;q=0.9", "en"),
        ("fr,*;q=0.5", "fr"),
        ("de", "en"),
        ("fr_FR.UTF-8", "fr"),
        ("fr_FR@euro", "fr"),
        ("fr_FR.ISO-8859-15@euro", "fr"),
        ("en_GB.UTF-8;q=0.4, fr_CA.UTF-8 ; q=0.5", "fr"),
        ("C.UTF-8", "en"),
        (".UTF-8,@euro,fr", "fr"),
        ("fr_FR", "fr"),
        ("fr", "fr"),
        ("", "en"),
        (None, "en"),
        (",,;q=1,=;fr;q=", "en"),
        ("fr;q=2,fr;q=nan,fr;q=-1,fr;q=0.12345", "en"),
        ("x" * 100_000 + ",fr", "en"),
        ("fr," + "x," * 100_000, "fr"),
        ("é,fr;q=0.1", "fr"),
    ],
)
def test_the_best_there_is(wanted, best):
    """By weight, then as they stand; what cannot be read is passed over."""
    assert best == best_locale(wanted)


def test_what_was_added_is_there():
    """A region of its own goes before its language."""
    add("fr-CA", {"factor.email": "courriel"})
    assert ["fr-ca", "fr", "fr-ca"] == [best_locale("fr-CA,fr;q=0.9"), best_locale("fr-FR"), best_locale("fr_CA")]
