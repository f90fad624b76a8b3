"""Errors of the command: their exit codes, and what is printed for them."""

from __future__ import annotations

import re
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
    SERVER: "-vv shows the responses.",
}
#: Advice of the SDK that names parts of Python, and that of the command. A test provokes each error.
_ADVICE_OF_SDK = {
    r" See \.(?:body|error_details)\b[^.]*\.": " -vv shows the response.",
    r", and see \.headers\['location'\]": "",
    r" Call less often, or raise max_retries\.": "",
    r"raise timeout=": "raise --timeout",
    r"pass verify= for": "set REQUESTS_CA_BUNDLE to",
    r"Add them to variables=\.": "Pass them with --var.",
}
#: Maximum number of arguments, and of characters of a reason, in a line.
MAX_ARGUMENTS, MAX_REASON = 20, 200


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


def describe(error: Exception) -> Tuple[int, str, Dict[str, Any]]:
    """Return the exit code for an error, the line to print, and the object to print with --json.

    Args:
        error: A CommandError or an error of the SDK. Others are raised again.
    """
    if isinstance(error, CommandError):
        name, code, message, found = error.name, error.code, error.message, error.fields
    elif isinstance(error, errors.IntegryError):
        name, code = type(error).__name__, code_of(error)
        message = " ".join([_sentence(_message(error)), *_advice(error, code)])
        found = {each: getattr(error, each, None) or None for each in ("status", "request_id", "arguments")}
        found["may_have_run"] = error.may_have_run and not error.is_idempotent
        more = {each: getattr(error, each, None) for each in ("app", "connect_url", "retry_after")}
        found.update({each: value for each, value in more.items() if value is not None})
    else:
        raise error
    fields = {"error": name, "message": message, "exit_code": code, "status": None, "request_id": None}
    return code, message, {**fields, "may_have_run": False, "arguments": None, **found}


def _sentence(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _message(error: errors.IntegryError) -> str:
    """Return the message of an error of the SDK, in words of the command."""
    if isinstance(error, errors.AppNotConnected):
        return f"The app {error.app} is not connected for this user, so that the function was not called"
    if isinstance(error, errors.InvalidArguments) and error.arguments:
        reasons = [f"{name}: {str(each)[:MAX_REASON].rstrip('.')}" for name, each in error.arguments.items()]
        return f"The function was not called: {'; '.join(reasons[:MAX_ARGUMENTS])}"
    message: str = error.message
    for pattern, words in _ADVICE_OF_SDK.items():
        message = re.sub(pattern, words, message)
    return message


def _advice(error: errors.IntegryError, code: int) -> List[str]:
    """Return sentences that say what to do."""
    if isinstance(error, errors.AppNotConnected):
        url = f"open {error.connect_url} or run " if error.connect_url else "run "
        return [f"To connect it, {url}`integry apps connect {error.app}`."]
    if isinstance(error, errors.InvalidArguments):
        return ["`integry functions get NAME` shows the parameters."]
    if isinstance(error, errors.NotFound):
        names = {"/functions/": "`integry functions search WORDS`", "/apps/": "`integry apps list`"}
        return [f"{shows} shows the names." for part, shows in names.items() if part in error.url]
    return [ADVICE[code]] if code in ADVICE else []


def error_line(message: str) -> str:
    """Return the line for an error on a terminal."""
    return f"Error: {clean(message)}"


def error_json(fields: Dict[str, Any]) -> str:
    """Return the JSON object for an error."""
    return safe_json(fields)
