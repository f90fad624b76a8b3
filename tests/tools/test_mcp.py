"""The command of the MCP server, as far as it works without the package mcp."""

import sys

import pytest

from integry import ConfigurationError
from integry.tools import Toolbox, mcp


@pytest.fixture
def without_package(monkeypatch):
    """Make the package mcp impossible to import, on a Python that could use it."""
    for name in ("integry.tools._mcp.server", "integry.tools._mcp.http"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.setattr(mcp, "_unsupported", lambda _: "")


@pytest.mark.usefixtures("without_package")
def test_a_missing_package_is_one_line(client, capsys):
    """Without the package mcp, the command prints one line and returns 3, and server() raises an error."""
    for arguments in ([], ["--http", "0"]):
        try:
            assert mcp.main(arguments) == 3
        finally:
            line = capsys.readouterr().err
        assert line.startswith("The MCP server needs the package mcp (")
        assert line.endswith("): pip install 'mcp>=2.3,<3'\n")
    with pytest.raises(ConfigurationError, match="needs the package mcp"):
        mcp.server(Toolbox(client, names=["slack-post-message"]))


def test_an_old_python_is_one_line(monkeypatch, capsys):
    """On a Python that the package does not support, the command says so in one line and returns 3."""
    assert mcp._unsupported((3, 10, 0)) == ""
    monkeypatch.setattr(mcp, "_PYTHON", (99, 0))
    assert mcp.main([]) == 3
    found = ".".join(map(str, sys.version_info[:2]))
    assert capsys.readouterr().err == f"The MCP server needs Python 3.10 or newer, and this is Python {found}.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--apps", ","],
        ["--names", ""],
        ["--accounts", "slack"],
        ["--accounts", "slack=1,=2"],
        ["--accounts", "slack="],
        ["--accounts", ","],
        ["--http", "x"],
        ["--http", "65536"],
        ["--http", "-1"],
        ["--search", "--no-search"],
        ["--app-secret", "x"],
        ["--user", "7"],
    ],
)
def test_invalid_arguments_are_refused(arguments, capsys):
    """The command prints its usage and returns 2 for invalid arguments. Nothing goes to stdout."""
    with pytest.raises(SystemExit) as stopped:
        mcp.main(arguments)
    printed = capsys.readouterr()
    assert (stopped.value.code, printed.out) == (2, "")
    assert printed.err.startswith("usage: python -m integry.tools.mcp ")


@pytest.mark.parametrize("text", ["slack=12,hubspot=a=b", " slack = 12 , hubspot = a=b ,"])
def test_accounts_of_the_command_line(text):
    """Accounts are pairs of an app and an id, separated by commas."""
    given = mcp._parser("integry mcp").parse_args(["--accounts", text])
    assert given.accounts == {"slack": "12", "hubspot": "a=b"}
