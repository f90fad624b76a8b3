"""Test the adapters of agent frameworks, each in an environment of its own (used by `make frameworks`).

    python scripts/frameworks.py --uv PATH --python PATH [--latest | --update] [NAME…]

tests/frameworks/NAME.txt has the pinned versions: first those of the packages that the test uses, then, after an empty
line, those of their dependencies. tests/frameworks/NAME.py is the test.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "frameworks"
CACHE = ROOT / ".cache" / "frameworks"
#: The version of Python that the pins are for.
VERSION = "3.12"
#: Packages besides the framework: the dependencies of this package, of the sandbox and of the tests.
COMMON = ["attrs", "cattrs", "coverage", "jsonschema", "pyyaml", "requests"]
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
HEADER = "# Made by `make frameworks UPDATE=1`. The packages of the test come first, then their dependencies.\n"


class Framework:
    """The test of a framework.

    Args:
        name: The name of the test, without `.py`.
        uv: The path of uv.
        python: The path of Python.
        latest: True for the newest versions instead of the pinned ones.
    """

    def __init__(self, name: str, uv: str, python: str, *, latest: bool) -> None:
        self.name, self._uv, self._python, self._latest = name, uv, python, latest
        self._pins = TESTS / f"{name}.txt"
        self._environment = CACHE / (f"{name}-latest" if latest else name)

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
        """Create the environment, unless it has the pinned versions already."""
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
        subprocess.run([self._uv, *arguments[:1], *arguments[1:], "--quiet"], check=True, env=environment)

    def test(self) -> bool:
        """Run the test, print its output, and return True if it passed."""
        self.install()
        python = self._environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        coverage = [f"--data-file={CACHE / '.coverage'}", "--branch", "--parallel-mode", OMIT]
        command = [str(python), "-m", "coverage", "run", *coverage, "--source=integry.tools", "-m"]
        done = subprocess.run(
            [*command, f"tests.frameworks.{self.name}"],
            check=False,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        )
        failed = "" if done.returncode == 0 else f"failed with status {done.returncode}\n"
        lines = [line for line in done.stdout.splitlines() if failed or CLOSING.match(line)]
        print(f"{self.name}: {failed}" + "\n".join(lines), flush=True)
        return not failed


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


def main() -> int:
    """Test the frameworks, two at the same time, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--latest", action="store_true")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    every = sorted(path.stem for path in TESTS.glob("*.txt"))
    chosen = [Framework(name, given.uv, given.python, latest=given.latest) for name in given.names or every]
    if given.update:
        for framework in chosen:
            framework.update()
    for old in CACHE.glob(".coverage*"):
        old.unlink()
    with ThreadPoolExecutor(2) as pool:
        passed = list(pool.map(Framework.test, chosen))
    covered = bool(given.names) or report(CACHE / chosen[0].name / "bin" / "python")
    print(f"{sum(passed)} of {len(passed)} frameworks passed.")
    return 0 if all(passed) and covered else 1


if __name__ == "__main__":
    sys.exit(main())
