"""Errors of the command: their exit codes, and what is printed for them."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from .. import errors
from ._text import clean, safe_json

FAILED, USAGE, CONFIGURATION, REFUSED, MISSING, ARGUMENTS, NOT_CONNECTED = 1, 2, 3, 4, 5, 6, 7
APP_REFUSED, RATE_LIMITED, NO_ANSWER, SERVER = 8, 9, 10, 11
INTERRUPTED, PIPE = 130, 141

#: Exit codes by name of the error's class. The first class in the error's method resolution order counts.
CODES = {
    "ConfigurationError": CONFIGURATION,
    "AuthenticationError": REFUSED,
    "PermissionDenied": REFUSED,
    "NotFound": MISSING,
    "InvalidRequest": ARGUMENTS,
    "BadRequest": ARGUMENTS,
    "Conflict": ARGUMENTS,
    "UnprocessableEntity": ARGUMENTS,
    "AppNotConnected": NOT_CONNECTED,
    "NetworkCodeError": APP_REFUSED,
    "RateLimited": RATE_LIMITED,
    "APIConnectionError": NO_ANSWER,
    "ServerError": SERVER,
    "ResponseDecodeError": SERVER,
    "CursorLoop": SERVER,
}

#: Sentences that say how to go on, by exit code.
ADVICE = {
    CONFIGURATION: "See `integry config show`.",
    REFUSED: "`integry config show` says where the credentials come from.",
    RATE_LIMITED: "Wait, and try again.",
    SERVER: "Try again later, or see the attempts with -vv.",
}


class CommandError(Exception):
    """An error of the command itself.

    Attributes:
        message: The message.
        code: The exit code.
        name: The name of the error in JSON.
        fields: Further fields of the JSON, such as `arguments` with the reasons by argument.
    """

    def __init__(self, message: str, code: int = FAILED, *, name: str = "", **fields: Any) -> None:
        super().__init__(message)
        self.message, self.code, self.fields = message, code, fields
        self.name = name or {
            USAGE: "UsageError",
            CONFIGURATION: "ConfigurationError",
            ARGUMENTS: "InvalidArguments",
        }.get(code, "Error")


def code_of(error: errors.IntegryError) -> int:
    """Return the exit code for an error of the SDK."""
    found = (CODES[each.__name__] for each in type(error).__mro__ if each.__name__ in CODES)
    return next(found, FAILED)


def describe(error: Exception, *, runs_once: bool) -> Tuple[int, str, Dict[str, Any]]:
    """Return the exit code for an error, the line to print, and the object to print with --json.

    Args:
        error: A CommandError or an error of the SDK.
        runs_once: True if the command changes something, so that the line must say if it may have run.
    """
    if isinstance(error, CommandError):
        fields = {"error": error.name, "message": error.message, "exit_code": error.code, "may_have_run": False}
        return error.code, error.message, {**fields, **error.fields}
    if not isinstance(error, errors.IntegryError):
        raise error
    code = code_of(error)
    message = error.message
    fields = {"error": type(error).__name__, "message": message, "exit_code": code, "may_have_run": error.may_have_run}
    for name in ("status", "request_id", "arguments", "app", "connect_url", "retry_after"):
        value = getattr(error, name, None)
        if value not in (None, "", 0):
            fields[name] = value
    return code, " ".join([_sentence(message), *_advice(error, code, runs_once=runs_once)]), fields


def _sentence(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _advice(error: errors.IntegryError, code: int, *, runs_once: bool) -> List[str]:
    """Return sentences that say what to do."""
    found = []
    if runs_once and error.may_have_run and code != APP_REFUSED:
        found.append("The call may have run all the same.")
    if isinstance(error, errors.AppNotConnected):
        url = f"open {error.connect_url} or run " if error.connect_url else "run "
        found.append(f"To connect it, {url}`integry apps connect {error.app}`.")
    elif isinstance(error, errors.NotFound):
        found.append("`integry functions search WORDS` and `integry apps list` show the names.")
    elif code in ADVICE:
        found.append(ADVICE[code])
    return found


def error_line(message: str) -> str:
    """Return the line for an error on a terminal."""
    return f"Error: {clean(message)}"


def error_json(fields: Dict[str, Any]) -> str:
    """Return the JSON object for an error."""
    return safe_json(fields)
