"""The patches of openapi-python-client's parser, which rename classes and type unsupported schemas as Any."""

from pathlib import Path

import pytest
from openapi_python_client.parser import GeneratorData

from integry.generator._config import configuration
from integry.generator._patches import lenient
from integry.generator._reading import read
from integry.generator._report import Report
from integry.generator._yaml import load_yaml

from .reading import HEAD, arguments, classes, field_type, fields, operation, read_text, responses, schema, warnings


def test_unsupported_schemas_are_typed_as_any():
    """A schema that openapi-python-client rejects is typed as Any, with a warning, and the rest is generated."""
    text = """
paths:
  /a:
    get:
      operationId: a
      parameters: [{name: q, in: query, required: false, schema: {enum: [1, two]}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {enum: [1, two]}}}}}
components: {schemas: {A: {type: object, properties: {x: {enum: [1, two]}, y: {type: string}}}}}
"""
    report = Report()
    with lenient(report, {"A"}, ["A"]):
        document = load_yaml(HEAD.format(version="3.0.3") + text)
        data = GeneratorData.from_dict(read(document), config=configuration("a.yaml", Path("client")))
    assert [found.class_info.name for found in data.models] == ["A"]
    assert len(data.endpoint_collections_by_tag["default"].endpoints) == 1
    assert report.schemas.made == 1
    (line,) = report.lines()
    assert line.startswith("a schema is typed as Any (Got {")
    assert line.endswith("A.x, a.q, a.response_200")


@pytest.mark.parametrize(
    "inline",
    [
        "{allOf: [{$ref: '#/components/schemas/B'}, {properties: {d: {}}}]}",
        "{oneOf: [{allOf: [{$ref: '#/components/schemas/B'}, {properties: {d: {}}}]}, {type: string}]}",
    ],
)
def test_schemas_wait_for_the_fields_of_others(inline):
    """A class is generated even if openapi-python-client knows the fields of one of its parts only later."""
    client, report = read_text(f"""
components:
  schemas:
    A: {{type: object, properties: {{x: {inline}}}}}
    B: {{allOf: [{{$ref: '#/components/schemas/C'}}, {{properties: {{b: {{}}}}}}]}}
    C: {{allOf: [{{$ref: '#/components/schemas/D'}}, {{properties: {{c: {{}}}}}}]}}
    D: {{type: object, properties: {{a: {{}}}}}}
""")
    (name,) = [name for name in classes(client) if name.startswith("AX")]
    assert set(fields(client, name)) == {"a", "b", "c", "d"}
    assert warnings(report) == []


def test_fields_with_the_same_python_name_are_renamed():
    """Fields with the same Python name get different names."""
    client, report = schema("{type: object, properties: {'a<': {}, 'a>': {}, 'a-': {}}}")
    assert set(fields(client, "A")) == {"a<", "a>", "a-"}
    names = [str(prop.python_name) for prop in client.models[0].optional_properties]
    assert len({*names}) == 3
    assert warnings(report) == []


CIRCLES = [
    ("{type: array, items: {$ref: '#/components/schemas/J'}}", "List[Any]"),
    ("{prefixItems: [{$ref: '#/components/schemas/J'}], type: array}", "List[Any]"),
    ("{type: [string, object], additionalProperties: {$ref: '#/components/schemas/J'}}", "Union[str, JType1]"),
    (
        "{anyOf: [{type: string}, {type: object, properties: {j: {$ref: '#/components/schemas/J'}}}]}",
        "Union[str, JType1]",
    ),
    ("{nullable: true, type: object, properties: {j: {$ref: '#/components/schemas/J'}}}", "Union[JType0, None]"),
    (
        (
            "{nullable: true, allOf: [{$ref: '#/components/schemas/O'}, "
            "{properties: {j: {$ref: '#/components/schemas/J'}}}]}"
        ),
        "Union[None, JType1]",
    ),
    (
        "{oneOf: [{type: string}, {type: array, items: {properties: {j: {$ref: '#/components/schemas/J'}}}}]}",
        "Union[str, List[JType1Item]]",
    ),
    (
        (
            "{oneOf: [{type: string}, {type: array, items: "
            "{type: object, additionalProperties: {$ref: '#/components/schemas/J'}}}]}"
        ),
        "Union[str, List[Dict[str, Any]]]",
    ),
    ("{nullable: true, allOf: [{$ref: '#/components/schemas/O'}]}", "Union[None, O]"),
    ("{allOf: [{$ref: '#/components/schemas/O'}], required: [o]}", "O"),
]


@pytest.mark.parametrize(("given", "expected"), CIRCLES)
def test_schemas_that_contain_themselves_are_generated(given, expected):
    """A schema that contains itself is typed if the cycle contains a class."""
    client, _ = read_text(f"""
components:
  schemas:
    J: {given}
    JType1Extra: {{type: string}}
    O: {{type: object, properties: {{o: {{type: string}}}}}}
    Uses: {{type: object, required: [j], properties: {{j: {{$ref: '#/components/schemas/J'}}}}}}
""")
    assert fields(client, "Uses") == {"j": expected}


def test_moved_alternatives_get_unused_names():
    """An alternative that is moved to the components gets another name if a component already has its name."""
    client, report = read_text("""
components:
  schemas:
    J: {oneOf: [{properties: {a: {}}}, {type: string}]}
    J_type_0: {properties: {b: {}}}
""")
    assert classes(client) == ["JType0", "JType02"]
    assert warnings(report) == []


def test_names_of_components_may_have_any_characters():
    """Characters with a meaning in references are removed from the names of components, which stay unique."""
    client, report = read_text("""
components:
  schemas:
    'a/b': {type: object, properties: {x: {$ref: '#/components/schemas/a~1b'}}}
    'a%b': {type: object, properties: {y: {$ref: '#/components/schemas/a%25b'}}}
""")
    assert len(classes(client)) == 2
    assert {"x", "y"} == {name for found in classes(client) for name in fields(client, found)}
    assert report.summary() == "made 0 of 0 operations, 2 of 2 schemas"


def test_circular_references_end():
    """Following circular references ends, in any part of the document."""
    assert field_type("{$ref: '#/x-a'}") == (
        "Any",
        ["a reference to a schema that the document does not have is typed as Any: A.x"],
    )
    client, report = read_text("""
x-a: {$ref: '#/x-b'}
x-b: {$ref: '#/x-a'}
paths:
  /a:
    get:
      operationId: a
      responses: {"200": {$ref: '#/x-a'}, "201": {content: {application/json: {schema: {$ref: '#/x-a'}}}}}
""")
    assert responses(client, operation(client, "a")) == {"200": ("none", "Any"), "201": ("json", "Any")}
    assert len(warnings(report)) == 2


@pytest.mark.parametrize(
    ("path", "declared", "expected"),
    [
        ("/a/{b.c}", "{name: b.c, in: path, schema: {type: string}}", {"p_b_c": "str"}),
        ("/a/{b.c}/{b$c}", "{name: b.c, in: path, schema: {type: string}}", {"p_b_c": "str", "p_b_cx": "str"}),
        ("/a/{b}", "{name: b, in: path, schema: {$ref: '#/components/schemas/N'}}", {"b": "Union[str, int]"}),
        ("/a/{b}", "{name: b, in: path, schema: {$ref: '#/components/schemas/T'}}", {"b": "str"}),
        ("/a/{b}", "{name: b, in: path, description: It, schema: {enum: [a, null]}}", {"b": "Union[AB, str]"}),
        ("/a/{b}", "{name: b, in: path, schema: {oneOf: [{type: string}, {type: 'null'}]}}", {"b": "str"}),
    ],
)
def test_path_parameters_are_never_null(path, declared, expected):
    """Path parameters do not allow null, and get names that openapi-python-client accepts."""
    client, _ = read_text(
        f"""
paths: {{'{path}': {{get: {{operationId: a, parameters: [{declared}]}}}}}}
components: {{schemas: {{N: {{type: [string, integer, 'null']}}, T: {{type: string}}}}}}
""",
        version="3.1.0",
    )
    assert arguments(client, operation(client, "a")) == expected
