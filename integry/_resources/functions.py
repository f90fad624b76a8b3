"""Functions: what apps can do."""

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
from .._settings import NOT_GIVEN, NotGiven, RequestOptions
from ._base import add_fields, checked_name, start_cursor, unset_if_none
from .calls import Calls


class Functions(Calls):
    """Functions of apps. All methods raise `errors.IntegryError`."""

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
        """List functions (operation `list_functions`).

        Args:
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            app: Only functions of this app, or of the app with this name.
            type: Only functions of this type: QUERY, ACTION or PASSTHROUGH.
            connected_only: Only functions of apps that the user has connected.
            include: More to include: `meta`.
            search: Only what matches these words.
            cursor: Where to begin, the `cursor` of a page.
            cursor_name: The `cursor_name` of that page.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            A page; iterating it walks on through all further pages.
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
        """Return functions bound to their user, and remember the pages in their `meta` where apps are connected."""
        user = self._user(user_id)
        page = parse_functions(body, self._call_function, user)
        apps = [function.meta.get("app") for function in page.functions if function.meta]
        urls = {str(app.get("name")): app.get("login_url") for app in apps if isinstance(app, dict)}
        if urls:
            self._login_urls.remember(user, urls)
        return page

    def _call_function(self, *args: Any, **kwargs: Any) -> FunctionResult:
        # Looked up with each call, so that a function calls a mock of `call`.
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
        """Get a function, with the schema of its parameters (operation `get_function`).

        Args:
            name: The function, or its name, for example `slack-post-message`.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            prompt: What the function should do, to predict arguments from.
            variables: Variables to map to arguments, as tags.
            include: More to include: `meta`.
            allow_workspace_connected_accounts: Whether accounts count that others in the workspace connected; the
                client's setting unless given.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Raises:
            errors.NotFound: If there is no such function.
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
        return self._parse(user_id, {"functions": [decode_json(response)]}).functions[0]

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
        """Find the function that fits a prompt best (operation `predict_function`).

        Args:
            prompt: What the function should do; not empty.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            predict_arguments: Whether to predict the arguments too.
            variables: Variables for the arguments, as tags.
            include: More to include: `meta`.
            connected_only: Only functions of apps that the user has connected.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            One function, or none.
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
    """Return several values as one, separated by commas; None if there are none.

    Raises:
        InvalidRequest: If they are no texts.
    """
    if include is None or isinstance(include, str):
        return include or None
    values = as_list("include", "a str, or a list of them", include)
    return ",".join(required("each value of include", each, str) for each in values) or None


def _copied(variables: Optional[Mapping[str, Any]]) -> Union[Dict[str, Any], Unset]:
    return UNSET if variables is None else json_object("variables", variables)
