"""Functions of apps: the generated model, with methods."""

# pyright: reportGeneralTypeIssues=false, reportIncompatibleVariableOverride=false
# The line above disables two rules of pyright, because the classes below narrow the types of inherited fields: to the
# documented types, or to the types that the fields have after __attrs_post_init__.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, ClassVar, Dict, List, Mapping, Optional, Set, Tuple, Union

from attrs import define, field

from .. import tags
from .._generated import models
from .._generated._display import short, table
from .._generated.errors import DecodeError
from .._generated.types import UNSET
from .._hints import Unpack
from .._http.request import json_object
from .._settings import NOT_GIVEN, NotGiven, RequestOptions
from ..errors import ConfigurationError, InvalidRequest
from .calls import FunctionResult
from .pages import Page
from .parsing import NO_NAME, checked, parse_items, parse_object
from .schema import schema_errors
from .schema_types import properties_of, required_of, resolved


@define(auto_attribs=False, repr=False)
class Function(models.Function):
    """A function of an app, bound to the user for whom it was fetched.

    A Function can be called like a Python function. Django's templates do not call it.

    Example:
        ```python
        post_message = integry.functions.get("slack-post-message")
        post_message.validate({"channel": "general", "text": "Hello"})
        result = post_message({"channel": "general", "text": "Hello"})
        ```

    Attributes:
        name: The name to pass to methods, for example `slack-post-message`.
        description: A sentence that describes the function.
        parameters: The JSON schema of the arguments.
        arguments: The predicted arguments, with tags for variables. The dict is empty without a prediction.
        meta: The data for a form. None without `include="meta"`.
        additional_properties: The fields that are not documented.
    """

    #: Django's template engine calls every callable object without this attribute.
    do_not_call_in_templates: ClassVar[bool] = True

    if TYPE_CHECKING:
        # The types that the fields have after `__attrs_post_init__`.
        parameters: Dict[str, Any]
        description: str
        arguments: Dict[str, Any]
        meta: Optional[Dict[str, Any]]
    _call: Optional[Callable[..., FunctionResult]] = field(default=None, init=False, repr=False, eq=False)
    _user_id: Optional[str] = field(default=None, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # For speed, call no Python code here: a page may have hundreds of these objects. `is UNSET` calls none, and
        # bool() of UNSET does.
        sent: Any = self
        if sent.name is None:
            raise DecodeError(NO_NAME)
        if sent.description is UNSET or sent.description is None:
            sent.description = ""
        if sent.meta is UNSET or sent.meta == {}:
            sent.meta = None
        if sent.parameters is UNSET or sent.parameters is None:
            sent.parameters = {}
        if sent.arguments is UNSET or sent.arguments is None:
            sent.arguments = {}
        if sent.parameters.__class__ is not dict or sent.arguments.__class__ is not dict:
            _check_objects(parameters=sent.parameters, arguments=sent.arguments)

    def __repr__(self) -> str:
        number = len(properties_of(self.parameters))
        parts = [short(self.name), f"required={short(self.required)}" if self.required else ""]
        parts.append(f"{number} parameter{'' if number == 1 else 's'}")
        parts.append(f"arguments={short(self.arguments)}" if self.arguments else "")
        return f"Function({', '.join(filter(None, parts))})"

    def _repr_html_(self) -> str:
        head = ("parameter", "type", "required", "description")
        schemas = {name: resolved(each, self.parameters) for name, each in properties_of(self.parameters).items()}
        rows = [
            (name, each.get("type", ""), "yes" if name in self.required else "", each.get("description", ""))
            for name, each in schemas.items()
        ]
        return table(f"{self.name}: {self.description}", head, rows)

    def to_dict(self) -> Dict[str, Any]:
        """Return the function as a JSON object. `arguments` and `meta` are left out if they are empty."""
        # Do not use super(): on Python 3.11, attrs < 22.2 cannot create a slotted class that uses super().
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
        """Call the function for its user, like `functions.call`.

        Args:
            arguments: The arguments, or a JSON string with an object. If only variables are passed, the predicted
                arguments are used.
            variables: The values of tags such as `{name}` in the arguments.
            connected_account_id: The account to use, if the user has several.
            allow_workspace_connected_accounts: The same as for `functions.call`.
            integration_id: The same as for `functions.call`.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            The response of the app. It may be an error: see `ok`.

        Raises:
            ConfigurationError: If the function was not fetched with a client.
            InvalidRequest: If neither arguments nor variables are passed. This protects against template engines, which
                may call every object without arguments.
            IntegryError: The same errors as `functions.call`.
        """
        if self._call is None:
            message = f"{self.name} is not bound to a client: get it with functions.get, list or predict"
            raise ConfigurationError(message)
        if arguments is None and variables is None:
            message = (
                f"{self.name} was called without arguments: pass a dict, such as function.arguments for the predicted "
                "ones, or variables for their tags. Template engines and forms call objects like this by accident."
            )
            raise InvalidRequest(message)
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
        return required_of(self.parameters)

    def tags(self) -> Set[str]:
        """Return the names of the tags in the predicted arguments. A call needs variables with these names."""
        return tags.find(self.arguments)

    def validate(self, arguments: Union[Mapping[str, Any], str]) -> None:
        """Check arguments locally, without sending a request.

        Missing required arguments are always found. The whole schema is checked if `jsonschema` is installed (extra
        `sandbox`). A string with a tag is accepted as a value of any type. Remote references of the schema are not
        fetched. Patterns of the schema run in Python's `re`, so use this only for servers that you trust: a malicious
        pattern can take forever.

        Args:
            arguments: The arguments, or a JSON string with an object.

        Raises:
            InvalidRequest: If arguments are missing or invalid. Its attribute `arguments` has the reasons by argument.
        """
        # Validate a copy as JSON, as a call would send it.
        sent = tags.substitute(json_object("arguments", arguments), {})
        wrong = {name: "is required" for name in self.required if sent.get(name) in (None, "")}
        wrong.update(schema_errors(self.parameters, sent, wrong))
        if wrong:
            listed = "; ".join(f"{name} {reason}" for name, reason in wrong.items())
            message = f"{self.name} cannot be called with these arguments: {listed}"
            raise InvalidRequest(message, arguments=wrong)


@define(auto_attribs=False)
class FunctionPageBody(models.FunctionPage):
    """The body of a page of functions, with `Function` of this module instead of the generated model."""

    functions: List[Function]  # type: ignore[assignment]  # a list of a subclass


def parse_functions(body: Any, call: Callable[..., FunctionResult], user_id: str) -> FunctionPageBody:
    """Return a page of functions that are bound to their user.

    Args:
        body: The decoded body.
        call: The method that calls functions.
        user_id: The user's id.

    Raises:
        DecodeError: If the body does not have the documented shape.
    """
    page = parse_object(body, FunctionPageBody)
    page.functions = parse_items(page.functions, Function)
    for function in page.functions:
        function._call, function._user_id = call, user_id  # noqa: SLF001 (of this module)
    return page


def _check_objects(**values: Any) -> None:
    """Check that fields of a function are JSON objects.

    Raises:
        DecodeError: If a field is not a JSON object.
    """
    for name, value in values.items():
        checked(dict, value, f"an object ({name})")


@define(repr=False)
class FunctionPage(Page[Function]):
    """A page of functions."""

    _name: ClassVar[str] = "functions"
    _columns: ClassVar[Tuple[str, ...]] = ("name", "description", "required")

    @property
    def functions(self) -> List[Function]:
        """The functions of this page, the same as `items`."""
        return self.items

    def _rows(self) -> List[Any]:
        return [(each.name, each.description, ", ".join(each.required)) for each in self.items]
