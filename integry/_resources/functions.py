"""Functions: what apps can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Union

from .. import errors, tags
from .._generated import models
from .._generated.api.functions import call_function, get_function, list_functions, predict_function
from .._generated.converter import structure
from .._generated.types import UNSET
from .._pagination import Cursors, cursor_of, is_last
from .._results import Function, FunctionPage, FunctionResult
from ._base import UserResource

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._base import Reply
    from ._base import RequestOptions

UserID = Union[str, int, None]


class Functions(UserResource):
    """Functions of apps."""

    def list(
        self,
        user_id: UserID = None,
        *,
        app: Optional[str] = None,
        type: Optional[str] = None,  # noqa: A002 (the API's word, and the vendor's argument)
        connected_only: Optional[bool] = None,
        include: Union[str, Sequence[str], None] = None,
        search: Optional[str] = None,
        cursor: Any = None,
        **options: Unpack[RequestOptions],
    ) -> FunctionPage:
        """List functions (operation `list_functions`).

        Args:
            user_id: For whom; the client's user if there is one.
            app: Only functions of this app.
            type: Only functions of this type: QUERY, ACTION or PASSTHROUGH.
            connected_only: Only functions of apps that the user has connected.
            include: More to include: `meta`.
            search: Only what matches these words.
            cursor: Where to begin, the `cursor` of a page.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            A page; iterating it walks on through all further pages.
        """

        def fetch(at: Any) -> FunctionPage:
            return self._client.call(
                list_functions,
                user_id,
                options,
                lambda reply: self._page(reply, fetch),
                body=models.PageRequest(UNSET if at is None else at),
                app=app,
                type_=type,
                connected_only=connected_only,
                include=_include(include),
                search=search,
            )

        return fetch(cursor)

    def _page(self, reply: Reply, fetch: Callable[[Any], FunctionPage]) -> FunctionPage:
        return FunctionPage(self._functions(reply), cursor_of(reply.body.get("_cursor")), fetch)

    def _functions(self, reply: Reply) -> List[Function]:
        page = structure(reply.body, models.FunctionPage)
        return [Function.bound(each, self, reply.user_id) for each in page.functions]

    def get(
        self,
        name: str,
        user_id: UserID = None,
        *,
        prompt: Optional[str] = None,
        variables: Optional[Mapping[str, Any]] = None,
        include: Union[str, Sequence[str], None] = None,
        **options: Unpack[RequestOptions],
    ) -> Function:
        """Get a function, with the schema of its parameters (operation `get_function`).

        Args:
            name: The name of the function, for example `slack-post-message`.
            user_id: For whom; the client's user if there is one.
            prompt: What the function should do, to predict arguments from.
            variables: Variables to map to arguments, as tags.
            include: More to include: `meta`.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Raises:
            errors.NotFound: If there is no such function.
        """
        body = models.GetFunctionRequest(_given(prompt), _mapping(variables))
        return self._client.call(
            get_function, user_id, options, self._function, name, body=body, include=_include(include)
        )

    def _function(self, reply: Reply) -> Function:
        return Function.bound(structure(reply.body, models.Function), self, reply.user_id)

    def predict(
        self,
        prompt: str,
        user_id: UserID = None,
        *,
        predict_arguments: Optional[bool] = None,
        variables: Optional[Mapping[str, Any]] = None,
        include: Union[str, Sequence[str], None] = None,
        connected_only: Optional[bool] = None,
        **options: Unpack[RequestOptions],
    ) -> List[Function]:
        """Find the function that fits a prompt best (operation `predict_function`).

        Args:
            prompt: What the function should do; not empty.
            user_id: For whom; the client's user if there is one.
            predict_arguments: Whether to predict the arguments too.
            variables: Variables for the arguments, as tags.
            include: More to include: `meta`.
            connected_only: Only functions of apps that the user has connected.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            One function, or none.
        """
        return self._client.call(
            predict_function,
            user_id,
            options,
            self._functions,
            body=models.PredictRequest(prompt, _mapping(variables)),
            predict_arguments=predict_arguments,
            include=_include(include),
            connected_only=connected_only,
        )

    def call(
        self,
        name: str,
        arguments: Optional[Mapping[str, Any]] = None,
        user_id: UserID = None,
        variables: Optional[Mapping[str, Any]] = None,
        connected_account_id: Union[str, int, None] = None,
        *,
        cursor: Any = None,
        strict_tags: Optional[bool] = None,
        **options: Unpack[RequestOptions],
    ) -> FunctionResult:
        """Call a function with the user's connected account (operation `call_function`).

        It is sent once; again only if it surely did not run.

        Args:
            name: The name of the function, for example `slack-post-message`.
            arguments: Its arguments. They are not changed.
            user_id: For whom; the client's user if there is one.
            variables: Values for the tags in the arguments, which the server substitutes.
            connected_account_id: Which account to use, if the user has several.
            cursor: Where to begin, the `cursor` of a result, for functions that give pages.
            strict_tags: Whether to refuse tags without a variable; the client's setting unless given.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            What the app answered; that may be a refusal: see `ok`.

        Raises:
            errors.AppNotConnected: If the user has not connected the app.
            errors.InvalidArguments: If arguments are missing or wrong.
            errors.InvalidRequest: If tags have no variable, and that matters.
        """
        self._check_tags(arguments or {}, variables or {}, strict_tags)
        body = dict(arguments or {})
        if variables is not None:
            body["_variables"] = dict(variables)
        if cursor is not None:
            body["_cursor"] = cursor
        return self._client.call(
            call_function,
            user_id,
            options,
            lambda reply: FunctionResult.from_response(structure(reply.body, models.FunctionResult), reply.response),
            name,
            body=models.CallRequest.from_dict(body),
            connected_account_id=_given(connected_account_id),
        )

    def _check_tags(self, arguments: Mapping[str, Any], variables: Mapping[str, Any], strict: Optional[bool]) -> None:  # noqa: FBT001 (private)
        if self._client.settings.strict_tags if strict is None else strict:
            missing = tags.missing(arguments, variables)
            if missing:
                listed = "; ".join(f"{{{name}}} in {', '.join(places)}" for name, places in missing.items())
                message = f"Tags without a variable: {listed}. Add them to variables=."
                raise errors.InvalidRequest(message, missing=missing)

    def call_pages(
        self,
        name: str,
        arguments: Optional[Mapping[str, Any]] = None,
        user_id: UserID = None,
        variables: Optional[Mapping[str, Any]] = None,
        connected_account_id: Union[str, int, None] = None,
        *,
        cursor: Any = None,
        **options: Any,
    ) -> Iterator[FunctionResult]:
        """Call a function that gives pages, for each page when it is asked for. Arguments and errors as `call`.

        Raises:
            errors.CursorLoop: If a page leads back to one that was walked already.
        """
        given, cursors = dict(arguments or {}), Cursors()
        if cursor is not None:
            cursors.check(cursor)
        while True:
            result = self.call(name, given, user_id, variables, connected_account_id, cursor=cursor, **options)
            yield result
            if is_last(result.cursor):
                return
            cursors.check(result.cursor)
            if result.cursor_name == "_cursor":
                cursor = result.cursor
            else:
                given, cursor = {**given, result.cursor_name: result.cursor}, None

    def call_items(
        self,
        name: str,
        arguments: Optional[Mapping[str, Any]] = None,
        user_id: UserID = None,
        *,
        items: Union[str, Callable[[Any], Sequence[Any]], None] = None,
        **options: Any,
    ) -> Iterator[Any]:
        """The items on all pages of a function that gives pages. Other arguments and errors as `call_pages`.

        Args:
            name: The name of the function.
            arguments: Its arguments.
            user_id: For whom; the client's user if there is one.
            items: Where the items are in an output: a field's name, or a function of the output. Without it the output
                itself is the list, or has one field that is a list.
            **options: As for `call_pages`.

        Raises:
            errors.NetworkCodeError: If the app refused a page.
            errors.InvalidRequest: If it is not clear which list is meant.
        """
        for result in self.call_pages(name, arguments, user_id, **options):
            yield from _items(result.raise_for_network_code().output, items)

    def preview(self, arguments: Mapping[str, Any], variables: Mapping[str, Any]) -> Dict[str, Any]:
        """What the server would make of arguments with tags, as far as is documented. Nothing is sent."""
        result: Dict[str, Any] = tags.substitute(arguments, variables)
        return result

    def passthrough(
        self,
        app: str,
        method: str,
        url: str,
        user_id: UserID = None,
        *,
        body: Any = None,
        connected_account_id: Union[str, int, None] = None,
        **options: Unpack[RequestOptions],
    ) -> FunctionResult:
        """Send any request to an app with the user's credentials (function `{app}-passthrough-request`).

        Args:
            app: The name of the app.
            method: The HTTP method, for example `GET`.
            url: The URL, at the app's own API.
            user_id: For whom; the client's user if there is one.
            body: The body, if there is one.
            connected_account_id: Which account to use, if the user has several.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        arguments = {"method": method, "url": url, **({} if body is None else {"body": body})}
        return self.call(
            f"{app}-passthrough-request", arguments, user_id, None, connected_account_id, strict_tags=False, **options
        )


def _items(output: Any, items: Union[str, Callable[[Any], Sequence[Any]], None]) -> Sequence[Any]:
    if callable(items):
        return items(output)
    if items is not None:
        if not isinstance(output, dict) or items not in output:
            message = f"The output has no field {items!r}: say where the items are with items="
            raise errors.InvalidRequest(message)
        return output[items] or []
    lists = [output] if isinstance(output, list) else []
    if isinstance(output, dict):
        lists = [value for value in output.values() if isinstance(value, list)]
    if len(lists) != 1 and output:
        message = (
            f"The output has {len(lists)} lists: say which with items=, a field's name or a function of the output"
        )
        raise errors.InvalidRequest(message)
    return lists[0] if lists else []


def _include(include: Union[str, Sequence[str], None]) -> Any:
    """One value, or several with commas."""
    if not include:
        return UNSET
    return include if isinstance(include, str) else ",".join(include)


def _given(value: Any) -> Any:
    return UNSET if value is None else value


def _mapping(variables: Optional[Mapping[str, Any]]) -> Any:
    return UNSET if variables is None else dict(variables)
