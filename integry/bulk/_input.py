"""The input of the command: calls in a file of JSON Lines, or rows of variables in JSON Lines or CSV."""

from __future__ import annotations

import csv
import re
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterable, Iterator, Mapping, NoReturn, Optional, TextIO, Tuple

from attrs import define

from .._generated._json import loads
from .._settings import NOT_GIVEN
from ..errors import InvalidRequest
from ._call import Call

#: The name of the file that stands for standard input.
STDIN = "-"
#: UTF-8, without the byte order mark that Excel writes.
ENCODING = "utf-8-sig"
#: Bytes that are not UTF-8 become surrogates, so that the line with such a byte is known. Decoding reads many lines.
ERRORS = "surrogateescape"
_ESCAPED = re.compile("[\udc80-\udcff]")
#: The error of a call for which neither the command, the line nor the environment has a user.
NO_USER = "the call has no user: set INTEGRY_USER_ID, or pass --user-id with --function, or give the line a user_id"


@define(frozen=True)
class Template:
    """A call that is made for each row, with the row as its variables.

    Attributes:
        function: The name of the function.
        arguments: The arguments, with tags such as `{name}` for the columns of the row.
        options: `user_id` and `connected_account_id`, if they were given.
        tags: The names of the tags in the arguments.
    """

    function: str
    arguments: Dict[str, Any]
    options: Mapping[str, Any]
    tags: FrozenSet[str]

    def call(self, row: Mapping[str, Any]) -> Call:
        """Return the call for a row.

        Raises:
            InvalidRequest: If a tag has no variable in the row.
        """
        missing = ", ".join(f"{{{name}}}" for name in sorted(self.tags - row.keys()))
        if missing:
            message = f"the arguments have tags without a column: {missing}"
            raise InvalidRequest(message)
        return Call(self.function, self.arguments, row, **self.options)


@define(frozen=True)
class Input:
    """The file with the calls.

    Attributes:
        path: The path; `-` for standard input.
        is_csv: True for CSV with a header line, False for JSON Lines.
        template: The call to make for each row; None if each line of the file is a call.
        has_user: True if the client has a user, so that calls do not need one.
    """

    path: str
    is_csv: bool
    template: Optional[Template]
    has_user: bool

    def calls(self) -> Iterator[Call]:
        """Yield the calls.

        Raises:
            InvalidRequest: If a line is not a call or a row. The message names the line.
            OSError: If the file cannot be read.
        """
        with self._open() as file:
            for line, row in _csv_rows(self.path, file) if self.is_csv else _json_rows(self.path, file):
                try:
                    call = self.template.call(row) if self.template else Call.from_dict(row)
                except InvalidRequest as error:
                    _refuse(self.path, line, str(error))
                if not self.has_user and call.user_id is NOT_GIVEN:
                    _refuse(self.path, line, NO_USER)
                yield call

    def count(self) -> Optional[int]:
        """Return the number of calls. Damaged lines count too.

        Return None if the input is not a regular file, because a pipe can be read only once, or if it cannot be read:
        `calls` names the line.
        """
        if not Path(self.path).is_file() or self.path == STDIN:
            return None
        with self._open() as file:
            lines: Iterable[Any] = csv.reader(file) if self.is_csv else map(str.strip, file)
            try:
                return max(0, sum(1 for line in lines if line) - self.is_csv)
            except csv.Error:
                return None

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        if self.path == STDIN:
            if isinstance(sys.stdin, TextIOWrapper):
                # The same text as from a file, whatever the locale says.
                sys.stdin.reconfigure(encoding=ENCODING, errors=ERRORS, newline="")
            yield sys.stdin
        else:
            with Path(self.path).open(encoding=ENCODING, errors=ERRORS, newline="") as file:
                yield file


def argument(text: str) -> Tuple[str, Any]:
    """Return the name and the value of an argument: `name=text`, or `name:=JSON`.

    Raises:
        ValueError: If the text has another form.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.rstrip(":"):
        message = f"{text!r} is not an argument: write name=text, or name:=JSON for numbers, lists and objects"
        raise ValueError(message)
    if not name.endswith(":"):
        return name, value
    try:
        return name[:-1], loads(value)
    except ValueError as error:
        message = f"the value of {name[:-1]} is not valid JSON: {error}"
        raise ValueError(message) from error


def _refuse(path: str, line: int, problem: str) -> NoReturn:
    message = f"{path}, line {line}: {problem}"
    raise InvalidRequest(message)


def _json_rows(path: str, file: TextIO) -> Iterator[Tuple[int, Dict[str, Any]]]:
    """Yield the number and the object of each line that is not empty."""
    for number, line in _lines(path, file):
        if line.strip():
            try:
                row = loads(line)
            except (ValueError, RecursionError):
                _refuse(path, number, "this is not valid JSON")
            if not isinstance(row, dict):
                _refuse(path, number, "this is not a JSON object")
            yield number, row


def _lines(path: str, file: TextIO) -> Iterator[Tuple[int, str]]:
    """Yield the number and the text of each line."""
    for number, line in enumerate(file, 1):
        if _ESCAPED.search(line):
            _refuse(path, number, "this is not UTF-8")
        yield number, line


def _csv_rows(path: str, file: TextIO) -> Iterator[Tuple[int, Dict[str, str]]]:
    """Yield the number of the last line and the columns of each row."""
    reader = csv.reader((line for _, line in _lines(path, file)), strict=True)
    try:
        names = next(reader, None)
        if not names or len(set(names)) < len(names) or not all(names):
            _refuse(path, 1, "a header line with the names of the columns was expected, each name once")
        for row in reader:
            if row and len(row) != len(names):
                _refuse(path, reader.line_num, f"there are {len(row)} columns, and {len(names)} in the header line")
            if row:
                yield reader.line_num, dict(zip(names, row))
    except csv.Error as error:
        _refuse(path, reader.line_num, str(error))
