"""Vendored copies, and processes that use them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import integry
from integry.vendor import vendor


@pytest.fixture
def copy(tmp_path):
    """Return a function that vendors the package into a codebase, whose import root is `copy.root`."""
    (tmp_path / "code").mkdir()

    def make(package="acme.telephony", **options):
        return vendor(make.root, package, **options)

    make.root = tmp_path / "code"
    return make


@pytest.fixture
def older_copy(copy, tmp_path):
    """Return a function that vendors another version of the package, which has an additional module."""
    package = tmp_path / "other" / "integry"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(integry.__file__).parent, package, ignore=ignored)
    (package / "_version.py").write_text('__version__ = "0.0.9"\n')
    (package / "gone.py").touch()

    def make(name):
        command = [sys.executable, "-m", "integry.vendor", str(copy.root), "--package", name]
        subprocess.run(command, check=True, cwd=package.parent, env={**os.environ, "PYTHONPATH": str(package.parent)})
        return copy.root.joinpath(*name.split("."))

    return make


@pytest.fixture
def run(copy):
    """Return a function that runs Python code in the codebase, and returns its output."""

    def run(code, *arguments, python=sys.executable, **environment):
        result = subprocess.run(
            [str(python), *arguments, "-c", code],
            check=False,
            capture_output=True,
            text=True,
            cwd=copy.root,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run
