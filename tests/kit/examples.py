"""The examples in the kit's docstrings, as files of tests that a small project of somebody else may have."""

import ast
import re
import textwrap
from pathlib import Path

KIT = Path(__file__).parents[2] / "mfa_flow" / "kit"
HEAD = """\
import json
import urllib.request

import pytest

from mfa_flow import Choose, Done, MfaClient, TransportError
from mfa_flow.kit import faults
from mfa_flow.testing import TenantTransport


"""


def fixtures():
    """The fixtures of the plugin, and their docstrings."""
    found = ast.parse((KIT / "plugin.py").read_text()).body
    return {
        each.name: ast.get_docstring(each, clean=False)
        for each in found
        if isinstance(each, ast.FunctionDef) and any("fixture" in ast.unparse(one) for one in each.decorator_list)
    }


def example(docstring):
    """The test in a docstring."""
    found = re.search(r"::\n\n((?P<indent> *)\S.*\n(?:(?P=indent).*\n|\n)*)", docstring + "\n")
    assert found, docstring
    return textwrap.dedent(found[1]).rstrip() + "\n"


def faults_docstring():
    return ast.get_docstring(ast.parse((KIT / "faults.py").read_text()), clean=False)


def all_of_them(mark):
    """All of them in one file, each async one marked like that."""
    found = [example(each) for each in (*fixtures().values(), faults_docstring())]
    return HEAD + "\n\n".join(found).replace("async def test", f"{mark}async def test")
