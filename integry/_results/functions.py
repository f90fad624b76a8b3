"""Functions: the generated model, with methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, ClassVar, Dict, List, Mapping, Optional, Set, Union

from attrs import define, field

from .. import tags
from .._generated import models
from .._generated._display import short, table
from .._hints import Unpack
from .._http.request import json_object
from .._settings import NOT_GIVEN, NotGiven, RequestOptions
from ..errors import ConfigurationError, InvalidRequest
from .calls import FunctionResult
from .pages import Page
from .parsing import checked, parse_object
from .schema import schema_errors


@define(auto_attribs=False, repr=False)
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
        parameters: Dict[str, Any]  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
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

    def __repr__(self) -> str:
        number = len(self._properties())
        parts = [short(self.name), f"required={short(self.required)}" if self.required else ""]
        parts.append(f"{number} parameter{'' if number == 1 else 's'}")
        parts.append(f"arguments={short(self.arguments)}" if self.arguments else "")
        return f"Function({', '.join(filter(None, parts))})"

    def _repr_html_(self) -> str:
        head = ("parameter", "type", "required", "description")
        rows = [
            (
                name,
                _schema_value(schema, "type"),
                "yes" if name in self.required else "",
                _schema_value(schema, "description"),
            )
            for name, schema in self._properties().items()
        ]
        return table(f"{self.name}: {self.description}", head, rows)

    def _properties(self) -> Dict[str, Any]:
        """Return the schemas of the parameters; empty where the schema is odd."""
        found = _schema_value(self.parameters, "properties")
        return found if isinstance(found, dict) else {}

    def to_dict(self) -> Dict[str, Any]:
        """Return the function as a JSON object: name, parameters, description, and what was predicted or included."""
        # Not super(): attrs before 22.2 cannot make a slotted class with it on Python 3.11.
        result = models.Function.to_dict(self)
        return {name: value for name, value in result.items() if value or name not in ("arguments", "meta")}

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
        required = _schema_value(self.parameters, "required")
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
        # A copy as JSON, as a call would send it.
        sent = tags.substitute(json_object("arguments", arguments), {})
        wrong = {name: "is required" for name in self.required if sent.get(name) in (None, "")}
        wrong.update(schema_errors(self.parameters, sent, wrong))
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
    for function in checked(list, page.functions, "an array"):
        checked(Function, function, "an object (Function)")
        function._call, function._user_id = call, user_id  # noqa: SLF001 (of this module)
    return page


def _check_objects(**values: Any) -> None:
    """Check that fields of a function are JSON objects.

    Raises:
        DecodeError: If one is not.
    """
    for name, value in values.items():
        checked(dict, value, f"an object ({name})")


def _schema_value(schema: Any, name: str) -> Any:
    """Return what a schema says, if it is an object that says it; else an empty text."""
    return schema.get(name, "") if isinstance(schema, dict) else ""


@define(repr=False)
class FunctionPage(Page[Function]):
    """A page of functions."""

    _name: ClassVar[str] = "functions"
    _columns: ClassVar = ("name", "description", "required")

    @property
    def functions(self) -> List[Function]:
        """The functions of this page, the same as `items`."""
        return self.items

    def _rows(self) -> List[Any]:
        return [(each.name, each.description, ", ".join(each.required)) for each in self.items]
