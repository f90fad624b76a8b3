"""What the organisation-integrations API takes and answers: envelopes, and checks of bodies and ids."""

from __future__ import annotations

import uuid
from typing import Any, Dict, NoReturn, Optional

from .._generated.operation import Operation
from ._http import Answer, Refused, Request

#: Texts that may be empty; the documentation shows an `integration_type` that is.
MAYBE_EMPTY = ("auth_credential", "integration_type")


class Unfit(Exception):  # noqa: N818 (it is an answer)
    """The request does not fit: answered with the first of some statuses that is documented for the operation."""

    def __init__(self, message: str, *statuses: int) -> None:
        super().__init__(message, statuses)
        self.message, self.statuses = message, statuses

    def answer(self, operation: Operation) -> Answer:
        """The answer for an operation."""
        documented = (status for status in self.statuses if str(status) in operation.responses)
        return envelope(next(documented, self.statuses[-1]), self.message)


def missing(what: str) -> NoReturn:
    """Refuse a request for something that is not there."""
    message = f"{what} not found"
    raise Unfit(message, 404, 400, 422)


def invalid(message: str) -> NoReturn:
    """Refuse a request that is not valid."""
    raise Unfit(message, 400, 422)


def envelope(status: int, message: str, **data: Any) -> Answer:
    """An answer as this API wraps it."""
    said = "success" if status < 400 else "error"
    return Answer(status, {"status": said, "status_code": status, "message": message, **data})


def check_uuid(name: str, value: Optional[str]) -> None:
    """Refuse an id that is no UUID; None is no id at all."""
    try:
        uuid.UUID(value or str(uuid.uuid4()))
    except ValueError:
        message = f"Invalid {name}: {value!r} is no UUID."
        invalid(message)


def object_in(request: Request) -> Dict[str, Any]:
    """The object in the body, which must be there; what is none is refused in the words of this API."""
    try:
        return request.body(empty=b"")
    except Refused as error:
        message = f"Invalid request: {error.answer.body['detail']}"
        invalid(message)


def text_in(body: Dict[str, Any], name: str) -> str:
    """A field that must be a text."""
    value = body.get(name)
    if not isinstance(value, str) or not (value or name in MAYBE_EMPTY):
        message = f"Invalid request: {name} must be a text{'' if name in MAYBE_EMPTY else ' that is not empty'}"
        invalid(message)
    return value


def setting_in(request: Request) -> Dict[str, str]:
    """The label, the value, or both, of a setting."""
    body = object_in(request)
    given: Dict[str, str] = {}
    for name in ("form_field_label", "form_field_value"):
        if name in body:
            given[name] = text_in(body, name)
    if not given:
        message = "Invalid request: form_field_label or form_field_value is needed"
        invalid(message)
    return given
