"""The resources of the clients, such as `client.apps`: typed methods, one for each operation of the APIs."""

from typing import TYPE_CHECKING, Any

from .._lazy import load

if TYPE_CHECKING:
    from . import apps, custom_integrations, functions, integrations, raw, slack

__all__ = ["apps", "custom_integrations", "functions", "integrations", "raw", "slack"]


def __getattr__(name: str) -> Any:
    """Import a module when an annotation is evaluated, for example by typing.get_type_hints()."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return load(f"_resources.{name}")
