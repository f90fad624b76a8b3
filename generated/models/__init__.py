# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The objects that operations take and return."""

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
