"""The Python blocks of the guide work unchanged, with another address of Redis."""

import re

import pytest

from tests.celery.stack import ROOT

pytestmark = pytest.mark.celery


def test_the_blocks_of_the_guide_run(server, app, capsys):
    """Each block runs, and all calls are waiting for workers."""
    text = (ROOT / "docs" / "guides" / "celery.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 3
    names = {"rows": [{"name": "Ann"}, {"name": "Bob"}]}
    for block in blocks:
        names["calls"] = []
        code = block.replace("redis://127.0.0.1:6379/0", server.url)
        exec(compile(code, "celery.md", "exec"), names)  # noqa: S102 (the code of the guide)
        app.set_current()
    assert "'waiting': 2" in capsys.readouterr().out
    assert names["run"].counts()["waiting"] == 0
