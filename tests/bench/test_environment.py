"""The peers' environment is whole or made again; nothing is downloaded here."""

import environment
import pytest


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Where it would be, its pins, and how often it was made."""
    times = []

    def install(folder, found):
        times.append(found)
        found.parent.mkdir(exist_ok=True)
        found.touch()

    pins = tmp_path / "pins.txt"
    pins.write_text("httpx==1\n")
    monkeypatch.setattr(environment, "PINS", pins)
    monkeypatch.setattr(environment, "_install", install)
    return tmp_path / "peers", pins, times


def test_it_is_made_once(made):
    """The second time it is there."""
    folder, _, times = made
    assert environment.python(folder) == environment.python(folder)
    assert 1 == len(times)


def test_other_pins_make_it_again(made):
    """What was installed is not what is asked for now."""
    folder, pins, times = made
    environment.python(folder)
    pins.write_text("httpx==2\n")
    environment.python(folder)
    assert 2 == len(times)


def test_one_that_failed_is_no_environment(made, monkeypatch):
    """An interpreter without its packages is not taken for the whole."""
    folder, _, times = made
    install = environment._install

    def half(folder, found):
        install(folder, found)
        raise SystemExit("no network")

    monkeypatch.setattr(environment, "_install", half)
    with pytest.raises(SystemExit):
        environment.python(folder)
    monkeypatch.setattr(environment, "_install", install)
    environment.python(folder)
    environment.python(folder)
    assert 2 == len(times)


def test_another_s_environment_is_left_alone(made):
    """Nothing is installed where somebody else did."""
    folder, _, times = made
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    assert folder / "bin" / "python" == environment.python(folder)
    assert [] == times


def test_a_failed_install_says_where(tmp_path, monkeypatch):
    """No traceback: where it was, and how to go on without."""
    monkeypatch.setattr(environment.venv, "create", lambda folder, with_pip: None)
    with pytest.raises(SystemExit, match=f"no environment for the peers in {tmp_path}"):
        environment.python(tmp_path)
