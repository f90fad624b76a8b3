"""The page of the documentation about the MCP server."""

import pytest

from tests.docs.pages import DOCS, blocks

pytestmark = pytest.mark.mcp


def test_the_block_of_the_page_prints_its_output(sandbox, monkeypatch, capsys):
    """The block with a transport of one's own runs, and prints what the page shows."""
    sandbox.connect("slack", user_id="123456")
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    found = blocks(DOCS / "tools" / "mcp.md")
    (block,) = (block for block in found if block.run_by == "tests/mcp/test_docs.py")
    exec(compile(block.text, str(block), "exec"), {"__name__": "docs"})  # noqa: S102 (it is what is tested)
    assert capsys.readouterr().out == found[found.index(block) + 1].text
