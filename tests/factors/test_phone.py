"""What text messages and phone calls share."""

import pytest
from replies import APP, PHONE, SEAL

from mfa_flow.errors import BadInput
from mfa_flow.factors.phone import PhoneCode
from mfa_flow.factors.sms import Sms
from mfa_flow.factors.voice import Voice
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.secret import Secret

FLOW = Flow(id="f", mfa_token=Secret(SEAL))
both = pytest.mark.parametrize("factor", [Sms(), Voice()])


@both
def test_both_are_phones(factor):
    """Auth0's requirements know one word for them, and neither can do without a number."""
    assert isinstance(factor, PhoneCode)
    assert ("phone", ("phone_number",), True) == (factor.requirement, factor.needs, factor.sends)
    assert factor.name == factor.channel


@both
@pytest.mark.parametrize("details", [{}, {"phone": PHONE}, {"phone_number": PHONE, "more": "x"}])
def test_the_message_names_the_factor_that_was_meant(factor, details):
    """And the one detail it takes."""
    with pytest.raises(BadInput, match=f"'{factor.name}'.*phone_number=.*nothing was sent"):
        factor.associate(APP, FLOW, **details)


@both
def test_a_number_is_sent_in_its_one_form(factor):
    """However it was typed; and kept so, for a resend."""
    assert {"details": {"phone_number": PHONE}} == factor.associate(APP, FLOW, phone_number="+1 555-123 0000").enters
