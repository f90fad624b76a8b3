"""The tables of the documentation agree with the code."""

import ast
import inspect
import os
import re
from functools import lru_cache
from pathlib import Path

import pytest

import integry
from integry import Integry, Organisation, _settings, errors
from integry._resources.functions import Functions
from integry.vendor._copy import NEEDED, _manifest
from tests.docs.pages import DOCS
from tests.docs.test_blocks import TEXTS
from tests.spec_document import ROOT

PACKAGE = Path(integry.__file__).parent
CLIENTS = {"Integry": Integry, "Organisation": Organisation}


def table(page, head):
    """Return the rows of the table whose header begins with a text, each as a list of cells."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


OPTIONS = {row[0].strip("`"): row[1:] for row in table("reference/options.md", "option")}


@pytest.mark.parametrize("name", CLIENTS)
def test_every_option_is_listed(name):
    """The table of options has the parameters of both constructors, with their defaults."""
    parameters = inspect.signature(CLIENTS[name]).parameters
    listed = {option for option, cells in OPTIONS.items() if cells[0] in ("both", f"`{name}`")}
    assert listed == set(parameters), "update the table in docs/reference/options.md"
    for option, parameter in parameters.items():
        # The default of user_id is read from the environment, and is None without it.
        default = None if parameter.default is _settings.NOT_GIVEN else parameter.default
        # Credentials are read from the environment if they are not given.
        assert OPTIONS[option][2] in ("required", f"`{default}`"), option


def test_the_options_of_copies_and_calls_are_listed():
    """The table of options names the options of `with_options` and of each call."""
    copies = {option for option, cells in OPTIONS.items() if "copies" in cells[1]}
    calls = {option for option, cells in OPTIONS.items() if "calls" in cells[1]}
    assert copies == _settings.CLIENT_OPTIONS
    of_calls = _settings.CLIENT_OPTIONS & set(inspect.signature(Functions.call).parameters)
    assert calls == _settings.REQUEST_OPTIONS | of_calls
    assert "integration_id" in of_calls


def test_the_environment_variables_are_listed():
    """The page of options lists exactly the environment variables INTEGRY_… that the package reads."""
    sources = [path for path in PACKAGE.rglob("*.py") if "_generated" not in path.parts]
    read = {name for path in sources for name in re.findall(r"\bINTEGRY_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    page = (DOCS / "reference" / "options.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\bINTEGRY_[A-Z_]+\b", page)) == read


def subclasses(cls, depth=0):
    """Yield the depth and the name of a class, and then of all its subclasses, in the order of a printed tree."""
    yield depth, cls.__name__
    for each in cls.__subclasses__():
        if each.__module__ == errors.__name__:
            yield from subclasses(each, depth + 1)


def test_the_tree_of_errors_is_that_of_the_classes():
    """The page of errors draws every class below its base, in the order of the module."""
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    (tree,) = re.findall(r"^```text\n(IntegryError\n.*?)```", page, re.DOTALL | re.MULTILINE)
    drawn = [(len(indent) // 4, name) for indent, name in re.findall(r"^([│├└─ ]*)(\w+)", tree, re.MULTILINE)]
    assert drawn == list(subclasses(errors.IntegryError))
    assert [row[0].strip("`") for row in table("reference/errors.md", "error")] == [name for _, name in drawn]


def test_the_attributes_of_errors_exist():
    """Every attribute in the table of errors is an attribute of the class, or is set when the error is created."""
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    for name, _, attributes in table("reference/errors.md", "error"):
        cls = getattr(errors, name.strip("`"))
        for attribute in re.findall(r"`(\w+)`", attributes):
            assert hasattr(cls, attribute) or attribute == "message" or f"{attribute}=" in source, attribute


def test_the_figures_are_as_measured():
    """The table of targets has the figures of the last benchmark run, including missed targets."""
    report = (ROOT / "scripts" / "bench" / "results" / "results.md").read_text(encoding="utf-8")
    measured = re.findall(r"^\| (.+?) \| (≤ .+?|\d+) \| (.+?) \| .*? \| (yes|\*\*no\*\*) \|$", report, re.MULTILINE)
    assert [tuple(row) for row in table("performance/index.md", "comparison")] == measured
    assert len(measured) > 20
    page = (DOCS / "performance" / "index.md").read_text(encoding="utf-8")
    lost = page.partition("## Where it loses")[2].partition("## The generator")[0]
    figures = {figure for row in measured for figure in (row[1].strip("≤ "), row[2])}
    # The page also compares with urllib3, which is in the report but has no target.
    assert {each for each in re.findall(r"\b0\.\d\d\b", lost) if each not in figures and each not in report} == set()


def test_the_figures_of_the_generator_are_as_measured():
    """The page has the table of targets of the last run, and no figure that is not in the report."""
    report = (ROOT / "scripts" / "bench" / "results" / "generator.md").read_text(encoding="utf-8")
    section = (DOCS / "performance" / "index.md").read_text(encoding="utf-8").partition("## The generator")[2]
    (table,) = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table in report
    assert set(re.findall(r"\b0\.\d\d\b", section)) <= set(re.findall(r"\b0\.\d\d\b", report))


def test_the_supported_versions_are_those_that_are_declared():
    """The table of versions, the manifest of a vendored copy and pyproject.toml name the same lowest versions."""
    rows = {row[0].partition(",")[0]: row[1:] for row in table("reference/versions.md", "package")}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.findall(r"\"(\w+)>=([\d.]+)(?:; python_version (<|>=) '3.12')?\"", project)
    found = {"Python": [*re.findall(r'requires-python = ">=(.+)"', project), ""]}
    for name, version, marker in declared:
        found.setdefault(name, ["", ""])[1 if marker == ">=" else 0] = version
    assert found == rows
    others = {"Python", "click", "jsonschema", "rich", "Django"}
    assert {name: versions[0] for name, versions in rows.items() if name not in others} == NEEDED
    for name in ("requests", "urllib3"):
        assert f"{name} {rows[name][1]}" in (vendored := _manifest({}, "", {})), vendored


def test_the_supported_pythons_are_those_of_the_classifiers():
    """The page of versions names the oldest and the newest Python of the classifiers."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pythons = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    page = (DOCS / "reference" / "versions.md").read_text(encoding="utf-8")
    assert f"Python {pythons[0]} to {pythons[-1]}" in page


def test_every_public_name_is_in_the_reference():
    """The pages of the reference name every public name of the package. Errors are documented with their module."""
    pages = "".join((DOCS / "reference" / name).read_text("utf-8") for name in ("api.md", "errors.md"))
    shown = set(re.findall(r"^::: integry\.(\w+)$", pages, re.MULTILINE))
    missing = [name for name in integry.__all__ if name not in shown and not hasattr(errors, name)]
    assert missing == [], "add ::: integry.NAME to docs/reference/api.md"


@lru_cache(maxsize=None)
def source_of_tests():
    """Return the source of all tests. `tests/node` has a large folder of npm, and no tests."""
    folders = [each for each in (ROOT / "tests").iterdir() if each.is_dir() and each.name != "node"]
    files = [*(ROOT / "tests").glob("test_*.py"), *(path for each in folders for path in each.rglob("test_*.py"))]
    return "".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_files_that_a_page_names_exist(page):
    """Paths and names of tests in the documentation exist in the project."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:integry|generated|tests|docs|scripts|examples)/[\w./-]*)`", text)
    here = [name for name in named if (ROOT / name.partition("/")[0]).exists()]  # the wheel is tested without integry/
    assert [name for name in here if not (ROOT / name).exists()] == []
    assert [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in source_of_tests()] == []


def test_every_page_is_in_the_navigation():
    """mkdocs.yml names each page, so that `make docs` builds it, and each file that it names exists."""
    named = re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    assert sorted(named) == pages


def test_nothing_of_the_tests_environment_is_needed(monkeypatch):
    """The defaults in the table of options are those without any environment variable."""
    for name in [name for name in os.environ if name.startswith("INTEGRY_")]:
        monkeypatch.delenv(name)
    settings = Integry("k", "s").settings
    assert str(settings.max_response_bytes) == OPTIONS["max_response_bytes"][2].strip("`")
    assert str(settings.user_id) == OPTIONS["user_id"][2].strip("`")


def test_the_settings_of_django_are_listed():
    """The tables of the Django app name every key of INTEGRY and every system check."""
    source = (PACKAGE / "django" / "checks.py").read_text(encoding="utf-8")
    keys = ast.parse((PACKAGE / "django" / "_settings.py").read_text(encoding="utf-8"))
    defaults = next(node.value for node in keys.body if getattr(getattr(node, "target", None), "id", "") == "DEFAULTS")
    assert [row[0].strip("`") for row in table("django/settings.md", "key")] == [key.value for key in defaults.keys]
    assert [row[0].strip("`") for row in table("django/settings.md", "id")] == sorted(
        set(re.findall(r"integry\.[EW]\d+", source))
    )
