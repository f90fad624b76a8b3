"""A call to make: a function, its arguments, and its user."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Union

from attrs import define, field

from .._arguments import refuse
from .._auth import checked_user_id
from .._generated import models
from .._generated._values import unstructure
from .._generated.errors import InvalidRequest as GeneratedInvalidRequest
from .._hints import UserID
from .._http.request import json_object
from .._resources._base import checked_id, checked_name
from .._results.apps import ConnectedAccount
from .._results.functions import Function
from .._settings import NOT_GIVEN, NotGiven
from ..errors import InvalidRequest

_FIELDS = ("function", "arguments", "variables", "user_id", "connected_account_id")


def _function_name(function: Union[str, Function]) -> str:
    return checked_name("function", function, models.Function)


def _user(user_id: Union[UserID, NotGiven]) -> Union[str, NotGiven]:
    return NOT_GIVEN if user_id is NOT_GIVEN else checked_user_id(user_id)


def _account(account: Union[str, int, ConnectedAccount, None]) -> Optional[str]:
    return None if account is None else checked_id("connected_account_id", account, models.ConnectedAccount)


@define(frozen=True)
class Call:
    """A call of a function. The parameters have the same meaning as those of `functions.call`.

    Attributes:
        function: The function, or its name, for example `slack-post-message`.
        arguments: The arguments of the function, or a JSON string with an object.
        variables: The values of tags such as `{name}` in the arguments. The server substitutes the tags.
        user_id: The user's id; the client's user by default. None raises InvalidRequest.
        connected_account_id: The account to use, or its id, if the user has several.

    Raises:
        InvalidRequest: If the function, the user or the account cannot be sent. Arguments and variables are checked
            when the call is made.
    """

    function: str = field(converter=_function_name)
    arguments: Union[Mapping[str, Any], str, None] = None
    variables: Optional[Mapping[str, Any]] = None
    user_id: Union[str, NotGiven] = field(default=NOT_GIVEN, converter=_user)
    connected_account_id: Optional[str] = field(default=None, converter=_account)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Call:
        """Return the call that a JSON object describes, such as `{"function": "slack-post-message", "arguments": {}}`.

        Raises:
            InvalidRequest: If the object has no function, has fields that a call does not have, or has wrong values.
        """
        if not isinstance(data, Mapping):
            refuse("a call", "a JSON object", data)
        unknown = ", ".join(sorted(str(name) for name in set(data) - set(_FIELDS)))
        if unknown or "function" not in data:
            problem = f"has unknown fields: {unknown}" if unknown else "has no function"
            message = f"The call {problem}. A call has the fields {', '.join(_FIELDS)}."
            raise InvalidRequest(message)
        for name in ("arguments", "variables"):
            if not isinstance(data.get(name), (Mapping, type(None))):
                refuse(name, "a JSON object", data[name])
        return cls(**data)

    def to_dict(self) -> Dict[str, Any]:
        """Return the call as a JSON object, without the fields that were not given.

        Raises:
            InvalidRequest: If the arguments or variables cannot be serialized as JSON.
        """
        given: Dict[str, Any] = {"function": self.function}
        for name in ("arguments", "variables"):
            if getattr(self, name) is not None:
                given[name] = _to_json(name, json_object(name, getattr(self, name)))
        if self.user_id is not NOT_GIVEN:
            given["user_id"] = self.user_id
        if self.connected_account_id is not None:
            given["connected_account_id"] = self.connected_account_id
        return given

    def send(self, client: Any) -> Any:
        """Make the call with a client, and return its result."""
        given = {name: getattr(self, name) for name in ("variables", "connected_account_id")}
        options = {name: value for name, value in given.items() if value is not None}
        if self.user_id is not NOT_GIVEN:
            options["user_id"] = self.user_id
        return client.functions.call(self.function, self.arguments, **options)


def _to_json(name: str, value: Mapping[str, Any]) -> Any:
    try:
        return unstructure(value, name)
    except GeneratedInvalidRequest as error:
        raise InvalidRequest(str(error)) from error
