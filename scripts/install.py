"""Install dependency groups of pyproject.toml (PEP 735) for the running Python.

    python scripts/install.py GROUP…

pip < 25.1 has no --group, and Python 3.8 has no newer pip. There, the package `dependency-groups` resolves the groups.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "scripts" / "constraints.txt"
PIP = [sys.executable, "-m", "pip"]


def install(*arguments: str) -> None:
    """Run `pip install`, and exit with its status if it fails."""
    done = subprocess.run([*PIP, "install", "--quiet", *arguments], check=False, cwd=ROOT)
    if done.returncode:
        sys.exit(done.returncode)


def has_groups() -> bool:
    """Return True if pip has the option --group."""
    done = subprocess.run([*PIP, "install", "--help"], check=True, capture_output=True, text=True)
    return "--group" in done.stdout


def requirements(groups: "list[str]") -> "list[str]":
    """Return the requirements of groups, resolved by the package `dependency-groups`."""
    line = [sys.executable, "-m", "dependency_groups", *groups]
    return subprocess.run(line, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def main(groups: "list[str]") -> None:
    """Upgrade pip, and install groups with the pinned versions."""
    install("--upgrade", "pip")
    if has_groups():
        wanted = [argument for group in groups for argument in ("--group", group)]
    else:
        install("dependency-groups")
        wanted = requirements(groups)
    install("--constraint", str(CONSTRAINTS), *wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
