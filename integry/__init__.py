"""A synchronous client for Integry and for the organisation-integrations API, on requests.

The names are imported when they are first asked for: importing models and their converter takes longer than importing
a client.
"""

from typing import TYPE_CHECKING, Any, List

from ._lazy import load as _load
from ._lazy import preload

if TYPE_CHECKING:
    from . import errors, tags
    from ._auth import IntegryAuth, sign
    from ._client import Integry
    from ._generated.models import (
        App,
        ChannelSetting,
        ConnectedAccount,
        CustomSetting,
        IntegrationSetting,
        SlackInfo,
        SlackToken,
    )
    from ._organisation import Organisation
    from ._results.functions import AppPage, Function, FunctionPage, FunctionResult
    from ._results.integrations import Acknowledgement, Integration
    from ._results.pages import Page
    from ._results.raw import RawResponse
    from ._version import __version__ as __version__
    from .errors import (
        APIConnectionError,
        APIStatusError,
        APITimeoutError,
        AppNotConnected,
        AuthenticationError,
        BadRequest,
        ConfigurationError,
        Conflict,
        CursorLoop,
        FunctionCallError,
        IntegryError,
        InvalidArguments,
        InvalidRequest,
        NetworkCodeError,
        NotFound,
        PermissionDenied,
        RateLimited,
        ResponseDecodeError,
        ServerError,
        UnprocessableEntity,
        UnusableResult,
    )

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "Acknowledgement",
    "App",
    "AppNotConnected",
    "AppPage",
    "AuthenticationError",
    "BadRequest",
    "ChannelSetting",
    "ConfigurationError",
    "Conflict",
    "ConnectedAccount",
    "CursorLoop",
    "CustomSetting",
    "Function",
    "FunctionCallError",
    "FunctionPage",
    "FunctionResult",
    "Integration",
    "IntegrationSetting",
    "Integry",
    "IntegryAuth",
    "IntegryError",
    "InvalidArguments",
    "InvalidRequest",
    "NetworkCodeError",
    "NotFound",
    "Organisation",
    "Page",
    "PermissionDenied",
    "RateLimited",
    "RawResponse",
    "ResponseDecodeError",
    "ServerError",
    "SlackInfo",
    "SlackToken",
    "UnprocessableEntity",
    "UnusableResult",
    "errors",
    "preload",
    "sign",
    "tags",
]

#: The names of each module.
_MODULES = {
    "_auth": ("IntegryAuth", "sign"),
    "_client": ("Integry",),
    "_generated.models": (
        "App",
        "ChannelSetting",
        "ConnectedAccount",
        "CustomSetting",
        "IntegrationSetting",
        "SlackInfo",
        "SlackToken",
    ),
    "_organisation": ("Organisation",),
    "_results.integrations": ("Acknowledgement", "Integration"),
    "_results.pages": ("Page",),
    "_results.raw": ("RawResponse",),
    "_results.functions": ("AppPage", "Function", "FunctionPage", "FunctionResult"),
    "_version": ("__version__",),
    "errors": (
        "APIConnectionError",
        "APIStatusError",
        "APITimeoutError",
        "AppNotConnected",
        "AuthenticationError",
        "BadRequest",
        "ConfigurationError",
        "Conflict",
        "CursorLoop",
        "FunctionCallError",
        "IntegryError",
        "InvalidArguments",
        "InvalidRequest",
        "NetworkCodeError",
        "NotFound",
        "PermissionDenied",
        "RateLimited",
        "ResponseDecodeError",
        "ServerError",
        "UnprocessableEntity",
        "UnusableResult",
    ),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for."""
    if name not in _WHERE and name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = globals()[name] = _load(_WHERE[name], name) if name in _WHERE else _load(name)
    return value


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})
