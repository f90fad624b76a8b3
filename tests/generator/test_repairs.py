"""The repair of rare constructs in documents."""

from types import SimpleNamespace

import pytest
from openapi_python_client.parser.errors import ParseError

from integry.generator import _parse
from integry.generator._report import Report

from .reading import classes, defaults, fields, operation, read_text, responses, schema, warnings


def test_invalid_servers_are_left_out():
    """Servers that are not URLs are left out."""
    client, _ = read_text("servers: [{url: 'http://[bad'}]\npaths: {/a: {get: {operationId: a}}}")
    assert client.document.operation_data(operation(client, "a"))["server"] is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("[{$ref: '#/components/schemas/Alias'}, {properties: {x: {}}}]", {"a", "x"}),
        ("[{$ref: '#/components/schemas/Choice'}, {properties: {x: {}}}]", {"a", "x"}),
        ("[5, {properties: {x: {}}}]", {"x"}),
        ("[{$ref: '#/components/schemas/Object'}, {$ref: '#/components/schemas/Object'}]", {"a"}),
        ("[{$ref: '#/components/schemas/Object'}, {properties: 5}]", {"a"}),
        ("[{$ref: '#/components/schemas/Odd'}, {properties: {x: {}}}]", {"a", "x"}),
        ("[{$ref: '#/components/schemas/Both'}, {properties: {x: {}}}]", {"a", "x"}),
    ],
)
def test_rare_schemas_are_typed(parts, expected):
    """Aliases, unions with one member and invalid schemas get a type."""
    client, report = read_text(f"""
components:
  schemas:
    A: {{allOf: {parts}}}
    Alias: {{allOf: [{{$ref: '#/components/schemas/Object'}}]}}
    Choice: {{oneOf: [{{$ref: '#/components/schemas/Object'}}, {{type: string, enum: [a]}}]}}
    Object: {{type: object, properties: {{a: {{type: string}}}}}}
    Odd: {{allOf: [5, {{properties: {{a: {{}}}}}}]}}
    Both: {{allOf: [{{$ref: '#/components/schemas/Object'}}, {{$ref: '#/components/schemas/Alias'}}]}}
""")
    (name, *_) = [name for name in classes(client) if name.startswith("A") and name != "Alias"]
    assert set(fields(client, name)) == expected
    assert warnings(report) == []


@pytest.mark.parametrize(
    ("given", "default"),
    [
        ("type: [string, integer], default: a", "'a'"),
        ("type: [integer, boolean], default: a", "UNSET"),
        ("type: number, default: 1.0e+400", 'float("inf")'),
        ("allOf: [{$ref: '#/components/schemas/Text'}], default: a", "'a'"),
    ],
)
def test_the_first_matching_type_takes_the_default(given, default):
    """The default of a union becomes a value of the first member that accepts it."""
    client, _ = schema(f"{{type: object, properties: {{x: {{{given}}}}}}}")
    assert defaults(client, "A") == [default]


def test_referenced_schemas_get_different_names():
    """Two referenced schemas whose JSON pointers end with the same name become two classes."""
    client, report = read_text("""
paths:
  /a: {get: {operationId: a, responses: {"200": {content: {application/json: {schema: {$ref: '#/x-1/A'}}}}}}}
  /b: {get: {operationId: b, responses: {"200": {content: {application/json: {schema: {$ref: '#/x-2/x-1/A'}}}}}}}
x-1: {A: {type: object, properties: {a: {}}}}
x-2: {x-1: {A: {type: object, properties: {b: {}}}}}
""")
    found = [responses(client, operation(client, name))["200"][1] for name in "ab"]
    assert [set(fields(client, name)) for name in found] == [{"a"}, {"b"}]
    assert warnings(report) == []


def test_endless_merging_stops():
    """Two parts of an allOf with fields that contain the part itself are merged to a limited depth."""
    client, report = read_text("""
components:
  schemas:
    A: {allOf: [{$ref: '#/components/schemas/T'}, {$ref: '#/components/schemas/U'}]}
    T: {type: object, properties: {x: {$ref: '#/components/schemas/T'}, t: {}}}
    U: {type: object, properties: {x: {$ref: '#/components/schemas/U'}, u: {}}}
""")
    assert set(fields(client, "A")) == {"x", "t", "u"}
    assert report.summary() == "made 0 of 0 operations, 3 of 3 schemas"


def test_an_unresolvable_part_is_typed_as_any():
    """A part of allOf that is an unresolvable reference is typed as Any, with a warning."""
    client, report = schema("{type: object, properties: {x: {allOf: [{$ref: '#/none'}]}, aB: {}, a_b: {}}}")
    assert set(fields(client, "A")) == {"x", "aB", "a_b"}
    assert warnings(report) == ["a reference to a schema that the document does not have is typed as Any: A.x"]


def test_extensions_among_responses_are_ignored():
    """Extensions (`x-…`) among the responses are ignored."""
    client, report = read_text("paths: {/a: {get: {operationId: a, responses: {x-note: {}, 4xx: {}}}}}")
    assert responses(client, operation(client, "a")) == {"4XX": ("none", "Any")}
    assert warnings(report) == []


def test_deeply_nested_schemas_are_read():
    """A schema may be nested as deeply as Python's limit of recursion allows."""
    deep = "{type: array, items: " * 200 + "{type: string}" + "}" * 200
    client, report = read_text(f"components: {{schemas: {{A: {{type: object, properties: {{x: {deep}}}}}}}}}")
    assert fields(client, "A") == {"x": "Union[" + "List[" * 200 + "str" + "]" * 200 + ", Unset]"}
    assert warnings(report) == []


def test_errors_of_the_parser_are_warnings():
    """An error of openapi-python-client about a part becomes a warning with its message, one for each cause."""
    error = ParseError(header="WARNING parsing GET /a within b.", detail="no way")
    collection = SimpleNamespace(endpoints=[], parse_errors=[error])
    report = Report()
    data = SimpleNamespace(
        endpoint_collections_by_tag={"b": collection}, errors=[ParseError(header="A", detail="no way")]
    )
    _parse._note(data, report)
    assert list(report.lines()) == ["no way: GET /a within b., A"]
