"""The command says what it did, and its exit code says whether all is well."""

import asyncio
from pathlib import Path

import pytest

from mfa_flow.cli.draw import run_draw
from mfa_flow.kit.scenes import scenes

MARKERS = "<!-- states:begin -->\n<!-- states:end -->\n<!-- table:begin -->\n<!-- table:end -->\n"


def _readme(root: Path, text: str) -> None:
    (root / "README.md").write_text(text, encoding="utf-8")


def test_drawing_names_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each file, and success."""
    _readme(tmp_path, MARKERS)
    assert 0 == run_draw(tmp_path, check=False)
    files = ["README.md", "diagrams/states.mmd", "diagrams/states.dot", "diagrams/states.svg"]
    files += [f"diagrams/{scene.name}.{kind}" for scene in asyncio.run(scenes()) for kind in ("mmd", "svg")]
    files.append("diagrams/chat.svg")
    assert [f"wrote {name}" for name in files] == capsys.readouterr().out.splitlines()


def test_checking_names_a_stale_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fresh is 0 and silent; stale is 1, with the file and what to do."""
    _readme(tmp_path, MARKERS)
    run_draw(tmp_path, check=False)
    capsys.readouterr()
    assert (0, "") == (run_draw(tmp_path, check=True), capsys.readouterr().out)
    (tmp_path / "diagrams/states.svg").write_text("old", encoding="utf-8")
    (tmp_path / "diagrams/sms.mmd").unlink()
    assert 1 == run_draw(tmp_path, check=True)
    assert (
        "diagrams/states.svg is out of date.\ndiagrams/sms.mmd is missing.\nRun `mfa-flow draw` and commit what it writes.\n"
        == capsys.readouterr().out
    )


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "error: There is no README.md in"),
        ("", "error: README.md needs one line <!-- states:begin -->, and below it one line <!-- states:end -->."),
        (MARKERS * 2, "error: README.md needs one line <!-- states:begin -->"),
        (MARKERS.replace("table:begin", "table:start"), "error: README.md needs one line <!-- table:begin -->"),
        (MARKERS.replace("table:end", "table:fin"), "error: README.md needs one line <!-- table:begin -->"),
        ("<!-- states:end -->\n<!-- states:begin -->\n", "error: README.md needs one line <!-- states:begin -->"),
    ],
)
def test_without_markers_nothing_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str, *, check: bool
) -> None:
    """A README that is missing, or that does not say where, is a clear message and 2."""
    if text is not None:
        _readme(tmp_path, text)
    assert 2 == run_draw(tmp_path, check=check)
    assert capsys.readouterr().err.startswith(said)
    assert not (tmp_path / "diagrams").exists()
