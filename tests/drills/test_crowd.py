"""A crowd on one store: every flow comes to an end, no message is sent on twice, nothing stays held."""

import pytest

from drills.crowd import Crowd, drill


@pytest.mark.parametrize("store", ["sqlite", "redis"])
def test_a_crowd(store):
    """Two hundred logins by eight processes, some killed, with broken connections and messages delivered twice."""
    crowd = Crowd(flows=200, processes=8, store=store, seed=7, kill_every=20, break_every=20)
    summary, wrong = drill(crowd, drops=0.03)
    assert [] == wrong
    assert {"tokens", "cancelled"} == set(crowd.ends)
    assert min(summary["kills"], summary["redelivered after a death"], summary["delivered twice at once"]) > 0
    assert store == "sqlite" or summary["connections to Redis closed"] > 0
