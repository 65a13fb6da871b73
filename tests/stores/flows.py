"""Arbitrary flows, and one with everything in it."""

from hypothesis import strategies as st

from mfa_flow import Authenticator, State, Tokens
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Requirements

EVERYTHING = Flow(
    id="chat-1",
    state=State.ENROLLING,
    version=7,
    mfa_token=Secret("mfa-token"),
    requirements=Requirements(challenge=None, enroll=("otp",)),
    authenticators=(Authenticator("a", None, active=True, oob_channel="sms", name="n", type="t"),),
    access_token=Secret("access-token"),
    tokens=Tokens("at", "id", "rt", "openid", 86400, "Bearer"),
    recovery_code=Secret("REPLACED"),
    recovery_codes=(Secret("CODE1"), Secret("CODE2")),
    factor="otp",
    authenticator=Authenticator("a"),
    details={"phone_number": "+15551230042", "hidden": Secret("x")},
    memory={"secret": Secret("s"), "": Secret("e"), "nested": {"": {"": [Secret("d"), 1.5, None, True]}, "k": [{}]}},
    asked_at=1800000000.125,
    expires_at=1800000600,
    paused_until=1800000100.5,
    locked_until=1800000200,
    error="wrong_code",
    accepted="digest",
    last="last-digest",
    last_at=1800000000.5,
    cut_off="confirm",
    enrolled=True,
    proved=("totp|dev_1",),
    seen=("m1", "m2"),
)

texts = st.text(max_size=12) | st.text(st.characters(exclude_categories=()), max_size=4)
secrets = texts.map(Secret)
times = st.floats(0, 4e9) | st.integers(0, 2**40)
maybe = st.none()
listed = st.builds(
    Authenticator, texts, maybe | texts, active=st.booleans(), oob_channel=maybe | texts, name=maybe | texts
)
kinds = maybe | st.lists(texts, max_size=3).map(tuple)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | numbers | texts | secrets
names = st.sampled_from(["", "a", "b"]) | texts
jsons = st.recursive(
    leaves, lambda one: st.lists(one, max_size=3) | st.dictionaries(names, one, max_size=3), max_leaves=8
)
tokens = st.builds(Tokens, texts, maybe | texts, maybe | texts, maybe | texts, maybe | st.integers(), texts)

flows = st.builds(
    Flow,
    id=texts.filter(bool),
    state=st.sampled_from(State),
    version=st.integers(0, 2**40),
    mfa_token=maybe | secrets,
    requirements=maybe | st.builds(Requirements, kinds, kinds),
    authenticators=maybe | st.lists(listed, max_size=3).map(tuple),
    access_token=maybe | secrets,
    tokens=maybe | tokens,
    recovery_code=maybe | secrets,
    recovery_codes=st.lists(secrets, max_size=3).map(tuple),
    factor=maybe | texts,
    authenticator=maybe | listed,
    details=st.dictionaries(texts, texts, max_size=2),
    memory=st.dictionaries(names, jsons, max_size=3),
    asked_at=times,
    expires_at=maybe | times,
    paused_until=maybe | times,
    locked_until=maybe | times,
    error=maybe | texts,
    accepted=maybe | texts,
    last=maybe | texts,
    last_at=times,
    cut_off=maybe | texts,
    enrolled=st.booleans(),
    proved=st.lists(texts, max_size=3).map(tuple),
    seen=st.lists(texts, max_size=3).map(tuple),
)
