"""The base of all resources."""

from __future__ import annotations

from copy import copy
from typing import Any, Callable, Mapping, NoReturn, Optional, Tuple, TypeVar, Union, cast
from weakref import WeakValueDictionary, ref

from .._arguments import optional, required, required_id
from .._base import BaseClient
from .._generated.types import UNSET, Model, Unset
from .._hints import UserID
from .._lazy import import_lock
from .._results.pages import Cursor
from .._secrets import Mask
from .._settings import NOT_GIVEN, NotGiven
from ._login_urls import LoginURLs

M = TypeVar("M", bound=Model)
S = TypeVar("S", bound="Resource")
R = TypeVar("R")

#: The ids that tell resources of a kind apart.
_ID_ATTRIBUTES = ("_integration_id", "_channel_id")


class Resource:
    """A resource of a client.

    It refers to the client weakly, so that there is no reference circle, and uses a copy of the client once that is
    gone.
    """

    def __init__(self, client: BaseClient) -> None:
        self._original, self._copy = ref(client), copy(client)

    def __repr__(self) -> str:
        ids = [value for name, value in vars(self).items() if name in _ID_ATTRIBUTES]
        return f"<{' '.join([type(self).__name__, *map(repr, ids)])} of {self._client!r}>"

    def __copy__(self: S) -> S:
        return self

    def __deepcopy__(self: S, _: Any) -> S:
        return self

    def __reduce__(self) -> NoReturn:
        message = f"{type(self).__name__} cannot be pickled: its client holds credentials. Pickle to_dict() of results."
        raise TypeError(message)

    @property
    def _client(self) -> BaseClient:
        return self._original() or self._copy


class UserResource(Resource):
    """A resource of the Integry API, whose operations are called for users."""

    def __init__(self, client: BaseClient, login_urls: LoginURLs, mask: Mask) -> None:
        super().__init__(client)
        self._login_urls, self._mask = login_urls, mask

    def _user(self, user_id: Union[UserID, NotGiven]) -> str:
        """Return the user of a call: the given one, or the client's."""
        return str(self._client.settings.user_id if user_id is NOT_GIVEN else user_id)

    def _allows_workspace(self, given: Any) -> Optional[bool]:
        """Return True if a call may use accounts that others in the workspace connected; None if not, as by default."""
        allowed = optional("allow_workspace_connected_accounts", given, bool)
        # False is not sent either: nobody knows whether servers take it for an answer.
        return (self._client.settings.allow_workspace_connected_accounts if allowed is None else allowed) or None


class OrganisationResource(Resource):
    """A resource of an organisation."""

    def __init__(self, client: BaseClient, organisation_id: str) -> None:
        super().__init__(client)
        self._organisation_id = organisation_id
        self._nested: WeakValueDictionary[Tuple[str, ...], Any] = WeakValueDictionary()

    def _cached(self, key: Tuple[str, ...], make: Callable[[], R]) -> R:
        """Return the object of a key, the same one as long as somebody holds it."""
        # WeakValueDictionary.setdefault() is not atomic, and os.fork() waits for this lock.
        with import_lock:
            return cast("R", self._nested.get(key) or self._nested.setdefault(key, make()))


def checked_id(parameter: str, value: Any, *models: type) -> str:
    """Return an id as text, or that of a model.

    Args:
        parameter: The name of the parameter, for the message.
        value: A str, an int, a UUID, or a model of one of the classes.
        models: The classes of models whose ids are meant. The id of another one would name something else.

    Raises:
        InvalidRequest: If it is of another type.
    """
    return required_id(parameter, getattr(value, "id", value) if isinstance(value, models) else value)


def checked_name(parameter: str, value: Any, model: type) -> str:
    """Return a name as text, or that of a model. Arguments and errors as `checked_id`."""
    return required_id(parameter, getattr(value, "name", value) if isinstance(value, model) else value)


def start_cursor(cursor: Any, name: Any) -> Cursor:
    """Return the beginning of a page.

    Raises:
        InvalidRequest: If the name of the cursor is not text.
    """
    return Cursor(cursor, required("cursor_name", name, str))


def add_fields(model: M, fields: Mapping[str, Any]) -> M:
    """Return a request body with further fields."""
    model.additional_properties = dict(fields)
    return model


def unset_if_none(value: Optional[R]) -> Union[R, Unset]:
    """Return a field of a request body, which is left out for None."""
    return UNSET if value is None else value
