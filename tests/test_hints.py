"""Annotations of public classes and functions, which Sphinx, FastAPI, pydantic, cattrs and beartype evaluate."""

import importlib
import inspect
import typing

import pytest

import integry
from integry import Integry, Organisation
from integry._settings import ClientOptions, RequestOptions, Settings
from integry.sandbox import Sandbox

CLIENT, ORGANISATION = Integry("k", "s"), Organisation("o", "t")
RESOURCES = [
    CLIENT.apps,
    CLIENT.functions,
    CLIENT.with_raw_response,
    ORGANISATION.integrations,
    ORGANISATION.integrations.settings("i"),
    ORGANISATION.integrations.channel("i", "c"),
    ORGANISATION.integrations.channel("i", "c").settings,
    ORGANISATION.custom_integrations,
    ORGANISATION.custom_integrations.settings("i"),
    ORGANISATION.slack,
    ORGANISATION.with_raw_response,
]
CLASSES = {
    *(value for value in (getattr(integry, name) for name in integry.__all__) if isinstance(value, type)),
    *map(type, RESOURCES),
    *(ClientOptions, RequestOptions, Settings, Sandbox),
}


def functions():
    """Yield the public functions, methods, constructors and getters of properties, by name."""
    for module in (integry, integry.tags):
        for name in getattr(module, "__all__", ("find", "missing", "substitute")):
            if inspect.isfunction(getattr(module, name)):
                yield f"{module.__name__}.{name}", getattr(module, name)
    for cls in CLASSES:
        for name, value in inspect.getmembers(cls):
            function = getattr(value, "fget", value)
            if inspect.isroutine(function) and hasattr(function, "__annotations__"):
                # Skip constructors that attrs generates: their annotations are not evaluated in our modules.
                is_generated = name == "__init__" and hasattr(cls, "__attrs_attrs__")
                if not is_generated and (not name.startswith("_") or name in ("__init__", "__call__")):
                    yield f"{cls.__name__}.{name}", function


FUNCTIONS = dict(sorted(functions()))


@pytest.mark.parametrize("cls", sorted(CLASSES, key=lambda cls: cls.__name__))
def test_annotations_of_classes_can_be_evaluated(cls):
    """typing.get_type_hints() evaluates the annotations of every public class."""
    assert isinstance(typing.get_type_hints(cls), dict)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_annotations_of_functions_can_be_evaluated(name):
    """typing.get_type_hints() evaluates the parameters and return types of every public function."""
    hints = typing.get_type_hints(FUNCTIONS[name])
    assert all(not isinstance(hint, str) for hint in hints.values())


def test_all_kinds_of_functions_are_checked():
    """The list contains methods of clients and resources, constructors, and functions of the package."""
    assert {"Integry.apps", "Integry.__init__", "Functions.call", "Function.__call__", "integry.sign"} <= set(FUNCTIONS)


@pytest.mark.parametrize("package", ["_http", "_resources", "_results"])
def test_packages_resolve_annotated_names_lazily(package):
    """A package imports the modules that annotations refer to at first use, and has no other names."""
    module = importlib.import_module(f"integry.{package}")
    for name in module.__all__:
        # An imported submodule becomes an attribute of its package, so __getattr__ has to be called directly.
        assert module.__getattr__(name) is getattr(module, name)
    assert not hasattr(module, "nonsense")
