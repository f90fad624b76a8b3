"""A synchronous client for Integry and for the organisation-integrations API, on requests.

Names are imported on first use, because importing the models and their converter takes longer than importing a client.
"""

# Python 2.7 and 3.6 must be able to parse this file, so that they print the message below: no annotations, no
# f-strings, only ASCII.
import sys as _sys

if _sys.version_info < (3, 8):  # noqa: UP036 (pip checks neither git checkouts nor copied packages)
    _message = "%s needs Python 3.8 or newer, and this is Python %s" % (__name__, _sys.version.split()[0])  # noqa: UP031 (Python 2.7 has no f-strings)
    _error = ImportError(_message)
    _error.name = __name__  # so that `python -m` prints the message instead of a traceback
    raise _error

from typing import TYPE_CHECKING

from ._lazy import attach as _attach
from ._lazy import preload

if TYPE_CHECKING:
    from . import errors, tags
    from ._auth import IntegryAuth, sign
    from ._client import Integry
    from ._generated.models import (
        CustomSetting,
        SlackInfo,
        SlackToken,
    )
    from ._organisation import Organisation
    from ._results.apps import App, AppPage, ConnectedAccount
    from ._results.calls import FunctionResult
    from ._results.functions import Function, FunctionPage
    from ._results.integrations import Acknowledgement, ChannelSetting, Integration, IntegrationSetting
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

#: The public names, by module.
_MODULES = {
    "_auth": ("IntegryAuth", "sign"),
    "_client": ("Integry",),
    "_generated.models": (
        "CustomSetting",
        "SlackInfo",
        "SlackToken",
    ),
    "_organisation": ("Organisation",),
    "_results.apps": ("App", "AppPage", "ConnectedAccount"),
    "_results.calls": ("FunctionResult",),
    "_results.integrations": ("Acknowledgement", "ChannelSetting", "Integration", "IntegrationSetting"),
    "_results.pages": ("Page",),
    "_results.raw": ("RawResponse",),
    "_results.functions": ("Function", "FunctionPage"),
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

__getattr__, __dir__ = _attach(globals(), _MODULES)
