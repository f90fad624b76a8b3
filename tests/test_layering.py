"""Layers of the package: imports go from the extras down to the errors, and the core needs only three libraries."""

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
#: Layers of the package, the lowest first. A module imports from its own folder and from lower layers.
LAYERS = [
    {"_generated"},
    {"errors", "_hints", "_version"},
    {"_arguments"},
    {"_lazy", "_secrets"},
    {"_base_url", "_headers"},
    {"_settings"},
    {"_auth"},
    {"tags"},
    {"_http"},
    {"_results"},
    {"_base"},
    {"_resources"},
    {"_client", "_organisation"},
    {"__init__"},
    {"sandbox", "vendor", "generator", "tools", "bulk"},
    {"django", "celery"},
    {"testing", "cli"},
    {"__main__"},
]
LAYER_OF = {unit: number for number, units in enumerate(LAYERS) for unit in units}
#: The layers that `tools` imports from. The extras know the clients and their results, and not how requests are sent.
TOOLS_IMPORT = {"errors", "_generated", "_arguments", "_lazy", "_secrets", "_client", "_results", "_version"}
CORE = set().union(*LAYERS[: LAYER_OF["__init__"] + 1])
#: Modules that import a module whose name a caller passes. The calls are checked instead.
MODULE_NAME_FORWARDERS = {"_base", "_lazy", "_resources", "__init__", ""}
#: Modules that may call import_module(): `_results.schema` imports jsonschema if it is installed.
DYNAMIC_IMPORTERS = {"_lazy", "_results.schema"}
#: Third-party libraries of the core, and those of the extras.
LIBRARIES = {"requests", "urllib3", "attrs", "cattrs", "typing_extensions"}
EXTRAS = {
    "cli": {"click", "keyring", "rich", "tomli"},
    "testing": {"pytest"},
    "django": {"django", "asgiref"},
    "tools": {
        *("ag2", "agent_framework", "agents", "autogen", "autogen_core", "crewai", "dspy", "google", "haystack"),
        *("langchain_core", "llama_index", "pydantic", "pydantic_ai", "smolagents", "strands"),
        *("anyio", "mcp", "mcp_types", "uvicorn"),
    },
    "bulk": {"rich"},
    "celery": {"celery", "redis"},
    "generator": {"openapi_python_client", "jinja2", "yaml", "ruamel", "pydantic", "httpx", "ruff", "typer"},
}


def name_of(path):
    """Return the dotted name of a module inside the package; empty for `__init__`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def unit_of(name):
    """Return the module or folder directly inside the package that a dotted name belongs to."""
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
    """Yield (number of dots, module, name) of each import in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.level, node.module or "", alias.name) for alias in node.names)


def imports_of(name):
    """Return the modules of this package that a module imports, including lazy imports and those for type checkers."""
    return imports_of_file(MODULES[name])


@lru_cache(maxsize=None)
def imports_of_file(path):
    """Return the modules of this package that a file imports."""
    package = list(path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for level, module, imported_name in imported(path):
        if level:
            base = [*package[: len(package) - level + 1], *filter(None, module.split("."))]
            whole = ".".join([*base, imported_name])
            # The imported name is either a module, or an attribute of the module that precedes it.
            is_public = not base and (imported_name in integry.__all__ or imported_name == "__version__")
            found.add(whole if whole in MODULES or not (module or is_public) else ".".join(base))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return found | {target for node in ast.walk(tree) for target in lazily_imported(node)}


@pytest.mark.parametrize("name", MODULES)
def test_modules_import_only_from_their_folder_and_lower_layers(name):
    """No module imports from a higher layer, or from another module of the same layer."""
    unit = unit_of(name)
    for target in imports_of(name) - {name}:
        assert unit_of(target) == unit or LAYER_OF[unit_of(target)] < LAYER_OF[unit], f"{name} imports {target}"


def test_every_module_has_a_layer():
    """Each module or folder of the package is listed in LAYERS."""
    assert {unit_of(name) for name in MODULES} | {"_generated"} == set(LAYER_OF)


def test_imports_are_acyclic():
    """No module imports itself through other modules, also if lazy imports and those for type checkers count."""
    remaining = {name: {target for target in imports_of(name) if target in MODULES} - {name} for name in MODULES}
    # Ignore the lazy import of the converter in the base class of models, which the converter imports.
    remaining["generator.runtime._lazy"] = set()
    while remaining:
        leaves = {name for name, targets in remaining.items() if not targets & set(remaining)}
        assert leaves, f"an import cycle between {sorted(remaining)}"
        remaining = {name: targets for name, targets in remaining.items() if name not in leaves}


@pytest.mark.parametrize("name", [name for name in MODULES if unit_of(name) == "tools"])
def test_tools_import_only_clients_and_results(name):
    """`tools` imports the clients and their results. Only `_exports` imports adapters of frameworks."""
    for target in imports_of(name) - {name}:
        assert unit_of(target) in TOOLS_IMPORT | {"tools"}, f"{name} imports {target}"
        if target.startswith("tools._frameworks"):
            assert target == "tools._frameworks._base" or name == "tools._exports", f"{name} imports {target}"


@pytest.mark.parametrize("name", [name for name in MODULES if unit_of(name) == "cli"])
def test_the_command_line_knows_the_public_face_alone(name):
    """`cli` imports the public names of the package, its errors and tags, and the modules that it hands commands to."""
    assert {unit_of(target) for target in imports_of(name)} <= {"cli", "__init__", "errors", "tags"}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("tools.")])
def test_only_adapters_import_frameworks(name):
    """Only an adapter imports its framework, and only the MCP server MCP's SDK, so that the rest works without them."""
    is_adapter = name.startswith(("tools._frameworks.", "tools._mcp.")) and not name.endswith("._base")
    for level, target, _ in imported(MODULES[name]):
        assert level or is_adapter or target.split(".")[0] in LIBRARIES | sys.stdlib_module_names, (
            f"{name} imports {target}"
        )


def test_only_the_transport_imports_the_fast_path():
    """Only `_http.transport` imports the folder `_http/fast`, so that it can be deleted."""
    users = {name for name in MODULES if any(target.startswith("_http.fast") for target in imports_of(name))}
    assert {name for name in users if not name.startswith("_http.fast")} == {"_http.transport"}


@pytest.mark.parametrize("name", MODULES)
def test_modules_import_only_allowed_libraries(name):
    """The core imports only its three libraries. An extra imports only its own libraries in addition."""
    allowed = LIBRARIES | EXTRAS.get(unit_of(name), set())
    for level, target, _ in imported(MODULES[name]):
        top = target.split(".")[0]
        assert level or top in allowed or top in sys.stdlib_module_names, f"{name} imports {target}"


@pytest.mark.parametrize("name", sorted(name for name in MODULES if unit_of(name) in CORE))
def test_lazy_imports_name_their_module(name):
    """load() is called with a literal, so that the tests see the import. import_module() is used for libraries only."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert function != "import_module" or name in DYNAMIC_IMPORTERS, ast.unparse(node)
            if function == "load" and name not in MODULE_NAME_FORWARDERS:
                assert isinstance(node.args[0], ast.Constant), ast.unparse(node)


FORBIDDEN_IMPORTS = [
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
    ("tools._formats", "from .._http import body"),
    ("tools._formats", "from .._resources import functions"),
    ("tools._toolbox", "from ._frameworks import langchain"),
    ("tools._toolbox", "from ._frameworks.langchain import convert"),
    ("tools._frameworks._base", "from . import langchain"),
    ("cli._state", "from .. import _client"),
    ("cli._errors", "from .._secrets import MASK"),
]


@pytest.mark.parametrize(
    ("name", "line"), FORBIDDEN_IMPORTS, ids=[f"{name}: {line}" for name, line in FORBIDDEN_IMPORTS]
)
def test_forbidden_imports_are_detected(tmp_path, monkeypatch, name, line):
    """A module with a forbidden import breaks at least one of the rules."""
    changed = tmp_path / MODULES[name].relative_to(PACKAGE)
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text(f"{MODULES[name].read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    monkeypatch.setitem(MODULES, name, Changed(MODULES[name], changed))
    rules = [lambda: test_modules_import_only_from_their_folder_and_lower_layers(name)]
    rules += [lambda: test_tools_import_only_clients_and_results(name)] if unit_of(name) == "tools" else []
    rules += [lambda: test_the_command_line_knows_the_public_face_alone(name)] if unit_of(name) == "cli" else []
    failed = 0
    for rule in [*rules, test_imports_are_acyclic, test_only_the_transport_imports_the_fast_path]:
        try:
            rule()
        except AssertionError:
            failed += 1
    assert failed


class Changed(NamedTuple):
    """A module whose source code is replaced."""

    path: Path
    source: Path

    def relative_to(self, folder):
        """Return the path inside the package."""
        return self.path.relative_to(folder)

    def read_text(self, encoding):
        """Return the changed source."""
        return self.source.read_text(encoding)


def test_preload_imports_the_core_layers():
    """The modules that preload() imports are those of the core."""
    from integry._lazy import CORE as PRELOADED

    assert PRELOADED | {"__init__", "_lazy"} == CORE


def test_generated_code_does_not_import_the_facade():
    """Generated code imports only itself, relatively, and the three libraries."""
    for path in (ROOT / "generated").rglob("*.py"):
        depth = len(path.relative_to(ROOT / "generated").parts)
        for level, name, _ in imported(path):
            top = name.split(".")[0]
            assert 0 < level <= depth or top in LIBRARIES or top in sys.stdlib_module_names, (path, name)
