"""The formats of the organisation-integrations API: response envelopes, and validation of bodies and ids."""

from __future__ import annotations

import uuid
from typing import Any, Dict, NoReturn, Optional

from .._generated.operation import Operation
from ._http import HTTPError, Request, Response

#: Fields that may be empty; the documentation shows an empty `integration_type`.
MAYBE_EMPTY = ("auth_credential", "integration_type")


class ValidationFailed(Exception):  # noqa: N818 (the field's word)
    """An invalid request. The status of the response depends on the operation.

    Args:
        message: The message of the response.
        *statuses: Possible statuses: the first one that is documented for the operation is sent, or else the last one.
    """

    def __init__(self, message: str, *statuses: int) -> None:
        super().__init__(message, statuses)
        self.message, self.statuses = message, statuses

    def response(self, operation: Operation) -> Response:
        """Return the response for an operation."""
        documented = (status for status in self.statuses if str(status) in operation.responses)
        return envelope(next(documented, self.statuses[-1]), self.message)


def raise_not_found(title: str) -> NoReturn:
    """Raise the error of a missing object."""
    message = f"{title} not found"
    raise ValidationFailed(message, 404, 400, 422)


def raise_invalid(message: str) -> NoReturn:
    """Raise the error of an invalid request."""
    raise ValidationFailed(message, 400, 422)


def envelope(status: int, message: str, **data: Any) -> Response:
    """Return a response in the envelope of this API."""
    word = "success" if status < 400 else "error"
    return Response(status, {"status": word, "status_code": status, "message": message, **data})


def check_uuid(name: str, value: Optional[str]) -> None:
    """Raise the error of an invalid request if an id is not a UUID; None is accepted."""
    try:
        uuid.UUID(value or str(uuid.uuid4()))
    except ValueError:
        message = f"Invalid {name}: {value!r} is not a UUID."
        raise_invalid(message)


def read_object(request: Request) -> Dict[str, Any]:
    """Return the object in the body, or raise the error of an invalid request."""
    try:
        return request.body(empty=b"")
    except HTTPError as error:
        message = f"Invalid request: {error.response.body['detail']}"
        raise_invalid(message)


def read_text(body: Dict[str, Any], name: str) -> str:
    """Return a string in the body, or raise the error of an invalid request."""
    value = body.get(name)
    if not isinstance(value, str) or not (value or name in MAYBE_EMPTY):
        message = f"Invalid request: {name} must be a {'' if name in MAYBE_EMPTY else 'non-empty '}string"
        raise_invalid(message)
    return value


def read_setting(request: Request) -> Dict[str, str]:
    """Return the label, the value or both of a setting in the body."""
    body = read_object(request)
    given: Dict[str, str] = {}
    for name in ("form_field_label", "form_field_value"):
        if name in body:
            given[name] = read_text(body, name)
    if not given:
        message = "Invalid request: form_field_label or form_field_value is required"
        raise_invalid(message)
    return given
