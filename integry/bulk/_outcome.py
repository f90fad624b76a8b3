"""The outcome of a call: its state, and its result or its error."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, Optional, Tuple

from attrs import define

from .. import errors
from .._generated._values import unstructure
from .._results.calls import FunctionResult
from ._call import Call

#: The server answered. `result.ok` tells if the app did what was asked.
DONE = "done"
#: The call surely did not run.
FAILED = "failed"
#: The call may have run.
UNKNOWN = "unknown"
STATES: Tuple[str, ...] = (DONE, FAILED, UNKNOWN)

#: Attributes of errors that are not recorded: the headers of the response, and what JSON cannot express.
_NOT_RECORDED = frozenset({"headers", "message", "may_have_run"})


@define(frozen=True)
class Outcome:
    """The outcome of a call.

    Attributes:
        number: The position of the call in the input, from 0.
        call: The call.
        state: `done`: the server answered, and `result.ok` tells if the app did what was asked. `failed`: the call
            surely did not run. `unknown`: the call may have run.
        result: The result, if the state is `done`.
        error: The error, if the state is another one.
    """

    number: int
    call: Call
    state: str
    result: Optional[FunctionResult] = None
    error: Optional[BaseException] = None

    @classmethod
    def of_error(cls, number: int, call: Call, error: BaseException) -> Outcome:
        """Return the outcome of a call that raised an error. An error of another package leaves unknown if it ran."""
        ran = error.may_have_run if isinstance(error, errors.IntegryError) else True
        return cls(number, call, UNKNOWN if ran else FAILED, error=error)

    @property
    def ok(self) -> bool:
        """True if the server answered, and the status of the app is 2xx."""
        return self.result is not None and self.result.ok

    def to_dict(self) -> Dict[str, Any]:
        """Return the outcome as a JSON object, without the call."""
        data: Dict[str, Any] = {"number": self.number, "state": self.state}
        if self.result is not None:
            data["result"] = self.result.to_dict()
            for name in ("credits", "session_id"):
                if getattr(self.result, name) is not None:
                    data[name] = getattr(self.result, name)
        if self.error is not None:
            data["error"] = _error_to_dict(self.error)
        return data

    def to_json(self, separators: Optional[Tuple[str, str]] = None) -> str:
        """Return the outcome as a line of JSON. An output that JSON cannot express is replaced by a note.

        Args:
            separators: The separators of items and of keys, as for `json.dumps`.
        """
        try:
            return json.dumps(self.to_dict(), separators=separators)
        except Exception as error:  # noqa: BLE001 (the outcome must be recorded, even if its output cannot be)
            return json.dumps(self._short_dict(error), separators=separators)

    def _short_dict(self, problem: Exception) -> Dict[str, Any]:
        """Return the outcome as a JSON object without its output, or the attributes of its error."""
        data: Dict[str, Any] = {"number": self.number, "state": self.state}
        note = f"This cannot be written as JSON: {type(problem).__name__}"
        if self.result is not None:
            data["result"] = {"network_code": self.result.network_code, "output": None, "note": note}
        else:
            data["error"] = {"type": type(self.error).__name__, "message": note}
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], call: Call) -> Outcome:
        """Return the outcome that `to_dict` described.

        Args:
            data: The JSON object.
            call: The call with this number.

        Raises:
            ValueError: If the object does not describe an outcome.
        """
        number, state, result = data.get("number"), data.get("state"), None
        if not isinstance(number, int) or state not in STATES or ("result" in data) != (state == DONE):
            message = "not an outcome: it has no number, or its state and its result do not match"
            raise ValueError(message)
        if state == DONE:
            result = FunctionResult.from_dict(data["result"])
            result.credits, result.session_id = data.get("credits"), data.get("session_id")
        return cls(number, call, state, result, None if state == DONE else _error_from_dict(data.get("error"), state))


def lost(number: int, call: Call) -> Outcome:
    """Return the outcome of a call during which the process ended."""
    message = (
        f"Call {number} ({call.function}) may have run: the process ended before its result was recorded. Look in the "
        "app before you repeat it."
    )
    return Outcome(number, call, UNKNOWN, error=errors.IntegryError(message, may_have_run=True))


def _error_to_dict(error: BaseException) -> Dict[str, Any]:
    """Return an error as a JSON object: its class, its message, and those of its attributes that JSON can express."""
    data: Dict[str, Any] = {"type": type(error).__name__, "message": str(error)}
    if isinstance(error, errors.IntegryError):
        for name, value in vars(error).items():
            if name not in _NOT_RECORDED and value is not None:
                try:
                    data[name] = unstructure(value, name)
                except Exception:  # noqa: BLE001, S112 (an attribute that a subclass of a user added)
                    continue
    return data


def _error_from_dict(data: Any, state: str) -> errors.IntegryError:
    """Return the error that a JSON object describes. An error of another package becomes an IntegryError."""
    fields = dict(data) if isinstance(data, Mapping) else {}
    name, message = str(fields.pop("type", "")), str(fields.pop("message", ""))
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, errors.IntegryError)):
        kind, message = errors.IntegryError, f"{name}: {message}" if name else message
    return kind(message, **fields, may_have_run=state == UNKNOWN)
