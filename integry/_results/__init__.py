"""The results of calls: models with methods, pages and raw responses."""

from typing import TYPE_CHECKING, Any

from .._lazy import load

if TYPE_CHECKING:
    from . import raw

__all__ = ["raw"]


def __getattr__(name: str) -> Any:
    """Import a module when an annotation is evaluated, for example by typing.get_type_hints()."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return load("_results.raw")
