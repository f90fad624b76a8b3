"""Unneeded imports are removed before ruff runs, and the others are sorted as ruff sorts them."""

import pytest

from integry.generator._imports import from_line, tidy
from integry.generator._render import ruff

HEAD = "# The first line.\n"
FIELD = "from attrs import field as _field"
LONG = f"from .{'m' * 60} import {'C' * 60}"


@pytest.mark.parametrize(
    ("block", "rest", "tidied"),
    [
        ("", "x = 1\n", ""),
        ("from typing import Any, Dict\n\n\n", "x: Any\n", "from typing import Any\n\n"),
        ("from typing import Any\n", 'x = "Many"\n', ""),
        ("from typing import List\n", "x = ['List', \"List\", \"'List\", '\\'List']  # List\n", ""),
        ("from typing import List\n", 'x = \'a\', "it\'s", \'"\', "\\"", List\n', "from typing import List\n\n"),
        ("from typing import List\n", 'def f():\n    """\n    List all.\n    """\n', ""),
        ("from __future__ import annotations\n", "x = 1\n", "from __future__ import annotations\n\n"),
        ("import os.path\nimport datetime\n", "os.path, datetime\n", "import datetime\nimport os.path\n\n"),
        (
            "from uuid import UUID\nimport datetime\nfrom attrs import field as _field, define\n",
            "@define\nclass A: x: UUID = _field(datetime)\n",
            f"import datetime\nfrom uuid import UUID\n\nfrom attrs import define\n{FIELD}\n\n\n",
        ),
        (
            "from .a10 import A\nfrom .a2 import B\nfrom ..z import UNSET, File, x, Y10, Y9\n",
            "A, B, UNSET, File, x, Y10, Y9\n",
            "from ..z import UNSET, Y9, Y10, File, x\nfrom .a2 import B\nfrom .a10 import A\n\n",
        ),
        (
            "from .a2 import A\nfrom .a03 import B\nfrom .a023 import C\nfrom .a0 import D\n",
            "A, B, C, D\n",
            "from .a0 import D\nfrom .a023 import C\nfrom .a03 import B\nfrom .a2 import A\n\n",
        ),
        (f"{LONG}\n", f"{'C' * 60}\n", f"{from_line('.' + 'm' * 60, ['C' * 60])}\n\n"),
    ],
)
def test_imports_are_those_of_ruff(tmp_path, block, rest, tidied):
    """The result of tidy() has only the imports that the module needs, and ruff does not change it."""
    module = tmp_path / "module.py"
    assert tidy(HEAD + block + rest) == HEAD + tidied + rest
    for text in (block, tidied):
        module.write_text(HEAD + text + rest)
        ruff("check", "--fix", "--select=F401,I001", str(module))
        assert module.read_text() == HEAD + tidied + rest


def test_unusual_imports_are_left_to_ruff():
    """An import statement with a comment, or on several lines, is not changed."""
    for block in ("from typing import Any  # noqa: F401\n", "from typing import (\n    Any,\n)\n"):
        assert tidy(HEAD + block) == HEAD + block
