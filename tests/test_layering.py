"""Imports run one way, from the extras down to the errors, and the core needs requests, attrs and cattrs alone."""

import ast
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

import integry
from tests.spec_document import ROOT

if sys.version_info < (3, 10):
    pytest.skip("the standard library lists its modules from Python 3.10 on", allow_module_level=True)

PACKAGE = Path(integry.__file__).parent
#: The floors of the package, from the ground up. A module imports from its own folder and from the floors below.
FLOORS = [
    {"errors", "_hints", "_version"},
    {"_arguments"},
    {"_lazy", "_secrets"},
    {"_base_url", "_headers"},
    {"_settings"},
    {"_auth"},
    {"_generated"},
    {"tags"},
    {"_http"},
    {"_results"},
    {"_base"},
    {"_resources"},
    {"_client", "_organisation"},
    {"__init__"},
    {"sandbox", "vendor", "generator"},
    {"testing"},
]
FLOOR = {unit: number for number, units in enumerate(FLOORS) for unit in units}
CORE = set().union(*FLOORS[: FLOOR["__init__"] + 1])
#: The modules that pass on the name of a module: to the tests it is the caller that imports.
PASSING_NAMES = {"_base", "_lazy", "_resources", "__init__", ""}
#: The modules that call import_module(): `_results.schema` imports jsonschema if it is installed.
IMPORTING = {"_lazy", "_results.schema"}
#: The libraries of the core, and those that an extra brings.
LIBRARIES = {"requests", "urllib3", "attrs", "cattrs", "typing_extensions"}
EXTRAS = {
    "testing": {"pytest"},
    "generator": {"openapi_python_client", "jinja2", "yaml", "ruamel", "pydantic", "httpx", "typer"},
}


def name_of(path):
    """Return the dotted name of a module inside the package; empty for `__init__`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def unit_of(name):
    """Return the module or folder of the package that a dotted name is part of."""
    return name.split(".")[0] or "__init__"


MODULES = {
    name_of(path): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if not {"_generated", "templates"} & set(path.relative_to(PACKAGE).parts)
}


def lazily_imported(node):
    """Yield the module that a call of `_lazy.load` imports."""
    function = getattr(node, "func", None)
    if "load" in (getattr(function, "id", ""), getattr(function, "attr", "")) and node.args:
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def imported(path):
    """Yield what a file imports: the number of dots, the module, and the name in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.level, node.module or "", alias.name) for alias in node.names)


def arrows(name):
    """Return the modules of this package that a module imports, for type checkers and lazily too."""
    return arrows_of(MODULES[name])


@lru_cache(maxsize=None)
def arrows_of(path):
    """Return the modules of this package that a file imports."""
    package = list(path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for level, module, imported_name in imported(path):
        if level:
            base = [*package[: len(package) - level + 1], *filter(None, module.split("."))]
            whole = ".".join([*base, imported_name])
            # A name is a module, or is in the module before it.
            found.add(whole if whole in MODULES or not module else ".".join(base))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return found | {target for node in ast.walk(tree) for target in lazily_imported(node)}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_from_its_own_folder_and_the_floors_below(name):
    """An import of a higher floor, or of another module of the same one, fails."""
    unit = unit_of(name)
    for target in arrows(name) - {name}:
        assert unit_of(target) == unit or FLOOR[unit_of(target)] < FLOOR[unit], f"{name} imports {target}"


def test_every_module_has_a_floor():
    """A new module or folder is put on a floor here."""
    assert {unit_of(name) for name in MODULES} | {"_generated"} == set(FLOOR)


def test_no_circle():
    """No module is reached from itself, imports for type checkers and lazy ones included."""
    left = {name: {target for target in arrows(name) if target in MODULES} - {name} for name in MODULES}
    # Models have methods that convert them, and the converter knows the base of models: one lazy import opens that.
    left["generator.runtime._lazy"] = set()
    while left:
        leaves = {name for name, targets in left.items() if not targets & set(left)}
        assert leaves, f"a circle of {sorted(left)}"
        left = {name: targets for name, targets in left.items() if name not in leaves}


def test_one_module_knows_the_fast_path():
    """The folder `_http/fast` can be deleted with a change in one place."""
    users = {name for name in MODULES if any(target.startswith("_http.fast") for target in arrows(name))}
    assert {name for name in users if not name.startswith("_http.fast")} == {"_http.transport"}


@pytest.mark.parametrize("name", MODULES)
def test_libraries(name):
    """The core imports its three libraries, and an extra what it brings."""
    allowed = LIBRARIES | EXTRAS.get(unit_of(name), set())
    for level, target, _ in imported(MODULES[name]):
        top = target.split(".")[0]
        assert level or top in allowed or top in sys.stdlib_module_names, f"{name} imports {target}"


@pytest.mark.parametrize("name", sorted(name for name in MODULES if unit_of(name) in CORE))
def test_lazy_imports_say_what_they_import(name):
    """import_module() is for libraries; load() is given a module's name, so that the tests above see the arrow."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert function != "import_module" or name in IMPORTING, ast.unparse(node)
            if function == "load" and name not in PASSING_NAMES:
                assert isinstance(node.args[0], ast.Constant), ast.unparse(node)


ARROWS = [
    ("_http.body", "from .._resources import apps"),
    ("_http.body", "from .. import _client"),
    ("_http.body", "from ..sandbox._store import Store"),
    ("_http.body", "if TYPE_CHECKING:\n    from .._base import BaseClient"),
    ("_http.body", "_lazy.load('_client')"),
    ("_http.body", "from . import requester"),
    ("_http.body", "from .requester import Requester"),
    ("_results.pages", "from .functions import Function"),
    ("_resources.slack", "from .._http import fast"),
    ("_resources.slack", "from .._http.fast.session import FastSession"),
    ("_settings", "from . import tags, _auth"),
]


@pytest.mark.parametrize(("name", "line"), ARROWS, ids=[f"{name}: {line}" for name, line in ARROWS])
def test_a_new_arrow_fails(tmp_path, monkeypatch, name, line):
    """Each of these lines, added to a module, breaks a rule."""
    changed = tmp_path / MODULES[name].relative_to(PACKAGE)
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text(f"{MODULES[name].read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    monkeypatch.setitem(MODULES, name, Changed(MODULES[name], changed))
    rules = [lambda: test_a_module_imports_from_its_own_folder_and_the_floors_below(name)]
    failed = 0
    for rule in [*rules, test_no_circle, test_one_module_knows_the_fast_path]:
        try:
            rule()
        except AssertionError:
            failed += 1
    assert failed


class Changed(NamedTuple):
    """A module whose source is elsewhere."""

    path: Path
    source: Path

    def relative_to(self, folder):
        """Return the path inside the package."""
        return self.path.relative_to(folder)

    def read_text(self, encoding):
        """Return the changed source."""
        return self.source.read_text(encoding)


def test_preload_imports_the_core():
    """The modules that `preload` imports are those below the extras."""
    from integry._lazy import CORE as PRELOADED

    assert PRELOADED | {"__init__", "_lazy"} == CORE


def test_the_generated_layer_does_not_know_the_facade():
    """Generated code imports itself, relatively, and the three libraries."""
    for path in (ROOT / "generated").rglob("*.py"):
        depth = len(path.relative_to(ROOT / "generated").parts)
        for level, name, _ in imported(path):
            top = name.split(".")[0]
            assert 0 < level <= depth or top in LIBRARIES or top in sys.stdlib_module_names, (path, name)
