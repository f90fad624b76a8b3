"""The base of all resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Tuple, TypeVar, Union, cast
from weakref import WeakValueDictionary

from .._generated.types import UNSET, Model, Unset
from .._secrets import Mask

if TYPE_CHECKING:
    from .._base import BaseClient
    from .._settings import UserID
    from ._login_urls import LoginURLs

M = TypeVar("M", bound=Model)
R = TypeVar("R")


class UserResource:
    """A resource of the Integry API, whose operations are called for users."""

    def __init__(self, client: BaseClient, login_urls: LoginURLs, mask: Mask) -> None:
        self._client, self._login_urls, self._mask = client, login_urls, mask

    def _user(self, user_id: Optional[UserID]) -> str:
        """Return the user of a call: the given one, or the client's."""
        return str(self._client.settings.user_id if user_id is None else user_id)


class OrganisationResource:
    """A resource of an organisation."""

    def __init__(self, client: BaseClient, organisation_id: str) -> None:
        self._client, self._organisation_id = client, organisation_id
        self._nested: WeakValueDictionary[Tuple[str, ...], Any] = WeakValueDictionary()

    def _same(self, key: Tuple[str, ...], make: Callable[[], R]) -> R:
        """Return the object of a key, the same one as long as somebody holds it."""
        found = self._nested.get(key)
        if found is None:
            found = self._nested[key] = make()
        return cast("R", found)


def with_fields(model: M, fields: Mapping[str, Any]) -> M:
    """Return a request body with further fields."""
    model.additional_properties = dict(fields)
    return model


def given(value: Optional[R]) -> Union[R, Unset]:
    """Return a field of a request body, which is left out for None."""
    return UNSET if value is None else value
