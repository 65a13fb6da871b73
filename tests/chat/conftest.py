"""A chat with one person, of a tenant of its own."""

import pytest

from chat.talking import Talk

PHONE, EMAIL = "+15551230042", "bo@example.com"


@pytest.fixture
def talk(mfa_tenant, tmp_path):
    mfa_tenant.users.add(EMAIL, "pw", phone=PHONE)
    return Talk(mfa_tenant, tmp_path / "flows.db")
