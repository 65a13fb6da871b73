"""A tenant from a TOML file: what may stand in it, and how a slip is told."""

from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from mfa_flow.testing import Clock, load_tenant
from mfa_flow.testing.config import ConfigError
from mfa_flow.testing.tenant import Tenant

from .conftest import PHONE, START, Wire

GOOD = """\
[tenant]
name = "Acme"
seed = 7

[tenant.knobs]
lockout_style = "too_many_attempts"
factors = ["otp", "sms"]
mfa_token_ttl = 60
recovery_codes_enabled = false

[[clients]]
id = "web"
secret = "s3cret"
grants = ["password", "mfa-otp"]

[[clients]]
id = "spa"

[[users]]
email = "bo@example.com"
password = "pw"
phone = "+15551230000"
verified = true
authenticators = ["sms", "otp"]
requirements = { challenge = ["otp"] }

[[users]]
email = "cy@example.com"
password = "pw"
mfa = false
"""


def written(folder: Path, text: str) -> Path:
    """A file with that text."""
    file = folder / "tenant.toml"
    file.write_text(text)
    return file


@pytest.fixture
def acme(tmp_path: Path) -> Tenant:
    """The tenant of the good file."""
    return load_tenant(written(tmp_path, GOOD), clock=Clock(START))


def test_exactly_what_the_file_says_is_there(acme: Tenant) -> None:
    """Its clients and its users, and none of ours."""
    assert ("Acme", ["web", "spa"]) == (acme.name, [each.id for each in acme.clients])
    assert ["bo@example.com", "cy@example.com"] == [each.email for each in acme.users]
    bo = acme.users["bo@example.com"]
    assert (PHONE, True) == (bo.phone, bo.verified)
    assert ["sms", "totp", "email"] == [each.kind for each in bo.authenticators]


def test_it_holds_on_the_wire(acme: Tenant) -> None:
    """A secret, a grant that is not allowed, a knob, a requirement, a user without a second factor."""
    wire = Wire(acme)
    wire.client = {"client_id": "web", "client_secret": "s3cret"}
    refused = wire.token("password", username="bo@example.com", password="pw").body
    assert {"challenge": [{"type": "otp"}]} == refused["mfa_requirements"]
    assert 401 == wire.token("password", username="bo@example.com", password="pw", client_secret="x").status
    assert "unauthorized_client" == wire.oob(refused["mfa_token"], "x").body["error"]
    acme.clock.advance(60)
    assert "expired_token" == wire.otp(refused["mfa_token"], acme.otp("bo@example.com")).body["error"]
    wire.client = {"client_id": "spa"}
    assert 200 == wire.token("password", username="cy@example.com", password="pw").status


def test_reset_puts_it_back(acme: Tenant) -> None:
    """The same people with the same seeded secrets, and no one else."""
    secret = acme.users["bo@example.com"].otp_secret
    acme.users.remove("bo@example.com")
    acme.users.add("eve@example.com", "pw")
    acme.reset()
    assert ["bo@example.com", "cy@example.com"] == [each.email for each in acme.users]
    assert secret == acme.users["bo@example.com"].otp_secret


def test_a_seed_goes_before_the_file_s(tmp_path: Path) -> None:
    """Left out, the file's own counts; a file that names none takes it too."""

    def made(text: str, seed: int | None = None) -> str | None:
        tenant = load_tenant(written(tmp_path, text), seed=seed)
        return tenant.users.add("new@example.com", "pw", authenticators=["otp"]).otp_secret

    seven, eight = made("[tenant]\nseed = 7\n"), made("[tenant]\nseed = 8\n")
    assert seven != eight
    assert [eight, eight, seven] == [made("[tenant]\nseed = 7\n", 8), made("", 8), made("[tenant]\nseed = 8\n", 7)]


def test_a_file_may_leave_anything_out(tmp_path: Path) -> None:
    """Knobs alone leave the usual clients and Ada; an empty list is nobody."""
    tenant = load_tenant(written(tmp_path, "[tenant.knobs]\notp_window = 2\n"))
    assert (["demo-client", "demo-public"], ["ada@example.com"]) == (
        [each.id for each in tenant.clients],
        [each.email for each in tenant.users],
    )
    tenant = load_tenant(str(written(tmp_path, 'users = []\n[[clients]]\nid = "web"\n')))
    assert (["web"], []) == ([each.id for each in tenant.clients], list(tenant.users))


def test_a_client_may_have_a_key(tmp_path: Path) -> None:
    """A PEM over several lines, or a JWK as a table."""
    key = RSAKey.generate_key(2048)
    pem, jwk = key.as_pem(private=False).decode(), key.as_dict(private=False)
    text = f'[[clients]]\nid = "pem"\nkey = """{pem}"""\n[[clients]]\nid = "jwk"\n[clients.key]\n'
    text += "".join(f'{name} = "{value}"\n' for name, value in jwk.items())
    tenant = load_tenant(written(tmp_path, text))
    assert [True, True] == [each.key is not None and not each.knows(None) for each in tenant.clients]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mfa_token_ttl", "mfa_token_tll", "line 8: [tenant.knobs] mfa_token_tll is unknown; did you mean mfa_token_ttl?"),
        ("= 60", '= "60"', "line 8: [tenant.knobs] mfa_token_ttl must be a number"),
        ("= 60", "= true", "line 8: [tenant.knobs] mfa_token_ttl must be a number"),
        ("= 60", "= inf", "line 8: [tenant.knobs] mfa_token_ttl must be a number"),
        ("= false\n\n", "= 0\n", "line 9: [tenant.knobs] recovery_codes_enabled must be true or false"),
        ('"too_many_attempts"', '"x"', 'line 6: [tenant.knobs] lockout_style must be "invalid_request" or "too_many_attempts"'),
        ('["otp", "sms"]', '"otp"', "line 7: [tenant.knobs] factors must be a list of strings"),
        ('["otp", "sms"]', '["otp", "fax"]', "line 7: [tenant.knobs] factors: 'factors' must be in "),
        ("mfa_token_ttl = 60", "audiences = [1]", "line 8: [tenant.knobs] audiences must be a list of strings"),
        ("mfa_token_ttl = 60", "requirements = {x = []}", "line 8: [tenant.knobs.requirements] x is unknown; there are: challenge, enroll"),
        ("mfa_token_ttl = 60", 'requirements = {enroll = "otp"}', "line 8: [tenant.knobs] requirements must be a table of lists of strings"),
        ("seed = 7", "seed = 7.5", "line 3: [tenant] seed must be a whole number"),
        ("seed = 7", "sede = 7", "line 3: [tenant] sede is unknown; did you mean seed?"),
        ("seed = 7", 'name = "x"', "line 3: name: Cannot overwrite a value"),
        ("[tenant.knobs]", "[tenant.knob]", "line 5: [tenant] knob is unknown; did you mean knobs?"),
        ("[tenant]", "[tennant]", "line 1: tennant is unknown; did you mean tenant?"),
        ('name = "Acme"', 'name = "Acme', "line 2: name: Illegal character"),
        ("[[users]]", "[users]", "line 27: [users]: Cannot declare ('users',) twice"),
        ('id = "spa"', 'secret = "x"', "line 16: [[clients]] id is missing"),
        ('id = "spa"', 'id = ""', "line 17: [[clients]] id is missing"),
        ('id = "spa"', 'id = "web"', "line 17: [[clients]] id: there is a client web already"),
        ('secret = "s3cret"', "secret = 5", "line 13: [[clients]] secret must be a string"),
        ('secret = "s3cret"', 'key = "s3cret"', "line 13: [[clients]] key is no public RSA key, as PEM or as a JWK"),
        ('secret = "s3cret"', "key = { n = 1 }", "line 13: [[clients]] key must be a string or a table of strings"),
        ('secret = "s3cret"', 'key = { n = "1" }', "line 13: [[clients]] key is no public RSA key, as PEM or as a JWK"),
        ('"mfa-otp"', '\n"mfa-opt"', "line 15: [[clients]] grants: mfa-opt is unknown; did you mean mfa-otp?"),
        ('"bo@example.com"', '"bo"', "line 20: [[users]] email: an email has an @ in it"),
        ('"cy@example.com"', '"Bo@example.com"', "line 28: [[users]] email: there is a user bo@example.com already"),
        ("+1555", "1555", "line 22: [[users]] phone: a phone is written like +15551230000"),
        ('"sms", "otp"]\nreq', '"fax"]\nreq', "line 24: [[users]] authenticators: authenticators are any of otp, sms"),
        ('phone = "+15551230000"', "", "line 24: [[users]] authenticators: the factor sms needs a phone"),
        ("mfa = false", "factors = 0", "line 30: [[users]] factors: a login takes 1 factor or more"),
        ("mfa = false", "mfa = 1", "line 30: [[users]] mfa must be true or false"),
        ('["otp"] }', '["sms"] }', "line 25: [[users]] requirements: challenge: 'sms' is no type; did you mean phone?"),
        ('["otp"] }', "3 }", "line 25: [[users]] requirements must be a table of lists of strings or tables of strings"),
        ("{ challenge", "{ chalenge", "line 25: [users.requirements] chalenge is unknown; did you mean challenge?"),
        ('{ challenge = ["otp"] }', '{ challenge = ["otp"]', "line 25: requirements: "),
    ],
)  # fmt: skip
def test_slips_are_told_by_file_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each names what is wrong where, and what would be right."""
    assert old in GOOD
    file = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_tenant(file)
    assert f"{file}, {said}" == str(caught.value)[: len(f"{file}, {said}")]
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tenant = 3", "line 1: tenant must be a table"),
        ("clients = 3", "line 1: clients must be a list of tables"),
        ('clients = [\n"a"]', "line 2: clients is a list of tables: write [[clients]] above each"),
        ("users = [{}]", "line 1: [[users]] email is missing"),
        ("x = [\n", "line 1: x: Invalid value"),
        ("a = " + "[" * 5000, "it is nested too deeply"),
    ],
    ids=str,
)
def test_other_shapes(tmp_path: Path, text: str, said: str) -> None:
    """What is no such table at all is told as well."""
    with pytest.raises(ConfigError) as caught:
        load_tenant(written(tmp_path, text))
    assert said in str(caught.value)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """No file, a folder, no UTF-8."""
    with pytest.raises(ConfigError, match=r"none\.toml: it cannot be read: No such file"):
        load_tenant(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="it cannot be read: Is a directory"):
        load_tenant(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'[tenant]\nname = "\xe9"\n')
    with pytest.raises(ConfigError, match=r"latin\.toml, line 2: it is not UTF-8"):
        load_tenant(tmp_path / "latin.toml")
