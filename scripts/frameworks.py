"""Test the adapters of agent frameworks, each in an environment of its own (used by `make frameworks`).

    python scripts/frameworks.py --uv PATH --python VERSION=PATH… [--latest | --update] [NAME…]

tests/frameworks/NAME.txt has the pinned versions for Python 3.12: first those of the packages that the test uses, then,
after an empty line, those of their dependencies. NAME-3.10.txt has those for Python 3.10. tests/frameworks/NAME.py is
the test.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "frameworks"
CACHE = ROOT / ".cache" / "frameworks"
#: The version of Python of pins whose file names none.
VERSION = "3.12"
#: Packages besides the framework: the dependencies of this package, of the sandbox and of the tests.
COMMON = ["attrs", "cattrs", "coverage[toml]", "jsonschema", "pyyaml", "requests"]
#: Environment variables with which frameworks send nothing to the network.
ENVIRONMENT = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "DSPY_CACHEDIR": str(CACHE / "dspy_cache"),
    "HF_HUB_OFFLINE": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "NO_PROXY": "127.0.0.1",
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "OTEL_SDK_DISABLED": "true",
}
#: The lines that a test prints at its end.
CLOSING = re.compile(r"docs/\S+: \d+ blocks|\S+ \S+: \d+ of \d+ calls as sent")
#: The option replaces that of pyproject.toml, which leaves the adapters out.
OMIT = "--omit=integry/_generated/*"
#: A program that prints the installed versions of packages.
VERSIONS = "import sys; from importlib.metadata import version as v; print(*(f'{n}=={v(n)}' for n in sys.argv[1:]))"
HEADER = "# Made by `make frameworks UPDATE=1`. The packages of the test come first, then their dependencies.\n"


class InstallError(Exception):
    """uv cannot install the packages of a test. The argument is its explanation."""


class Framework:
    """The test of a framework with a version of Python.

    Args:
        pins: The path of the file of pins.
        uv: The path of uv.
        python: The path of Python.
        latest: True for the newest versions instead of the pinned ones.

    Attributes:
        name: The name of the test, with the version of Python if the file of pins names it.
        python: The path of Python in the environment of the test.
    """

    def __init__(self, pins: Path, uv: str, python: str, *, latest: bool) -> None:
        self.name = pins.stem
        self._pins, self._uv, self._python, self._latest = pins, uv, python, latest
        self._environment = CACHE / (f"{self.name}-latest" if latest else self.name)
        self.python = self._environment / ("Scripts" if os.name == "nt" else "bin") / "python"

    def packages(self) -> List[str]:
        """Return the names of the packages that the test uses."""
        first = self._pins.read_text(encoding="utf-8").replace(HEADER, "").strip().partition("\n\n")[0]
        return [line.partition("==")[0] for line in first.splitlines()]

    def update(self) -> None:
        """Write the newest versions into the file of pins."""
        wanted = "\n".join([*self.packages(), *COMMON])
        command = [self._uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--python", self._python, "-"]
        done = subprocess.run(command, check=True, input=wanted, stdout=subprocess.PIPE, text=True)
        pins = dict(line.split("==") for line in done.stdout.split())
        direct = [f"{name}=={pins.pop(_plain(name))}" for name in self.packages()]
        rest = [f"{name}=={pins[name]}" for name in sorted(pins)]
        self._pins.write_text("\n".join([f"{HEADER}{direct[0]}", *direct[1:], "", *rest, ""]), encoding="utf-8")

    def install(self) -> None:
        """Create the environment, unless it has the pinned versions already.

        Raises:
            InstallError: If uv cannot install the packages.
        """
        made, wanted = self._environment / ".installed", hashlib.sha256(self._pins.read_bytes()).hexdigest()
        if not self._latest and made.is_file() and made.read_text() == wanted:
            return
        self._run_uv("venv", "--clear", "--python", self._python, str(self._environment))
        given = [*self.packages(), *COMMON] if self._latest else ["--requirement", str(self._pins)]
        self._run_uv("pip", "install", "--python", str(self._environment), *given)
        made.write_text(wanted)

    def _run_uv(self, *arguments: str) -> None:
        # UV_LINK_MODE silences a warning where the cache is on another file system.
        environment = {**os.environ, "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
        command = [self._uv, *arguments, "--quiet"]
        done = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True, env=environment)
        if done.returncode:
            raise InstallError(done.stderr.strip())

    def _versions(self) -> str:
        """Return the installed versions of the packages that the test uses."""
        command = [str(self.python), "-c", VERSIONS, *map(_plain, self.packages())]
        return subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout.strip()

    def test(self) -> bool:
        """Run the test, print its output, and return True if it passed."""
        try:
            self.install()
        except InstallError as error:
            which = "newest versions cannot" if self._latest else "pinned versions cannot"
            print(f"{self.name}: the {which} be installed with {', '.join(self.packages())}:\n{error}", flush=True)
            return False
        coverage = [f"--data-file={CACHE / '.coverage'}", "--branch", "--parallel-mode", OMIT]
        command = [str(self.python), "-m", "coverage", "run", *coverage, "--source=integry.tools", "-m"]
        done = subprocess.run(
            [*command, f"tests.frameworks.{_test(self._pins)}"],
            check=False,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        )
        failed = "" if done.returncode == 0 else f"failed with status {done.returncode}, {self._versions()}\n"
        lines = [line for line in done.stdout.splitlines() if failed or CLOSING.match(line)]
        print(f"{self.name}: {failed}" + "\n".join(lines), flush=True)
        return not failed


def _test(pins: Path) -> str:
    """Return the name of the test that a file of pins is for."""
    return pins.stem.partition("-")[0]


def _version(pins: Path) -> str:
    """Return the version of Python that a file of pins is for."""
    return pins.stem.partition("-")[2] or VERSION


def _plain(name: str) -> str:
    """Return the name of a package without extras."""
    return re.sub(r"\[.*\]", "", name)


def report(python: Path) -> bool:
    """Print the coverage of the adapters, and return True if all lines and branches are covered."""
    command = [str(python), "-m", "coverage"]
    data = f"--data-file={CACHE / '.coverage'}"
    subprocess.run([*command, "combine", "--quiet", data], check=True, cwd=CACHE)
    options = [OMIT, "--include=integry/tools/_frameworks/*", "--fail-under=100", "--show-missing", "--skip-covered"]
    return subprocess.run([*command, "report", data, *options], check=False, cwd=ROOT).returncode == 0


def chosen(names: List[str], pythons: Dict[str, str], *, latest: bool) -> List[Path]:
    """Return the files of pins of the tests with these names, or of all tests. For the newest, those for one Python."""
    every = sorted(TESTS.glob("*.txt"))
    known = sorted({*map(_test, every)})
    unknown = sorted({*names} - {*known})
    if unknown:
        sys.exit(f"There are no tests of {', '.join(unknown)}. The names are: {', '.join(known)}")
    found = [pins for pins in every if _test(pins) in (names or known) and not (latest and _version(pins) != VERSION)]
    for pins in found:
        if not pythons.get(_version(pins)):
            sys.exit(f"The test of {_test(pins)} needs Python {_version(pins)}.")
    return found


def main() -> int:
    """Test the frameworks, two at the same time, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", required=True)
    parser.add_argument("--python", required=True, action="append", metavar="VERSION=PATH")
    parser.add_argument("--latest", action="store_true")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    pythons = dict(each.split("=", 1) for each in given.python)
    frameworks = [
        Framework(pins, given.uv, pythons[_version(pins)], latest=given.latest)
        for pins in chosen(given.names, pythons, latest=given.latest)
    ]
    if given.update:
        for framework in frameworks:
            framework.update()
    for old in CACHE.glob(".coverage*"):
        old.unlink()
    with ThreadPoolExecutor(2) as pool:
        passed = list(pool.map(Framework.test, frameworks))
    # The newest versions may not install, and then have no coverage.
    covered = bool(given.names) or given.latest or report(frameworks[0].python)
    print(f"{sum(passed)} of {len(passed)} tests with frameworks passed.")
    return 0 if all(passed) and covered else 1


if __name__ == "__main__":
    sys.exit(main())
