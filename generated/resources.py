# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The operations of each tag as methods of the client, such as `client.pets.list(limit=10)`."""

# These imports have underscores, because a tag may have any name.
import typing as _typing

from .resource import Resource as _Resource

if _typing.TYPE_CHECKING:
    from .api.apps import get_app as _apps_get_app
    from .api.apps import list_apps as _apps_list_apps
    from .api.channel_settings import add_channel_setting as _channel_settings_add_channel_setting
    from .api.channel_settings import delete_channel_setting as _channel_settings_delete_channel_setting
    from .api.channel_settings import list_channel_settings as _channel_settings_list_channel_settings
    from .api.channel_settings import update_channel_setting as _channel_settings_update_channel_setting
    from .api.connected_accounts import disconnect_account as _connected_accounts_disconnect_account
    from .api.custom_integrations import create_custom_integration as _custom_integrations_create_custom_integration
    from .api.custom_integrations import delete_custom_integration as _custom_integrations_delete_custom_integration
    from .api.custom_integrations import (
        get_custom_integration_settings as _custom_integrations_get_custom_integration_settings,
    )
    from .api.custom_integrations import list_custom_integrations as _custom_integrations_list_custom_integrations
    from .api.custom_integrations import update_custom_integration as _custom_integrations_update_custom_integration
    from .api.custom_integrations import (
        update_custom_integration_settings as _custom_integrations_update_custom_integration_settings,
    )
    from .api.functions import call_function as _functions_call_function
    from .api.functions import get_function as _functions_get_function
    from .api.functions import list_functions as _functions_list_functions
    from .api.functions import predict_function as _functions_predict_function
    from .api.integration_settings import add_integration_setting as _integration_settings_add_integration_setting
    from .api.integration_settings import list_integration_settings as _integration_settings_list_integration_settings
    from .api.integration_settings import (
        update_integration_settings as _integration_settings_update_integration_settings,
    )
    from .api.integrations import create_integration as _integrations_create_integration
    from .api.integrations import delete_integration as _integrations_delete_integration
    from .api.integrations import list_integrations as _integrations_list_integrations
    from .api.integrations import update_integration as _integrations_update_integration
    from .api.slack import exchange_slack_token as _slack_exchange_slack_token
    from .api.slack import get_slack_info as _slack_get_slack_info
    from .client import Client as _Client
    from .resource import method as _method


class Apps(_Resource):
    """The operations tagged "apps"."""

    TAG = "apps"
    MODULES = {"list_apps": "list_apps", "get_app": "get_app", "list": "list_apps", "get": "get_app"}
    if _typing.TYPE_CHECKING:
        list_apps = _method(_apps_list_apps.build)
        get_app = _method(_apps_get_app.build)
        list = list_apps
        get = get_app


class Functions(_Resource):
    """The operations tagged "functions"."""

    TAG = "functions"
    MODULES = {
        "list_functions": "list_functions",
        "predict_function": "predict_function",
        "get_function": "get_function",
        "call_function": "call_function",
        "list": "list_functions",
        "predict": "predict_function",
        "get": "get_function",
        "call": "call_function",
    }
    if _typing.TYPE_CHECKING:
        list_functions = _method(_functions_list_functions.build)
        predict_function = _method(_functions_predict_function.build)
        get_function = _method(_functions_get_function.build)
        call_function = _method(_functions_call_function.build)
        list = list_functions
        predict = predict_function
        get = get_function
        call = call_function


class ConnectedAccounts(_Resource):
    """The operations tagged "connected_accounts"."""

    TAG = "connected_accounts"
    MODULES = {"disconnect_account": "disconnect_account"}
    if _typing.TYPE_CHECKING:
        disconnect_account = _method(_connected_accounts_disconnect_account.build)


class Slack(_Resource):
    """The operations tagged "slack"."""

    TAG = "slack"
    MODULES = {"exchange_slack_token": "exchange_slack_token", "get_slack_info": "get_slack_info"}
    if _typing.TYPE_CHECKING:
        exchange_slack_token = _method(_slack_exchange_slack_token.build)
        get_slack_info = _method(_slack_get_slack_info.build)


class Integrations(_Resource):
    """The operations tagged "integrations"."""

    TAG = "integrations"
    MODULES = {
        "list_integrations": "list_integrations",
        "create_integration": "create_integration",
        "delete_integration": "delete_integration",
        "update_integration": "update_integration",
        "list": "list_integrations",
        "create": "create_integration",
        "delete": "delete_integration",
        "update": "update_integration",
    }
    if _typing.TYPE_CHECKING:
        list_integrations = _method(_integrations_list_integrations.build)
        create_integration = _method(_integrations_create_integration.build)
        delete_integration = _method(_integrations_delete_integration.build)
        update_integration = _method(_integrations_update_integration.build)
        list = list_integrations
        create = create_integration
        delete = delete_integration
        update = update_integration


class IntegrationSettings(_Resource):
    """The operations tagged "integration_settings"."""

    TAG = "integration_settings"
    MODULES = {
        "list_integration_settings": "list_integration_settings",
        "add_integration_setting": "add_integration_setting",
        "update_integration_settings": "update_integration_settings",
        "list": "list_integration_settings",
        "add": "add_integration_setting",
        "update": "update_integration_settings",
    }
    if _typing.TYPE_CHECKING:
        list_integration_settings = _method(_integration_settings_list_integration_settings.build)
        add_integration_setting = _method(_integration_settings_add_integration_setting.build)
        update_integration_settings = _method(_integration_settings_update_integration_settings.build)
        list = list_integration_settings
        add = add_integration_setting
        update = update_integration_settings


class ChannelSettings(_Resource):
    """The operations tagged "channel_settings"."""

    TAG = "channel_settings"
    MODULES = {
        "list_channel_settings": "list_channel_settings",
        "add_channel_setting": "add_channel_setting",
        "delete_channel_setting": "delete_channel_setting",
        "update_channel_setting": "update_channel_setting",
        "list": "list_channel_settings",
        "add": "add_channel_setting",
        "delete": "delete_channel_setting",
        "update": "update_channel_setting",
    }
    if _typing.TYPE_CHECKING:
        list_channel_settings = _method(_channel_settings_list_channel_settings.build)
        add_channel_setting = _method(_channel_settings_add_channel_setting.build)
        delete_channel_setting = _method(_channel_settings_delete_channel_setting.build)
        update_channel_setting = _method(_channel_settings_update_channel_setting.build)
        list = list_channel_settings
        add = add_channel_setting
        delete = delete_channel_setting
        update = update_channel_setting


class CustomIntegrations(_Resource):
    """The operations tagged "custom_integrations"."""

    TAG = "custom_integrations"
    MODULES = {
        "list_custom_integrations": "list_custom_integrations",
        "create_custom_integration": "create_custom_integration",
        "update_custom_integration": "update_custom_integration",
        "delete_custom_integration": "delete_custom_integration",
        "get_custom_integration_settings": "get_custom_integration_settings",
        "update_custom_integration_settings": "update_custom_integration_settings",
        "list": "list_custom_integrations",
        "create": "create_custom_integration",
        "update": "update_custom_integration",
        "delete": "delete_custom_integration",
    }
    if _typing.TYPE_CHECKING:
        list_custom_integrations = _method(_custom_integrations_list_custom_integrations.build)
        create_custom_integration = _method(_custom_integrations_create_custom_integration.build)
        update_custom_integration = _method(_custom_integrations_update_custom_integration.build)
        delete_custom_integration = _method(_custom_integrations_delete_custom_integration.build)
        get_custom_integration_settings = _method(_custom_integrations_get_custom_integration_settings.build)
        update_custom_integration_settings = _method(_custom_integrations_update_custom_integration_settings.build)
        list = list_custom_integrations
        create = create_custom_integration
        update = update_custom_integration
        delete = delete_custom_integration


class Resources:
    """A base class of clients with an attribute for each tag, whose methods are the operations of the tag."""

    __slots__ = ()

    @property
    def apps(self) -> Apps:
        """The operations tagged "apps"."""
        return Apps(_typing.cast("_Client", self))

    @property
    def functions(self) -> Functions:
        """The operations tagged "functions"."""
        return Functions(_typing.cast("_Client", self))

    @property
    def connected_accounts(self) -> ConnectedAccounts:
        """The operations tagged "connected_accounts"."""
        return ConnectedAccounts(_typing.cast("_Client", self))

    @property
    def slack(self) -> Slack:
        """The operations tagged "slack"."""
        return Slack(_typing.cast("_Client", self))

    @property
    def integrations(self) -> Integrations:
        """The operations tagged "integrations"."""
        return Integrations(_typing.cast("_Client", self))

    @property
    def integration_settings(self) -> IntegrationSettings:
        """The operations tagged "integration_settings"."""
        return IntegrationSettings(_typing.cast("_Client", self))

    @property
    def channel_settings(self) -> ChannelSettings:
        """The operations tagged "channel_settings"."""
        return ChannelSettings(_typing.cast("_Client", self))

    @property
    def custom_integrations(self) -> CustomIntegrations:
        """The operations tagged "custom_integrations"."""
        return CustomIntegrations(_typing.cast("_Client", self))
