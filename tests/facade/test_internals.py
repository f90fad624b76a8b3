"""The fast path states what it uses inside requests, urllib3 and the standard library, and can be switched off."""

import ast
import os
import re
import sys
from pathlib import Path

import pytest

import integry._http
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
def test_the_internals_are_there(owner, name):
    """With the versions that are installed here."""
    assert hasattr(owner, name)


def nodes():
    """All nodes of the syntax trees of the folder."""
    for path in FILES:
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def used():
    """The private names that the folder uses as attributes, keywords, and texts such as those of getattr."""
    for node in nodes():
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword):
            yield node.arg or ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.FunctionDef):
            yield node.name


def own():
    """The names that the folder defines: functions, classes, variables, and attributes of its objects."""
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
    """Those that the folder uses and does not define, or that it overrides; and no other."""
    overridden = {name for name in own() for owner, _ in NAMES if PRIVATE.fullmatch(name) and hasattr(owner, name)}
    foreign = {name for name in set(used()) - set(own()) if PRIVATE.fullmatch(name)} | overridden
    assert foreign == {name for _, name in NAMES if PRIVATE.fullmatch(name)}


def test_only_the_transport_knows_the_fast_path():
    """So that the folder can be deleted."""
    package = Path(integry._http.__file__).parent.parent
    for path in package.rglob("*.py"):
        if path.parent != FILES[0].parent and path != Path(transport.__file__):
            assert not re.search(r"(from|import) [\w.]*\bfast\b|_http import fast", path.read_text(encoding="utf-8"))


def client(server):
    """A client that does not repeat."""
    return Integry(KEY, SECRET, user_id=1, base_url=server.url, max_retries=0)


def is_fast(made):
    """Whether a call of a client takes the fast path."""
    assert made.apps.get("slack").name == "slack"
    ((_, fast_path),) = made._transport._sessions
    return fast_path


def switch(monkeypatch, variable, attribute):
    """Set both switches."""
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
def test_the_switch(monkeypatch, serve, variable, attribute, expected):
    """It counts when a client is made. Code goes before the environment."""
    switch(monkeypatch, variable, attribute)
    made = client(serve(reply(APP)))
    switch(monkeypatch, "0" if expected else "1", not expected)
    assert is_fast(made) is expected


def test_without_the_folder(monkeypatch, serve):
    """Requests are sent through the adapters of requests."""
    switch(monkeypatch, None, None)
    monkeypatch.setitem(sys.modules, "integry._http.fast", None)
    made = client(serve(reply(APP), reply(APP)))
    assert [is_fast(made) for _ in range(2)] == [False] * 2
    assert list(made._transport._sessions) == [(os.getpid(), False)]
