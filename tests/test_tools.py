"""Development tools: make targets, messages about missing programs, releases and continuous integration."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import release
import words
import yaml
from bench import quiet

from tests.contract.conftest import SCREENSHOTS
from tests.spec_document import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
#: The environment without the options of a make that runs these tests.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments):
    """Run make, and return its output."""
    line = ["make", *arguments]
    return subprocess.run(line, check=True, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True).stdout


@needs_make
def test_help_lists_all_targets():
    """`make help` lists every target in a group, in lines of less than 100 columns."""
    lines = make("help").splitlines()
    assert [line for line in lines if len(line) >= 100] == []
    phony = re.search(r"\.PHONY: ((?:.*\\\n)*.*)", MAKEFILE).group(1).replace("\\\n", "").split()
    assert sorted(line.split()[0] for line in lines if line.startswith("  ")) == sorted(phony)
    groups = [line for line in lines if line and not line.startswith(" ")]
    assert groups == ["First day", "Generator", "Quality", "Long", "Set-up and releases"]


@needs_make
def test_lint_needs_node_last():
    """`make lint` runs all linters that do not need Node before the first one that does."""
    printed = make("--dry-run", "--always-make", "lint")
    before, _, after = printed.partition("scripts/need.sh node")
    assert all(f"/{tool}" in before for tool in ("ruff check", "ruff format", "mypy", "openapi-spec", "codespell"))
    assert all(tool in after for tool in ("pyright", "npm ci", "redocly"))


def test_pre_commit_runs_what_lint_runs():
    """Each pre-commit hook is a command of `make lint` or `make words`, or runs such a command for single files."""
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    commands = {
        hook["entry"].replace(".venv/bin", "$(BIN)").replace(" --force-exclude", "") for hook in repository["hooks"]
    }
    assert len(commands) == 6
    for command in commands:
        assert f"\t{command}" in MAKEFILE


def test_the_workflow_tests_every_declared_python():
    """The workflow runs the tests on all Pythons of the classifiers."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    declared = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text())
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == declared
    commands = {step.get("run") for job in workflow["jobs"].values() for step in job["steps"]} - {None}
    contract = {"sudo make chromium nginx", "make contract PYTHON=python", "make django-site PYTHON=python"}
    assert commands == {"make test PYTHON=python", "make check PYTHON=python", *contract}


def test_the_workflow_uploads_the_screenshots():
    """The nightly job, which can be started by hand too, uploads the folder that the tests in a browser write to."""
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text()
    job = yaml.safe_load(text)["jobs"]["contract"]
    assert re.search(r"^  schedule:\n    - cron: \"17 3 \* \* \*\"\n  workflow_dispatch:$", text, re.MULTILINE)
    assert job["if"] == "github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'"
    upload = job["steps"][-1]
    assert upload["uses"].startswith("actions/upload-artifact@")
    assert ROOT / upload["with"]["path"] == SCREENSHOTS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["need.sh", "npm", "Prism"],
            "npm is missing, for Prism. Install Node 20 or newer (https://nodejs.org), or go",
        ),
        (
            ["need.sh", "--debian", "nginx-light", "nginx", "tests"],
            "for tests. Install it (Debian: apt-get install nginx-l",
        ),
        (
            ["need.sh", "--debian", "mmdebstrap", "mmdebstrap", "x"],
            "or go without: `make matrix` takes the Pythons that",
        ),
    ],
)
def test_missing_programs_are_explained(arguments, said):
    """If a program is missing, one line says which, why it is needed, and how to get it or go without."""
    line = ["/bin/sh", str(ROOT / "scripts" / arguments[0]), *arguments[1:]]
    done = subprocess.run(line, check=False, capture_output=True, text=True, env={"PATH": "/nowhere"})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert said in done.stderr


def test_missing_pythons_are_explained(tmp_path):
    """If a Python is missing, one line says which, why it is needed, and how to get it."""
    line = [str(ROOT / "scripts" / "python.sh"), "3.4", "make bench"]
    done = subprocess.run(line, check=False, capture_output=True, text=True, env={**os.environ, "HOME": str(tmp_path)})
    said = (
        "Python 3.4 is missing, for make bench: neither pyenv nor the PATH has it. Get it with `pyenv install 3.4`.\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_an_installed_program_is_accepted():
    """The check for a program prints and installs nothing if the program exists."""
    line = [str(ROOT / "scripts" / "need.sh"), "--debian", "none", "sh", "nothing"]
    assert subprocess.run(line, check=True, capture_output=True, text=True).stdout == ""


@pytest.fixture
def checkout(tmp_path):
    """Make a git repository that can be released."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (tmp_path / "integry").mkdir()
    (tmp_path / "integry" / "_version.py").write_text('__version__ = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n## [0.2.0] - 2026-03-31\n\n- x\n")
    (tmp_path / ".gitignore").write_text("dist/\n")
    release.git(tmp_path, "init", "--quiet")
    release.git(tmp_path, "config", "user.email", "someone@example.com")
    release.git(tmp_path, "config", "user.name", "Someone")
    release.git(tmp_path, "add", ".")
    release.git(tmp_path, "commit", "--quiet", "--message", "Release 0.2.0")
    return tmp_path


def test_a_release_is_tagged_once(checkout, capsys):
    """A release is tagged only if sdist and wheel exist, and only once."""
    assert release.main("check", checkout) == 0
    assert capsys.readouterr().out == "0.2.0 can be released.\n"
    with pytest.raises(SystemExit, match="run `make wheel`"):
        release.main("tag", checkout)
    (checkout / "dist").mkdir()
    for name in ("integry_requests-0.2.0-py2.py3-none-any.whl", "integry_requests-0.2.0.tar.gz"):
        (checkout / "dist" / name).touch()
    assert release.main("tag", checkout) == 0
    assert release.git(checkout, "tag", "--list") == "v0.2.0"
    assert release.main("tag", checkout) == 1
    assert "The tag v0.2.0 exists" in capsys.readouterr().out


@pytest.mark.parametrize(
    "heading",
    [
        "## [0.2.01] - 2026-03-31",
        "## [10.2.0] - 2026-03-31",
        "### [0.2.0] - 2026-03-31",
        "## [0.2.0]",
        "## [Unreleased]",
    ],
)
def test_a_release_needs_a_changelog_section(checkout, heading, capsys):
    """The check of a release names uncommitted files and a missing section of the changelog."""
    (checkout / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n")
    assert release.main("check", checkout) == 1
    said = capsys.readouterr().out
    assert "uncommitted" in said
    assert "CHANGELOG.md has no section for 0.2.0" in said


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("x is None", 0),
        ("there is none", 1),
        ("Recommend it", 0),
        ("So many", 1),
        ("there is no file", 0),
        ("a set is no JSON", 1),
        ("It is a list", 1),
        ("Its length\n# It is a list", 1),
        ("The length\n# It is a list", 0),
        ("Italics", 0),
    ],
)
def test_words_to_avoid_are_found(tmp_path, line, count, capsys):
    """Phrases to avoid, and openings without a subject, are found in text, but not in code or inside other words."""
    (tmp_path / "x.py").write_text(f"# {line}\n")
    assert words.main([str(tmp_path / "x.py")]) == count
    assert ("write" in capsys.readouterr().out) == bool(count)


def test_constraints_distinguish_python_versions():
    """A package whose version differs between Python 3.11 and newer Pythons has a line for each of the two versions."""
    update = pytest.importorskip("update", reason="tomllib came with Python 3.11")
    older, newer = {"same": "1", "django": "5.2", "backport": "3"}, {"same": "1", "django": "6.1", "atheris": "2"}
    assert list(update.constraints(older, newer)) == [
        "atheris==2; python_version >= '3.12'",
        "backport==3; python_version == '3.11'",
        "django==5.2; python_version == '3.11'",
        "django==6.1; python_version >= '3.12'",
        "same==1; python_version >= '3.11'",
    ]


def test_exact_pins_are_raised_everywhere():
    """If a group is updated, its exact pins change everywhere in pyproject.toml and keep their markers."""
    update = pytest.importorskip("update", reason="tomllib came with Python 3.11")
    lines = ["extra = [\"Ruff.Tool==1.0; python_version >= '3.11'\"]", 'dev = ["Ruff.Tool==1.0"]', 'old = ["mypy==1"]']
    text = "\n".join(lines)
    found = update.raise_pins(text, {"dev": ["Ruff.Tool==1.0", "pytest", {"include-group": "x"}]}, {"ruff-tool": "2.0"})
    assert found == text.replace("Ruff.Tool==1.0", "Ruff.Tool==2.0")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the CPU of process groups is read from /proc")
def test_the_benchmark_counts_the_children_of_killed_processes(monkeypatch):
    """The CPU of a child whose parent was killed, so that nobody waits for it, is not that of other programs."""
    burn = "import signal, time\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\nsignal.pause()"
    monkeypatch.setattr(quiet, "jiffies", lambda: (0.0, 0.0))
    watch = quiet.Watch()
    monkeypatch.setattr(quiet, "jiffies", lambda: (100.0, 0.0))
    line = ["sh", "-c", '"$0" -c "$1" & wait', sys.executable, burn]
    with subprocess.Popen(line, start_new_session=True, stdout=subprocess.PIPE) as leader:
        assert leader.stdout.readline() == b"done\n"
        before = watch.seen()
        watch.stop(leader.pid)
        after = watch.seen()
        os.killpg(leader.pid, signal.SIGKILL)
    assert after["others"] * after["seconds"] < before["others"] * before["seconds"] - 0.25


def test_the_programs_of_the_benchmark_import_names_that_exist():
    """Each name that a module of the benchmark imports from another one is defined there."""
    modules = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "scripts/bench").glob("*.py")}
    assert len(modules) > 20
    for name, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                defined = names_of(modules[node.module]) if node.module else modules
                missing = {alias.name for alias in node.names} - set(defined)
                assert not missing, f"{name} imports {missing} from {node.module}"


def names_of(tree):
    """Return the names that a module defines or imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name for alias in node.names}
    return found
