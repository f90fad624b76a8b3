"""The fast path lists the private names that it uses, and can be switched off."""

import ast
import os
import re
import sys
from pathlib import Path

import pytest

from integry import Integry
from integry._http import fast, transport
from integry._http.fast.internals import _REQUIRED_INTERNALS

from .conftest import KEY, SECRET, reply

FILES = sorted(Path(fast.__file__).parent.glob("*.py"))
NAMES = [(owner, name) for owner, names in _REQUIRED_INTERNALS for name in names]
PRIVATE = re.compile(r"_[A-Za-z]\w*")
APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'


@pytest.mark.fast
@pytest.mark.parametrize(("owner", "name"), NAMES, ids=[name for _, name in NAMES])
def test_required_internals_exist(owner, name):
    """The installed versions have every internal that the fast path requires."""
    assert hasattr(owner, name)


def nodes():
    """Yield all nodes of the syntax trees of the modules in `_http/fast`."""
    for path in FILES:
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def used_names():
    """Yield the names that `_http/fast` uses: attributes, keywords, functions, and strings, as getattr() takes them."""
    for node in nodes():
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword):
            yield node.arg or ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.FunctionDef):
            yield node.name


def defined_names():
    """Yield the names that `_http/fast` defines: functions, classes, variables and attributes of its objects."""
    for node in nodes():
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            for each in getattr(target, "elts", [target]):
                if isinstance(each, ast.Name):
                    yield each.id
                elif isinstance(each, ast.Attribute) and getattr(each.value, "id", None) == "self":
                    yield each.attr


def test_all_private_names_are_listed():
    """The list NAMES has exactly the private names of other libraries that `_http/fast` uses or overrides."""
    overridden = {
        name for name in defined_names() for owner, _ in NAMES if PRIVATE.fullmatch(name) and hasattr(owner, name)
    }
    foreign = {name for name in set(used_names()) - set(defined_names()) if PRIVATE.fullmatch(name)} | overridden
    assert foreign == {name for _, name in NAMES if PRIVATE.fullmatch(name)}


def client(server):
    """Return a client that does not retry."""
    return Integry(KEY, SECRET, user_id=1, base_url=server.url, max_retries=0)


def is_fast(made):
    """Return True if a call of a client takes the fast path."""
    assert made.apps.get("slack").name == "slack"
    ((_, fast_path),) = made._transport._sessions
    return fast_path


def set_switches(monkeypatch, variable, attribute):
    """Set the environment variable and the attribute that switch the fast path."""
    monkeypatch.setattr(transport, "use_fast_path", attribute)
    if variable is None:
        monkeypatch.delenv("INTEGRY_FAST_PATH", raising=False)
    else:
        monkeypatch.setenv("INTEGRY_FAST_PATH", variable)


@pytest.mark.parametrize(
    ("variable", "attribute", "expected"),
    [
        (None, None, True),
        ("1", None, True),
        ("0", None, False),
        ("0", True, True),
        (None, False, False),
    ],
)
def test_the_fast_path_can_be_switched_off(monkeypatch, serve, variable, attribute, expected):
    """The switches of the fast path are read when a client is created.

    The attribute overrides the environment variable.
    """
    set_switches(monkeypatch, variable, attribute)
    made = client(serve(reply(APP)))
    set_switches(monkeypatch, "0" if expected else "1", not expected)
    assert is_fast(made) is expected


def test_clients_work_without_the_fast_path(monkeypatch, serve):
    """Requests are sent through the adapters of requests if the folder `_http/fast` is missing."""
    set_switches(monkeypatch, None, None)
    monkeypatch.setitem(sys.modules, "integry._http.fast", None)
    made = client(serve(reply(APP), reply(APP)))
    assert [is_fast(made) for _ in range(2)] == [False] * 2
    assert list(made._transport._sessions) == [(os.getpid(), False)]
