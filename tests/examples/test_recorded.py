"""A recording, asserted on, kept, played again and drawn: shown in the README."""

from mfa_flow.drawing import sequence_mermaid, sequence_svg
from mfa_flow.kit import Recording, replay


async def test_a_login_stays_as_it_was(mfa, mfa_account, tmp_path):
    """What happened once is kept in a file without a secret, and happens again with another person."""
    bo = mfa_account("sms")
    await mfa.run(bo.email, bo.password, answer=bo)
    recording = mfa.recording(title="A code by text message")
    assert recording.events == ("password_accepted", "mfa_demanded", "listed", "challenged", "tokens_issued")
    assert recording.requests[-1] == "POST /oauth/token mfa-oob"

    kept = tmp_path / "login.json"
    kept.write_text(recording.to_json())
    assert await replay(Recording.from_json(kept.read_text()), mfa, mfa_account("sms")) == recording

    assert "M->>A: POST /mfa/challenge" in sequence_mermaid([recording])
    (tmp_path / "login.svg").write_text(sequence_svg([recording], "A login"))
