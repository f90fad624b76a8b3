"""What Integry's operations give: the generated models, with what one does with them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Set

import requests
from attrs import define, field

from .. import tags
from .._generated.errors import DecodeError
from ..errors import InvalidRequest, NetworkCodeError
from .pages import Page, Position
from .schema import validator

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._generated import models
    from .._resources._base import RequestOptions
    from .._resources.functions import Functions
    from .._secrets import Mask

log = logging.getLogger(__name__.rsplit(".", 2)[0])

#: The fields of a function.
DOCUMENTED = frozenset({"name", "description", "parameters", "arguments", "meta"})
#: Those of what a call gives.
RESULT = frozenset({"network_code", "output", "_cursor", "next_page"})
#: So much of an output is shown in a message.
EXCERPT = 300


@define
class FunctionResult:
    """What a function's app answered.

    Attributes:
        network_code: The HTTP status that the app answered; 0 if what the server sent is no number; it is in
            `additional_properties` then.
        output: The body that the app answered.
        cursor: Where the next page begins, for functions that give pages; None on the last page.
        credits: How many credits the call cost, if the server says so.
        session_id: The id of the session that the call belongs to, if the server says so.
        additional_properties: Fields that are not documented.
        cursor_name: The field that carries the cursor. It is needed to resume where it is not `_cursor`.
    """

    network_code: int
    output: Any = None
    cursor: Any = None
    credits: Optional[int] = None
    session_id: Optional[str] = None
    additional_properties: Dict[str, Any] = field(factory=dict)
    cursor_name: str = field(default="_cursor", repr=False)
    #: The start of the output, without secrets, for a message.
    _said: str = field(default="", repr=False, eq=False)

    @classmethod
    def from_response(cls, body: Any, response: requests.Response, mask: Mask) -> FunctionResult:
        """The result in a response of `call_function`, and its decoded body.

        Raises:
            DecodeError: If it is none.
        """
        if not (isinstance(body, dict) and "network_code" in body):
            raise _mismatch(body, "FunctionResult", "network_code")
        position = Position.after(body)
        cost = response.headers.get("X-Credits", "")
        result = cls(
            network_code=_status(body["network_code"]),
            output=body.get("output"),
            cursor=position.cursor,
            credits=_number(cost),
            session_id=response.headers.get("X-Session-ID"),
            additional_properties={name: body[name] for name in body if name not in RESULT},
            cursor_name=position.name,
        )
        if not result.network_code:
            result.additional_properties["network_code"] = body["network_code"]
        if not result.ok:
            result._said = str(mask.value(result.output))[:EXCERPT]
        return result

    @property
    def ok(self) -> bool:
        """Whether the app did what it was asked: its status is 2xx."""
        return 200 <= self.network_code < 300

    def raise_for_network_code(self) -> FunctionResult:
        """The result itself, if it is ok.

        Raises:
            NetworkCodeError: If the app refused.
        """
        if not self.ok:
            message = f"The function's app, not Integry, refused: {self.network_code} {self._said}. See .result.output."
            raise NetworkCodeError(message, result=self)
        return self


def functions_of(body: Any) -> List[Any]:
    """The functions in a response that lists some.

    Raises:
        DecodeError: If it is none.
    """
    if not (isinstance(body, dict) and "functions" in body):
        raise _mismatch(body, "FunctionPage", "functions")
    if not isinstance(body["functions"], list):
        reason = f"expected an array, got {type(body['functions']).__name__}"
        raise DecodeError(reason)
    return body["functions"]


def _mismatch(value: Any, model: str, *required: str) -> DecodeError:
    """What is wrong with a value that is not what the document says."""
    if not isinstance(value, dict):
        return DecodeError(f"expected an object ({model}), got {type(value).__name__}")
    absent = next(name for name in required if name not in value)
    return DecodeError(f"{model} has no {absent!r}, which is required")


def _status(value: Any) -> int:
    """A status, written as a number or as text. The function was called, so that odd ones must not lose the output."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _number(text: str) -> Optional[int]:
    """A number in a header; odd ones must not lose the output either, as those of more digits than Python reads."""
    try:
        return int(text) if text.isdecimal() else None
    except ValueError:
        return None


@define
class Function:
    """A function, bound to the user for whom it was asked. Call it with its arguments.

    Attributes:
        name: The name by which the function is called.
        description: What it does.
        parameters: The JSON schema of its arguments.
        arguments: Arguments that were predicted, with tags for variables; empty without a prediction.
        meta: What a form for the function needs; with `include="meta"` only.
        additional_properties: Fields that are not documented.
    """

    name: str
    description: str
    parameters: Dict[str, Any]
    arguments: Dict[str, Any]
    meta: Optional[Dict[str, Any]]
    additional_properties: Dict[str, Any] = field(repr=False)
    _functions: Functions = field(repr=False, eq=False)
    _user_id: str = field(repr=False, eq=False)

    @classmethod
    def bound(cls, values: Sequence[Any], functions: Functions, user_id: str) -> List[Function]:
        """Functions as the server sent them, for a user.

        Raises:
            DecodeError: If one is no function.
        """
        bound = []
        for value in values:
            try:
                name, parameters, get = value["name"], value["parameters"] or {}, value.get
            except (KeyError, TypeError):
                raise _mismatch(value, "Function", "name", "parameters") from None
            if not isinstance(parameters, dict):
                raise _mismatch(parameters, "parameters")
            if len(value) == 3 and "description" in value:
                # As most are in a list: there is nothing else to look for.
                bound.append(cls(name, value["description"] or "", parameters, {}, None, {}, functions, user_id))
                continue
            arguments = get("arguments") or {}
            if not isinstance(arguments, dict):
                raise _mismatch(arguments, "arguments")
            known = DOCUMENTED.issuperset(value)
            bound.append(
                cls(
                    name,
                    get("description") or "",
                    parameters,
                    arguments,
                    get("meta") or None,
                    {} if known else {other: value[other] for other in value if other not in DOCUMENTED},
                    functions,
                    user_id,
                )
            )
        return bound

    def __call__(
        self,
        arguments: Optional[Mapping[str, Any]] = None,
        *,
        variables: Optional[Mapping[str, Any]] = None,
        connected_account_id: Optional[Any] = None,
        **options: Unpack[RequestOptions],
    ) -> FunctionResult:
        """Call the function for its user. As `functions.call`; without arguments those that were predicted are used."""
        given = self.arguments if arguments is None else arguments
        return self._functions.call(
            self.name, given, self._user_id, variables, connected_account_id=connected_account_id, **options
        )

    @property
    def required(self) -> List[str]:
        """The arguments that must be given."""
        required = self.parameters.get("required")
        return [name for name in required if isinstance(name, str)] if isinstance(required, list) else []

    def tags(self) -> Set[str]:
        """The tags in the predicted arguments: the variables that a call needs."""
        return tags.find(self.arguments)

    def validate(self, arguments: Mapping[str, Any]) -> None:
        """Check arguments as far as this machine can, before they are sent.

        That required ones are given is always checked; the whole schema only if `jsonschema` is installed, and tags
        are taken for any value. Nothing that the schema refers to is fetched. Its patterns are run as Python's `re`
        does it: a server that you do not trust can write one that takes for ever.

        Raises:
            InvalidRequest: If something is wrong; it names every argument.
        """
        wrong = {name: "is required" for name in self.required if arguments.get(name) in (None, "")}
        wrong.update(_schema_errors(self.parameters, arguments, wrong))
        if wrong:
            listed = "; ".join(f"{name} {reason}" for name, reason in wrong.items())
            message = f"{self.name} cannot be called with these arguments: {listed}"
            raise InvalidRequest(message, arguments=wrong)


def _schema_errors(schema: Mapping[str, Any], arguments: Mapping[str, Any], known: Mapping[str, str]) -> Dict[str, str]:
    """What jsonschema finds wrong, by argument; nothing if it is not installed."""
    found: Dict[str, str] = {}
    try:
        for error in validator(schema).iter_errors(arguments):
            name = ".".join(map(str, error.absolute_path)) or "arguments"
            at_top = error.validator == "required" and not error.absolute_path
            if not (name in known or at_top or _awaits_tag(error)):
                found[name] = f"{found[name]}; {error.message}" if name in found else error.message
    except ImportError:
        pass
    except Exception as error:  # noqa: BLE001 (a schema from outside: whatever is wrong with it, the server decides)
        log.warning("The schema cannot be used to validate arguments whole: %s", type(error).__name__)
    return found


def _awaits_tag(error: Any) -> bool:
    """Whether what is wrong may be right once tags are substituted."""
    as_a_whole = error.validator in ("anyOf", "oneOf", "allOf", "not", "if")
    return (as_a_whole or isinstance(error.instance, str)) and bool(tags.find(error.instance))


@define
class AppPage(Page["models.App"]):
    """A page of apps."""

    @property
    def apps(self) -> List[models.App]:
        """The apps of this page, as `items`."""
        return self.items


@define
class FunctionPage(Page[Function]):
    """A page of functions."""

    @property
    def functions(self) -> List[Function]:
        """The functions of this page, as `items`."""
        return self.items
