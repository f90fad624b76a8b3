"""The results of calls: the generated model, with methods."""

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

#: The metadata of a field that is no part of the JSON.
NOT_IN_JSON = {"name": None}
#: Maximum number of characters of an output in a message.
EXCERPT = 300


@define(auto_attribs=False, repr=False)
class FunctionResult(models.FunctionResult):
    """The result of a call: the answer of the function's app.

    Attributes:
        network_code: The HTTP status of the app; 0 if the server sent no number, which is in `additional_properties`
            then.
        output: The body of the app's answer.
        cursor: The cursor of the next page, for functions that return pages; None on the last page.
        cursor_name: The field that carries the cursor. It is needed to resume if it is not `_cursor`.
        credits: The number of credits that the call cost, if the server says so.
        session_id: The id of the session that the call belongs to, if the server says so.
        additional_properties: Fields that are not documented.
    """

    if TYPE_CHECKING:
        # As `__attrs_post_init__` leaves them.
        network_code: int  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
        cursor: Any = None
    cursor_name: str = field(default="", kw_only=True, repr=False, metadata=NOT_IN_JSON)
    credits: Optional[int] = field(default=None, kw_only=True, metadata=NOT_IN_JSON)
    session_id: Optional[str] = field(default=None, kw_only=True, metadata=NOT_IN_JSON)
    #: The start of the output, without secrets, for a message.
    _excerpt: str = field(default="", init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        sent: Any = self
        sent.network_code = _status(sent.network_code)
        sent.output = None if sent.output is UNSET else sent.output
        if not sent.cursor_name:
            sent.cursor, sent.cursor_name = Cursor.after(sent.cursor, sent.next_page)

    def __repr__(self) -> str:
        said = shown(self)
        del said["network_code"]
        return one_line("FunctionResult", said).replace("(", f"({self.network_code}{', ' if said else ''}", 1)

    def to_dict(self) -> Dict[str, Any]:
        """Return the result as a JSON object, as the server sent it."""
        # Not super(): attrs before 22.2 cannot make a slotted class with it on Python 3.11.
        result = models.FunctionResult.to_dict(self)
        if self.cursor_name != "_cursor" or self.cursor is None:
            del result["_cursor"]
        if not self.network_code:
            result["network_code"] = self.additional_properties.get("network_code", 0)
        return result

    @property
    def ok(self) -> bool:
        """True if the app did what it was asked: its status is 2xx."""
        return 200 <= self.network_code < 300

    def raise_for_network_code(self) -> FunctionResult:
        """Return the result itself if it is ok.

        Raises:
            NetworkCodeError: If the app refused.
        """
        if not self.ok:
            answer = f"{self.network_code} {self._excerpt}".rstrip()
            message = f"The function's app, not Integry, refused: {answer}. See .result.output."
            raise NetworkCodeError(message, result=self)
        return self


def parse_result(response: requests.Response, mask: Mask) -> FunctionResult:
    """Return the result in a response of `call_function`.

    Raises:
        DecodeError: If it is not as documented.
    """
    body = decode_json(response)
    result: FunctionResult = parse_object(body, FunctionResult)
    result.credits = _credits(response.headers.get("X-Credits", ""))
    result.session_id = response.headers.get("X-Session-ID")
    if not result.network_code:
        result.additional_properties["network_code"] = body["network_code"]
    if not result.ok:
        result._excerpt = str(mask.value(result.output))[:EXCERPT]  # noqa: SLF001 (of this module)
    return result


def _status(value: Any) -> int:
    """Return a status as a number. The function was called, so an odd status must not lose the output."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _credits(text: str) -> Optional[int]:
    """Return the number in a header. An odd header must not lose the output either."""
    try:
        return int(text) if text.isdecimal() else None
    except ValueError:
        # Python refuses more than 4,300 digits.
        return None
