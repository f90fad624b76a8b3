"""The base classes of the resources."""

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

#: Attributes of resources that contain ids. repr() shows these ids.
_ID_ATTRIBUTES = ("_integration_id", "_channel_id")


class Resource:
    """The base class of resources.

    A resource has a weak reference to its client, to avoid a reference cycle, and a copy of the client. It uses the
    copy if the client was garbage-collected.
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
        message = f"{type(self).__name__} cannot be pickled: its client has credentials. Pickle to_dict() of results."
        raise TypeError(message)

    @property
    def _client(self) -> BaseClient:
        return self._original() or self._copy


class UserResource(Resource):
    """The base class of resources of the Integry API, whose methods send requests for a user."""

    def __init__(self, client: BaseClient, login_urls: LoginURLs, mask: Mask) -> None:
        super().__init__(client)
        self._login_urls, self._mask = login_urls, mask

    def _user(self, user_id: Union[UserID, NotGiven]) -> str:
        """Return the id of the user of a call, by default the id of the client's user."""
        return str(self._client.settings.user_id if user_id is NOT_GIVEN else user_id)

    def _allows_workspace(self, given: Any) -> Optional[bool]:
        """Return True if a call may use accounts that other users of the workspace connected, otherwise None."""
        allowed = optional("allow_workspace_connected_accounts", given, bool)
        # Do not send False: the parameter is undocumented, and servers may treat any value as true.
        return (self._client.settings.allow_workspace_connected_accounts if allowed is None else allowed) or None


class OrganisationResource(Resource):
    """The base class of resources of the organisation-integrations API."""

    def __init__(self, client: BaseClient, organisation_id: str) -> None:
        super().__init__(client)
        self._organisation_id = organisation_id
        self._nested: WeakValueDictionary[Tuple[str, ...], Any] = WeakValueDictionary()

    def _cached(self, key: Tuple[str, ...], make: Callable[[], R]) -> R:
        """Return the nested resource of a key. It stays the same object as long as there is a reference to it."""
        # Use a lock, because WeakValueDictionary.setdefault() is not atomic. os.fork() waits for import_lock.
        with import_lock:
            return cast("R", self._nested.get(key) or self._nested.setdefault(key, make()))


def checked_id(parameter: str, value: Any, *models: type) -> str:
    """Return an id as a string.

    Args:
        parameter: The name of the parameter, for the message.
        value: A str, an int, a UUID, or a model with an id.
        models: The classes of models that are accepted.

    Raises:
        InvalidRequest: If the value has another type.
    """
    return required_id(parameter, getattr(value, "id", value) if isinstance(value, models) else value)


def checked_name(parameter: str, value: Any, model: type) -> str:
    """Return a name as a string, or the name of a model. For other values, raise InvalidRequest."""
    return required_id(parameter, getattr(value, "name", value) if isinstance(value, model) else value)


def start_cursor(cursor: Any, name: Any) -> Cursor:
    """Return a Cursor, the start of a page, from the arguments `cursor` and `cursor_name` of a method.

    Raises:
        InvalidRequest: If the name is not a string.
    """
    return Cursor(cursor, required("cursor_name", name, str))


def add_fields(model: M, fields: Mapping[str, Any]) -> M:
    """Set the undocumented fields of a request body, and return the body."""
    model.additional_properties = dict(fields)
    return model


def unset_if_none(value: Optional[R]) -> Union[R, Unset]:
    """Return a value for a request body, or UNSET for None, which leaves the field out of the body."""
    return UNSET if value is None else value
