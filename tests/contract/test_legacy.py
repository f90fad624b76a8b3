"""A legacy Django project that vendors the package: Django 4.2 on Python 3.8, everything pinned to the floors."""

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import integry
from tests.spec_document import ROOT

from .conftest import need

pytestmark = pytest.mark.contract

#: Its environment, made by `make legacy`.
PYTHON = ROOT / ".cache" / "legacy" / "bin" / "python"
#: As scripts/vendor.py does, where there is no checkout.
VENDOR = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('vendor', None, '__main__', True)"
PACKAGE = "acme.third_party.telephony"


class Project:
    """The project, in a folder of its own."""

    def __init__(self, folder, environment):
        self._folder, self._environment = folder, {"PATH": os.environ["PATH"], **environment}
        shutil.copytree(ROOT / "tests" / "contract" / "legacy", folder)

    def vendor(self, *options, python=PYTHON):
        """Copy the package into it."""
        package = str(Path(integry.__file__).parent)
        assert PACKAGE in self.run("-c", VENDOR, package, ".", "--package", PACKAGE, *options, python=python)

    def run(self, *arguments, python=PYTHON):
        """Run one of its commands."""
        line = [str(python), *arguments]
        done = subprocess.run(
            line, check=False, cwd=self._folder, env=self._environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def project(tmp_path, integry_live_sandbox):
    """The project; a sandbox is in its environment."""
    need(PYTHON, "legacy")
    return Project(tmp_path / "project", integry_live_sandbox.environment())


@pytest.mark.parametrize("options", [[], ["--with-deps"]])
def test_it_calls_a_sandbox(project, integry_live_sandbox, options):
    """From Django's views, over a socket, with the copy that its own Python made."""
    project.vendor(*options)
    assert "System check identified no issues" in project.run("manage.py", "check")
    output = project.run("manage.py", "test")
    assert "Ran 3 tests" in output
    assert "OK" in output
    assert [call.arguments for call in integry_live_sandbox.calls] == [{"name": "Ann"}]


def test_its_type_check_passes(project):
    """Strictly, the copy included, with the last mypy for Python 3.8."""
    project.vendor()
    assert "Success: no issues found in" in project.run("-m", "mypy")


ATTRS = tuple(map(int, metadata.version("attrs").split(".")[:2]))


@pytest.mark.skipif(ATTRS < (23, 2), reason="type checkers know older attrs by its name only")
def test_its_type_check_passes_with_dependencies(project):
    """The same where attrs and cattrs are in the copy, under names that no type checker knows."""
    project.vendor("--with-deps", python=sys.executable)
    assert "Success: no issues found in" in project.run("-m", "mypy")
