"""Arguments on the command line: key=value, key:=JSON, key@=FILE, and many at once."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence

from ._errors import ARGUMENTS, USAGE, CommandError
from ._schema import items_of, properties_of, required_of, takes_others, types_of
from ._terminal import read_stdin
from ._values import WrongValueError, check, json_value, read

#: Maximum number of names, and of characters of a value, in a message.
MAX_NAMES, MAX_SHOWN = 20, 50
_SURROGATES = re.compile("[\ud800-\udfff]")


class Pair(NamedTuple):
    """An argument as it was written.

    Attributes:
        key: The name.
        kind: `=`, `:=` or `@=`.
        text: The text after the sign.
    """

    key: str
    kind: str
    text: str


def split(text: str) -> Pair:
    """Return the parts of an argument. The first `=` divides it.

    Raises:
        CommandError: If it has no `=`, no key, or is not UTF-8.
    """
    match = re.fullmatch(r"([^=]*?)([:@]?=)(.*)", text, re.DOTALL)
    if match is None or not match.group(1):
        message = f"{text!r} is not an argument: write key=value, key:=JSON or key@=FILE."
        raise CommandError(message, USAGE)
    pair = Pair(*match.groups())
    # Python replaces bytes that are not UTF-8 by lone surrogates, so that a server would get other bytes.
    if pair.kind != "@=" and _SURROGATES.search(text):
        message = f"{text!r} is not UTF-8 text."
        raise CommandError(message, USAGE)
    return pair


class Stdin:
    """Standard input, which is read once, and only where `-` stands."""

    def __init__(self) -> None:
        self._used = ""

    def read(self, place: str) -> str:
        """Return standard input.

        Raises:
            CommandError: If it was read already.
        """
        if self._used:
            message = f"{place} and {self._used} cannot both read standard input."
            raise CommandError(message, USAGE)
        self._used = place
        return read_stdin()


def file_text(name: str, place: str, stdin: Stdin) -> str:
    """Return the text of a file, or of standard input if its name is `-`.

    Raises:
        CommandError: If it cannot be read.
    """
    if name == "-":
        return stdin.read(place)
    try:
        from pathlib import Path

        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        message = f"{place}: {name} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}."
        raise CommandError(message, USAGE) from error


def json_source(source: str, place: str, stdin: Stdin) -> Any:
    """Return JSON from @FILE, `-` for standard input, or the text itself.

    Raises:
        CommandError: If it cannot be read, or is not JSON.
    """
    if source == "-" or source.startswith("@"):
        source = file_text(source if source == "-" else source[1:], place, stdin)
    return _json(source, place)


def _json(text: str, place: str) -> Any:
    try:
        return json_value(text)
    except WrongValueError as error:
        message = f"{place} {error}."
        raise CommandError(message, USAGE) from None


def object_source(source: str, place: str, stdin: Stdin) -> Dict[str, Any]:
    """Return a JSON object from @FILE, `-` or the text itself.

    Raises:
        CommandError: If it is not an object.
    """
    found = json_source(source, place, stdin)
    if not isinstance(found, dict):
        message = f"{place} must be a JSON object."
        raise CommandError(message, USAGE)
    return found


def variables(sources: Sequence[str], stdin: Stdin) -> Dict[str, Any]:
    """Return the variables of tags: `name=value` is a text; @FILE, `-` and JSON objects give many, single ones win."""
    many: Dict[str, Any] = {}
    single: Dict[str, Any] = {}
    for source in sources:
        if source == "-" or source.startswith(("@", "{")):
            many.update(object_source(source, "--var", stdin))
        else:
            pair = split(source)
            single[pair.key] = untyped(pair, f"--var {pair.key}", stdin)
    return {**many, **single}


def untyped(pair: Pair, place: str, stdin: Stdin) -> Any:
    """Return the value of a pair without a schema: a text, or any value after `:=`.

    Raises:
        CommandError: If it cannot be read, or is not JSON.
    """
    if pair.kind == ":=":
        return _json(pair.text, place)
    return file_text(pair.text, place, stdin) if pair.kind == "@=" else pair.text


class Arguments:
    """The arguments of a call, checked with the schema of its function.

    Attributes:
        values: The values so far.
        wrong: The reasons by argument.
    """

    def __init__(self, schema: Mapping[str, Any], many: Mapping[str, Any]) -> None:
        self._schema = schema
        self.values: Dict[str, Any] = {}
        self.wrong: Dict[str, str] = {}
        for key, value in many.items():
            if self._known(key):
                self._check(key, value)

    def _property(self, key: str) -> Any:
        return properties_of(self._schema).get(key)

    def _known(self, key: str) -> bool:
        """Return True if the function has a parameter; note an error with the nearest name otherwise."""
        names = properties_of(self._schema)
        if key in names or takes_others(self._schema):
            return True
        from difflib import get_close_matches

        near = get_close_matches(key, names, 1)
        others = ", ".join([*islice(names, MAX_NAMES), *(["..."] if len(names) > MAX_NAMES else [])])
        self.wrong[key] = f"is unknown: did you mean {near[0]}?" if near else f"is unknown: there are {others}"
        return False

    def _check(self, key: str, value: Any) -> None:
        try:
            check(value, self._property(key), self._schema)
        except WrongValueError as error:
            self.wrong[key] = str(error)
        self.values[key] = value

    def add(self, pairs: Sequence[Pair], stdin: Stdin) -> None:
        """Add the arguments of the command line. A repeated key fills a list."""
        by_key: Dict[str, List[Pair]] = {}
        for pair in pairs:
            by_key.setdefault(pair.key, []).append(pair)
        for key, given in by_key.items():
            self.wrong.pop(key, None)
            if not self._known(key):
                continue
            if len(given) == 1:
                self.add_one(given[0], stdin)
            elif "array" in types_of(self._property(key), self._schema):
                self._fill(key, given, stdin)
            else:
                self.wrong[key] = "is given twice, and takes one value"

    def add_one(self, pair: Pair, stdin: Stdin) -> None:
        """Add an argument that is given once."""
        try:
            if pair.kind == ":=":
                self._check(pair.key, json_value(pair.text))
            else:
                text = file_text(pair.text, pair.key, stdin) if pair.kind == "@=" else pair.text
                self.values[pair.key] = read(text, self._property(pair.key), self._schema)
        except WrongValueError as error:
            self.wrong[pair.key] = str(error)

    def _fill(self, key: str, given: Sequence[Pair], stdin: Stdin) -> None:
        items = items_of(self._property(key), self._schema)
        found = []
        for pair in given:
            text = file_text(pair.text, key, stdin) if pair.kind == "@=" else pair.text
            try:
                found.append(json_value(text) if pair.kind == ":=" else read(text, items, self._schema))
            except WrongValueError as error:
                self.wrong[key] = f"has the value {text[:MAX_SHOWN]!r}, which {error}"
        self.values[key] = found

    def missing(self) -> List[str]:
        """Return the names of required arguments that have no value."""
        return [name for name in required_of(self._schema) if name not in self.values and name not in self.wrong]

    def check_all(self, function: str) -> Dict[str, Any]:
        """Return the arguments.

        Raises:
            CommandError: If any is wrong or missing. It tells all of them at once.
        """
        wrong = {**self.wrong, **dict.fromkeys(self.missing(), "is missing")}
        if wrong:
            listed = "; ".join(f"{name} {reason}" for name, reason in wrong.items())
            message = f"{function} was not called: {listed}. See `integry functions get {function}`."
            raise CommandError(message, ARGUMENTS, arguments=wrong)
        return self.values
