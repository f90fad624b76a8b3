"""A legacy Django project with a vendored copy: Django 4.2 on Python 3.8, with the lowest supported versions."""

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

#: Python of the environment with Django 4.2, which `make legacy` creates.
PYTHON = ROOT / ".cache" / "legacy" / "bin" / "python"
#: A program that does what scripts/vendor.py does, for tests that run without a clone of the repository.
VENDOR = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('vendor', None, '__main__', True)"
PACKAGE = "acme.third_party.telephony"


class Project:
    """A copy of the Django project in a temporary folder."""

    def __init__(self, folder, environment):
        self._folder, self._environment = folder, {"PATH": os.environ["PATH"], **environment}
        shutil.copytree(ROOT / "tests" / "contract" / "legacy", folder)

    def vendor(self, *options, python=PYTHON):
        """Copy the package into the project."""
        package = str(Path(integry.__file__).parent)
        assert PACKAGE in self.run("-c", VENDOR, package, ".", "--package", PACKAGE, *options, python=python)

    def run(self, *arguments, python=PYTHON):
        """Run a command of the project, and return its output."""
        command = [str(python), *arguments]
        completed = subprocess.run(
            command, check=False, cwd=self._folder, env=self._environment, capture_output=True, text=True
        )
        assert completed.returncode == 0, completed.stdout + completed.stderr
        return completed.stdout + completed.stderr


@pytest.fixture
def project(tmp_path, integry_live_sandbox):
    """Return the project, with the environment variables of a sandbox."""
    need(PYTHON, "legacy")
    return Project(tmp_path / "project", integry_live_sandbox.environment())


@pytest.mark.parametrize("options", [[], ["--with-deps"]])
def test_views_can_use_the_vendored_copy(project, integry_live_sandbox, options):
    """Django's views call a sandbox over a socket, with a copy that Python 3.8 made."""
    project.vendor(*options)
    assert "System check identified no issues" in project.run("manage.py", "check")
    output = project.run("manage.py", "test")
    assert "Ran 3 tests" in output
    assert "OK" in output
    assert [call.arguments for call in integry_live_sandbox.calls] == [{"name": "Ann"}]


def test_the_project_type_checks(project):
    """Project and copy pass strict mode of the last mypy for Python 3.8."""
    project.vendor()
    assert "Success: no issues found in" in project.run("-m", "mypy")


ATTRS = tuple(map(int, metadata.version("attrs").split(".")[:2]))


@pytest.mark.skipif(ATTRS < (23, 2), reason="type checkers know older attrs by its name only")
def test_the_project_type_checks_with_dependencies(project):
    """Mypy also passes if attrs and cattrs are vendored under names that mypy does not know."""
    project.vendor("--with-deps", python=sys.executable)
    assert "Success: no issues found in" in project.run("-m", "mypy")
