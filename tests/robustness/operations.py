"""A call of every operation, as users write it."""

from typing import Any, Callable, Dict

from integry import Integry, Organisation

#: Functions that call an operation with one of the clients, by the name of the operation.
CALLS: Dict[str, Callable[[Integry, Organisation], Any]] = {
    "list_apps": lambda integry, _: integry.apps.list(),
    "get_app": lambda integry, _: integry.apps.get("a"),
    "disconnect_account": lambda integry, _: integry.apps.disconnect("a", connected_account_id=1),
    "list_functions": lambda integry, _: integry.functions.list(),
    "get_function": lambda integry, _: integry.functions.get("f"),
    "predict_function": lambda integry, _: integry.functions.predict("p"),
    "call_function": lambda integry, _: integry.functions.call("f", {"a": 1}),
    "exchange_slack_token": lambda _, org: org.slack.exchange_token("code"),
    "get_slack_info": lambda _, org: org.slack.info(),
    "list_integrations": lambda _, org: org.integrations.list(),
    "create_integration": lambda _, org: org.integrations.create("n", "https://a.test"),
    "update_integration": lambda _, org: org.integrations.update("i", name="n"),
    "delete_integration": lambda _, org: org.integrations.delete("i"),
    "list_integration_settings": lambda _, org: org.integrations.settings("i").list(),
    "add_integration_setting": lambda _, org: org.integrations.settings("i").add("l", "v"),
    "update_integration_settings": lambda _, org: org.integrations.settings("i").update({"l": "v"}),
    "list_channel_settings": lambda _, org: org.integrations.channel("i", "c").settings.list(),
    "add_channel_setting": lambda _, org: org.integrations.channel("i", "c").settings.add("l", "v"),
    "update_channel_setting": lambda _, org: org.integrations.channel("i", "c").settings.update("s", value="v"),
    "delete_channel_setting": lambda _, org: org.integrations.channel("i", "c").settings.delete("s"),
    "list_custom_integrations": lambda _, org: org.custom_integrations.list(),
    "create_custom_integration": lambda _, org: org.custom_integrations.create("https://a.test"),
    "update_custom_integration": lambda _, org: org.custom_integrations.update("i", "https://a.test"),
    "delete_custom_integration": lambda _, org: org.custom_integrations.delete("i"),
    "get_custom_integration_settings": lambda _, org: org.custom_integrations.settings("i").get(),
    "update_custom_integration_settings": lambda _, org: org.custom_integrations.settings("i").update({"l": "v"}),
}
