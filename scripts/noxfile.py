"""The matrix of `make matrix`: the tests on every Python, with the newest dependencies and with the lowest declared.

The wheel in dist/ is tested in an environment of its own, with the tests of the sdist, and without access to the
sources. nox's positional arguments are passed to pytest.
"""

import os
import shutil
import sys
import tarfile
from pathlib import Path
from typing import List

import nox
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"]
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PROJECT = PYPROJECT["project"]
#: The extras that are tested on every Python.
EXTRAS = ("sandbox", "cli")
DECLARED = [*PROJECT["dependencies"], *(item for extra in EXTRAS for item in PROJECT["optional-dependencies"][extra])]
#: The installed Pythons, and the sessions to run: all, or those of $MATRIX, such as "3.8-lowest 3.15-newest".
FOUND = [version for version in PYTHONS if shutil.which(f"python{version}")]
NAMES = [f"{version}-{dependencies}" for version in PYTHONS for dependencies in ("newest", "lowest")]
WANTED = os.environ.get("MATRIX", "").split() or NAMES
SESSIONS = [name for name in NAMES if name in WANTED and name.partition("-")[0] in FOUND]
print("Sessions:", *SESSIONS)
print("Pythons that are not installed:", *(version for version in PYTHONS if version not in FOUND))
if not set(WANTED) <= set(NAMES):
    sys.exit(f"Unknown sessions in MATRIX: {', '.join(sorted(set(WANTED) - set(NAMES)))}")
if not SESSIONS:
    sys.exit()

nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"


def lowest(python: str) -> List[str]:
    """Return the lowest declared versions for a Python, as constraints for pip."""
    declared = [Requirement(text) for text in DECLARED]
    here = [item for item in declared if not item.marker or item.marker.evaluate({"python_version": python})]
    return [f"{item.name}=={specifier.version}" for item in here for specifier in item.specifier]


def built_file(pattern: str) -> Path:
    """Return the file in dist/ that matches a pattern."""
    (found,) = (ROOT / "dist").glob(pattern)
    return found


def stage(folder: Path, generated: Path) -> Path:
    """Unpack the sdist without the package, which the wheel installs, and with the folder `generated` of the wheel."""
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(built_file("*.tar.gz")) as archive:
        archive.extractall(folder)  # noqa: S202 (the archive is our own)
    (root,) = folder.iterdir()
    shutil.rmtree(root / "integry")
    shutil.rmtree(root / "generated")
    # Copy the folder instead of linking to it: the generator would print the name of the link's target.
    shutil.copytree(generated, root / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    return root


@nox.session
@nox.parametrize("python,dependencies", [nox.param(*name.split("-"), id=name) for name in SESSIONS])
def tests(session: nox.Session, dependencies: str) -> None:
    """Run the tests on the wheel."""
    folder = Path(session.create_tmp())
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(lowest(str(session.python)) if dependencies == "lowest" else []), encoding="utf-8")
    # Do not pass scripts/constraints.txt, so that the newest versions are tested.
    tools = nox.project.dependency_groups(PYPROJECT, "dev" if dependencies == "newest" else "tests")
    session.install(f"{built_file('*.whl')}[{','.join(EXTRAS)}]", *tools, "-c", str(constraints))
    session.install("--force-reinstall", "--no-deps", str(built_file("*.whl")))
    session.run("python", "-m", "pip", "freeze", "--all")
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(str(session.run("python", "-c", where, silent=True)).strip())
    session.chdir(stage(folder / "sources", packages / "integry" / "_generated"))
    # Old libraries raise deprecation warnings on new Pythons.
    warnings = ["-W", "default", "--disable-warnings"] if dependencies == "lowest" else []
    session.run("python", "-m", "pytest", *warnings, *session.posargs)
