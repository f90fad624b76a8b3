"""A call of every operation, with the request that the vendors' documentation shows for it."""

import importlib
from typing import Any, Dict, NamedTuple, Tuple

import requests
from requests.auth import AuthBase

from generated import models
from generated.operations import OPERATIONS

INTEGRY, APP, TELEX = "https://api.integry.io", "https://app.integry.io", "https://api.telex.im/api/v1"
ORG = "0192202e-b6f3-7d23-8025-3f60675cc031"
ORGANISATION = f"{TELEX}/organisations/{ORG}/integrations"
SIGNED = {
    "App-Key": "002d4f23-778a-11e7-bf2a-42010a8002c7",
    "Hash": "08c123c88c6ee6b102710fcd00017c45250125e3a934d96750f4f70effece85a",
    "User-ID": "123456",
}
PROMPT = "Send a message on Slack on random that contact just signed up! Include the contact's details."
NAMES = {"first_name": "John", "last_name": "Doe"}


class Call(NamedTuple):
    """The arguments of an operation, with the URL and the JSON body of the request that they must produce."""

    arguments: Dict[str, Any]
    url: str
    json: Any = None


def arguments(**kwargs: Any) -> Dict[str, Any]:
    """Return keyword arguments as a dict."""
    return kwargs


def organisation(*path: str, **kwargs: Any) -> Dict[str, Any]:
    """Return the arguments of an organisation's operation: the ids in the path by position, other arguments by name."""
    names = ("integration_id", "channel_id", "setting_id")
    return {"organisation_id": ORG, **dict(zip(names, path)), **kwargs}


ADDED = {"form_field_value": "shallom", "form_field_label": "micah bawa"}
CHANGED = {"form_field_label": "Shallom Micah Bawa"}
CREATED = {
    "name": "teleximsss",
    "json_url": "https://www.telex.im",
    "auth_credential": "some-auth-credential",
    "integration_type": "filter",
}
BANANA = {"json_url": "https://www.bananaisland.com/banana.json"}
ENTRY = {"setting_entry": {"field_name": "your_field_name", "value": "your_value"}}
TAGGED = {"channel": "random", "text": "{first_name} {last_name} just signed up!", "_variables": NAMES}

CALLS = {
    "list_apps": Call(arguments(body=models.PageRequest()), f"{INTEGRY}/apps/list/", {}),
    "get_app": Call(arguments(app_name="slack"), f"{INTEGRY}/apps/slack/get/"),
    "list_functions": Call(
        arguments(app="hubspot", type_=models.FunctionType.ACTION, body=models.PageRequest()),
        f"{INTEGRY}/functions/list/?app=hubspot&type=ACTION",
        {},
    ),
    "predict_function": Call(
        arguments(predict_arguments=True, body=models.PredictRequest(PROMPT, NAMES)),
        f"{INTEGRY}/functions/predict/?predict_arguments=true",
        {"prompt": PROMPT, "_variables": NAMES},
    ),
    "get_function": Call(
        arguments(function_name="slack-post-message", body=models.GetFunctionRequest("prompt-goes-here", {})),
        f"{INTEGRY}/functions/slack-post-message/get/",
        {"prompt": "prompt-goes-here", "_variables": {}},
    ),
    "call_function": Call(
        arguments(function_name="slack-post-message", body=models.CallRequest.from_dict(TAGGED)),
        f"{INTEGRY}/functions/slack-post-message/call/",
        TAGGED,
    ),
    "disconnect_account": Call(
        arguments(connected_account_id=247714, force=False), f"{APP}/connected-accounts/247714?force=false"
    ),
    "exchange_slack_token": Call(
        organisation(body=models.SlackTokenRequest("your_oauth_code_here")),
        f"{TELEX}/slack/organisations/{ORG}/token-exchg",
        {"oauth_code": "your_oauth_code_here"},
    ),
    "get_slack_info": Call(organisation(), f"{TELEX}/slack/organisations/{ORG}"),
    "create_integration": Call(
        organisation(body=models.CreateIntegrationRequest.from_dict(CREATED)), ORGANISATION, CREATED
    ),
    "list_integrations": Call(organisation(), ORGANISATION),
    "update_integration": Call(
        organisation("i", body=models.UpdateIntegrationRequest(json_url="some-very-weird-logo-url")),
        f"{ORGANISATION}/i",
        {"json_url": "some-very-weird-logo-url"},
    ),
    "delete_integration": Call(organisation("i"), f"{ORGANISATION}/i"),
    "add_integration_setting": Call(
        organisation("i", body=models.AddSettingRequest.from_dict(ADDED)), f"{ORGANISATION}/i/settings", ADDED
    ),
    "list_integration_settings": Call(organisation("i"), f"{ORGANISATION}/i/settings"),
    "update_integration_settings": Call(
        organisation("i", body=models.UpdateSettingRequest.from_dict(CHANGED)), f"{ORGANISATION}/i/settings", CHANGED
    ),
    "add_channel_setting": Call(
        organisation("i", "c", body=models.AddSettingRequest("Shallom Micah", "Bawa")),
        f"{ORGANISATION}/i/channels/c/settings",
        {"form_field_label": "Shallom Micah", "form_field_value": "Bawa"},
    ),
    "list_channel_settings": Call(organisation("i", "c"), f"{ORGANISATION}/i/channels/c/settings"),
    "update_channel_setting": Call(
        organisation("i", "c", "s", body=models.UpdateSettingRequest(form_field_value="ouuuuuuu")),
        f"{ORGANISATION}/i/channels/c/settings/s",
        {"form_field_value": "ouuuuuuu"},
    ),
    "delete_channel_setting": Call(organisation("i", "c", "s"), f"{ORGANISATION}/i/channels/c/settings/s"),
    "create_custom_integration": Call(
        organisation(body=models.CustomIntegrationRequest.from_dict(BANANA)), f"{ORGANISATION}/custom", BANANA
    ),
    "list_custom_integrations": Call(organisation(), f"{ORGANISATION}/custom"),
    "update_custom_integration": Call(
        organisation("i", body=models.CustomIntegrationRequest.from_dict(BANANA)), f"{ORGANISATION}/custom/i", BANANA
    ),
    "delete_custom_integration": Call(organisation("i"), f"{ORGANISATION}/custom/i"),
    "update_custom_integration_settings": Call(
        organisation("i", body=models.CustomSettingsRequest.from_dict(ENTRY)),
        f"{ORGANISATION}/custom/i/settings",
        ENTRY,
    ),
    "get_custom_integration_settings": Call(organisation("i"), f"{ORGANISATION}/custom/i/settings"),
}

METHODS = {
    "POST": "list_apps get_app list_functions predict_function get_function call_function exchange_slack_token "
    "create_integration add_integration_setting add_channel_setting create_custom_integration",
    "GET": "get_slack_info list_integrations list_integration_settings list_channel_settings list_custom_integrations "
    "get_custom_integration_settings",
    "PATCH": "update_integration update_integration_settings update_channel_setting",
    "PUT": "update_custom_integration update_custom_integration_settings",
    "DELETE": "disconnect_account delete_integration delete_channel_setting delete_custom_integration",
}
METHOD_OF = {name: method for method, names in METHODS.items() for name in names.split()}


class Signature(AuthBase):
    """The sample credentials of the documentation, in headers, or in the query for the browser SDK's operation."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the sample credentials to a request."""
        if "/connected-accounts/" in str(request.url):
            query = {name.lower().replace("-", "_"): value for name, value in SIGNED.items()}
            request.prepare_url(request.url, query)
        else:
            request.headers.update(SIGNED)
        return request


def module(name: str) -> Any:
    """Return the generated module of an operation."""
    return importlib.import_module(f"generated.api.{OPERATIONS[name].tag}.{name}")


def credentials(name: str) -> Tuple[str, Any]:
    """Return the token and the auth object for an operation."""
    return ("token", None) if takes_token(name) else ("", Signature())


def takes_token(name: str) -> bool:
    """Return True if an operation is authenticated with a bearer token, and False if with a signature."""
    return [credential.name for credential in OPERATIONS[name].security] == ["bearer"]
