"""Conversion between JSON and models: compiled functions, formats, unions, and errors."""

import datetime
import doctest
import io
import json
from typing import Any, BinaryIO, Dict, List, Union
from uuid import UUID

import pytest

from integry.generator.runtime import _compile, _lazy, converter
from integry.generator.runtime._formats import format_datetime, parse_date, parse_datetime, parse_uuid
from integry.generator.runtime.errors import DecodeError, InvalidRequest
from integry.generator.runtime.types import UNSET, File, StrictModel

from .models import Cat, Colour, Dog, Empty, Level, Strict, Thing

UTC = datetime.timezone.utc
DATA = {
    "id": 1,
    "when": "2024-01-02T03:04:05+00:00",
    "day": "2024-01-02",
    "uuid": "0192202e-b6f3-7d23-8025-3f60675cc031",
    "colour": "red",
    "level": 3,
    "pet": {"type": "dog", "good": True},
    "text_or_number": 5,
    "children": [{"id": 2}],
    "by_name": {"x": {"id": 3}},
    "tags": ["a"],
    "counts": {"a": 1},
    "other": {"name": "n"},
}


def test_the_documented_code_of_a_model_is_current():
    """The doctest of `_compile._source`, which shows the code for a model, passes."""
    assert doctest.testmod(_compile) == (0, 4)


def test_fields_get_the_types_of_their_annotations():
    """Fields are parsed to the types of their annotations, and serialised to the same JSON."""
    thing = Thing.from_dict(DATA)
    assert thing.when == datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert thing.day == datetime.date(2024, 1, 2)
    assert thing.uuid == UUID(DATA["uuid"])
    assert (thing.colour, thing.level) == (Colour.RED, Level.HIGH)
    assert (type(thing.pet), thing.pet["good"]) == (Dog, True)
    assert (thing.children, thing.by_name) == ([Thing(2)], {"x": Thing(3)})
    assert thing["other"] == Strict("n")
    assert thing.file is UNSET
    assert thing.to_dict() == DATA
    assert type(thing.to_dict()["colour"]) is str
    assert json.loads(json.dumps(thing, default=converter.json_default)) == DATA


@pytest.mark.parametrize("name", [name for name in DATA if name != "id"])
def test_null_is_none_everywhere(name):
    """Null is parsed to None, even where the document does not allow it."""
    assert Thing.from_dict({"id": 1, name: None}).to_dict() == {"id": 1, name: None}


@pytest.mark.parametrize("name", ["when", "day", "uuid", "colour", "pet", "text_or_number"])
@pytest.mark.parametrize("value", ["odd", 5, [], True])
def test_values_of_other_types_are_kept(name, value):
    """A value that does not match the annotation is kept unchanged, and is not an error."""
    assert Thing.from_dict({"id": 1, name: value}).to_dict() == {"id": 1, name: value}


@pytest.mark.parametrize(
    ("value", "type_", "message"),
    [
        ([], Thing, r"expected an object \(Thing\), got list"),
        ({}, Thing, "Thing has no 'id', which is required"),
        ({"x": 1}, Strict, "Strict has no 'name', which is required"),
        ("x", List[Thing], "expected an array, got str"),
        ([1], List[Thing], r"expected an object \(Thing\), got int"),
        ("x", Dict[str, Thing], "expected an object, got str"),
        ({"id": 1, "children": {}}, Thing, "expected an array, got dict"),
    ],
)
def test_mismatches_raise_decode_error(value, type_, message):
    """A value that does not match raises DecodeError if its type is a model, or an array or object of models."""
    with pytest.raises(DecodeError, match=message):
        converter.structure(value, type_)


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        ("1", int, "1"),
        ({"a": 1}, Any, {"a": 1}),
        ([1, "x"], List[int], [1, "x"]),
        ({"a": "x"}, Dict[str, int], {"a": "x"}),
        (None, Thing, None),
        ({}, Empty, Empty()),
        ({"a": 1}, Empty, Empty()),
        ({"name": "n", "a": 1}, Strict, Strict("n")),
        ([{"name": "n"}], List[Strict], [Strict("n")]),
        ({"type": "cat"}, Union[Cat, Dog], Cat("cat")),
        ({"type": "dog"}, Union[Cat, Dog], Dog("dog")),
        ({"type": "dog", "born": "x"}, Union[Cat, Dog], Dog("dog", "x")),
        ({"type": "bird"}, Union[Cat, Dog], {"type": "bird"}),
        ({"type": "cat"}, Union[str, Cat], Cat("cat")),
        (None, Union[Cat, Dog], None),
        ({"id": 1}, Union[Strict, Thing], Thing(1)),
        (7, Union[Cat, Dog], 7),
        (3, Level, Level.HIGH),
    ],
)
def test_structure_selects_the_first_matching_type(value, type_, expected):
    """Scalar values are not checked against their type. For a union, the first matching member is used."""
    found = converter.structure(value, type_)
    assert (found, type(found)) == (expected, type(expected))


def test_an_interrupted_compilation_is_repeated(monkeypatch):
    """A model whose compilation was interrupted is compiled again at its next use."""
    monkeypatch.setattr(_compile, "_compiled", {})
    with monkeypatch.context() as interrupted:
        interrupted.setattr(_compile, "fields", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            _compile.model_hook(Strict)
    assert _compile.model_hook(Strict)({"name": "n"}, Strict) == Strict("n")


def test_too_deep_nesting_raises():
    """Too deep nesting raises DecodeError when parsed, and InvalidRequest when serialised."""
    deep: Any = {"id": 1}
    thing = Thing(1)
    for _ in range(1500):
        deep, thing = {"id": 1, "children": [deep]}, Thing(1, children=[thing])
    with pytest.raises(DecodeError, match="the body is nested too deeply"):
        converter.structure(deep, Thing)
    with pytest.raises(InvalidRequest, match="it is nested too deeply"):
        converter.unstructure(thing)
    # Free the nested value level by level, because freeing all at once would recurse too deeply.
    while isinstance(thing.children, list):
        thing = thing.children.pop()


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j])
def test_json_default_raises_type_error(value):
    """json_default raises TypeError with a message that starts like that of json.dumps."""
    with pytest.raises(TypeError, match=f"Object of type {type(value).__name__} is not JSON serializable"):
        json.dumps(value, default=converter.json_default)


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (Cat("cat"), Cat, True),
        (Cat("cat"), Union[Dog, Cat], True),
        (Cat("cat"), Dog, False),
        ([1], List[int], True),
        (1, List[int], False),
        (1, Any, True),
        (io.BytesIO(), Union[bytes, BinaryIO], True),
        ("text", BinaryIO, False),
    ],
)
def test_fits_compares_a_value_with_a_body_type(value, type_, expected):
    """fits() returns True if a value is an instance of a type."""
    assert converter.fits(value, type_) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02T03:04:05Z", datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02t03:04:05.5z", datetime.datetime(2024, 1, 2, 3, 4, 5, 500000, tzinfo=UTC)),
        ("2024-01-02 03:04:05,1234567+00:00", datetime.datetime(2024, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)),
    ],
)
def test_rfc_3339_datetimes_are_parsed(text, expected):
    """Datetimes of RFC 3339 are parsed with fractions, offsets and lower-case letters."""
    assert parse_datetime(text) == expected
    assert parse_datetime(format_datetime(expected)) == expected


@pytest.mark.parametrize("text", ["2024-01-02T03:04:05", "2024-13-02T03:04:05Z", "2024-01-02", "", "x" * 20])
def test_invalid_datetimes_raise(text):
    """A datetime without a time zone is invalid, because it could not be sent back."""
    with pytest.raises(ValueError, match=r"not a date-time|month must be|Invalid isoformat"):
        parse_datetime(text)


def test_other_formats_are_refused_or_kept():
    """Dates and UUIDs are parsed only from the format in which they are sent."""
    assert parse_date("2024-01-02", None) == datetime.date(2024, 1, 2)
    with pytest.raises(ValueError, match="not a date: '20240102'"):
        parse_date("20240102", None)
    assert parse_uuid("{0192202e-b6f3-7d23-8025-3f60675cc031}", None) == "{0192202e-b6f3-7d23-8025-3f60675cc031}"
    with pytest.raises(InvalidRequest, match="has no time zone: give it one"):
        format_datetime(datetime.datetime(2024, 1, 2))  # noqa: DTZ001 (naive, so refused)
    assert converter.structure(b"x", File).payload.read() == b"x"
    assert converter.structure("x", File) == "x"
    assert converter.unstructure(datetime.date(2024, 1, 2)) == "2024-01-02"


def test_a_strict_model_has_no_additional_properties():
    """A strict model drops undocumented fields."""
    assert issubclass(Strict, StrictModel)
    assert not hasattr(Strict.from_dict({"name": "n", "a": 1}), "additional_properties")


def test_lazy_attributes_are_those_of_the_converter():
    """An attribute that `_lazy` does not have raises AttributeError."""
    assert _lazy.structure is converter.structure
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = _lazy.nothing
