"""Every block of code in the documentation works unchanged."""

import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from integry.sandbox import Sandbox
from tests.docs.pages import PAGES, SHOWN, Block, Session, blocks, commands, difference
from tests.spec_document import ROOT

BASH = shutil.which("bash")
#: Commands of sh blocks whose options and files are not checked.
KNOWN = re.compile(
    r"^(cd|git clone|export|eval|pre-commit|\$EDITOR|python -m (pytest|unittest|venv|legacy\.report))\b"
    r"|^curl .*/_sandbox/"  # tests/sandbox/test_control.py runs these
)


@pytest.fixture
def sandbox(monkeypatch):
    """Start a sandbox on a port, and set the environment to the credentials of the examples."""
    with Sandbox("app key", "app secret", "access token") as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield sandbox


#: The marker of pages that start many processes, or need other programs.
MARKS = {"command-line": [pytest.mark.cli]}


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem, marks=MARKS.get(page.stem, [])) for page in PAGES])
def test_a_page_runs(page, sandbox, request, capsys, tmp_path, monkeypatch):
    """The blocks of a page run in order, print the output on the page, and run the body of each of their loops."""
    monkeypatch.chdir(tmp_path)
    session = Session(page, sandbox=sandbox, request=request)
    printed = None
    for block in blocks(page):
        if block.run_by:
            printed = None
        elif block.language in ("python", "test"):
            capsys.readouterr()
            session.run(block)
            printed = capsys.readouterr().out if block.language == "python" else None
        elif block.language == "text":
            if printed is not None:
                check_output(block, block.text, printed)
            printed = None
        elif block.language == "console":
            run_console(block, tmp_path)
            printed = None
    assert not session.idle, f"loops whose body never ran: {sorted(session.idle)}"


@pytest.mark.parametrize("block", [block for page in PAGES for block in blocks(page) if block.run_by], ids=str)
def test_a_block_is_run_elsewhere(block):
    """The file that a page names as the runner of a block reads the block from that page."""
    source = (ROOT / block.run_by).read_text(encoding="utf-8")
    assert block.page.name in source


def check_output(block, wanted, got):
    """Fail if the output of a block differs from the output on the page."""
    found = difference(wanted, got)
    if found:
        pytest.fail(f"{block}: {found}", pytrace=False)


def run_console(block, folder):
    """Run the commands of a console block, and compare what they print. The command `integry` is put into a folder."""
    program = folder / "bin" / "integry"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m integry "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(program.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    folders = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(folder))
    environment = {**os.environ, **folders, "PATH": path, "PYTHONPATH": str(ROOT)}
    for command, output in commands(block):
        done = subprocess.run(
            [BASH, "-c", command], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{block}: {command}\n{done.stdout}{done.stderr}"
        check_output(block, output, done.stdout)


def run_tests(names, request):
    """Call the pytest functions of a block with their fixtures."""
    tests = {name: value for name, value in names.items() if name.startswith("test_")}
    assert tests
    for test in tests.values():
        test(**{name: request.getfixturevalue(name) for name in inspect.signature(test).parameters})


def lines_of(block):
    """Return the commands of an sh block, without comments."""
    return [line for line in (re.sub(r"(^| +)#.*", "", line) for line in block.text.splitlines()) if line]


def check_command(line, folder=ROOT):
    """Check that the targets, files and options that a command names exist.

    Args:
        line: The command.
        folder: The folder of the page, which may contain the program. Other programs are in the project's folder.
    """
    words = shlex.split(re.sub(r"^([A-Z_]+=\S+ )+", "", line))
    if words[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        for target in [word for word in words[1:] if "=" not in word]:
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make has no target {target}"
    elif words[:4] == ["python", "-m", "pip", "install"]:
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        for file in re.findall(r"-r (\S+)", line):
            assert (ROOT / file).is_file(), f"there is no file {file}"
        for extra in re.findall(r"\[([\w,]+)\]", line):
            for name in extra.split(","):
                assert re.search(rf"^{name} = \[", project, re.MULTILINE), f"there is no extra {name}"
    elif words[:2] == ["python", "-m"] and words[2].startswith("integry."):
        assert_options(words)
    elif words[:2] == ["python", "manage.py"]:
        assert words[2] in management_commands(), f"Django has no command {words[2]}"
    elif words[0] == "python" and not words[1].startswith("-"):
        assert (folder / words[1]).is_file() or (ROOT / words[1]).is_file(), f"there is no program {words[1]}"
    else:
        assert KNOWN.match(line), f"make it a console block, so that it is run, or add it to KNOWN: {line}"


@lru_cache(maxsize=None)
def help_of(module):
    """Return the help of a command."""
    command = [sys.executable, "-m", module, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, cwd=ROOT).stdout


def management_commands():
    """Return the names of the management commands of a Django project, and of the projects among the examples."""
    from django.core.management import get_commands

    from tests.django.site import configure

    configure()
    return {*get_commands(), *(path.stem for path in (ROOT / "examples").glob("*/*/management/commands/[a-z]*.py"))}


def assert_options(words):
    """Check that a command of the package has the options."""
    for option in [word.partition("=")[0] for word in words if word.startswith("--")]:
        assert option in help_of(words[2]), f"{words[2]} has no option {option}"


TEXTS = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "AGENTS.md", *sorted((ROOT / "examples").glob("**/README.md"))]
SHELL = [block for page in TEXTS for block in blocks(page) if block.language == "sh"]


@pytest.mark.shows_secrets("the help of the sandbox's command has its public default credentials")
@pytest.mark.parametrize("block", SHELL, ids=str)
def test_a_command_names_what_exists(block):
    """The targets, extras and options in blocks that are not run exist."""
    for line in lines_of(block):
        check_command(line, block.page.parent)


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_has_a_language(page):
    """Each block names a known language, because blocks in other languages would not be tested."""
    tested = {"python", "console", "sh", "test"} if page in PAGES else {"sh"}
    assert [str(block) for block in blocks(page) if block.language not in tested | SHOWN] == []
    fences = re.findall(r"^\s*```", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len([block for block in blocks(page) if block.language != "test"]), "an indented fence"


def run_text(tmp_path, text, language="python"):
    """Run a text as a block of a page, and return the session."""
    session = Session(ROOT / "docs" / "index.md")
    session.run(Block(tmp_path / "page.md", 1, language, text))
    return session


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        ("for each in [1]:\n    pass", 0),
        ("for each in []:\n    pass", 1),
        ("while False:\n    pass", 1),
        ("for each in [1]:\n    for other in []:\n        pass", 1),
        ("def unused():\n    for each in [1]:\n        pass", 1),
        ("def used():\n    for each in [1]:\n        pass\nused()", 0),
    ],
)
def test_a_loop_that_never_ran_is_noticed(tmp_path, text, idle):
    """A loop whose body never ran is reported, at the top level, in loops and in functions."""
    assert len(run_text(tmp_path, text).idle) == idle


def test_an_error_names_the_line_of_the_page(tmp_path):
    """The traceback of a failing block contains the page and the line."""
    session = Session(ROOT / "docs" / "index.md")
    with pytest.raises(ZeroDivisionError) as caught:
        session.run(Block(tmp_path / "page.md", 41, "python", "\n1 / 0"))
    assert caught.traceback[-1].lineno + 1 == 42


@pytest.mark.parametrize(
    "line",
    [
        "make nonsense",
        "python -m pip install 'integry-requests[nonsense]'",
        "python -m integry.vendor --nonsense",
        "python nonsense.py",
    ],
)
def test_a_wrong_command_is_noticed(line):
    """A command with an unknown target, extra, option or file fails the check."""
    with pytest.raises(AssertionError, match="nonsense"):
        check_command(line)
