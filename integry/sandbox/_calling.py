"""A call of a function: whose account, which arguments, what it does."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

import jsonschema
import referencing
from attrs import define

from .. import tags
from ._catalogue import Function
from ._http import Refused
from ._store import Record, Store

SUMMARY = "Could not call the function due to invalid input. Please see `error_details` for further information."
MISSING = "This parameter is required and must not be null or empty"


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
        samples: What the documentation shows that apps answer.
    """

    function: str
    arguments: Dict[str, Any]
    user_id: str
    account_id: int
    cursor: Any
    samples: Mapping[str, Any]
    _store: Store

    def add(self, kind: str, value: Dict[str, Any]) -> Record:
        """Keep something in the account."""
        return self._store.add(kind, str(self.account_id), value)

    def kept(self, kind: str) -> List[Dict[str, Any]]:
        """What was kept in the account, the oldest first."""
        return [record.value for record in self._store.find(kind, str(self.account_id))]


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
    given = {name: value for name, value in body.items() if name not in ("_variables", "_cursor", "next_page")}
    arguments: Dict[str, Any] = tags.substitute(given, variables or {})
    wrong = {name: MISSING for name in function.parameters.get("required", []) if arguments.get(name) in (None, "")}
    # An empty registry: a schema that refers to another URL must not make us fetch it.
    validator = jsonschema.Draft202012Validator(function.parameters, registry=referencing.Registry())
    for error in validator.iter_errors(arguments):
        if error.validator != "required" or error.absolute_path:
            wrong.setdefault(".".join(map(str, error.absolute_path)), error.message)
    if wrong:
        raise refused(wrong)
    return arguments


def outcome_of(run: Callable[[Called], Any], called: Called) -> Outcome:
    """What a function does; anything but an `Outcome` is its output."""
    found = run(called)
    return found if isinstance(found, Outcome) else Outcome(found)
