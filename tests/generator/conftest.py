"""Clients of the same documents: those of this package, and those of openapi-python-client's templates ("stock")."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from integry.generator import __main__ as generate

HERE = Path(__file__).parent


def by_us(spec, output):
    """Generate a client with the templates of this package, and return the exit code."""
    return generate.main(["--spec", str(spec), "--output", str(output)])


def by_stock(spec, output):
    """Generate a client with openapi-python-client's own templates."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    arguments = ["--path", str(spec), "--output-path", str(output)]
    subprocess.run([*command, *arguments], check=True, capture_output=True)


def modules(folder):
    """Return the relative paths of the modules in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*.py")}


@pytest.fixture(scope="session")
def clients(tmp_path_factory):
    """Return a folder on sys.path that has two clients of each document: this package's and openapi-python-client's."""
    folder = tmp_path_factory.mktemp("clients")
    sys.path.insert(0, str(folder))
    assert by_us(HERE / "constructs.yaml", folder / "ours") == 0
    assert by_us(HERE / "better.yaml", folder / "better") == 0
    by_stock(HERE / "constructs.yaml", folder / "stock")
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def load(clients):
    """Return a function that imports a module of a generated package."""
    assert clients.is_dir()
    return importlib.import_module
