"""Arguments on the command line, as values of a schema."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integry.cli._errors import CommandError
from integry.cli._lists import cursor_options, cursor_text
from integry.cli._org_base import masked
from integry.cli._pairs import Arguments, Stdin, split
from integry.cli._schema import describe, parameters
from integry.cli._text import clean, clean_lines, safe_json
from integry.cli._values import WrongValueError, check, read
from tests.facade.conftest import TOKEN

STRINGS = {"type": "array", "items": {"type": "string"}}
#: A schema with references to itself, whose alternatives would be millions.
MANY = [{"$ref": "#/$defs/many"}] * 20
ROOT_SCHEMA = {
    "$defs": {
        "n": {"type": "integer"},
        "loop": {"$ref": "#/$defs/loop"},
        "many": {"anyOf": MANY, "oneOf": MANY, "allOf": MANY},
    }
}


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("123", {"type": "string"}, "123"),
        ("null", {"type": "string"}, "null"),
        ("null", {"type": ["string", "null"]}, None),
        ("null", {"type": "integer", "nullable": True}, None),
        ("@channel", {"type": "string"}, "@channel"),
        ("", {"type": "string"}, ""),
        ("5", {"type": "integer"}, 5),
        ("5.0", {"type": "integer"}, 5),
        ("-1.5e2", {"type": "number"}, -150.0),
        ("5", {"type": ["integer", "string"]}, "5"),
        ("5", {"$ref": "#/$defs/n"}, 5),
        ("5", {"$ref": "#/$defs/loop"}, 5),
        ("5", {"$ref": "#/nowhere"}, 5),
        ("true", {"type": "boolean"}, True),
        ("{name}", {"type": "boolean"}, "{name}"),
        ("{name}", {"type": "array"}, "{name}"),
        ("{name}", {"enum": [1, 2]}, "{name}"),
        ("a", STRINGS, ["a"]),
        ("1", STRINGS, ["1"]),
        ('["a"]', STRINGS, ["a"]),
        ("1", {"type": "array", "items": {"type": "number"}}, [1]),
        ('{"a": 1}', {"type": "array", "items": {"type": "object"}}, [{"a": 1}]),
        ("x", {"type": ["array", "string"]}, "x"),
        ("null", {"type": ["array", "null"]}, None),
        ("5", {"type": ["array", "integer"]}, 5),
        ('{"a": 1}', {"type": "object"}, {"a": 1}),
        ('{"a": 1}', {"type": "string"}, '{"a": 1}'),
        ("2", {"enum": [1, 2]}, 2),
        ("b", {"enum": ["a", "b"]}, "b"),
        ("5", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, 5),
        ("null", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, None),
        ("1", {}, 1),
        ("words", {}, "words"),
        ("words", None, "words"),
        ("5", {"allOf": [{"type": "string"}, {"description": "x"}]}, "5"),
        ("5", {"allOf": [{"$ref": "#/$defs/n"}]}, 5),
        ("5", {"$ref": "#/$defs/n", "nullable": True}, 5),
        ("null", {"$ref": "#/$defs/n", "nullable": True}, None),
        ("x", {"$ref": "#/$defs/many"}, "x"),
        ("1", {"anyOf": [STRINGS, {"type": "null"}]}, ["1"]),
        ("b", {"oneOf": [{"enum": ["a", "b"]}, {"type": "null"}]}, "b"),
        ("null", {"type": "string", "enum": ["a"], "nullable": True}, None),
        ("5", {"anyOf": [{"const": "5"}, {"enum": ["6"]}]}, "5"),
        ("5", {"type": 5}, 5),
        ("NaN", {}, "NaN"),
        ("1e999", {}, "1e999"),
    ],
)
def test_a_text_becomes_a_value_of_its_schema(text, schema, value):
    """A text is read by the schema: it stays a text where one is wanted, and is a number, list or object elsewhere."""
    found = read(text, schema, ROOT_SCHEMA)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "schema", "words"),
    [
        ("x", {"type": "integer"}, "a whole number"),
        ("null", {"$ref": "#/$defs/n"}, "a whole number"),
        ("\ud800", {"type": "integer"}, "a whole number"),
        ("1.5", {"type": "integer"}, "a whole number"),
        ("NaN", {"type": "number"}, "a number"),
        ("yes", {"type": "boolean"}, "true or false"),
        ("x", {"type": "object"}, "a JSON object"),
        ("c", {"enum": ["a", "b"]}, 'one of "a", "b"'),
        ("true", {"enum": [1]}, "one of 1"),
        ("c", {"anyOf": [{"enum": ["a"]}, {"type": "null"}]}, 'one of "a", null'),
        ("y", {"const": "x"}, 'one of "x"'),
        ('["a"]', {"type": "array", "items": {"type": "number"}}, "an item that must be a number"),
        ("x", {"type": "array", "items": {"type": "number"}}, "a number"),
        ("x", {"type": ["integer", "null"]}, "null or a whole number"),
    ],
)
def test_a_wrong_text_is_refused(text, schema, words):
    """The error says which value the schema wants."""
    with pytest.raises(WrongValueError, match=words):
        read(text, schema, ROOT_SCHEMA)


@settings(max_examples=30)
@given(st.text())
def test_a_text_stays_a_text(text):
    """No text is changed where the schema wants one."""
    assert read(text, {"type": "string"}, {}) == text
    assert split(f"key={text}")[2] == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=5,
)


@settings(max_examples=30)
@given(JSON)
def test_json_is_read_where_any_type_is_allowed(value):
    """JSON is read back as the same value, by `=` without a schema and by `:=`."""
    text = json.dumps(value)
    assert read(text, {}, {}) == value
    arguments = Arguments({}, {})
    arguments.add([split(f"key:={text}")], Stdin())
    assert arguments.check_all("f") == {"key": value}
    assert json.loads(safe_json(value)) == value


@settings(max_examples=30)
@given(st.text())
def test_clean_text_is_one_harmless_line(text):
    """Text of a server is printed without control characters, and JSON without those outside ASCII."""
    assert not [
        each for each in clean(text) if ord(each) < 32 or 127 <= ord(each) < 160 or each in "\u202e\u2028\ufeff"
    ]
    clean(text).encode()
    assert json.loads(safe_json(text)) == text
    assert clean_lines("a\r\nb\x1b") == "a\nb\\x1b"
    assert clean("a\tb\x1b[0m\u202e") == "a b\\x1b[0m\\u202e"


def test_a_repeated_key_fills_a_list():
    """A key that is given twice fills a list, and is an error where one value is wanted."""
    schema = {
        "properties": {"to": STRINGS, "n": {"type": "array", "items": {"type": "number"}}, "one": {"type": "string"}}
    }
    arguments = Arguments(schema, {"to": ["z"]})
    arguments.add([split(each) for each in ("to=a", "to:=1", "n=1", "n=x", "one=1", "one=2")], Stdin())
    assert arguments.values["to"] == ["a", 1]
    wrong = {"n": "has the value 'x', which must be a number", "one": "is given twice, and takes one value"}
    assert arguments.wrong == wrong
    with pytest.raises(CommandError, match="n has the value"):
        arguments.check_all("f")


def test_all_wrong_arguments_are_noted():
    """Values that are not JSON are noted beside other wrong arguments, and a long list of names is cut."""
    schema = {"properties": {f"name{number}": {"type": "number"} for number in range(30)}}
    arguments = Arguments(schema, {})
    arguments.add([split(each) for each in ("name1:=[", "name2=x", "name3:=NaN", "other=1")], Stdin())
    assert arguments.wrong["name1"].startswith("is not JSON: ")
    assert arguments.wrong["name2"] == "must be a number"
    assert arguments.wrong["name3"] == "is not JSON: NaN is not a value of JSON"
    assert arguments.wrong["other"].endswith("name18, name19, ...")


def test_given_json_is_checked():
    """Values of --args and := are checked with the schema, too; tags stand for all types."""
    schema = {"properties": {"n": {"type": "number"}, "e": {"enum": ["a"]}}, "required": ["n", 1]}
    arguments = Arguments(schema, {"n": "x", "e": "b", "m": 1})
    assert set(arguments.wrong) == {"n", "e", "m"}
    check("{tag}", {"type": "number"}, {})
    check(["a", "{tag}"], STRINGS, {})
    with pytest.raises(WrongValueError, match="an item that must be a text"):
        check([1], STRINGS, {})
    check(math.pi, {"type": "number"}, {})
    assert Arguments({"properties": {"n": {}}, "additionalProperties": True}, {"m": 1}).wrong == {}


@pytest.mark.parametrize("text", ["key", "=x", ":=1", "", "key=\udcff", "key:=\udcff"])
def test_what_is_no_argument(text):
    """A text without a key and a sign, or one that was not UTF-8, is refused; the name of a file may be any bytes."""
    assert split("key@=\udcff").text == "\udcff"
    with pytest.raises(CommandError):
        split(text)


@pytest.mark.parametrize("cursor", ["abc", "next_page=x", "_cursor:=1", 5, {"a": 1}, "", "x=y"])
@pytest.mark.parametrize("name", ["_cursor", "next_page"])
def test_a_printed_cursor_is_read_back(cursor, name):
    """--cursor takes what a listing prints, whatever the cursor is."""
    found = {"cursor_name": "_cursor", **cursor_options(cursor_text(cursor, name))}
    assert found == {"cursor": cursor, "cursor_name": name}
    assert cursor_options(None) == {}


def test_the_description_of_types():
    """Types are described in words, and the parameters that are required come first."""
    assert describe(STRINGS, {}) == "array of string"
    assert describe({"type": ["null", "number"]}, {}) == "null|number"
    assert describe({}, {}) == "any"
    schema = {"properties": {"a": {"enum": [1]}, "b": 5, "c": {"type": "string"}}, "required": ["c"]}
    assert [each["name"] for each in parameters(schema)] == ["c", "a", "b"]
    assert parameters({"properties": 5, "required": 5}) == []


def test_secrets_of_organisations_are_masked():
    """Secrets of an organisation are masked at any depth: fields of models, and the URLs of Slack's webhooks."""

    class Model:
        def to_dict(self):
            return {"access_token": TOKEN, "x": [{"auth_credential": TOKEN, "access_token": ""}]}

    hook = f"https://hooks.slack.com/services/{TOKEN}"
    assert masked(Model()) == {"access_token": "***", "x": [{"auth_credential": "***", "access_token": ""}]}
    assert masked([{"url": hook, "n": 1}, None]) == [{"url": "***", "n": 1}, None]
