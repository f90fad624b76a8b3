# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""OPERATIONS: all operations as `Operation` objects, by name."""

from typing import Dict

from .api.apps import get_app, list_apps
from .api.channel_settings import (
    add_channel_setting,
    delete_channel_setting,
    list_channel_settings,
    update_channel_setting,
)
from .api.connected_accounts import disconnect_account
from .api.custom_integrations import (
    create_custom_integration,
    delete_custom_integration,
    get_custom_integration_settings,
    list_custom_integrations,
    update_custom_integration,
    update_custom_integration_settings,
)
from .api.functions import call_function, get_function, list_functions, predict_function
from .api.integration_settings import add_integration_setting, list_integration_settings, update_integration_settings
from .api.integrations import create_integration, delete_integration, list_integrations, update_integration
from .api.slack import exchange_slack_token, get_slack_info
from .operation import Operation

OPERATIONS: Dict[str, Operation] = {
    "list_apps": list_apps.OPERATION,
    "get_app": get_app.OPERATION,
    "list_functions": list_functions.OPERATION,
    "predict_function": predict_function.OPERATION,
    "get_function": get_function.OPERATION,
    "call_function": call_function.OPERATION,
    "disconnect_account": disconnect_account.OPERATION,
    "exchange_slack_token": exchange_slack_token.OPERATION,
    "get_slack_info": get_slack_info.OPERATION,
    "list_integrations": list_integrations.OPERATION,
    "create_integration": create_integration.OPERATION,
    "delete_integration": delete_integration.OPERATION,
    "update_integration": update_integration.OPERATION,
    "list_integration_settings": list_integration_settings.OPERATION,
    "add_integration_setting": add_integration_setting.OPERATION,
    "update_integration_settings": update_integration_settings.OPERATION,
    "list_channel_settings": list_channel_settings.OPERATION,
    "add_channel_setting": add_channel_setting.OPERATION,
    "delete_channel_setting": delete_channel_setting.OPERATION,
    "update_channel_setting": update_channel_setting.OPERATION,
    "list_custom_integrations": list_custom_integrations.OPERATION,
    "create_custom_integration": create_custom_integration.OPERATION,
    "update_custom_integration": update_custom_integration.OPERATION,
    "delete_custom_integration": delete_custom_integration.OPERATION,
    "get_custom_integration_settings": get_custom_integration_settings.OPERATION,
    "update_custom_integration_settings": update_custom_integration_settings.OPERATION,
}
