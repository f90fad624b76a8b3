"""Running the calls of a language model within the bounds that the developer set."""

from __future__ import annotations

import re
from copy import deepcopy
from inspect import isawaitable
from typing import Any, Callable, Dict, Mapping, Optional, Union

from attrs import define

from .. import _client, errors
from .._generated._json import loads
from .._results.functions import Function
from .._secrets import Mask
from ._accounts import account_failure
from ._results import error_result, failure, reasons, shortened, success
from ._schemas import declared
from ._scope import Scope
from ._tool import ToolCall

Confirm = Callable[[ToolCall], Union[bool, str]]
ConnectURL = Callable[[str], str]

#: Arguments of calls that the server reads itself: they are never the model's.
_VARIABLES = "_variables"
#: Cursors, which are arguments of each function that returns pages.
_CURSORS = frozenset({"_cursor", "next_page"})
#: Arguments that are refused if a function has no schema, in lower case and without separators.
_OF_DEVELOPER = frozenset(
    {
        *("allowworkspaceconnectedaccounts", "appkey", "appsecret", "connectedaccountid", "hash", "integrationid"),
        "userid",
    }
)


def _is_for_developer(name: str) -> bool:
    """Return True if an argument has the name of a parameter of the API that only the developer sets."""
    return re.sub(r"[^a-z0-9]", "", name.lower()) in _OF_DEVELOPER


@define(repr=False)
class Runner:
    """Runs functions for the user of a client."""

    client: _client.Integry
    scope: Scope
    variables: Optional[Dict[str, Any]]
    accounts: Dict[str, Any]
    confirm: Optional[Confirm]
    connect_url: Optional[ConnectURL]
    max_output: int
    mask: Mask

    def run(self, function: Function, arguments: Any, call_id: str = "") -> Dict[str, Any]:
        """Call a function of the scope, and return the result as a JSON object."""
        given = read_object(arguments)
        if isinstance(given, str):
            return failure("InvalidArguments", given)
        given.pop(_VARIABLES, None)
        refused = _refused(given, function)
        if refused:
            return failure("InvalidArguments", "The function does not have these arguments.", arguments=refused)
        return self._refusal(function, given, call_id) or self._call(function, given)

    def _refusal(self, function: Function, arguments: Dict[str, Any], call_id: str) -> Dict[str, Any]:
        """Return the result if the call is not confirmed, or an empty dict if the function may be called."""
        if self.confirm is None or function.name in self.scope.queries:
            return {}
        # Pass a copy, so that what is sent is what was shown.
        answer: Any = self.confirm(ToolCall(function.name, deepcopy(arguments), call_id, function))
        if answer is True:
            return {}
        if isawaitable(answer):
            message = "confirm= must be an ordinary function, not an async one"
            raise errors.ConfigurationError(message)
        reason = answer if isinstance(answer, str) and answer else "The user did not confirm the call."
        return failure("NotConfirmed", reason)

    def _call(self, function: Function, arguments: Dict[str, Any]) -> Dict[str, Any]:
        try:
            result = self.client.functions.call(
                function.name,
                arguments,
                variables=self.variables,
                connected_account_id=self._account(function.name),
            )
        except errors.AppNotConnected as error:
            return self.failed(error, self._connect_url_of(error))
        except errors.FunctionCallError as error:
            return account_failure(error, function, self.scope, self._account(function.name)) or self.failed(error)
        except errors.IntegryError as error:
            return self.failed(error)
        return success(result, self.max_output, self.mask)

    def failed(self, error: errors.IntegryError, connect_url: Optional[str] = None) -> Dict[str, Any]:
        """Return the result for an error. Raise the error if a language model cannot fix its cause."""
        found: Dict[str, Any] = self.mask.secrets(error_result(error, connect_url))
        if connect_url:
            # The link works only as it is.
            found["error"]["connect_url"] = connect_url
        return found

    def _account(self, name: str) -> Any:
        """Return the account to call a function with. If several apps match the name, the longest app decides."""
        apps = [app for app in self.accounts if self.scope.belongs(name, app)]
        return self.accounts[max(apps, key=len)] if apps else None

    def _connect_url_of(self, error: errors.AppNotConnected) -> Optional[str]:
        if self.connect_url is not None and error.app:
            return self.connect_url(error.app)
        if error.connect_url or not error.app:
            return error.connect_url
        try:
            return self.client.apps.connect_url(error.app)
        except errors.IntegryError:
            # The error of the call is more useful.
            return None

    def connect(self, app: str) -> Dict[str, Any]:
        """Return the URL of the page where the user connects an app."""
        name = self.scope.app_to_connect(app)
        if name is None:
            return failure("UnknownApp", f"There is no app {shortened(app, 100)!r} here.")
        try:
            url = self.client.apps.connect_url(name) if self.connect_url is None else self.connect_url(name)
        except errors.IntegryError as error:
            return self.failed(error)
        return {"ok": True, "app": name, "connect_url": url}


def read_object(arguments: Any) -> Union[Dict[str, Any], str]:
    """Return a model's arguments as a new dict, or the reason why they cannot be used.

    Args:
        arguments: A mapping, or a JSON string with an object. None and an empty string stand for an empty object.
    """
    if isinstance(arguments, (str, bytes)):
        try:
            arguments = loads(arguments or "{}")
        except (ValueError, RecursionError):
            return "The arguments are not valid JSON. Pass a JSON object."
    if arguments is None:
        return {}
    if not isinstance(arguments, Mapping):
        return f"The arguments must be a JSON object, got {type(arguments).__name__}."
    return {str(name): value for name, value in arguments.items()}


def _refused(arguments: Mapping[str, Any], function: Function) -> Dict[str, str]:
    """Return the arguments that must not be sent, with the reasons."""
    schemas, required = declared(function.parameters), function.required
    unknown = [name for name in arguments if name not in schemas and name not in _CURSORS]
    # A schema may require arguments that it does not declare.
    unknown = [name for name in unknown if _is_for_developer(name) or (schemas and name not in required)]
    return reasons(dict.fromkeys(unknown, "is not an argument of the function"))
