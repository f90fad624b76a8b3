"""The environments of the clients, below .cache/bench: made once, and again when what they need has changed."""

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
#: Here the stock client is generated, as package `stock`.
GENERATED = CACHE / "generated"


class Environment(NamedTuple):
    """What an environment is made of.

    Attributes:
        python: The version of Python.
        packages: What pip installs.
        has_ours: Whether our package is in it, as it is in the checkout.
    """

    python: str
    packages: list[str]
    has_ours: bool = True


def dependencies() -> list[str]:
    """What our package needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed: list[str] = project["project"]["dependencies"]
    return needed


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(dependency_groups.resolve(project["dependency-groups"], name))


def environments(versions: list[str]) -> dict[str, Environment]:
    """All environments by name: those of the clients, and one for each further version of Python."""
    needed = dependencies()
    return {
        "clients": Environment(MAIN, [*needed, *group("bench-clients")]),
        "niquests": Environment(MAIN, ["niquests"], has_ours=False),
        "vendor": Environment(MAIN, group("vendor-sdk"), has_ours=False),
        **{version: Environment(version, needed) for version in versions},
    }


def interpreter(name: str) -> Path:
    """The Python of an environment."""
    return CACHE / name / "bin" / "python"


def find_python(version: str) -> str | None:
    """Where a version of Python is, or None."""
    done = subprocess.run([str(ROOT / "scripts" / "python.sh"), version], check=False, capture_output=True, text=True)
    return done.stdout.strip() or None


def stamp(environment: Environment) -> str:
    """Return the text that says what an environment was made of."""
    return json.dumps([environment.python, environment.packages, environment.has_ours])


def ensure(name: str, environment: Environment) -> bool:
    """Make an environment unless it is there; whether it is, as not all versions of Python are everywhere."""
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
    """Put the checkout on the path of an environment, at its end, as an editable install does."""
    ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    found = subprocess.run([str(interpreter(name)), "-c", ask], check=True, capture_output=True, text=True)
    (Path(found.stdout.strip()) / "checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def ensure_stock() -> None:
    """Generate the stock client unless it is there and openapi.yaml is older."""
    made = GENERATED / "stock" / "client.py"
    if made.exists() and made.stat().st_mtime > (ROOT / "openapi.yaml").stat().st_mtime:
        return
    print("  generating the stock client", flush=True)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--overwrite"]
    arguments = ["--path", str(ROOT / "openapi.yaml"), "--output-path", str(GENERATED / "stock")]
    # Its hooks call ruff by name, which is beside this Python.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    GENERATED.mkdir(parents=True, exist_ok=True)
    subprocess.run([*command, *arguments], check=True, capture_output=True, env={**os.environ, "PATH": path})


def ensure_all(versions: list[str]) -> list[str]:
    """Make what is missing; the names of the environments that there are."""
    ensure_stock()
    return [name for name, environment in environments(versions).items() if ensure(name, environment)]


def variables(**more: str) -> dict[str, str]:
    """The environment variables of a measured process: no proxies, no .netrc, nothing of this machine's.

    They are few. requests looks at each of them in every call, so that it would only cost more with many.
    """
    path = os.pathsep.join([str(HERE.parent), str(GENERATED)])
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path, "HOME": str(CACHE), **more}
