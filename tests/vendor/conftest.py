"""Copies, and Python in a process of its own that has them."""

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
    """Make a copy in a codebase: the folder that it imports from is `copy.root`."""
    (tmp_path / "code").mkdir()

    def make(package="acme.telephony", **options):
        return vendor(make.root, package, **options)

    make.root = tmp_path / "code"
    return make


@pytest.fixture
def other(copy, tmp_path):
    """Make a copy of another version, which has one module more."""
    package = tmp_path / "other" / "integry"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(integry.__file__).parent, package, ignore=ignored)
    (package / "_version.py").write_text('__version__ = "0.0.9"\n')
    (package / "gone.py").touch()

    def make(name):
        line = [sys.executable, "-m", "integry.vendor", str(copy.root), "--package", name]
        subprocess.run(line, check=True, cwd=package.parent, env={**os.environ, "PYTHONPATH": str(package.parent)})
        return copy.root.joinpath(*name.split("."))

    return make


@pytest.fixture
def run(copy):
    """Run code in that codebase, and give what it prints."""

    def run(code, *arguments, python=sys.executable, **environment):
        done = subprocess.run(
            [str(python), *arguments, "-c", code],
            check=False,
            capture_output=True,
            text=True,
            cwd=copy.root,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
