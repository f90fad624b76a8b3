"""Functions that are imported on first use: those of the converter, of forms, and of rare parameter styles.

cattrs takes longer to import than the rest of a client, and many programs import a client without sending a request.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._forms import body_for, body_of, form, multipart
    from ._styles import styled_cookies, styled_headers, styled_path, styled_query
    from .converter import fits, json_default, structure, structure_body, unstructure

_IN_FORMS = ("body_for", "body_of", "form", "multipart")
_IN_STYLES = ("styled_cookies", "styled_headers", "styled_path", "styled_query")
__all__ = [
    "body_for",
    "body_of",
    "fits",
    "form",
    "json_default",
    "multipart",
    "structure",
    "structure_body",
    "styled_cookies",
    "styled_headers",
    "styled_path",
    "styled_query",
    "unstructure",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    # Store the function in the module, so that Python does not call __getattr__ for it again.
    value = globals()[name] = getattr(_home(name), name)
    return value


def _home(name: str) -> Any:
    """Import and return the module that has a function."""
    if name in _IN_FORMS:
        from . import _forms

        return _forms
    if name in _IN_STYLES:
        from . import _styles

        return _styles
    from . import converter

    return converter
