"""What users of Pythons that are too old are told: one line that says which Python is needed."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import integry
from integry.vendor import vendor
from tests.spec_document import ROOT

PACKAGE = Path(integry.__file__).parent
OLD = ["2.7", "3.6", "3.7"]
#: Files that an old Python runs first, and so must parse.
FIRST = [PACKAGE / "__init__.py", *(ROOT / "scripts" / name for name in ("demo.py", "generate.py", "vendor.py"))]
#: Syntax that Python 2.7 does not know.
NEW_SYNTAX = (ast.AnnAssign, ast.JoinedStr, ast.Nonlocal, ast.AsyncFunctionDef, ast.Await, ast.NamedExpr, ast.Starred)


def python(version):
    """Return an old Python of pyenv or on the PATH; skip the test if there is none."""
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    path = str(found[-1]) if found else shutil.which(f"python{version}")
    if path is None:
        pytest.skip(f"there is no Python {version} here")
    return path


def run(version, *arguments, cwd=ROOT):
    """Run an old Python, and return the exit code and the lines that it prints to stderr."""
    line = [python(version), "-B", *map(str, arguments)]
    done = subprocess.run(line, check=False, cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stderr.strip().splitlines()


def arguments_of(node):
    """Return all parameters of a function."""
    return [*node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]


@pytest.mark.parametrize("path", FIRST, ids=lambda path: path.name)
def test_first_files_have_no_new_syntax(path):
    """The files that check the version use only the syntax of Python 2.7, and ASCII."""
    text = path.read_text(encoding="ascii")
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, NEW_SYNTAX), f"{path.name}:{node.lineno}"
        assert getattr(node, "module", "") != "__future__", "old Pythons refuse unknown features"
        assert getattr(node, "cause", None) is None, "Python 2.7 has no `raise … from`"
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert not any(argument and argument.annotation for argument in arguments_of(node))


@pytest.mark.parametrize("path", FIRST, ids=lambda path: path.name)
def test_first_files_check_before_they_import(path):
    """Nothing but `sys` is imported before the check: other modules may not parse, or not exist."""
    before = re.split(r"(?m)^if \w+\.version_info < \(3, 8\):", path.read_text())[0]
    imported = [node for node in ast.walk(ast.parse(before)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [alias.name for node in imported for alias in node.names] == ["sys"]


def test_one_version_is_declared():
    """pyproject.toml and the checks agree on the oldest Python."""
    declared = re.search(r'requires-python = ">=(3)\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    for path in FIRST:
        assert "version_info < ({}, {}):".format(*declared.groups()) in path.read_text()


@pytest.mark.parametrize("version", OLD)
def test_import_on_an_old_python(version):
    """The last line of the traceback says which Python is needed."""
    code, lines = run(version, "-c", "import integry", cwd=PACKAGE.parent)
    assert code == 1
    assert re.fullmatch(
        rf"ImportError: integry needs Python 3\.8 or newer, and this is Python {version}\.\d+", lines[-1]
    )


@pytest.mark.parametrize("version", OLD)
def test_import_of_a_copy_on_an_old_python(version, tmp_path):
    """A vendored copy says so under its own name."""
    vendor(tmp_path, "acme.telephony")
    _, lines = run(version, "-c", "import acme.telephony", cwd=tmp_path)
    assert lines[-1].startswith("ImportError: acme.telephony needs Python 3.8 or newer")


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("module", ["vendor", "sandbox", "generator"])
def test_commands_on_an_old_python(version, module):
    """`python -m` prints one line."""
    code, lines = run(version, "-m", f"integry.{module}", cwd=PACKAGE.parent)
    assert (code, len(lines)) == (1, 1)
    assert f"integry needs Python 3.8 or newer, and this is Python {version}" in lines[0]


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("name", ["demo", "generate", "vendor"])
def test_scripts_on_an_old_python(version, name):
    """The scripts of a checkout print one line."""
    code, lines = run(version, ROOT / "scripts" / f"{name}.py")
    assert (code, len(lines)) == (1, 1)
    assert re.match(rf"scripts/{name}\.py needs Python 3\.\d+ or newer.* this is Python {version}", lines[0])


@pytest.mark.parametrize("version", OLD)
def test_make_with_an_old_python(version, tmp_path):
    """`make demo` says which Python is needed, and how to name one; no environment is made."""
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    line = ["make", "demo", f"PYTHON={python(version)}", f"BIN={tmp_path}/bin"]
    # Not as a part of `make test`, which would pass on its options.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(line, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    said, *others = done.stderr.splitlines()
    assert said.startswith("Python 3.8 or newer is needed")
    assert f"is Python {version}" in said
    assert said.endswith("make PYTHON=/path/to/python")
    assert (done.stdout, len(others)) == ("", 1)


def test_make_without_python(tmp_path):
    """A command that does not exist is named."""
    line = [str(ROOT / "scripts" / "python.sh"), "check", str(tmp_path / "python")]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "python is missing. Install Python 3.8 or newer" in done.stderr


def test_a_supported_python_is_accepted():
    """The check prints nothing then."""
    line = [str(ROOT / "scripts" / "python.sh"), "check", sys.executable]
    assert subprocess.run(line, check=True, capture_output=True, text=True).stdout == ""
