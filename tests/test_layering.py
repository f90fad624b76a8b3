"""Imports run one way, from the extras down to the errors, and the core needs requests, attrs and cattrs alone."""

import ast
import sys
from pathlib import Path

import pytest

import integry
from tests.spec_document import ROOT

if sys.version_info < (3, 10):
    pytest.skip("the standard library lists its modules from Python 3.10 on", allow_module_level=True)

PACKAGE = Path(integry.__file__).parent
#: The floors of the package, from the ground up. A module imports from its own folder and from the floors below.
FLOORS = [
    {"errors", "_version"},
    {"tags", "_lazy", "_secrets"},
    {"_settings"},
    {"_auth"},
    {"_generated"},
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
    """Yield the modules that a call of `_lazy.load` imports."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load" and node.args:
        argument = node.args[0]
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        if isinstance(parts[0], ast.Constant):
            yield parts[0].value.rstrip(".")


def imported(path):
    """Yield what a file imports: the number of dots, and the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from ((node.level, name) for name in names)


def arrows(name):
    """Return the modules of this package that a module imports, for type checkers and lazily too."""
    path = MODULES[name]
    package = list(path.relative_to(PACKAGE).parts[:-1])
    found = {".".join([*package[: len(package) - level + 1], target]) for level, target in imported(path) if level}
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
    for level, target in imported(MODULES[name]):
        top = target.split(".")[0]
        assert level or top in allowed or top in sys.stdlib_module_names, f"{name} imports {target}"


def test_preload_imports_the_core():
    """The modules that `preload` imports are those below the extras."""
    from integry._lazy import CORE as PRELOADED

    assert PRELOADED | {"__init__", "_lazy"} == CORE


def test_the_generated_layer_does_not_know_the_facade():
    """Generated code imports itself, relatively, and the three libraries."""
    for path in (ROOT / "generated").rglob("*.py"):
        depth = len(path.relative_to(ROOT / "generated").parts)
        for level, name in imported(path):
            top = name.split(".")[0]
            assert 0 < level <= depth or top in LIBRARIES or top in sys.stdlib_module_names, (path, name)
