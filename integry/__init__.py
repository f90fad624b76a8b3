"""A synchronous client for Integry and for the organisation-integrations API, on requests."""

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
from ._organisation_results import Acknowledgement, Integration
from ._pagination import Page
from ._request import RawResponse
from ._results import AppPage, Function, FunctionPage, FunctionResult
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
    "errors",
    "sign",
    "tags",
]
