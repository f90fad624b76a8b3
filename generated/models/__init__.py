# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The models that operations take and return. A model is imported on first use, because importing hundreds is slow."""

# These imports have underscores, because a model may be named Any or List.
import typing as _typing
from importlib import import_module as _import_module

if _typing.TYPE_CHECKING:
    from .acknowledgement import Acknowledgement
    from .add_setting_request import AddSettingRequest
    from .app import App
    from .app_page import AppPage
    from .call_request import CallRequest
    from .channel_setting import ChannelSetting
    from .channel_setting_list import ChannelSettingList
    from .connected_account import ConnectedAccount
    from .create_integration_request import CreateIntegrationRequest
    from .custom_integration_request import CustomIntegrationRequest
    from .custom_setting import CustomSetting
    from .custom_settings_answer import CustomSettingsAnswer
    from .custom_settings_request import CustomSettingsRequest
    from .error import Error
    from .function import Function
    from .function_page import FunctionPage
    from .function_result import FunctionResult
    from .function_type import FunctionType
    from .get_function_request import GetFunctionRequest
    from .include import Include
    from .integration import Integration
    from .integration_answer import IntegrationAnswer
    from .integration_list import IntegrationList
    from .integration_setting import IntegrationSetting
    from .integration_setting_list import IntegrationSettingList
    from .organisation_error import OrganisationError
    from .page_request import PageRequest
    from .predict_request import PredictRequest
    from .slack_info import SlackInfo
    from .slack_info_answer import SlackInfoAnswer
    from .slack_token import SlackToken
    from .slack_token_answer import SlackTokenAnswer
    from .slack_token_request import SlackTokenRequest
    from .slack_webhook import SlackWebhook
    from .update_integration_request import UpdateIntegrationRequest
    from .update_setting_request import UpdateSettingRequest

__all__ = (
    "Acknowledgement",
    "AddSettingRequest",
    "App",
    "AppPage",
    "CallRequest",
    "ChannelSetting",
    "ChannelSettingList",
    "ConnectedAccount",
    "CreateIntegrationRequest",
    "CustomIntegrationRequest",
    "CustomSetting",
    "CustomSettingsAnswer",
    "CustomSettingsRequest",
    "Error",
    "Function",
    "FunctionPage",
    "FunctionResult",
    "FunctionType",
    "GetFunctionRequest",
    "Include",
    "Integration",
    "IntegrationAnswer",
    "IntegrationList",
    "IntegrationSetting",
    "IntegrationSettingList",
    "OrganisationError",
    "PageRequest",
    "PredictRequest",
    "SlackInfo",
    "SlackInfoAnswer",
    "SlackToken",
    "SlackTokenAnswer",
    "SlackTokenRequest",
    "SlackWebhook",
    "UpdateIntegrationRequest",
    "UpdateSettingRequest",
)

#: The module of each model, by the name of the model, for the import on first use.
_MODULES: _typing.Dict[str, str] = {
    "Acknowledgement": ".acknowledgement",
    "AddSettingRequest": ".add_setting_request",
    "App": ".app",
    "AppPage": ".app_page",
    "CallRequest": ".call_request",
    "ChannelSetting": ".channel_setting",
    "ChannelSettingList": ".channel_setting_list",
    "ConnectedAccount": ".connected_account",
    "CreateIntegrationRequest": ".create_integration_request",
    "CustomIntegrationRequest": ".custom_integration_request",
    "CustomSetting": ".custom_setting",
    "CustomSettingsAnswer": ".custom_settings_answer",
    "CustomSettingsRequest": ".custom_settings_request",
    "Error": ".error",
    "Function": ".function",
    "FunctionPage": ".function_page",
    "FunctionResult": ".function_result",
    "FunctionType": ".function_type",
    "GetFunctionRequest": ".get_function_request",
    "Include": ".include",
    "Integration": ".integration",
    "IntegrationAnswer": ".integration_answer",
    "IntegrationList": ".integration_list",
    "IntegrationSetting": ".integration_setting",
    "IntegrationSettingList": ".integration_setting_list",
    "OrganisationError": ".organisation_error",
    "PageRequest": ".page_request",
    "PredictRequest": ".predict_request",
    "SlackInfo": ".slack_info",
    "SlackInfoAnswer": ".slack_info_answer",
    "SlackToken": ".slack_token",
    "SlackTokenAnswer": ".slack_token_answer",
    "SlackTokenRequest": ".slack_token_request",
    "SlackWebhook": ".slack_webhook",
    "UpdateIntegrationRequest": ".update_integration_request",
    "UpdateSettingRequest": ".update_setting_request",
}


def __getattr__(name: str) -> _typing.Any:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = globals()[name] = getattr(_import_module(_MODULES[name], __name__), name)
    return value


def __dir__() -> _typing.List[str]:
    return sorted({*globals(), *_MODULES})
