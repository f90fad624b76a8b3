"""The cattrs converter of this client, and helpers for its hooks (functions that convert JSON to a type)."""

from importlib import import_module
from typing import Any, Callable, List, get_origin

import attrs
from cattrs import Converter

from .errors import DecodeError

#: A structure hook: it converts a JSON value (first argument) to a type (second argument).
Hook = Callable[[Any, Any], Any]

converter = Converter()


def passthrough(value: Any, _: Any = None) -> Any:
    """Return the value unchanged. This hook is for types that need no conversion."""
    return value


def hook_of(type_: Any) -> Hook:
    """Return the function that converts a JSON value to a type (cattrs' structure hook)."""
    if type_ in (bool, bytes, float, int, str):
        # Without this, cattrs would convert "1" to 1 for the type int.
        return passthrough
    # cattrs < 24.1 has no get_structure_hook().
    get: Any = getattr(converter, "get_structure_hook", None) or converter._structure_func.dispatch  # noqa: SLF001 (cattrs < 24.1 has no public method)
    hook: Hook = get(type_)
    return hook


def origin(type_: Any) -> Any:
    """Return the origin of a generic type, such as list for List[int]; None for other types."""
    return get_origin(type_)


def is_subclass_of(base: Any) -> Callable[[Any], bool]:
    """Return a predicate: True for a class that is a subclass of `base`."""
    return lambda type_: isinstance(type_, type) and issubclass(type_, base)


def fields(cls: Any) -> List[Any]:
    """Return the documented fields of a model, as attrs attributes with resolved types.

    Leave out fields that a subclass adds and that are not in the JSON. They have the name None in their metadata.
    """
    # Wait until another thread has imported the module, which imports the models that it refers to at its end.
    import_module(cls.__module__)
    attrs.resolve_types(cls)
    return [item for item in attrs.fields(cls) if item.init and item.metadata.get("name", "") is not None]


def wire_name(attribute: Any) -> str:
    """Return the name of a field in JSON."""
    name: str = attribute.metadata.get("name", attribute.name)
    return name


def check_null(value: Any, expected: str) -> Any:
    """Return None if the value is None (null), which every type accepts.

    Raises:
        DecodeError: If the value is not None.
    """
    if value is not None:
        reason = f"expected {expected}, got {type(value).__name__}"
        raise DecodeError(reason)
