"""Parsers of streamed bodies: server-sent events, and lines or records of JSON.

The parsers take text in pieces of any size, need linear time, and yield each element as soon as it is complete.
"""

import codecs
import re
from contextlib import suppress
from typing import Any, Callable, Generic, Iterable, Iterator, List, Optional, TypeVar

from attrs import define

from ._json import loads
from .errors import DecodeError

#: Maximum number of digits of the field `retry`. A longer value is ignored.
_MAX_DIGITS = 18
_LINE_END = re.compile("\r\n|\n|\r")
#: The character that starts each record of a JSON text sequence (RFC 7464).
_RECORD = "\x1e"

T = TypeVar("T")


@define
class ServerSentEvent(Generic[T]):
    """An event of an event stream.

    Attributes:
        event: The type of the event, "message" by default.
        data: The data: JSON is parsed as documented, and other text, such as `[DONE]`, is unchanged.
        id: The last event id, of this event or an earlier one; "" if there was none.
        retry: Milliseconds to wait before reconnecting: the last value that the server sent; None if it sent none.
    """

    event: str
    data: T
    id: str = ""
    retry: Optional[int] = None


def decode_text(chunks: Iterable[bytes], charset: str = "utf-8") -> Iterator[str]:
    """Yield the text of chunks of bytes. A character may be split between chunks. A byte order mark is left out."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if charset == "utf-8" else charset)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def split_lines(pieces: Iterable[str]) -> Iterator[str]:
    r"""Yield the lines of a text with their line ends: `\n`, `\r\n` or `\r`. The last line may have no line end."""
    start: List[str] = []
    ends_with_return = False
    for piece in pieces:
        # Yield a line at its `\r`, because the next byte may arrive much later. If that is a `\n`, skip it.
        rest = piece[1:] if ends_with_return and piece.startswith("\n") else piece
        ends_with_return = piece.endswith("\r") if piece else ends_with_return
        *complete, last = _LINE_END.split(rest)
        for line in complete:
            yield "".join([*start, line, "\n"])
            start = []
        if last:
            start.append(last)
    if start:
        yield "".join(start)


def parse_events(pieces: Iterable[str]) -> Iterator[ServerSentEvent[str]]:
    """Yield the events of an event stream, as the HTML standard defines them. An incomplete last event is dropped."""
    event = _PartialEvent()
    for line in split_lines(pieces):
        if line == "\n":
            if event.data:
                yield event.finished()
            event.name, event.data = "", []
        elif line.endswith("\n"):
            event.add(line[:-1])


class _PartialEvent:
    """An event whose lines are being read. Its `id` and `retry` are the last values in the stream so far."""

    def __init__(self) -> None:
        self.name, self.last_id = "", ""
        self.data: List[str] = []
        self.retry: Optional[int] = None

    def add(self, line: str) -> None:
        """Add a line. Comments and unknown fields are ignored."""
        field, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if field == "data":
            self.data.append(value)
        elif field == "event":
            self.name = value
        elif field == "id" and "\0" not in value:
            self.last_id = value
        elif field == "retry" and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
            self.retry = int(value)

    def finished(self) -> ServerSentEvent[str]:
        """Return the complete event. Call this method when all lines of the event are added."""
        return ServerSentEvent(self.name or "message", "\n".join(self.data), self.last_id, self.retry)


def parse_values(pieces: Iterable[str]) -> Iterator[Any]:
    """Yield the values of lines of JSON, or of a JSON text sequence, whose records may have several lines.

    Raises:
        DecodeError: If a line, or a record, is not JSON.
    """
    record: List[str] = []
    is_sequence = False
    for line in split_lines(piece.replace(_RECORD, "\n" + _RECORD) for piece in pieces):
        if line.startswith(_RECORD):
            is_sequence = True
            if record:
                yield _loads("".join(record))
            record = []
        text = line.lstrip(_RECORD)
        if record:
            record.append(text)
        elif text.strip():
            try:
                value = _loads(text)
            except DecodeError:
                if not is_sequence:
                    raise
                record = [text]
            else:
                yield value
    if record:
        yield _loads("".join(record))


def _loads(text: str) -> Any:
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        reason = f"a line of the body is not JSON: {error}"
        raise DecodeError(reason) from error


def read_events(
    chunks: Iterable[bytes], type_: Any, structure: Callable[[Any, Any], Any]
) -> Iterator[ServerSentEvent[Any]]:
    """Yield the events of an event stream. JSON data is converted to `type_`; other data stays text."""
    for event in parse_events(decode_text(chunks)):
        if type_ is not str:
            # Data that is not JSON stays text, such as `[DONE]`, with which some servers end a stream.
            with suppress(ValueError, RecursionError):
                event.data = structure(loads(event.data), type_)
        yield event


def read_values(chunks: Iterable[bytes], type_: Any, structure: Callable[[Any, Any], Any]) -> Iterator[Any]:
    """Yield the values of lines of JSON, converted to a type.

    Raises:
        DecodeError: If a line is not JSON, or does not match the type.
    """
    for value in parse_values(decode_text(chunks)):
        yield structure(value, type_)
