"""Raise the pinned versions of the tools: those in scripts/constraints.txt, and the exact ones in pyproject.toml.

Used by `make update`, on Python 3.12. Groups with fixed versions (legacy, vendor-sdk) are not changed. The constraints
apply to Python 3.11 and newer. Older Pythons use the newest versions that support them.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Dict, Iterator, List

import tomllib
from install import CONSTRAINTS, PIP, ROOT, requirements

PROJECT = ROOT / "pyproject.toml"
KEEP = {"legacy", "vendor-sdk"}
#: Groups that are installed into .venv, which may have Python 3.11. All other groups are for Python 3.12.
EVERYWHERE = ["demo", "lint", "matrix", "pictures", "wheel"]
HEADER = """\
# Do not edit: made by `make update`. Versions of the tools for development, and of their dependencies.
"""


def normalized(name: str) -> str:
    """Return the normalized name of a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve(python: str, groups: List[str]) -> Dict[str, str]:
    """Return the newest compatible versions for a Python, by distribution, ignoring exact pins."""
    needed = [re.sub(r"==[^;]+", "", each) for each in requirements(groups)]
    interpreter = subprocess.run(
        ["sh", str(ROOT / "scripts" / "python.sh"), python, "make update"],  # noqa: S607 (sh is on PATH)
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        subprocess.run([interpreter, "-m", "venv", "--without-pip", f"{folder}/venv"], check=True)
        line = [*PIP, f"--python={folder}/venv", "install", "--quiet", "--dry-run", "--report", str(report), *needed]
        subprocess.run(line, check=True)
        found = [each["metadata"] for each in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return {normalized(each["name"]): each["version"] for each in found if each["name"] != "pip"}


def constraints(older: Dict[str, str], newer: Dict[str, str]) -> Iterator[str]:
    """Yield the lines of the constraints file, from the versions for Python 3.11 and for newer ones."""
    for name in sorted({*older, *newer}):
        if older.get(name) == newer.get(name):
            yield f"{name}=={newer[name]}; python_version >= '3.11'"
            continue
        if name in older:
            yield f"{name}=={older[name]}; python_version == '3.11'"
        if name in newer:
            yield f"{name}=={newer[name]}; python_version >= '3.12'"


def raise_pins(text: str, groups: Dict[str, List[object]], versions: Dict[str, str]) -> str:
    """Return the text of pyproject.toml with newer exact pins in these groups, and in extras with the same pins."""
    for pin in sorted({each for name in groups for each in groups[name] if isinstance(each, str) and "==" in each}):
        name, version = re.split(r"==|;", pin)[:2]
        text = text.replace(f'"{name}=={version}', f'"{name}=={versions[normalized(name)]}')
    return text


def main() -> None:
    """Resolve the newest versions, and write them to the constraints and to pyproject.toml."""
    text = PROJECT.read_text(encoding="utf-8")
    groups = {name: each for name, each in tomllib.loads(text)["dependency-groups"].items() if name not in KEEP}
    older, newer = resolve("3.11", EVERYWHERE), resolve("3.12", sorted(groups))
    lines = list(constraints(older, newer))
    CONSTRAINTS.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    PROJECT.write_text(raise_pins(text, groups, {**older, **newer}), encoding="utf-8")
    print(f"{len(lines)} versions in {CONSTRAINTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
