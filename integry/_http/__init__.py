"""The HTTP layer: sends a request through requests, with retries, a deadline and limits for the body."""

from typing import TYPE_CHECKING, Any

from .._lazy import load

if TYPE_CHECKING:
    from .._generated.operation import Operation, Request

__all__ = ["Operation", "Request"]


def __getattr__(name: str) -> Any:
    """Import a class when an annotation is evaluated, for example by typing.get_type_hints()."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return load("_generated.operation", name)
