"""Labels of calls in messages and log lines: the client's method, the ids in the path, and the user."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, List, Optional, Pattern
from urllib.parse import unquote

from .._generated.operation import Operation

#: The client's method for each operation, with {} for each id in the path, except the id of the organisation.
METHODS = {
    "list_apps": "apps.list()",
    "get_app": "apps.get({})",
    "disconnect_account": "apps.disconnect(connected_account_id={})",
    "list_functions": "functions.list()",
    "get_function": "functions.get({})",
    "predict_function": "functions.predict()",
    "call_function": "functions.call({})",
    "list_integrations": "integrations.list()",
    "create_integration": "integrations.create()",
    "update_integration": "integrations.update({})",
    "delete_integration": "integrations.delete({})",
    "list_integration_settings": "integrations.settings({}).list()",
    "add_integration_setting": "integrations.settings({}).add()",
    "update_integration_settings": "integrations.settings({}).update()",
    "list_channel_settings": "integrations.channel({}, {}).settings.list()",
    "add_channel_setting": "integrations.channel({}, {}).settings.add()",
    "update_channel_setting": "integrations.channel({}, {}).settings.update({})",
    "delete_channel_setting": "integrations.channel({}, {}).settings.delete({})",
    "list_custom_integrations": "custom_integrations.list()",
    "create_custom_integration": "custom_integrations.create()",
    "update_custom_integration": "custom_integrations.update({})",
    "delete_custom_integration": "custom_integrations.delete({})",
    "get_custom_integration_settings": "custom_integrations.settings({}).get()",
    "update_custom_integration_settings": "custom_integrations.settings({}).update()",
    "exchange_slack_token": "slack.exchange_token()",
    "get_slack_info": "slack.info()",
}
#: The path parameter that labels leave out, because a client has only one organisation.
ORGANISATION = "organisation_id"
#: Maximum number of characters of an id, or of the path of a custom request.
EXCERPT = 100

_PARAMETER = re.compile(r"\\\{(\w+)\\\}")


def label(operation: Operation, url: str, auth: Any) -> str:
    """Return the label of a call, such as `functions.call('slack-post-message') for user '123456'`.

    Args:
        operation: The operation. If no method of the clients sends it, the label is its name and ids: `name('id')`.
        url: The URL of the request, relative or absolute.
        auth: The credentials. Their `user_id`, if they have one, is the user.

    Returns:
        One line of printable text. Mask it before use, because a caller may have passed a secret as an id by mistake.
    """
    ids = [repr(_excerpt(each)) for each in _ids(operation.path, url)]
    template = METHODS.get(operation.name, "")
    if template.count("{}") == len(ids) and template:
        method = template.format(*ids)
    elif operation.path:
        method = f"{operation.name}({', '.join(ids)})"
    else:
        # A custom request: the name of its operation is the HTTP method and the path.
        method = repr(_excerpt(operation.name))[1:-1]
    user: Optional[str] = getattr(auth, "user_id", None)
    return method if user is None else f"{method} for user {_excerpt(user)!r}"


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def _ids(path: str, url: str) -> List[str]:
    """Return the values of the parameters in a path."""
    found = _pattern(path).search(url)
    return (
        [] if found is None else [unquote(value) for name, value in found.groupdict().items() if name != ORGANISATION]
    )


@lru_cache(maxsize=None)
def _pattern(path: str) -> Pattern[str]:
    """Return a pattern that matches the end of a URL with this path."""
    return re.compile(_PARAMETER.sub(r"(?P<\1>[^/]*)", re.escape(path)) + r"\Z")
