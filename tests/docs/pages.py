"""The pages of the documentation: their blocks of code, and their prose.

A ```python block is run, and all blocks of a page share their variables, as in one session. A ```text block after a
Python block is the expected output; `...` stands for any text. In a ```console block, bash runs the lines after `$ `,
and the other lines are the expected output. A ```sh block has commands that install something or take long: the
commands are not run, but their targets, files and options must exist. A comment `<!-- test: … -->` is Python code that
is run between the blocks, and not shown. `<!-- run by: FILE -->` before a block means that FILE runs the block, because
the block needs packages that the tests do not have.
"""

import ast
import doctest
import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Set

from tests.spec_document import ROOT

DOCS = ROOT / "docs"
README = ROOT / "README.md"
#: The pages whose blocks are run. Symbolic links are left out: their targets have no Python blocks to run, or are
#: tested by tests/examples.
PAGES = [README, *sorted(path for path in DOCS.rglob("*.md") if not path.is_symlink())]
#: Languages that are shown, and not run.
SHOWN = {"text", "yaml", "toml", "json", "ini", "html"}
#: The name of the function that notes that the body of a loop was run.
NOTE = "__note_loop__"

_FENCE = re.compile(
    r"(?:^<!-- run by: (\S+) -->\n\n)?^```(\w*)[^\n]*\n(.*?)^```$|^<!-- test: (.*?) -->$", re.DOTALL | re.MULTILINE
)
_DIFFER = doctest.OutputChecker()


def name_of(page: Path) -> str:
    """Return the path of a file from the project folder, or its whole path if the module is installed elsewhere."""
    return str(page.relative_to(ROOT)) if ROOT in page.parents else str(page)


class Block(NamedTuple):
    """A block of code.

    Attributes:
        page: The file.
        line: The number of the block's first line.
        language: The language; `test` for a comment.
        text: The code.
        run_by: The file that runs the block instead of `test_a_page_runs`; empty for most blocks.
    """

    page: Path
    line: int
    language: str
    text: str
    run_by: str = ""

    def __str__(self) -> str:
        return f"{name_of(self.page)}:{self.line}"


def blocks(page: Path) -> List[Block]:
    """Return the blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        run_by, language, code, comment = match.groups()
        if comment is None:
            # The code of a block begins in the line after its fence.
            line = text.count("\n", 0, match.start(2)) + 2
            found.append(Block(page, line, language, code, run_by or ""))
        else:
            found.append(Block(page, text.count("\n", 0, match.start()) + 1, "test", comment))
    return found


def note_loops(tree: ast.Module) -> Set[int]:
    """Insert a statement into each loop that notes that the body was run, and return the lines of the loops."""
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    for node in loops:
        note = ast.parse(f"{NOTE}({node.lineno})").body[0]
        node.body.insert(0, ast.copy_location(note, node))
    ast.fix_missing_locations(tree)
    return {node.lineno for node in loops}


class Session:
    """Runs the Python blocks of a page.

    Attributes:
        names: The names that the blocks share.
        idle: The loops whose body was not run yet, as `file:line`.
    """

    def __init__(self, page: Path, **names: Any) -> None:
        self._page = page
        self.names: Dict[str, Any] = {"__name__": "docs", **names}
        self.names[NOTE] = lambda line: self.idle.discard(f"{name_of(page)}:{line}")
        self.idle: Set[str] = set()

    def run(self, block: Block) -> None:
        """Run a block. Tracebacks have the line numbers of the page."""
        tree = ast.parse("\n" * (block.line - 1) + block.text)
        if block.language == "python":
            self.idle |= {f"{name_of(self._page)}:{line}" for line in note_loops(tree)}
        exec(compile(tree, str(self._page), "exec"), self.names)  # noqa: S102 (it is what is tested)


def difference(wanted: str, got: str) -> str:
    """Return how two outputs differ; empty if they are equal. `...` in the wanted output stands for any text."""
    if _DIFFER.check_output(wanted, got, doctest.ELLIPSIS):
        return ""
    return _DIFFER.output_difference(doctest.Example("", wanted), got, doctest.ELLIPSIS | doctest.REPORT_NDIFF)


def commands(block: Block) -> List[List[str]]:
    """Return the commands of a console block, each with the output that is shown."""
    found: List[List[str]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], ""])
        elif found[-1][0].endswith("\\"):
            found[-1][0] += f"\n{line}"
        else:
            found[-1][1] += f"{line}\n"
    return found
