"""Fixtures: the command in this process, with a sandbox and folders of its own."""

import io
import sys
import uuid
import zlib
from typing import NamedTuple

import pytest

from integry.__main__ import main
from integry.sandbox import Sandbox


class Done(NamedTuple):
    """The result of a run of the command."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def server():
    """Yield a sandbox on a free port that all tests of the command share; each test has a user of its own."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def environment(server, tmp_path, request):
    """Return the environment of the command: a sandbox, a user of this test, and empty folders."""
    user = f"user-{zlib.crc32(request.node.nodeid.encode())}"
    server.connect("pipedrive", user_id=user)
    server.connect("slack", user_id=user)
    folders = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "c"), "XDG_CACHE_HOME": str(tmp_path / "k")}
    identity = {"INTEGRY_USER_ID": user, "INTEGRY_ORGANISATION_ID": str(uuid.uuid5(uuid.NAMESPACE_URL, user))}
    return {**server.environment(), **folders, **identity, "NO_PROXY": "*"}


@pytest.fixture
def run(environment, monkeypatch, capfdbinary):
    """Return a function that runs the command in this process."""
    for name in ("INTEGRY_CONFIG", "INTEGRY_PROFILE", "INTEGRY_TIMEOUT", "FORCE_COLOR", "_INTEGRY_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # The keyring of the person who runs the tests is left alone.
    monkeypatch.setitem(sys.modules, "keyring", None)

    def call(*arguments, stdin=""):
        capfdbinary.readouterr()
        content = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
        code = main([str(each) for each in arguments])
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return call
