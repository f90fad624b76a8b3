"""Calls that fail because no connected account, or a wrong one, was selected. A language model cannot select one."""

from __future__ import annotations

import logging
from typing import Any, Dict

from .. import errors
from .._results.functions import Function
from ._results import failure
from ._schemas import declared
from ._scope import Scope

log = logging.getLogger(__name__.rsplit(".", 2)[0])

#: The parameter of the API that selects an account. Errors that name it advise developers, not models.
PARAMETER = "connected_account_id"


def account_failure(error: errors.FunctionCallError, function: Function, scope: Scope, selected: Any) -> Dict[str, Any]:
    """Return the result if a call failed because of its account, and log what to do; an empty dict for other errors.

    Args:
        error: The error of the call.
        function: The function that was called.
        scope: The scope of the toolbox.
        selected: The account that the developer selected; None if none was selected.
    """
    # A function may have an argument of this name, which is the model's.
    if PARAMETER not in f"{error.error} {error.error_details}" or PARAMETER in declared(function.parameters):
        return {}
    app = scope.apps.get(function.name)
    title = f"the app {app}" if app else f"the app of {function.name}"
    cause, selects = f"The user has several accounts of {title}, and none is selected.", "select one"
    if selected is not None:
        cause, selects = f"The account that is selected for {title} cannot be used.", "select another one"
    log.warning(
        "%s was not called: %s Pass the id of an account as accounts={%s: id} to Toolbox, or as --accounts %s=ID to "
        "the MCP server. client.apps.connected_accounts(app) returns the user's accounts.",
        function.name,
        cause,
        repr(app or "app"),
        app or "APP",
    )
    message = f"{cause} You cannot {selects}, so do not call again. Tell the user that the developer must {selects}."
    return failure("AccountNotSelected", message, app=app)
