"""How long it takes, in words."""

from math import inf, nan

import pytest

from mfa_flow.texts import when


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (-5, "in 1 second", "dans 1 seconde"),
        (0, "in 1 second", "dans 1 seconde"),
        (0.2, "in 1 second", "dans 1 seconde"),
        (1.5, "in 2 seconds", "dans 2 secondes"),
        (40, "in 40 seconds", "dans 40 secondes"),
        (59, "in 59 seconds", "dans 59 secondes"),
        (59.1, "in 1 minute", "dans 1 minute"),
        (60, "in 1 minute", "dans 1 minute"),
        (61, "in 2 minutes", "dans 2 minutes"),
        (360, "in 6 minutes", "dans 6 minutes"),
        (3540, "in 59 minutes", "dans 59 minutes"),
        (3541, "in 1 hour", "dans 1 heure"),
        (3600, "in 1 hour", "dans 1 heure"),
        (3601, "in 61 minutes", "dans 61 minutes"),
        (7140, "in 119 minutes", "dans 119 minutes"),
        (7141, "in 2 hours", "dans 2 heures"),
        (7201, "in 3 hours", "dans 3 heures"),
        (86_400, "in 24 hours", "dans 24 heures"),
        (inf, "in 8760 hours", "dans 8760 heures"),
        (nan, "in 1 second", "dans 1 seconde"),
    ],
)
def test_when(seconds, english, french):
    """Never sooner than it is; whatever a server says, it is words."""
    assert (english, french) == (when(seconds), when(seconds, "fr"))
