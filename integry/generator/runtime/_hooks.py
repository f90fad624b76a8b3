"""The cattrs converter of this client, and helpers of its hooks."""

from importlib import import_module
from typing import Any, Callable, List, get_origin

import attrs
from cattrs import Converter

from .errors import DecodeError

#: A structure hook: it converts a JSON value (first argument) to a type (second argument).
Hook = Callable[[Any, Any], Any]

converter = Converter()


def passthrough(value: Any, _: Any = None) -> Any:
    """Return the value unchanged: the hook of types that need no conversion."""
    return value


def hook_of(type_: Any) -> Hook:
    """Return the hook of a type."""
    if type_ in (bool, bytes, float, int, str):
        # cattrs would convert values, as int("1") does.
        return passthrough
    # cattrs < 24.1 has no get_structure_hook().
    get: Any = getattr(converter, "get_structure_hook", None) or converter._structure_func.dispatch  # noqa: SLF001 (as above)
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

    Fields of subclasses that are not part of the JSON have the name None in their metadata, and are left out.
    """
    # Wait for another thread that is importing the module: it imports the models that it refers to last.
    import_module(cls.__module__)
    attrs.resolve_types(cls)
    return [item for item in attrs.fields(cls) if item.init and item.metadata.get("name", "") is not None]


def wire_name(attribute: Any) -> str:
    """Return the name of a field in JSON."""
    name: str = attribute.metadata.get("name", attribute.name)
    return name


def check_null(value: Any, expected: str) -> Any:
    """Return None for None, which is accepted for every type, and raise an error for other values.

    Raises:
        DecodeError: If the value is not None.
    """
    if value is not None:
        reason = f"expected {expected}, got {type(value).__name__}"
        raise DecodeError(reason)
