"""Calling functions."""

from __future__ import annotations

from itertools import islice
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Sequence, Set, Union

import requests

from .. import errors, tags
from .._arguments import optional, optional_id, required
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

#: Maximum number of tags in a message, and of places for each; the error has them all.
MAX_LISTED = 20
#: Maximum number of characters of a tag or a place in a message.
EXCERPT = 300


class Calls(UserResource):
    """The part of `Functions` that calls them."""

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

        It is sent once; again only if it surely did not run.

        Args:
            name: The function, or its name, for example `slack-post-message`.
            arguments: Its arguments, or the JSON text of an object with them. They are not changed.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            variables: Values for the tags in the arguments, which the server substitutes.
            connected_account_id: The account to use, or its id, if the user has several.
            cursor: Where to begin, the `cursor` of a result, for functions that give pages.
            cursor_name: The `cursor_name` of that result.
            strict_tags: Whether to refuse tags without a variable; the client's setting unless given.
            allow_workspace_connected_accounts: Whether the call may use accounts that others in the workspace
                connected; the client's setting unless given.
            integration_id: The integration that the call belongs to; the client's unless given, None for none.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            What the app answered; that may be a refusal: see `ok`.

        Raises:
            errors.AppNotConnected: If the user has not connected the app.
            errors.InvalidArguments: If arguments are missing or wrong.
            errors.InvalidRequest: If tags have no variable, and that matters.
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
        """Call a function that gives pages, for each page when it is asked for. Arguments and errors as `call`.

        Raises:
            errors.CursorLoop: If a page leads back to one that was walked already.
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
        """The items on all pages of a function that gives pages.

        Args:
            name: The function, or its name.
            arguments: Its arguments, or the JSON text of an object with them. They are not changed.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            variables: Values for the tags in the arguments, which the server substitutes.
            connected_account_id: The account to use, or its id, if the user has several.
            items: Where the items are in an output: a field's name, or a function of the output. Without it the output
                itself is the list, or has one field that is a list.
            cursor: Where to begin, the `cursor` of a result.
            cursor_name: The `cursor_name` of that result.
            strict_tags: Whether to refuse tags without a variable; the client's setting unless given.
            allow_workspace_connected_accounts: Whether the call may use accounts that others in the workspace
                connected; the client's setting unless given.
            integration_id: The integration that the call belongs to; the client's unless given, None for none.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of each call.

        Raises:
            errors.NetworkCodeError: If the app refused a page.
            errors.UnusableResult: If it is not clear which list is meant.
            errors.IntegryError: As `call_pages`.
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
        """Return the arguments as the server would substitute their tags, as far as is documented. Nothing is sent.

        Args:
            arguments: The arguments, or the JSON text of an object with them. They are not changed.
            variables: Values for the tags in them.
            function: The function that would be called. Where its schema wants a text, a number stays a text.

        Returns:
            The arguments as the function would get them, as JSON; see `tags.substitute`.

        Raises:
            errors.InvalidRequest: If arguments or variables cannot be written as JSON.
        """
        # A copy of the variables as JSON: those that no tag names must be valid, too.
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
        """Send any request to an app with the user's credentials (function `{app}-passthrough-request`).

        Args:
            app: The app, or its name.
            method: The HTTP method, for example `GET`.
            url: The URL, at the app's own API.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            body: The body, if there is one.
            connected_account_id: The account to use, or its id, if the user has several.
            allow_workspace_connected_accounts: As for `call`.
            integration_id: As for `call`.
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
    """Refuse unknown options, which are mostly arguments of the function."""
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
