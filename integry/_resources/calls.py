"""The methods of `functions` that call functions."""

from __future__ import annotations

from itertools import islice
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Sequence, Set, Union

import requests

from .. import errors, tags
from .._arguments import optional, optional_id, refuse, required
from .._generated import models
from .._generated.api.functions import call_function
from .._generated.models import CallRequest
from .._generated.types import UNSET
from .._hints import Unpack, UserID
from .._http.request import build, json_object
from .._results.apps import ConnectedAccount
from .._results.calls import FunctionResult, parse_result
from .._results.functions import Function
from .._results.pages import NOT_ARGUMENTS, Cursor, is_end, items_of
from .._results.schema import keep_texts
from .._settings import NOT_GIVEN, REQUEST_OPTIONS, NotGiven, RequestOptions
from ._base import UserResource, add_fields, checked_id, checked_name, start_cursor

#: Maximum number of tags in a message, and of places for each tag. The attribute `missing` of the error has all.
MAX_LISTED = 20
#: Maximum number of characters of a tag or a place in a message.
EXCERPT = 300


class Calls(UserResource):
    """The base class of `Functions`, with the methods that call functions."""

    def call(
        self,
        name: Union[str, Function],
        arguments: Union[Mapping[str, Any], str, None] = None,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        variables: Optional[Mapping[str, Any]] = None,
        connected_account_id: Union[str, int, ConnectedAccount, None] = None,
        *,
        cursor: Any = None,
        cursor_name: str = "_cursor",
        strict_tags: Optional[bool] = None,
        allow_workspace_connected_accounts: Optional[bool] = None,
        integration_id: Union[str, int, NotGiven, None] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> FunctionResult:
        """Call a function with the user's connected account (operation `call_function`).

        A call is retried only if the function did not run: there was no connection, or the server sent status 429.

        Example:
            ```python
            result = integry.functions.call("slack-post-message", {"channel": "general", "text": "Hello"})
            ```

        Args:
            name: The function, or its name, for example `slack-post-message`.
            arguments: The arguments of the function, or a JSON string with an object. The dict is not changed.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            variables: The values of tags such as `{name}` in the arguments. The server substitutes the tags.
            connected_account_id: The account to use, or its id, if the user has several.
            cursor: The `cursor` of a result, to get the next page. Default: the first page.
            cursor_name: The `cursor_name` of that result.
            strict_tags: True to raise InvalidRequest for tags without a variable. Default: the client's setting.
            allow_workspace_connected_accounts: True to allow accounts that other users of the workspace connected.
                Default: the client's setting.
            integration_id: The id of the call's integration; None for none. Default: the client's setting.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            The response of the app. It may be an error: see `ok`.

        Raises:
            errors.AppNotConnected: If the user has not connected the app.
            errors.InvalidArguments: If arguments are missing or invalid.
            errors.InvalidRequest: If an argument cannot be sent, or `strict_tags` is True and a tag has no variable.
        """
        _check_options(options)
        given = json_object("arguments", arguments)
        values = None if variables is None else json_object("variables", variables)
        self._check_tags(given, values or {}, optional("strict_tags", strict_tags, bool))
        body = CallRequest(UNSET if values is None else values)
        request = build(
            call_function.build,
            checked_name("name", name, models.Function),
            body=add_fields(body, {**given, **start_cursor(cursor, cursor_name).fields()}),
            connected_account_id=None
            if connected_account_id is None
            else checked_id("connected_account_id", connected_account_id, models.ConnectedAccount),
            allow_workspace_connected_accounts=self._allows_workspace(allow_workspace_connected_accounts),
            integration_id=self._client.settings.integration_id
            if integration_id is NOT_GIVEN
            else optional_id("integration_id", integration_id),
        )
        try:
            return self._client.send(request, self._parse_result, user_id=user_id, **options)
        except errors.AppNotConnected as error:
            error.connect_url = self._login_urls.get((self._user(user_id), error.app))
            raise

    def _parse_result(self, response: requests.Response) -> FunctionResult:
        return parse_result(response, self._mask)

    def _check_tags(self, arguments: Mapping[str, Any], variables: Mapping[str, Any], strict: Optional[bool]) -> None:  # noqa: FBT001 (private)
        if self._client.settings.strict_tags if strict is None else strict:
            missing = tags.missing(arguments, variables)
            if missing:
                listed = "; ".join(_describe_tag(name, places) for name, places in islice(missing.items(), MAX_LISTED))
                message = f"Tags without a variable: {listed}. Add them to variables=."
                raise errors.InvalidRequest(message, missing=missing)

    def call_pages(
        self,
        name: Union[str, Function],
        arguments: Union[Mapping[str, Any], str, None] = None,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        variables: Optional[Mapping[str, Any]] = None,
        connected_account_id: Union[str, int, ConnectedAccount, None] = None,
        *,
        cursor: Any = None,
        cursor_name: str = "_cursor",
        strict_tags: Optional[bool] = None,
        allow_workspace_connected_accounts: Optional[bool] = None,
        integration_id: Union[str, int, NotGiven, None] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> Iterator[FunctionResult]:
        """Call a function that returns pages, and yield the result for each page. The next page is fetched when needed.

        This method takes the same arguments as `call`.

        Example:
            ```python
            for result in integry.functions.call_pages("pipedrive-get-all-persons", {"limit": 5}):
                print(result.output)
            ```

        Raises:
            errors.CursorLoop: If the server repeats a cursor.
        """
        seen: Set[str] = set()
        start = start_cursor(cursor, cursor_name)
        while True:
            start.check_new(seen)
            result = self.call(
                name,
                arguments,
                user_id,
                variables,
                connected_account_id,
                cursor=start.value,
                cursor_name=start.name,
                strict_tags=strict_tags,
                allow_workspace_connected_accounts=allow_workspace_connected_accounts,
                integration_id=integration_id,
                **options,
            )
            yield result
            if is_end(result.cursor):
                return
            start = Cursor(result.cursor, result.cursor_name)

    def call_items(
        self,
        name: Union[str, Function],
        arguments: Union[Mapping[str, Any], str, None] = None,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        variables: Optional[Mapping[str, Any]] = None,
        connected_account_id: Union[str, int, ConnectedAccount, None] = None,
        *,
        items: Union[str, Callable[[Any], Sequence[Any]], None] = None,
        cursor: Any = None,
        cursor_name: str = "_cursor",
        strict_tags: Optional[bool] = None,
        allow_workspace_connected_accounts: Optional[bool] = None,
        integration_id: Union[str, int, NotGiven, None] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> Iterator[Any]:
        """Call a function that returns pages, and yield the items of all pages.

        Args:
            name: The function, or its name.
            arguments: The arguments of the function, or a JSON string with an object. The dict is not changed.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            variables: The values of tags such as `{name}` in the arguments. The server substitutes the tags.
            connected_account_id: The account to use, or its id, if the user has several.
            items: The name of the field of the output with the items, or a callable that takes the output and returns
                the items. By default the output itself is the list, or has exactly one field that is a list.
            cursor: The `cursor` of a result, to resume after it. Default: the first page.
            cursor_name: The `cursor_name` of that result.
            strict_tags: The same as for `call`.
            allow_workspace_connected_accounts: The same as for `call`.
            integration_id: The same as for `call`.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of each call.

        Raises:
            errors.NetworkCodeError: If the app returns an error for a page.
            errors.UnusableResult: If an output has no list of items, or more than one.
            errors.CursorLoop: If the server repeats a cursor.
        """
        if not (items is None or callable(items)):
            required("items", items, str)
        for result in self.call_pages(
            name,
            arguments,
            user_id,
            variables,
            connected_account_id,
            cursor=cursor,
            cursor_name=cursor_name,
            strict_tags=strict_tags,
            allow_workspace_connected_accounts=allow_workspace_connected_accounts,
            integration_id=integration_id,
            **options,
        ):
            yield from items_of(result.raise_for_network_code().output, items)

    def preview(
        self,
        arguments: Union[Mapping[str, Any], str],
        variables: Mapping[str, Any],
        function: Optional[Function] = None,
    ) -> Dict[str, Any]:
        """Return the arguments with their tags substituted, as the server would do it. No request is sent.

        Args:
            arguments: The arguments, or a JSON string with an object. The dict is not changed.
            variables: The values of the tags.
            function: The function to call. A variable's number is converted to a string if its schema requires one.

        Returns:
            The arguments that the function would get; see `tags.substitute`.

        Raises:
            errors.InvalidRequest: If `function` is not a Function, or a value cannot be serialized as JSON.
        """
        if not (function is None or isinstance(function, Function)):
            refuse("function", "a Function", function)
        # Convert all variables to JSON, so that an invalid one raises an error even if no tag uses it.
        sent = tags.substitute(json_object("arguments", arguments), {})
        found = tags.substitute(sent, tags.substitute(json_object("variables", variables), {}))
        kept = {name: value for name, value in found.items() if name not in NOT_ARGUMENTS}
        return keep_texts(function.parameters if function else {}, sent, kept)

    def passthrough(
        self,
        app: Union[str, models.App],
        method: str,
        url: str,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        *,
        body: Any = None,
        connected_account_id: Union[str, int, ConnectedAccount, None] = None,
        allow_workspace_connected_accounts: Optional[bool] = None,
        integration_id: Union[str, int, NotGiven, None] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> FunctionResult:
        """Send a request to the API of an app with the user's account (function `{app}-passthrough-request`).

        Args:
            app: The app, or its name.
            method: The HTTP method, for example `GET`.
            url: The URL at the app's API.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            body: The JSON body; None for no body.
            connected_account_id: The account to use, or its id, if the user has several.
            allow_workspace_connected_accounts: The same as for `call`.
            integration_id: The same as for `call`.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        arguments = {"method": required("method", method, str), "url": required("url", url, str)}
        return self.call(
            f"{checked_name('app', app, models.App)}-passthrough-request",
            arguments if body is None else {**arguments, "body": body},
            user_id,
            None,
            connected_account_id,
            strict_tags=False,
            allow_workspace_connected_accounts=allow_workspace_connected_accounts,
            integration_id=integration_id,
            **options,
        )


def _check_options(options: Mapping[str, Any]) -> None:
    """Raise an error for unknown keyword arguments. Usually the caller meant to put them into the dict `arguments`."""
    unknown = sorted(set(options) - REQUEST_OPTIONS)
    if unknown:
        message = (
            f"call() got unexpected options: {', '.join(unknown)}. "
            "Put function arguments in a dict: call(name, {...}). "
            f"Options are {', '.join(sorted(REQUEST_OPTIONS))}."
        )
        raise errors.ConfigurationError(message)


def _describe_tag(name: str, places: Sequence[str]) -> str:
    return f"{{{name[:EXCERPT]}}} in {', '.join(place[:EXCERPT] for place in places[:MAX_LISTED])}"
