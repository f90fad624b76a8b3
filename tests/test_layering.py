"""Arrows between modules run one way, and the core needs requests, attrs and cattrs alone."""

import ast
import sys
from pathlib import Path

import pytest

import integry
from tests.spec_document import ROOT

if sys.version_info < (3, 10):
    pytest.skip("the standard library lists its modules from Python 3.10 on", allow_module_level=True)

PACKAGE = Path(integry.__file__).parent
#: Which modules a module may import from, besides those that all may.
ALLOWED = {
    "__init__": {
        "_auth",
        "_client",
        "_generated",
        "_organisation",
        "_organisation_results",
        "_pagination",
        "_raw_response",
        "_results",
        "_version",
    },
    "_client": {"_settings", "_auth", "_base", "_fork", "_raw", "_resources", "_secretly"},
    "_organisation": {"_settings", "_auth", "_base", "_fork", "_raw", "_resources", "_secretly"},
    "_raw": {"_raw_response"},
    "_raw_response": set(),
    "_budget": {"_fork"},
    "_base": {"_settings", "_auth", "_budget", "_fork", "_masking", "_request", "_transport"},
    "_resources": {"_generated", "_results", "_organisation_results", "_pagination", "_resources", "_base"},
    "_results": {"_generated", "_pagination", "_resources", "_schema"},
    "_schema": set(),
    "_organisation_results": {"_generated"},
    "_request": {"_body", "_budget", "_deadline", "_failures", "_generated", "_hooks", "_masking", "_raw_response"}
    | {"_retry", "_settings", "_transport"},
    "_hooks": set(),
    "_transport": {"_fork", "_session"},
    "_wire": {"_deadline", "_fork"},
    "_deadline": {"_fork"},
    "_fork": set(),
    "_body": {"_generated"},
    "_failures": {"_generated", "_masking", "_retry"},
    "_pagination": {"_generated"},
    "_settings": set(),
    "_session": {"_version", "_wire"},
    "_auth": {"_masking", "_secretly", "_settings"},
    "_masking": set(),
    "_secretly": {"_generated"},
    "_version": set(),
    "_retry": set(),
    "tags": set(),
    "errors": set(),
    "sandbox": {"_auth", "_client", "_generated", "_masking", "_organisation", "_schema", "_secretly", "_settings"}
    | {"sandbox"},
    "testing": {"sandbox"},
    "vendor": {"vendor"},
    "generator": {"generator"},
}
#: For type checkers only, so that resources know their clients.
TYPES_ONLY = {
    "_resources": {"_auth", "_client", "_organisation", "_settings"},
    "_results": {"_masking"},
    "_base": {"_raw_response", "_settings"},
    "_client": {"_raw_response", "_settings"},
    "_organisation": {"_raw_response", "_settings"},
    "_raw": {"_auth", "_client", "_organisation", "_resources"},
}
EVERYWHERE = {"errors", "tags"}
OUTSIDE = {"requests", "urllib3", "attrs", "cattrs", "typing_extensions"}
#: What the extras bring.
EXTRAS = {"testing": {"pytest"}, "generator": {"openapi_python_client", "ruamel"}}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_generated" not in path.relative_to(PACKAGE).parts)


def module(path):
    """The module of a file: its name, or its folder's."""
    return path.relative_to(PACKAGE).parts[0].replace(".py", "")


def imported(path):
    """What a file imports: (level, name) of each."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                yield node.level, node.module
            else:
                for alias in node.names:
                    yield node.level, alias.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows(path):
    """Relative imports, of what the module may know."""
    own = module(path)
    inside = path.parent != PACKAGE
    for level, name in imported(path):
        if level == 0:
            top = name.split(".")[0]
            assert top in OUTSIDE | EXTRAS.get(own, set()) or top in sys.stdlib_module_names, name
        else:
            target = own if inside and level == 1 else name.split(".")[0]
            assert target in ALLOWED[own] | TYPES_ONLY.get(own, set()) | EVERYWHERE, (path.name, target)


def test_every_module_has_its_arrows():
    """None is left out."""
    assert {module(path) for path in FILES} == set(ALLOWED)


def test_nothing_imports_the_top_level_generated_package():
    """It is called `_generated` inside the package, and travels with it."""
    for path in FILES:
        assert all(level or name.split(".")[0] != "generated" for level, name in imported(path))


def test_the_generated_layer_does_not_know_the_facade():
    """Nor anything else but the three libraries."""
    for path in (ROOT / "generated").rglob("*.py"):
        for level, name in imported(path):
            top = name.split(".")[0]
            assert level or top in OUTSIDE or top in sys.stdlib_module_names, (path, name)
