"""typing.get_type_hints() on all that is public: Sphinx, FastAPI, pydantic, cattrs, beartype and injectors call it."""

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
                # Not the constructors that attrs makes: their annotations have none of the module's names.
                made = name == "__init__" and hasattr(cls, "__attrs_attrs__")
                if not made and (not name.startswith("_") or name in ("__init__", "__call__")):
                    yield f"{cls.__name__}.{name}", function


FUNCTIONS = dict(sorted(functions()))


@pytest.mark.parametrize("cls", sorted(CLASSES, key=lambda cls: cls.__name__))
def test_hints_of_a_class(cls):
    """The annotations of its attributes can be evaluated."""
    assert isinstance(typing.get_type_hints(cls), dict)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hints_of_a_function(name):
    """The annotations of its parameters, and of what it returns, can be evaluated."""
    hints = typing.get_type_hints(FUNCTIONS[name])
    assert all(not isinstance(hint, str) for hint in hints.values())


def test_the_list_of_functions_is_whole():
    """It has the methods of clients and resources, and the functions of the package."""
    assert {"Integry.apps", "Integry.__init__", "Functions.call", "Function.__call__", "integry.sign"} <= set(FUNCTIONS)


@pytest.mark.parametrize("package", ["_http", "_resources", "_results"])
def test_modules_that_annotations_name_are_imported_late(package):
    """The packages import them when they are first asked for, and have no other names."""
    module = importlib.import_module(f"integry.{package}")
    for name in module.__all__:
        # Once a module is imported, it is an attribute.
        assert module.__getattr__(name) is getattr(module, name)
    assert not hasattr(module, "nonsense")
