"""A call of a function: selecting the account, validating the arguments, running the function."""

from __future__ import annotations

import contextlib
import json
from itertools import islice
from typing import Any, Callable, ContextManager, Dict, List, Mapping, Optional

from attrs import define

from .. import tags
from .._results.pages import NOT_ARGUMENTS
from .._results.schema import keep_texts, validator
from .._results.schema_types import properties_of, required_of, types_of
from ..errors import ConfigurationError
from ._catalogue import Catalogue, Function
from ._http import MAX_BODY, HTTPError, parse_json
from ._store import Record, Store

SUMMARY = "Could not call the function due to invalid input. Please see `error_details` for further information."
MISSING = "This parameter is required and must not be null or empty"
#: Maximum number of schema violations in an error response.
MAX_ERRORS = 100


@define
class Result:
    """The response of a function's app.

    Attributes:
        output: The body of the app's response, any JSON value.
        network_code: The HTTP status of the app's response (default: 200).
        cursor: The cursor of the next page, for functions that return pages; None on the last page.
        has_pages: True if the function returns pages. The response then has a cursor, which is null on the last page.
    """

    output: Any = None
    network_code: int = 200
    cursor: Any = None
    has_pages: bool = False


@define
class Invocation:
    """A call of a function. The sandbox passes it to the function's `run`.

    Attributes:
        function: The name of the function.
        arguments: The arguments, with tags substituted.
        user_id: The id of the user.
        account_id: The id of the connected account.
        cursor: The cursor in the request; None for the first page.
        catalogue: The apps and functions, and samples of apps' responses.
    """

    function: str
    arguments: Dict[str, Any]
    user_id: str
    account_id: int
    cursor: Any
    catalogue: Catalogue
    _store: Store

    @property
    def samples(self) -> Mapping[str, Any]:
        """Samples of apps' responses, from the documentation."""
        return self.catalogue.samples

    def add(self, kind: str, value: Dict[str, Any]) -> Record:
        """Add a record of a kind, such as "message", to the account."""
        return self._store.add(kind, str(self.account_id), value)

    def count(self, kind: str) -> int:
        """Return the number of records of a kind in the account."""
        return self._store.count(kind, str(self.account_id))

    def transaction(self) -> ContextManager[None]:
        """Return a context manager for a transaction: no other call reads or writes until its end."""
        return self._store.transaction()

    def find(self, kind: str) -> List[Dict[str, Any]]:
        """Return the values of the account's records of a kind, the oldest first."""
        return [record.value for record in self._store.find(kind, str(self.account_id))]


@define(frozen=True)
class Call:
    """A logged call of a function.

    Attributes:
        function: The name of the function.
        user_id: The id of the user.
        arguments: The arguments, with tags substituted.
        network_code: The HTTP status of the app's response.
        output: The body of the app's response.
        at: The time of the call, in UTC (ISO 8601).
    """

    function: str
    user_id: str
    arguments: Dict[str, Any]
    network_code: int
    output: Any
    at: str

    @classmethod
    def of(cls, record: Record) -> Call:
        """Return the call in a record of the store."""
        value = record.value
        code = int(value["network_code"])
        return cls(value["function"], record.scope, value["arguments"], code, value["output"], value["at"])


def call_error(details: Any) -> HTTPError:
    """Return the documented error of a call that is refused.

    Args:
        details: The errors: a list, or an object with the messages by argument.
    """
    return HTTPError(400, {"error": SUMMARY, "error_details": details})


def select_account(app: Mapping[str, Any], accounts: List[Record], wanted: Optional[str]) -> Record:
    """Return the connected account to call a function with.

    Raises:
        HTTPError: If the user has no account, if `wanted` is not an account of the user, or if `wanted` is None and
            the user has several accounts. Only the error of a user without accounts is documented.
    """
    if not accounts:
        name, title = app["name"], app["title"]
        how = f"To connect an account, please call following SDK method: `connect('{name}')`"
        raise call_error([f"User has not connected their {title} account. {how}"])
    if wanted is None and len(accounts) == 1:
        return accounts[0]
    found = [account for account in accounts if str(account.id) == wanted]
    if not found:
        listed = ", ".join(str(account.id) for account in accounts)
        raise call_error([f"User has these {app['title']} accounts: {listed}. Please specify `connected_account_id`."])
    return found[0]


def read_arguments(function: Function, body: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the arguments in a body, with tags substituted.

    Raises:
        HTTPError: If arguments are invalid. The error names each invalid argument.
    """
    variables = body.get("_variables")
    if not isinstance(variables, (dict, type(None))):
        raise call_error({"_variables": "This parameter must be an object"})
    given = {name: value for name, value in body.items() if name not in NOT_ARGUMENTS}
    arguments = keep_texts(function.parameters, given, tags.substitute(given, _BoundedVariables(variables or {})))
    wrong = {name: MISSING for name in required_of(function.parameters) if arguments.get(name) in (None, "")}
    for error in islice(validator(function.parameters).iter_errors(arguments), MAX_ERRORS):
        if error.validator != "required" or error.absolute_path:
            name = ".".join(map(str, error.absolute_path)) or "arguments"
            if wrong.get(name) != MISSING:
                wrong[name] = f"{wrong[name]}; {error.message}" if name in wrong else error.message
    if wrong:
        raise call_error(wrong)
    return arguments


class _BoundedVariables(Dict[str, Any]):
    """Variables whose substitution fails once the inserted text is larger than `MAX_BODY`, to limit memory use."""

    _left = MAX_BODY

    def get(self, name: str, default: Any = None) -> Any:
        value = super().get(name, default)
        self._left -= len(value) if isinstance(value, str) else len(json.dumps(value))
        if self._left < 0:
            raise call_error({"_variables": f"With them the arguments are larger than {MAX_BODY} bytes"})
        return value


def parse_form(body: Mapping[str, str], function: Function) -> Dict[str, Any]:
    """Return the arguments in a form.

    Form fields are strings, so the values of arguments with other types are parsed as JSON.
    """
    properties = properties_of(function.parameters)
    types = {name: types_of(schema, function.parameters) for name, schema in properties.items()}
    found: Dict[str, Any] = dict(body)
    for name in body:
        if name == "_variables" or "string" not in types.get(name, ("string",)):
            with contextlib.suppress(ValueError):
                found[name] = parse_json(body[name])
    return found


def run_function(run: Callable[[Invocation], Any], invocation: Invocation) -> Result:
    """Run a function, and return its result. A return value that is not a `Result` is the output of the result."""
    found = run(invocation)
    return found if isinstance(found, Result) else Result(found)


def check_installed() -> None:
    """Raise ConfigurationError if jsonschema is missing, so that a test does not fail later, in its first call."""
    try:
        validator({})
    except ImportError as error:
        msg = "The sandbox needs jsonschema: pip install 'integry-requests[sandbox]'"
        raise ConfigurationError(msg) from error
