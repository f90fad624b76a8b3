"""A call of a function: whose account, which arguments, what it does."""

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
from ._http import LONGEST_BODY, Refused, decoded
from ._store import Record, Store

SUMMARY = "Could not call the function due to invalid input. Please see `error_details` for further information."
MISSING = "This parameter is required and must not be null or empty"
#: So many things that are wrong with arguments are named.
MOST_ERRORS = 100


@define
class Outcome:
    """What a function's app answers.

    Attributes:
        output: The body.
        network_code: The HTTP status.
        cursor: Where the next page begins, for functions that give pages; None on the last page.
        has_pages: Whether the function gives pages, so that the answer has a cursor even if it is null.
    """

    output: Any = None
    network_code: int = 200
    cursor: Any = None
    has_pages: bool = False


@define
class Called:
    """A call, as what a function does sees it.

    Attributes:
        function: The name of the function.
        arguments: Its arguments, tags substituted.
        user_id: The user.
        account_id: The connected account.
        cursor: The cursor that was sent; None for the first page.
        catalogue: The apps and functions there are, and samples of what apps answer.
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
        """What the documentation shows that apps answer."""
        return self.catalogue.samples

    def add(self, kind: str, value: Dict[str, Any]) -> Record:
        """Keep something in the account."""
        return self._store.add(kind, str(self.account_id), value)

    def number(self, kind: str) -> int:
        """How many such things are kept in the account."""
        return self._store.count(kind, str(self.account_id))

    def alone(self) -> ContextManager[None]:
        """Let no other call read or write in between."""
        return self._store.exclusive()

    def kept(self, kind: str) -> List[Dict[str, Any]]:
        """What was kept in the account, the oldest first."""
        return [record.value for record in self._store.find(kind, str(self.account_id))]


@define(frozen=True)
class Call:
    """A call of a function, as the log has it.

    Attributes:
        function: The name of the function.
        user_id: For whom it was called.
        arguments: Its arguments, tags substituted.
        network_code: The HTTP status that its app answered.
        output: The body that its app answered.
        at: When, in UTC (ISO 8601).
    """

    function: str
    user_id: str
    arguments: Dict[str, Any]
    network_code: int
    output: Any
    at: str

    @classmethod
    def of(cls, record: Record) -> Call:
        """A call as it was kept."""
        value = record.value
        code = int(value["network_code"])
        return cls(value["function"], record.scope, value["arguments"], code, value["output"], value["at"])


def refused(details: Any) -> Refused:
    """The function is not called."""
    return Refused(400, {"error": SUMMARY, "error_details": details})


def account_for(app: Mapping[str, Any], accounts: List[Record], wanted: Optional[str]) -> Record:
    """The account to call with.

    Raises:
        Refused: If there is none, or no such one, or several and none is wanted. The documentation has the first only.
    """
    if not accounts:
        name, title = app["name"], app["title"]
        how = f"To connect an account, please call following SDK method: `connect('{name}')`"
        raise refused([f"User has not connected their {title} account. {how}"])
    if wanted is None and len(accounts) == 1:
        return accounts[0]
    found = [account for account in accounts if str(account.id) == wanted]
    if not found:
        listed = ", ".join(str(account.id) for account in accounts)
        raise refused([f"User has these {app['title']} accounts: {listed}. Please specify `connected_account_id`."])
    return found[0]


def arguments_of(function: Function, body: Mapping[str, Any]) -> Dict[str, Any]:
    """The arguments in a body, tags substituted.

    Raises:
        Refused: If any is wrong; all that are wrong are named.
    """
    variables = body.get("_variables")
    if not isinstance(variables, (dict, type(None))):
        raise refused({"_variables": "This parameter must be an object"})
    given = {name: value for name, value in body.items() if name not in NOT_ARGUMENTS}
    arguments = keep_texts(function.parameters, given, tags.substitute(given, _Bounded(variables or {})))
    wrong = {name: MISSING for name in required_of(function.parameters) if arguments.get(name) in (None, "")}
    for error in islice(validator(function.parameters).iter_errors(arguments), MOST_ERRORS):
        if error.validator != "required" or error.absolute_path:
            name = ".".join(map(str, error.absolute_path)) or "arguments"
            if wrong.get(name) != MISSING:
                wrong[name] = f"{wrong[name]}; {error.message}" if name in wrong else error.message
    if wrong:
        raise refused(wrong)
    return arguments


class _Bounded(Dict[str, Any]):
    """Variables that may be asked for until what they gave is larger than a body may be: it is not all in memory."""

    _left = LONGEST_BODY

    def get(self, name: str, default: Any = None) -> Any:
        value = super().get(name, default)
        self._left -= len(value) if isinstance(value, str) else len(json.dumps(value))
        if self._left < 0:
            raise refused({"_variables": f"With them the arguments are larger than {LONGEST_BODY} bytes"})
        return value


def from_form(body: Mapping[str, str], function: Function) -> Dict[str, Any]:
    """The arguments in a form, whose fields are all texts: what is to be no text is read as JSON."""
    properties = properties_of(function.parameters)
    types = {name: types_of(schema, function.parameters) for name, schema in properties.items()}
    found: Dict[str, Any] = dict(body)
    for name in body:
        if name == "_variables" or "string" not in types.get(name, ("string",)):
            with contextlib.suppress(ValueError):
                found[name] = decoded(body[name])
    return found


def outcome_of(run: Callable[[Called], Any], called: Called) -> Outcome:
    """What a function does; anything but an `Outcome` is its output."""
    found = run(called)
    return found if isinstance(found, Outcome) else Outcome(found)


def check_installed() -> None:
    """Say now what the first call of a function would miss."""
    try:
        validator({})
    except ImportError as error:
        msg = "The sandbox needs jsonschema: pip install 'integry-requests[sandbox]'"
        raise ConfigurationError(msg) from error
