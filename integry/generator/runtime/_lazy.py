"""The functions of the converter, which is imported on first use.

cattrs takes longer to import than the rest of a client, and many programs import a client without sending a request.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .converter import fits, json_default, multipart, structure, unstructure

__all__ = ["fits", "json_default", "multipart", "structure", "unstructure"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from . import converter

    # Stored as an attribute, so that __getattr__ is not called again.
    value = globals()[name] = getattr(converter, name)
    return value
