"""Functions of apps, for example to post a message in Slack."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Union

import requests

from .._arguments import as_list, optional, required
from .._generated import models
from .._generated.api.functions import get_function, list_functions, predict_function
from .._generated.models import GetFunctionRequest, PageRequest, PredictRequest
from .._generated.types import UNSET, Unset
from .._hints import Unpack, UserID
from .._http.body import decode_json
from .._http.request import build, json_object
from .._results.calls import FunctionResult
from .._results.functions import Function, FunctionPage, FunctionPageBody, parse_functions
from .._results.pages import Cursor
from .._results.parsing import checked
from .._settings import NOT_GIVEN, NotGiven, RequestOptions
from ._base import add_fields, checked_name, start_cursor, unset_if_none
from .calls import Calls


class Functions(Calls):
    """The functions of apps. All methods raise `errors.IntegryError` if they fail."""

    def list(
        self,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        *,
        app: Union[str, models.App, None] = None,
        type: Optional[str] = None,  # noqa: A002 (the API's word, and the vendor's argument)
        connected_only: Optional[bool] = None,
        include: Union[str, Iterable[str], None] = None,
        search: Optional[str] = None,
        cursor: Any = None,
        cursor_name: str = "_cursor",
        **options: Unpack[RequestOptions],
    ) -> FunctionPage:
        """Return a page of functions (operation `list_functions`).

        Example:
            ```python
            for function in integry.functions.list(app="slack", type="ACTION"):
                print(function.name, function.required)
            ```

        Args:
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            app: The app, or its name, to list only its functions.
            type: The type of the functions: QUERY, ACTION or PASSTHROUGH. Default: all types.
            connected_only: True to list only functions of apps that the user has connected.
            include: Further data to include, as a str or a list: `meta`.
            search: Words that the functions must match.
            cursor: The `cursor` of a page, to resume after it. Default: the first page.
            cursor_name: The `cursor_name` of that page.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            A page. Iterating over it fetches all next pages when needed.
        """
        start, included = start_cursor(cursor, cursor_name), _comma_separated(include)
        fetch = partial(
            self.list,
            user_id,
            app=app,
            type=type,
            connected_only=connected_only,
            include=included,
            search=search,
            **options,
        )
        request = build(
            list_functions.build,
            body=add_fields(PageRequest(), start.fields()),
            app=None if app is None else checked_name("app", app, models.App),
            type_=optional("type", type, str),
            connected_only=optional("connected_only", connected_only, bool),
            include=included,
            search=optional("search", search, str),
        )
        parse = partial(self._parse_page, user_id, start, fetch)
        return self._client.send(request, parse, user_id=user_id, **options)

    def _parse_page(
        self,
        user_id: Union[UserID, NotGiven],
        start: Cursor,
        fetch: Callable[..., FunctionPage],
        response: requests.Response,
    ) -> FunctionPage:
        page = self._parse(user_id, decode_json(response))
        cursor = Cursor.after(page.cursor, page.additional_properties.get("next_page"))
        return FunctionPage(page.functions, *cursor, start, fetch)

    def _parse(self, user_id: Union[UserID, NotGiven], body: Any) -> FunctionPageBody:
        """Return functions that are bound to their user. Add the login URLs from their `meta` to the client's cache."""
        user = self._user(user_id)
        page = parse_functions(body, self._call_function, user)
        apps = [function.meta.get("app") for function in page.functions if isinstance(function.meta, dict)]
        urls = {str(app.get("name")): app.get("login_url") for app in apps if isinstance(app, dict)}
        if urls:
            self._login_urls.remember(user, urls)
        return page

    def _call_function(self, *args: Any, **kwargs: Any) -> FunctionResult:
        # Look `call` up for each call, so that a Function calls a mock that has replaced `call`.
        return self.call(*args, **kwargs)

    def get(
        self,
        name: Union[str, Function],
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        *,
        prompt: Optional[str] = None,
        variables: Optional[Mapping[str, Any]] = None,
        include: Union[str, Iterable[str], None] = None,
        allow_workspace_connected_accounts: Optional[bool] = None,
        **options: Unpack[RequestOptions],
    ) -> Function:
        """Return a function with the schema of its parameters (operation `get_function`).

        Example:
            ```python
            function = integry.functions.get("slack-post-message")
            print(function.parameters)
            ```

        Args:
            name: The function, or its name, for example `slack-post-message`.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            prompt: A description of the task, to predict the arguments.
            variables: The variables by name. Predicted arguments may contain tags for them.
            include: Further data to include, as a str or a list: `meta`.
            allow_workspace_connected_accounts: True to consider accounts that other users of the workspace connected.
                Default: the client's setting.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Raises:
            errors.NotFound: If the function does not exist.
        """
        body = GetFunctionRequest(unset_if_none(optional("prompt", prompt, str)), _copied(variables))
        request = build(
            get_function.build,
            checked_name("name", name, models.Function),
            body=body,
            include=_comma_separated(include),
            allow_workspace_connected_accounts=self._allows_workspace(allow_workspace_connected_accounts),
        )
        return self._client.send(request, partial(self._parse_function, user_id), user_id=user_id, **options)

    def _parse_function(self, user_id: Union[UserID, NotGiven], response: requests.Response) -> Function:
        body = checked(dict, decode_json(response), "an object (Function)")
        return self._parse(user_id, {"functions": [body]}).functions[0]

    def predict(
        self,
        prompt: str,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        *,
        predict_arguments: Optional[bool] = None,
        variables: Optional[Mapping[str, Any]] = None,
        include: Union[str, Iterable[str], None] = None,
        connected_only: Optional[bool] = None,
        **options: Unpack[RequestOptions],
    ) -> List[Function]:
        """Return the function that fits a prompt best (operation `predict_function`).

        Example:
            ```python
            for function in integry.functions.predict("send hello to #random", predict_arguments=True):
                print(function.name, function.arguments)
            ```

        Args:
            prompt: A description of the task. It must not be empty.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            predict_arguments: True to predict the arguments too.
            variables: The variables by name. Predicted arguments may contain tags for them.
            include: Further data to include, as a str or a list: `meta`.
            connected_only: True to consider only functions of apps that the user has connected.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            A list with one function, or an empty list if no function fits.
        """
        request = build(
            predict_function.build,
            body=PredictRequest(required("prompt", prompt, str), _copied(variables)),
            predict_arguments=optional("predict_arguments", predict_arguments, bool),
            include=_comma_separated(include),
            connected_only=optional("connected_only", connected_only, bool),
        )
        return self._client.send(request, partial(self._parse_functions, user_id), user_id=user_id, **options)

    def _parse_functions(self, user_id: Union[UserID, NotGiven], response: requests.Response) -> List[Function]:
        return self._parse(user_id, decode_json(response)).functions


def _comma_separated(include: Union[str, Iterable[str], None]) -> Optional[str]:
    """Return the values of `include` as one string, separated by commas, or None if there are no values.

    Raises:
        InvalidRequest: If a value is not a string.
    """
    if include is None or isinstance(include, str):
        return include or None
    values = as_list("include", "a str, or a list of them", include)
    return ",".join(required("each value of include", each, str) for each in values) or None


def _copied(variables: Optional[Mapping[str, Any]]) -> Union[Dict[str, Any], Unset]:
    return UNSET if variables is None else json_object("variables", variables)
