# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The cattrs converter of this client, and what its hooks share."""

from importlib import import_module
from typing import Any, Callable, List, get_origin

import attrs
from cattrs import Converter

from .errors import DecodeError

#: Makes the value of a type of a JSON value; the second argument is the type.
Hook = Callable[[Any, Any], Any]

converter = Converter()


def passthrough(value: Any, _: Any = None) -> Any:
    """Return the value as it is: the hook of values that need no conversion."""
    return value


def hook_of(type_: Any) -> Hook:
    """Return the hook of a type."""
    if type_ in (bool, bytes, float, int, str):
        # cattrs would call them: int("1").
        return passthrough
    # cattrs < 24.1 has no public name for it.
    get: Any = getattr(converter, "get_structure_hook", None) or converter._structure_func.dispatch  # noqa: SLF001
    hook: Hook = get(type_)
    return hook


def origin(type_: Any) -> Any:
    """Return the origin of a generic type, such as list of List[int], and None of any other."""
    return get_origin(type_)


def is_subclass_of(base: Any) -> Callable[[Any], bool]:
    """Return a predicate of types."""
    return lambda type_: isinstance(type_, type) and issubclass(type_, base)


def fields(cls: Any) -> List[Any]:
    """Return the documented fields of a model, as attrs attributes with resolved types.

    A subclass may have further fields that are no part of the JSON: their metadata has the name None.
    """
    # Another thread may be importing the module, which imports the models that it names last.
    import_module(cls.__module__)
    attrs.resolve_types(cls)
    return [item for item in attrs.fields(cls) if item.init and item.metadata.get("name", "") is not None]


def wire_name(attribute: Any) -> str:
    """Return the name that a field has in JSON."""
    name: str = attribute.metadata.get("name", attribute.name)
    return name


def check_null(value: Any, expected: str) -> Any:
    """Return None for None: null is accepted in place of anything.

    Raises:
        DecodeError: If the value is something else.
    """
    if value is not None:
        reason = f"expected {expected}, got {type(value).__name__}"
        raise DecodeError(reason)
