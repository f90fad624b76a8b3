"""The environments of the clients, in .cache/bench. They are created again when their requirements change."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

import dependency_groups
import tomllib

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CACHE = ROOT / ".cache" / "bench"
MAIN = "3.12"
#: The folder of the stock client, package `stock`.
GENERATED = CACHE / "generated"


class Environment(NamedTuple):
    """The specification of an environment.

    Attributes:
        python: The version of Python.
        packages: The requirements to install.
        has_ours: True to add the checkout to the path.
    """

    python: str
    packages: list[str]
    has_ours: bool = True


def dependencies() -> list[str]:
    """Return the requirements of this package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed: list[str] = project["project"]["dependencies"]
    return needed


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(dependency_groups.resolve(project["dependency-groups"], name))


def environments(versions: list[str]) -> dict[str, Environment]:
    """Return all environments by name: those of the clients, and one for each further version of Python."""
    needed = dependencies()
    return {
        "clients": Environment(MAIN, [*needed, *group("bench-clients")]),
        "niquests": Environment(MAIN, ["niquests"], has_ours=False),
        "vendor": Environment(MAIN, group("vendor-sdk"), has_ours=False),
        **{version: Environment(version, needed) for version in versions},
    }


def interpreter(name: str) -> Path:
    """Return the path of an environment's Python."""
    return CACHE / name / "bin" / "python"


def find_python(version: str) -> str | None:
    """Return the path of a version of Python; None if it is not installed."""
    done = subprocess.run([str(ROOT / "scripts" / "python.sh"), version], check=False, capture_output=True, text=True)
    return done.stdout.strip() or None


def stamp(environment: Environment) -> str:
    """Return the specification of an environment as text."""
    return json.dumps([environment.python, environment.packages, environment.has_ours])


def ensure(name: str, environment: Environment) -> bool:
    """Create an environment if it is missing or outdated; return False if its version of Python is not installed."""
    folder, wanted = CACHE / name, stamp(environment)
    done = folder / ".installed"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return True
    python = find_python(environment.python)
    if python is None:
        return False
    print(f"  setting up {name} (Python {environment.python})", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    pip = [str(interpreter(name)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *environment.packages], check=True)
    if environment.has_ours:
        show_checkout(name)
    done.write_text(wanted, encoding="utf-8")
    return True


def show_checkout(name: str) -> None:
    """Add the checkout to the end of an environment's path, as an editable install does."""
    ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    found = subprocess.run([str(interpreter(name)), "-c", ask], check=True, capture_output=True, text=True)
    (Path(found.stdout.strip()) / "checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def ensure_stock() -> None:
    """Generate the stock client if it is missing, or older than openapi.yaml."""
    made = GENERATED / "stock" / "client.py"
    if made.exists() and made.stat().st_mtime > (ROOT / "openapi.yaml").stat().st_mtime:
        return
    print("  generating the stock client", flush=True)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--overwrite"]
    arguments = ["--path", str(ROOT / "openapi.yaml"), "--output-path", str(GENERATED / "stock")]
    # Its hooks run `ruff`, which is in the folder of this Python's scripts.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    GENERATED.mkdir(parents=True, exist_ok=True)
    subprocess.run([*command, *arguments], check=True, capture_output=True, env={**os.environ, "PATH": path})


def ensure_all(versions: list[str]) -> list[str]:
    """Create missing environments, and return the names of those that exist then."""
    ensure_stock()
    return [name for name, environment in environments(versions).items() if ensure(name, environment)]


def variables(**more: str) -> dict[str, str]:
    """Return the environment variables of a measured process, without proxies and .netrc.

    They are few, as requests reads each environment variable in each call.
    """
    path = os.pathsep.join([str(HERE.parent), str(GENERATED)])
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path, "HOME": str(CACHE), **more}
