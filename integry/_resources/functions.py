"""Functions: what apps can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Union

from .._generated.api.functions import get_function, list_functions, predict_function
from .._generated.types import UNSET
from .._results.functions import Function, FunctionPage, functions_of
from .._results.pages import Position, Seen
from ._base import fields
from .calls import Calls

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._auth import UserID
    from .._base import Reply
    from ._base import RequestOptions


class Functions(Calls):
    """Functions of apps. All methods raise `errors.IntegryError`."""

    def list(
        self,
        user_id: Optional[UserID] = None,
        *,
        app: Optional[str] = None,
        type: Optional[str] = None,  # noqa: A002 (the API's word, and the vendor's argument)
        connected_only: Optional[bool] = None,
        include: Union[str, Sequence[str], None] = None,
        search: Optional[str] = None,
        cursor: Any = None,
        cursor_name: str = "_cursor",
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
            cursor_name: The `cursor_name` of that page.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            A page; iterating it walks on through all further pages.
        """

        def fetch(position: Position, seen: Seen) -> FunctionPage:
            return self._client.call(
                list_functions,
                user_id,
                options,
                lambda reply: FunctionPage(self._functions(reply), *Position.after(reply.body), fetch, seen),
                body=position.fields(),
                app=app,
                type_=type,
                connected_only=connected_only,
                include=_include(include),
                search=search,
            )

        first = Position(cursor, cursor_name)
        return fetch(first, first.noted(({}, 0)))

    def _functions(self, reply: Reply) -> List[Function]:
        return self._bound(functions_of(reply.body), reply)

    def get(
        self,
        name: str,
        user_id: Optional[UserID] = None,
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
        body = _body(prompt, variables)
        return self._client.call(
            get_function, user_id, options, self._function, name, body=body, include=_include(include)
        )

    def _function(self, reply: Reply) -> Function:
        return self._bound([reply.body], reply)[0]

    def _bound(self, values: Sequence[Any], reply: Reply) -> List[Function]:
        """Functions for their user; their `meta` says where the app is connected."""
        functions = Function.bound(values, self, reply.user_id)
        apps = [function.meta.get("app") for function in functions if function.meta]
        if apps:
            found = {str(app.get("name")): app.get("login_url") for app in apps if isinstance(app, dict)}
            self._client.note_login_urls(reply.user_id, found)
        return functions

    def predict(
        self,
        prompt: str,
        user_id: Optional[UserID] = None,
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
            body=_body(prompt, variables),
            predict_arguments=predict_arguments,
            include=_include(include),
            connected_only=connected_only,
        )


def _include(include: Union[str, Sequence[str], None]) -> Any:
    """One value, or several with commas."""
    if not include:
        return UNSET
    return include if isinstance(include, str) else ",".join(include)


def _body(prompt: Optional[str], variables: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """What a prediction starts from."""
    return fields(prompt=prompt, _variables=None if variables is None else dict(variables))
