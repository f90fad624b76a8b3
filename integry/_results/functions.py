"""The results of Integry's operations: the generated models, with methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, ClassVar, Dict, List, Mapping, Optional, Set, Type, TypeVar, Union

import requests
from attrs import define, field

from .. import tags
from .._generated import models
from .._generated.converter import structure
from .._generated.errors import DecodeError
from .._generated.types import UNSET
from .._hints import Unpack
from .._http.body import decoded
from .._http.request import json_object
from .._secrets import Mask
from .._settings import NOT_GIVEN, NotGiven, RequestOptions
from ..errors import ConfigurationError, InvalidRequest, NetworkCodeError
from .pages import Cursor, Page
from .schema import schema_errors

T = TypeVar("T")

#: The metadata of a field that is no part of the JSON.
NOT_IN_JSON = {"name": None}
#: Maximum number of characters of an output in a message.
EXCERPT = 300


@define(auto_attribs=False)
class FunctionResult(models.FunctionResult):
    """The result of a call: the answer of the function's app.

    Attributes:
        network_code: The HTTP status of the app; 0 if the server sent no number, which is in `additional_properties`
            then.
        output: The body of the app's answer.
        cursor: The cursor of the next page, for functions that return pages; None on the last page.
        cursor_name: The field that carries the cursor. It is needed to resume if it is not `_cursor`.
        credits: The number of credits that the call cost, if the server says so.
        session_id: The id of the session that the call belongs to, if the server says so.
        additional_properties: Fields that are not documented.
    """

    if TYPE_CHECKING:
        # As `__attrs_post_init__` leaves them.
        network_code: int  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
        cursor: Any = None
    cursor_name: str = field(default="", kw_only=True, repr=False, metadata=NOT_IN_JSON)
    credits: Optional[int] = field(default=None, kw_only=True, metadata=NOT_IN_JSON)
    session_id: Optional[str] = field(default=None, kw_only=True, metadata=NOT_IN_JSON)
    #: The start of the output, without secrets, for a message.
    _excerpt: str = field(default="", init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        sent: Any = self
        sent.network_code = _status(sent.network_code)
        sent.output = None if sent.output is UNSET else sent.output
        if not sent.cursor_name:
            sent.cursor, sent.cursor_name = Cursor.after(sent.cursor, sent.next_page)

    def to_dict(self) -> Dict[str, Any]:
        """Return the result as a JSON object, as the server sent it."""
        # Not super(): attrs before 22.2 cannot make a slotted class with it on Python 3.11.
        result = models.FunctionResult.to_dict(self)
        if self.cursor_name != "_cursor" or self.cursor is None:
            del result["_cursor"]
        if not self.network_code:
            result["network_code"] = self.additional_properties.get("network_code", 0)
        return result

    @property
    def ok(self) -> bool:
        """True if the app did what it was asked: its status is 2xx."""
        return 200 <= self.network_code < 300

    def raise_for_network_code(self) -> FunctionResult:
        """Return the result itself if it is ok.

        Raises:
            NetworkCodeError: If the app refused.
        """
        if not self.ok:
            message = (
                f"The function's app, not Integry, refused: {self.network_code} {self._excerpt}. See .result.output."
            )
            raise NetworkCodeError(message, result=self)
        return self


def parse_result(response: requests.Response, mask: Mask) -> FunctionResult:
    """Return the result in a response of `call_function`.

    Raises:
        DecodeError: If it is not as documented.
    """
    body = decoded(response)
    result: FunctionResult = parse_object(body, FunctionResult)
    result.credits = _credits(response.headers.get("X-Credits", ""))
    result.session_id = response.headers.get("X-Session-ID")
    if not result.network_code:
        result.additional_properties["network_code"] = body["network_code"]
    if not result.ok:
        result._excerpt = str(mask.value(result.output))[:EXCERPT]  # noqa: SLF001 (of this module)
    return result


def _status(value: Any) -> int:
    """Return a status as a number. The function was called, so an odd status must not lose the output."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _credits(text: str) -> Optional[int]:
    """Return the number in a header. An odd header must not lose the output either."""
    try:
        return int(text) if text.isdecimal() else None
    except ValueError:
        # Python refuses more than 4,300 digits.
        return None


@define(auto_attribs=False)
class Function(models.Function):
    """A function, bound to the user for whom it was fetched. Call it with its arguments.

    Django's templates show a function instead of calling it.

    Attributes:
        name: The name by which the function is called.
        description: What it does.
        parameters: The JSON schema of its arguments.
        arguments: The predicted arguments, with tags for variables; empty without a prediction.
        meta: The data for a form, with `include="meta"` only.
        additional_properties: Fields that are not documented.
    """

    #: Django's template engine calls whatever is callable, unless this says no.
    do_not_call_in_templates: ClassVar[bool] = True

    if TYPE_CHECKING:
        # As `__attrs_post_init__` leaves them.
        description: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
        arguments: Dict[str, Any]  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
        meta: Optional[Dict[str, Any]]  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    _call: Optional[Callable[..., FunctionResult]] = field(default=None, init=False, repr=False, eq=False)
    _user_id: Optional[str] = field(default=None, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # Without calls, as there may be hundreds of functions on a page.
        sent: Any = self
        sent.description = sent.description or ""
        sent.meta = sent.meta or None
        sent.parameters, sent.arguments = sent.parameters or {}, sent.arguments or {}
        if sent.parameters.__class__ is not dict or sent.arguments.__class__ is not dict:
            _check_objects(parameters=sent.parameters, arguments=sent.arguments)

    def __call__(
        self,
        arguments: Union[Mapping[str, Any], str, None] = None,
        *,
        variables: Optional[Mapping[str, Any]] = None,
        connected_account_id: Optional[Any] = None,
        allow_workspace_connected_accounts: Optional[bool] = None,
        integration_id: Union[str, int, NotGiven, None] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> FunctionResult:
        """Call the function for its user, as `functions.call` does.

        Args:
            arguments: The arguments; by default the predicted ones.
            variables: Values for the tags in the arguments.
            connected_account_id: The account to use, if the user has several.
            allow_workspace_connected_accounts: As for `functions.call`.
            integration_id: As for `functions.call`.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        if self._call is None:
            message = f"{self.name} is not bound to a client: get it with functions.get, list or predict"
            raise ConfigurationError(message)
        given = self.arguments if arguments is None else arguments
        return self._call(
            self.name,
            given,
            self._user_id,
            variables,
            connected_account_id=connected_account_id,
            allow_workspace_connected_accounts=allow_workspace_connected_accounts,
            integration_id=integration_id,
            **options,
        )

    @property
    def required(self) -> List[str]:
        """The names of the required arguments."""
        required = self.parameters.get("required")
        return [name for name in required if isinstance(name, str)] if isinstance(required, list) else []

    def tags(self) -> Set[str]:
        """Return the tags in the predicted arguments: the variables that a call needs."""
        return tags.find(self.arguments)

    def validate(self, arguments: Union[Mapping[str, Any], str]) -> None:
        """Check arguments locally, before they are sent.

        Missing required arguments are always found; the whole schema is checked if `jsonschema` is installed, where a
        tag is accepted for any value. Remote references of the schema are not fetched. Its patterns run in Python's
        `re`: a server that you do not trust can send one that takes forever.

        Args:
            arguments: The arguments, or the JSON text of an object with them.

        Raises:
            InvalidRequest: If something is wrong; it names every argument.
        """
        given = json_object("arguments", arguments)
        wrong = {name: "is required" for name in self.required if _is_missing(given.get(name))}
        wrong.update(schema_errors(self.parameters, given, wrong))
        if wrong:
            listed = "; ".join(f"{name} {reason}" for name, reason in wrong.items())
            message = f"{self.name} cannot be called with these arguments: {listed}"
            raise InvalidRequest(message, arguments=wrong)


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value)


@define(auto_attribs=False)
class FunctionPageBody(models.FunctionPage):
    """The body of a page of functions, with the facade's class of functions."""

    functions: List[Function]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]


def parse_functions(body: Any, call: Callable[..., FunctionResult], user_id: str) -> FunctionPageBody:
    """Return a page of functions, bound to the method that calls them and to their user.

    Raises:
        DecodeError: If it is not as documented.
    """
    page = parse_object(body, FunctionPageBody)
    for function in _checked(list, page.functions, "an array"):
        _checked(Function, function, "an object (Function)")
        function._call, function._user_id = call, user_id  # noqa: SLF001 (of this module)
    return page


def parse_object(body: Any, cls: Type[T]) -> T:
    """Return a body that is an object, and not null.

    Raises:
        DecodeError: If it is something else.
    """
    model: T = structure(body, cls)
    return _checked(cls, model, f"an object ({cls.__name__})")


def _checked(cls: Type[T], value: Any, expected: str) -> T:
    if not isinstance(value, cls):
        reason = f"expected {expected}, got {type(value).__name__}"
        raise DecodeError(reason)
    return value


def _check_objects(**values: Any) -> None:
    """Check that fields of a function are JSON objects.

    Raises:
        DecodeError: If one is not.
    """
    for name, value in values.items():
        _checked(dict, value, f"an object ({name})")


@define
class AppPage(Page[models.App]):
    """A page of apps."""

    @property
    def apps(self) -> List[models.App]:
        """The apps of this page, the same as `items`."""
        return self.items


@define
class FunctionPage(Page[Function]):
    """A page of functions."""

    @property
    def functions(self) -> List[Function]:
        """The functions of this page, the same as `items`."""
        return self.items
