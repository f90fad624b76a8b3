"""Results for language models: JSON objects, bounded in size, without secrets."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, Optional

from .. import errors
from .._results.calls import FunctionResult
from .._secrets import Mask

#: Maximum number of characters of a message, and of the reasons for an argument.
MAX_TEXT = 1000
#: Maximum number of arguments that an error names.
MAX_ARGUMENTS = 50
#: Errors that are raised, because a language model cannot fix their cause.
RAISED = (errors.ConfigurationError, errors.AuthenticationError)


def dumps(value: Any) -> str:
    """Return a value as compact JSON. Lone surrogates, which cannot be encoded in UTF-8, are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value, separators=(",", ":"), default=str)
    return text


def shortened(text: str, maximum: int = MAX_TEXT) -> str:
    """Return a text, cut to a maximum number of characters."""
    return text if len(text) <= maximum else f"{text[: maximum - 1]}…"


def failure(type_: str, message: str, **more: Any) -> Dict[str, Any]:
    """Return the result for an error.

    Args:
        type_: The kind of error, for example `InvalidArguments`.
        message: A message for the language model.
        **more: Further fields. Those that are None or empty are left out.
    """
    fields = {name: value for name, value in more.items() if value not in (None, "", {}, False)}
    return {"ok": False, "error": {"type": type_, "message": shortened(message), **fields}}


def success(result: FunctionResult, maximum: int, mask: Mask) -> Dict[str, Any]:
    """Return the result of a function call.

    Args:
        result: The result.
        maximum: Maximum number of characters of the output as JSON. A longer output is cut, and becomes a string.
        mask: The mask of the client's secrets.
    """
    found: Dict[str, Any] = {"ok": result.ok, "network_code": result.network_code, "output": None}
    try:
        found["output"] = mask.secrets(result.output)
        text = dumps(found["output"])
    except RecursionError:
        return {**found, "output": None, "truncated": "The output is nested too deeply to be shown."}
    if len(text) > maximum:
        found["output"] = text[:maximum]
        found["truncated"] = f"The output has {len(text)} characters. Only the first {maximum} are shown. Ask for less."
    if result.cursor is not None:
        # A cut cursor would be useless, so leave a huge one out.
        cursor = mask.secrets(result.cursor)
        found.update({result.cursor_name: cursor} if len(dumps(cursor)) <= maximum else {})
    return found


def error_result(error: errors.IntegryError, connect_url: Optional[str] = None) -> Dict[str, Any]:
    """Return the result for an error of a call.

    Args:
        error: The error.
        connect_url: The URL of the page where the user connects the app.

    Raises:
        IntegryError: The error itself, if a language model cannot fix its cause.
    """
    if isinstance(error, RAISED):
        raise error
    more: Dict[str, Any] = {"may_have_run": error.may_have_run}
    message = error.message
    if isinstance(error, errors.InvalidArguments):
        message = "Arguments are missing or invalid. Read `arguments`, and call again."
        more["arguments"] = reasons(error.arguments)
    elif isinstance(error, errors.AppNotConnected):
        how = "Ask the user to open the page `connect_url`" if connect_url else "Ask the user to connect it"
        message = f"The user has not connected the app {error.app}. {how}, then call again."
        more.update(app=error.app, connect_url=connect_url)
    elif isinstance(error, errors.FunctionCallError):
        details = error.error_details
        message = "; ".join(map(str, details)) if isinstance(details, list) else str(details or error.error)
    elif isinstance(error, errors.RateLimited):
        message = "There were too many calls. Wait before the next call."
        more["retry_after"] = error.retry_after
    return failure(type(error).__name__, message, **more)


def reasons(arguments: Mapping[str, Any]) -> Dict[str, str]:
    """Return the reasons why arguments are refused, bounded in number and length."""
    listed = list(arguments.items())
    found = {shortened(str(name), 100): shortened(str(reason), 300) for name, reason in listed[:MAX_ARGUMENTS]}
    if len(listed) > MAX_ARGUMENTS:
        found["…"] = f"and {len(listed) - MAX_ARGUMENTS} more"
    return found
