"""Every text a person may see is there, in every language; and the catalogues are sound."""

import ast
import re
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path
from shutil import copytree

import pytest
from catalogue_files import LANGUAGES, LOCALE, file_of, texts_of

import mfa_flow
from mfa_flow import errors
from mfa_flow.chat.quoting import QUESTIONS
from mfa_flow.chat.words import COMMANDS, LISTS
from mfa_flow.choosing import _PLACES
from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.machine.prompts import _KINDS
from mfa_flow.machine.table import State, verbs_from
from mfa_flow.texts import text_for
from mfa_flow.texts.catalogues import SHIPPED
from mfa_flow.texts.placeholders import names_in

PACKAGE = Path(mfa_flow.__file__).parent
# The test kit's keys are its own, and the simulated tenant has none.
SOURCES = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in {"testing", "kit"}]
CALLS = [
    node
    for path in SOURCES
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.Call | ast.Assign)
]
CATALOGUES = {language: texts_of(language) for language in LANGUAGES}
ENGLISH = CATALOGUES["en"]
FACTORS = {*_PLACES}
VERBS = {verb for state in State for verb in verbs_from(state)}
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.MfaFlowError)]
# Which arguments of a call are keys: by place, by name.
KEYED = {
    "text_for": [0],
    "find": [0],
    "of": [0],
    "Outcome": [1, "error"],
    "Stopped": ["reason"],
    "Say": [0],
    "changed": ["error"],
    "evolve": ["error"],
}
# Said where the key is made of parts, or is a value's.
SAID = {
    "kinds of prompts": set(_KINDS) - {"choose"},
    "what Auth0 may say": {one.told for one in MEANINGS if one.event},
    "ends": {"expired", "failed", "cancelled"},
    "names of factors": {f"factor.{name}" for name in FACTORS},
    "codes to type": {f"ask_code.{name}" for name in FACTORS - {"push"}},
    "where codes went": {f"ask_code.{name}.to" for name in ("sms", "voice", "email")},
    "errors": {f"error.{kind.code}" for kind in KINDS},
    "words of command": {f"word.{name}" for name in COMMANDS + LISTS},
    "questions of a chat": {*QUESTIONS.values(), "chat.detail"},
    "cases of errors": {"error.tenant_broken.when", "error.transport.unsent"},
}
# Words for who builds a chat, a page or a terminal.
DOORS = ("title.", "button.", "label.")


def name_of(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def literals(node):
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def keys_in(call):
    """The keys that stand in a call, or are given to a name ``key``; those made of parts are below."""
    if isinstance(call, ast.Assign):
        return _whole([call.value]) if getattr(call.targets[0], "id", "") == "key" else set()
    given = dict(enumerate(call.args)) | {one.arg: one.value for one in call.keywords}
    if name_of(call) == "BadInput":
        return {f"error.bad_input.{case}" for case in literals(given[1])} if 1 in given else set()
    return _whole(given[place] for place in KEYED.get(name_of(call), ()) if place in given)


def _whole(nodes):
    return {key for node in nodes if not _made_of_parts(node) for key in literals(node)}


def _made_of_parts(node):
    return any(isinstance(one, ast.JoinedStr) for one in ast.walk(node))


# In a page's template: what is looked up, and what is handed to something that looks it up; not what is made of parts.
PAGES = {path.name: path.read_text() for path in PACKAGE.rglob("*.html") if path.parent.name == "templates"}
IN_PAGES = re.compile(r'(?:\bt\("([\w.]+)"|"((?:title|button|label)\.\w[\w.]*)")(?! ~)')
WRITTEN = {key for call in CALLS for key in keys_in(call)}
WRITTEN |= {"".join(found) for text in PAGES.values() for found in IN_PAGES.findall(text)}
ALL = WRITTEN.union(*SAID.values())


def test_the_scan_finds_keys():
    """In each of the forms they are written in."""
    some = {
        "choose.both",
        "scan.secret",
        "recovery_codes",
        "in.minutes",
        "further_factor",
        "push_expired",
        "list_failed",
    }
    some |= {
        "no_available_factor",
        "expired",
        "error.bad_input.phone",
        "error.bad_input.code",
        "stopped",
        "factor.named",
    }
    some |= {"button.print", "button.retry", "button.login_again", "label.again", "label.recovery_codes"}
    assert set() == some - WRITTEN
    assert len(WRITTEN) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_a_text(language):
    """Whatever the code may say to a person, and every word for the doors, in each language."""
    assert set() == ALL - CATALOGUES[language].keys()
    assert ENGLISH.keys() == CATALOGUES[language].keys()


def test_every_text_is_said():
    """No text stands there that nobody can come to see; what was cut off is one for each verb there is."""
    cut_off = {key for key in ENGLISH if key.startswith("interrupted.")}
    assert set() == {key for key in ENGLISH if not key.startswith(DOORS)} - ALL - cut_off
    assert set() == {key.split(".")[1] for key in cut_off} - VERBS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_prompt_has_a_title(language):
    """And each thing a person does has a word for a button."""
    shown = {f"title.{kind}" for kind in _KINDS}
    shown |= {f"button.{verb}" for verb in ("login", "challenge", "enroll", "confirm", "resend", "go_back", "wait")}
    shown |= {"button.cancel", "button.remove", "button.authenticators", "button.another_way", "button.help"}
    assert set() == shown - CATALOGUES[language].keys()


@pytest.mark.parametrize("key", ENGLISH)
def test_every_text_takes_the_same_values(key):
    """In each language, and in each of its forms; of one alone the number may be left out."""
    wanted = names_in(ENGLISH[key][-1])
    for texts in CATALOGUES.values():
        assert all(wanted - {"n"} <= names_in(form) <= wanted for form in texts[key])
        assert len(ENGLISH[key]) == len(texts[key])


@pytest.mark.parametrize("key", ENGLISH)
def test_no_text_was_forgotten(key):
    """A language says it in its own words, but for these."""
    same = {"factor.email", "factor.named"}
    told = {texts[key] for texts in CATALOGUES.values()}
    assert (1 if key in same else len(LANGUAGES)) == len(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language):
    """Of two texts of a key only the last would ever be said."""
    keys = re.findall(r'^msgid "(.+)"$', file_of(language, "po").read_text(), re.MULTILINE)
    assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_is_what_was_written(language):
    """The compiled catalogue is no older than the one that translators see."""
    with file_of(language, "mo").open("rb") as file:
        read = GNUTranslations(file)
    assert 0 == sum(len(forms) for forms in CATALOGUES[language].values()) - len(vars(read)["_catalog"]) + 1
    for key, forms in CATALOGUES[language].items():
        assert forms == tuple(
            dict.fromkeys(read.ngettext(key, key, n) for n in (1, 2)) if len(forms) > 1 else [read.gettext(key)]
        )


def test_the_command_that_compiles_them(tmp_path):
    """The one that the package's docstring shows."""
    command = re.search(r"``(pybabel compile .*?)``", mfa_flow.texts.__doc__)[1].split()
    copytree(LOCALE, tmp_path / command[-1])
    for one in tmp_path.rglob("*.mo"):
        one.unlink()
    module = [sys.executable, "-m", "babel.messages.frontend", *command[1:]]
    subprocess.run(module, cwd=tmp_path, check=True, capture_output=True)
    for language in LANGUAGES:
        made = (tmp_path / command[-1] / language / "LC_MESSAGES" / "mfa_flow.mo").open("rb")
        with made, file_of(language, "mo").open("rb") as ours:
            assert _without_header(made) == _without_header(ours)


def _without_header(file):
    return {key: text for key, text in vars(GNUTranslations(file))["_catalog"].items() if key}


def test_the_languages_are_those_of_the_files():
    """None is found by looking into a folder at run time."""
    assert tuple(LANGUAGES) == SHIPPED


@pytest.mark.parametrize("key", CATALOGUES["fr"])
def test_french_is_set_as_the_french_do(key):
    """A typographic apostrophe; before a colon a space that does not break, before ; ? ! a narrow one."""
    for form in CATALOGUES["fr"][key]:
        assert "'" not in form
        assert [] == re.findall(r"[^\u00a0]:(?!//)|[^\u202f][;?!]", form)
        assert not re.search(r"\b(tu|ton|ta|tes)\b", form)


@pytest.mark.parametrize("key", ENGLISH)
def test_english_has_no_other_signs(key):
    """Plain quotes, and no space that does not show."""
    assert all(form.isascii() for form in ENGLISH[key])


def test_importing_reads_no_catalogue():
    """The client alone loads neither gettext nor a text."""
    code = (
        "import sys, mfa_flow; mfa_flow.MfaClient; from mfa_flow.texts.catalogues import _shipped;"
        "loaded = ['gettext' in sys.modules, _shipped.cache_info().currsize];"
        "mfa_flow.AskPassword().text(); print(loaded, _shipped.cache_info().currsize)"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "[False, 0] 1" == out.strip()


def test_a_text_and_a_language():
    """As people ask for them."""
    assert "Vous avez annulé cette connexion." == text_for("cancelled", "fr")
