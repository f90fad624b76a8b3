"""The results of function calls: the generated model, with methods."""

# pyright: reportGeneralTypeIssues=false, reportIncompatibleVariableOverride=false
# The line above disables two rules of pyright, because the classes below narrow the types of inherited fields: to the
# documented types, or to the types that the fields have after __attrs_post_init__.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

import requests
from attrs import define, field

from .._generated import models
from .._generated._display import one_line, shown
from .._generated.types import UNSET
from .._http.body import decode_json
from .._secrets import Mask
from ..errors import NetworkCodeError
from .pages import Cursor
from .parsing import parse_object

#: The attrs metadata of a field that is not part of the JSON.
NOT_IN_JSON = {"name": None}
#: Maximum number of characters of an output in a message.
EXCERPT = 300


@define(auto_attribs=False, repr=False)
class FunctionResult(models.FunctionResult):
    """The result of a function call: the response of the function's app.

    Attributes:
        network_code: The HTTP status of the app's response. 0 if the server sent something other than a number, which
            is then in `additional_properties`.
        output: The body of the app's response.
        cursor: The cursor of the next page, for functions that return pages. None on the last page.
        cursor_name: The name of the field with the cursor. To resume later, pass this name together with the cursor.
        credits: The number of credits that the call cost, from the header X-Credits. None without one.
        session_id: The id of the session that the call belongs to, from the header X-Session-ID. None without one.
        additional_properties: The fields that are not documented.
    """

    if TYPE_CHECKING:
        # The types that the fields have after `__attrs_post_init__`.
        network_code: int
        cursor: Any = None
    cursor_name: str = field(default="", kw_only=True, repr=False, metadata=NOT_IN_JSON)
    credits: Optional[int] = field(default=None, kw_only=True, metadata=NOT_IN_JSON)
    session_id: Optional[str] = field(default=None, kw_only=True, metadata=NOT_IN_JSON)
    #: The start of the output for a message, with secrets masked.
    _excerpt: str = field(default="", init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        sent: Any = self
        sent.network_code = _status(sent.network_code)
        sent.output = None if sent.output is UNSET else sent.output
        if not sent.cursor_name:
            sent.cursor, sent.cursor_name = Cursor.after(sent.cursor, sent.next_page)

    def __repr__(self) -> str:
        fields = shown(self)
        del fields["network_code"]
        return one_line("FunctionResult", fields).replace("(", f"({self.network_code}{', ' if fields else ''}", 1)

    def to_dict(self) -> Dict[str, Any]:
        """Return the result as a JSON object, as the server sent it."""
        # Do not use super(): on Python 3.11, attrs < 22.2 cannot create a slotted class that uses super().
        result = models.FunctionResult.to_dict(self)
        del result["_cursor"]
        if self.cursor is not None:
            result[self.cursor_name or "_cursor"] = self.cursor
        if not self.network_code:
            result["network_code"] = self.additional_properties.get("network_code", 0)
        return result

    @property
    def ok(self) -> bool:
        """True if the status of the app is 2xx."""
        return 200 <= self.network_code < 300

    def raise_for_network_code(self) -> FunctionResult:
        """Return the result itself if it is ok.

        Raises:
            NetworkCodeError: If the status of the app is not 2xx.
        """
        if not self.ok:
            answer = f"{self.network_code} {self._excerpt}".rstrip()
            message = f"The function's app, not Integry, returned an error: {answer}. See .result.output."
            raise NetworkCodeError(message, result=self)
        return self


def parse_result(response: requests.Response, mask: Mask) -> FunctionResult:
    """Return the result in a response of the operation `call_function`.

    Raises:
        DecodeError: If the body does not have the documented shape.
    """
    body = decode_json(response)
    result: FunctionResult = parse_object(body, FunctionResult)
    result.credits = _credits(response.headers.get("X-Credits", ""))
    result.session_id = response.headers.get("X-Session-ID")
    if not result.network_code:
        result.additional_properties["network_code"] = body["network_code"]
    if not result.ok:
        result._excerpt = str(mask.value(result.output))[:EXCERPT]  # noqa: SLF001 (an attribute of this module's class)
    return result


def _status(value: Any) -> int:
    """Return a status as an int; 0 if it is not a number. Do not raise: the output of the call must not be lost."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _credits(text: str) -> Optional[int]:
    """Return the int in a header; None if it is not one. Do not raise: the output of the call must not be lost."""
    try:
        return int(text) if text.isdecimal() else None
    except ValueError:
        # Python does not convert more than 4,300 digits.
        return None
