"""Behaviour that users of openapi-python-client rely on, and the deliberate differences.

Each case is a schema, a JSON value, and the Python object that the value is converted to.
"""

import datetime
import importlib
import sys
import uuid
from typing import Any, List, Union, get_type_hints

import pytest

from .conftest import by_us

DOCUMENT = """
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /shelves/{shelf}/books/{book}:
    get:
      operationId: get_book
      parameters:
      - {name: shelf, in: path, required: true, schema: {type: string}}
      - {name: book, in: path, required: true, schema: {type: string}}
      responses: {'204': {description: none}}
components:
  schemas:
    Leaf: {properties: {text: {type: string}}}
    Stem: {required: [length], properties: {length: {type: integer}}}
    Alias: {$ref: '#/components/schemas/Alias2'}
    Alias2: {$ref: '#/components/schemas/Leaf'}
    Plant: {oneOf: [{$ref: '#/components/schemas/Leaf'}, {$ref: '#/components/schemas/Stem'}]}
    Size: {type: string, enum: [small, '12', '', very large]}
    Step: {type: integer, enum: [1, -2]}
    Maybe: {type: [string, 'null'], enum: [yes please, null]}
    Nothing: {enum: [null]}
    Numbered: {type: string, enum: [2, 3]}
    Twice: {enum: [x, x]}
    Sample:
      properties:
        any: {type: array, items: {}}
        noItems: {type: array}
        leaves: {type: array, items: {$ref: '#/components/schemas/Leaf'}}
        pair: {type: array, prefixItems: [{$ref: '#/components/schemas/Leaf'}, {type: string}]}
        head: {type: array, prefixItems: [{$ref: '#/components/schemas/Leaf'}], items: {type: string}}
        alias: {$ref: '#/components/schemas/Alias'}
        plant: {$ref: '#/components/schemas/Plant'}
        nested: {oneOf: [{$ref: '#/components/schemas/Plant'}, {oneOf: [{type: string}, {type: number}]}]}
        single: {oneOf: [{$ref: '#/components/schemas/Stem'}]}
        mixed: {type: [string, integer]}
        size: {$ref: '#/components/schemas/Size'}
        step: {oneOf: [{$ref: '#/components/schemas/Step'}, {type: 'null'}]}
        maybe: {$ref: '#/components/schemas/Maybe'}
        nothing: {$ref: '#/components/schemas/Nothing'}
        numbered: {$ref: '#/components/schemas/Numbered'}
        twice: {$ref: '#/components/schemas/Twice'}
        fixed: {const: 30}
        day: {type: string, format: date}
        time: {type: string, format: date-time}
        key: {type: string, format: uuid}
        odd: {type: string, format: odd}
        null: {type: 'null'}
        dangling: {$ref: '#/components/schemas/Missing'}
    Defaults:
      properties:
        flag: {type: boolean, default: 'False'}
        count: {type: integer, default: '4'}
        ratio: {type: number, default: '5.5'}
        whole: {type: number, default: 5}
        text: {type: string, default: 6}
        day: {type: string, format: date, default: '2024-01-02'}
        time: {type: string, format: date-time, default: '2024-01-02T03:04:05Z'}
        key: {type: string, format: uuid, default: 07EF8B4D-AA09-4FFA-898D-C710796AFF41}
        size: {allOf: [{$ref: '#/components/schemas/Size'}], default: small}
        either: {anyOf: [{type: boolean}, {type: integer}], default: 3}
        any: {default: b}
        fixed: {const: always, default: always}
        wrong: {type: integer, default: many}
        unknown: {allOf: [{$ref: '#/components/schemas/Size'}], default: huge}
        different: {const: aaa, default: bbb}
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Generate the client, and import its models."""
    folder = tmp_path_factory.mktemp("behaviour")
    (folder / "t.yaml").write_text(DOCUMENT, encoding="utf-8")
    assert by_us(folder / "t.yaml", folder / "behaviour") == 0
    sys.path.insert(0, str(folder))
    yield importlib.import_module("behaviour.models")
    sys.path.remove(str(folder))


@pytest.mark.parametrize(
    ("field", "name", "value", "expected"),
    [
        ("any", "any_", ["a", 1], ["a", 1]),
        ("noItems", "no_items", ["a", {"b": 1}], ["a", {"b": 1}]),
        ("leaves", "leaves", [{"text": "a"}, {}], lambda m: [m.Leaf(text="a"), m.Leaf()]),
        ("pair", "pair", [{"text": "a"}, "b"], lambda m: [m.Leaf(text="a"), "b"]),
        ("head", "head", [{"text": "a"}, "b", "c"], lambda m: [m.Leaf(text="a"), "b", "c"]),
        ("alias", "alias", {"text": "a"}, lambda m: m.Alias(text="a")),
        ("plant", "plant", {"text": "a"}, lambda m: m.Leaf(text="a")),
        ("plant", "plant", {"length": 1}, lambda m: m.Stem(length=1)),
        ("nested", "nested", {"length": 1}, lambda m: m.Stem(length=1)),
        ("nested", "nested", 3, 3),
        ("single", "single", {"length": 1}, lambda m: m.Stem(length=1)),
        ("mixed", "mixed", "a", "a"),
        ("mixed", "mixed", 1, 1),
        ("size", "size", "12", lambda m: m.Size.VALUE_1),
        ("size", "size", "", lambda m: m.Size.VALUE_2),
        ("size", "size", "very large", lambda m: m.Size.VERY_LARGE),
        ("size", "size", "huge", "huge"),  # an unknown value stays unchanged
        ("step", "step", -2, lambda m: m.Step.VALUE_NEGATIVE_2),
        ("step", "step", None, None),
        ("maybe", "maybe", "yes please", lambda m: m.MaybeType1.YES_PLEASE),
        ("maybe", "maybe", None, None),
        ("nothing", "nothing", None, None),
        ("numbered", "numbered", "2", lambda m: m.Numbered.VALUE_0),  # the type in the document is string
        ("numbered", "numbered", 2, 2),
        ("twice", "twice", "x", lambda m: m.Twice.X),
        ("fixed", "fixed", 30, 30),
        ("fixed", "fixed", 29, 29),  # a value other than the constant stays unchanged
        ("day", "day", "2024-01-02", datetime.date(2024, 1, 2)),
        (
            "time",
            "time",
            "2024-01-02T03:04:05+00:00",
            datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
        ),
        ("key", "key", "07ef8b4d-aa09-4ffa-898d-c710796aff41", uuid.UUID("07EF8B4D-AA09-4FFA-898D-C710796AFF41")),
        ("odd", "odd", "whatever", "whatever"),
        ("null", "null", None, None),
        ("dangling", "dangling", {"a": [1]}, {"a": [1]}),
    ],
)
def test_values_are_read_and_written_again(models, field, name, value, expected):
    """A value is parsed to its documented type, and serialised to the same JSON."""
    found = models.Sample.from_dict({field: value})
    expected = expected(models) if callable(expected) else expected
    assert getattr(found, name) == expected
    assert type(getattr(found, name)) is type(expected)
    assert found == models.Sample(**{name: expected})
    assert found.to_dict() == {field: value}


def test_defaults_are_the_values_of_their_types(models):
    """A default that can be converted to its documented type is used. Other defaults are ignored."""
    found = models.Defaults()
    assert found.to_dict() == {
        "flag": False,
        "count": 4,
        "ratio": 5.5,
        "whole": 5,
        "text": "6",
        "day": "2024-01-02",
        "time": "2024-01-02T03:04:05+00:00",
        "key": "07ef8b4d-aa09-4ffa-898d-c710796aff41",
        "size": "small",
        "either": 3,
        "any": "b",
        "fixed": "always",
    }
    assert (found.day, found.size) == (datetime.date(2024, 1, 2), models.Size.SMALL)


@pytest.mark.parametrize(("value", "name"), [({}, "length"), ({"text": "a"}, "length")])
def test_missing_required_fields_are_named(models, value, name):
    """The error for a missing required field is a ValueError that names the class and the field."""
    with pytest.raises(ValueError, match=f"Stem has no '{name}'"):
        models.Stem.from_dict(value)


@pytest.mark.parametrize("value", ["a", True, 2, None])
def test_values_that_are_no_objects_are_refused(models, value):
    """from_dict() raises an error for a value that is not a mapping."""
    with pytest.raises(ValueError, match="Leaf"):
        models.Leaf.from_dict(value)


def test_annotations_are_types_of_python_3_8(models):
    """The annotations of fields resolve to types that every supported Python has."""
    hints = get_type_hints(models.Sample)
    unset = importlib.import_module("behaviour.types").Unset
    assert hints["any_"] == Union[List[Any], unset]
    assert hints["pair"] == Union[List[Union[models.Leaf, str]], unset]
    assert hints["plant"] == Union[models.Leaf, models.Stem, unset]
    assert hints["single"] == Union[models.Stem, unset]
    assert get_type_hints(models.Stem)["length"] is int


@pytest.mark.parametrize(
    ("shelf", "book", "path"),
    [
        ("a", "b", "/shelves/a/books/b"),
        ("a/b", "c?d=e&f", "/shelves/a%2Fb/books/c%3Fd%3De%26f"),
        ("a b", "c#d", "/shelves/a%20b/books/c%23d"),
    ],
)
def test_path_parameters_are_encoded(models, shelf, book, path):
    """Reserved characters in a path parameter do not change the path."""
    assert models
    from behaviour.api.default import get_book

    assert get_book.build(shelf, book)["url"] == path
