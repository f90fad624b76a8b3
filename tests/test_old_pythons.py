"""Messages on unsupported Pythons: one line says which version is needed."""

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
#: Files that are executed first, and so must be valid syntax for old Pythons.
FIRST = [PACKAGE / "__init__.py", *(ROOT / "scripts" / name for name in ("demo.py", "generate.py", "vendor.py"))]
#: Kinds of syntax nodes that Python 2.7 does not have.
NEW_SYNTAX = (ast.AnnAssign, ast.JoinedStr, ast.Nonlocal, ast.AsyncFunctionDef, ast.Await, ast.NamedExpr, ast.Starred)


def python(version):
    """Return the path of an old Python from pyenv or the PATH; skip the test if it is missing."""
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    path = str(found[-1]) if found else shutil.which(f"python{version}")
    if path is None:
        pytest.skip(f"Python {version} is not installed")
    return path


def run(version, *arguments, cwd=ROOT):
    """Run an old Python, and return its exit code and the lines of its stderr."""
    line = [python(version), "-B", *map(str, arguments)]
    done = subprocess.run(line, check=False, cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stderr.strip().splitlines()


def arguments_of(node):
    """Return all parameters of a function."""
    return [*node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]


@pytest.mark.parametrize("path", FIRST, ids=lambda path: path.name)
def test_first_files_use_old_syntax(path):
    """Files that check the version use only ASCII and the syntax of Python 2.7."""
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
def test_first_files_import_only_sys_before_the_check(path):
    """Only `sys` is imported before the version check: other modules may not parse or exist."""
    before = re.split(r"(?m)^if \w+\.version_info < \(3, 8\):", path.read_text())[0]
    imported = [node for node in ast.walk(ast.parse(before)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [alias.name for node in imported for alias in node.names] == ["sys"]


def test_minimum_versions_agree():
    """pyproject.toml and all version checks name the same minimum."""
    declared = re.search(r'requires-python = ">=(3)\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    for path in FIRST:
        assert "version_info < ({}, {}):".format(*declared.groups()) in path.read_text()


@pytest.mark.parametrize("version", OLD)
def test_import_on_old_pythons_names_the_minimum(version):
    """The last line of the traceback says which Python version is needed."""
    code, lines = run(version, "-c", "import integry", cwd=PACKAGE.parent)
    assert code == 1
    assert re.fullmatch(
        rf"ImportError: integry needs Python 3\.8 or newer, and this is Python {version}\.\d+", lines[-1]
    )


@pytest.mark.parametrize("version", OLD)
def test_import_of_a_vendored_copy_on_old_pythons_names_the_copy(version, tmp_path):
    """The error of a vendored copy on an old Python has the import name of the copy."""
    vendor(tmp_path, "acme.telephony")
    _, lines = run(version, "-c", "import acme.telephony", cwd=tmp_path)
    assert lines[-1].startswith("ImportError: acme.telephony needs Python 3.8 or newer")


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("module", ["vendor", "sandbox", "generator"])
def test_commands_on_old_pythons_print_one_line(version, module):
    """`python -m` on an old Python prints one line, which says which version is needed."""
    code, lines = run(version, "-m", f"integry.{module}", cwd=PACKAGE.parent)
    assert (code, len(lines)) == (1, 1)
    assert f"integry needs Python 3.8 or newer, and this is Python {version}" in lines[0]


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("name", ["demo", "generate", "vendor"])
def test_scripts_on_old_pythons_print_one_line(version, name):
    """Each script that users run prints one line on an old Python, which says which version is needed."""
    code, lines = run(version, ROOT / "scripts" / f"{name}.py")
    assert (code, len(lines)) == (1, 1)
    assert re.match(rf"scripts/{name}\.py needs Python 3\.\d+ or newer.* this is Python {version}", lines[0])


@pytest.mark.parametrize("version", OLD)
def test_make_with_an_old_python_names_the_minimum(version, tmp_path):
    """`make demo` with an old Python says which version is needed and how to choose one, and creates no environment."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    line = ["make", "demo", f"PYTHON={python(version)}", f"BIN={tmp_path}/bin"]
    # Remove the variables of an outer `make test`, which would pass on its options.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(line, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    said, *others = done.stderr.splitlines()
    assert said.startswith("Python 3.8 or newer is needed")
    assert f"is Python {version}" in said
    assert said.endswith("make PYTHON=/path/to/python")
    assert (done.stdout, len(others)) == ("", 1)


def test_make_without_python_names_the_missing_command(tmp_path):
    """The error of make names a Python command that does not exist."""
    line = [str(ROOT / "scripts" / "python.sh"), "check", str(tmp_path / "python")]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "python is missing. Install Python 3.8 or newer" in done.stderr


def test_make_accepts_a_supported_python():
    """The version check prints nothing for a supported Python."""
    line = [str(ROOT / "scripts" / "python.sh"), "check", sys.executable]
    assert subprocess.run(line, check=True, capture_output=True, text=True).stdout == ""
