"""All parts of a document become part of the client. Each rule for this has a test with a minimal document."""

import copy

import pytest

from integry.generator._errors import GenerationError
from integry.generator._yaml import load_yaml

from .reading import (
    arguments,
    bodies,
    classes,
    defaults,
    field_type,
    fields,
    model,
    operation,
    read,
    read_text,
    responses,
    schema,
    warnings,
)
from .test_swagger import DOCUMENT as SWAGGER

OK = 'responses: {"200": {description: ok}}'


def test_classes_are_named_by_their_keys():
    """Classes have the names of components and not of titles, so two schemas with one title become two classes."""
    client, report = read_text("""
components:
  schemas:
    CardPayment: {title: Card, type: object, properties: {number: {type: string}}}
    CardDonation: {title: Card, type: object, properties: {charity: {type: string, enum: [a], title: Card}}}
""")
    assert classes(client) == ["CardDonation", "CardDonationCharity", "CardPayment"]
    assert client.models[0].data.title is None
    assert warnings(report) == []


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        (
            "Entity: {properties: {schema: {properties: {a: {}}}}}, EntitySchema: {properties: {b: {}}}",
            ["Entity", "EntitySchema", "EntitySchema2"],
        ),
        ("URLInfo: {type: object, properties: {a: {}}}, UrlInfo: {enum: [a]}", ["URLInfo", "UrlInfo2"]),
        ("List: {type: object, properties: {a: {}}}, Any: {enum: [a]}", ["AnyModel", "ListModel"]),
        ("'../../a b': {type: object, properties: {a: {}}}, '1': {enum: [a]}", ["AB", "Field1"]),
        ("class: {type: object, properties: {a: {}}}, Exception: {enum: [a]}", ["Class", "Exception_"]),
    ],
)
def test_class_names_do_not_collide(schemas, expected):
    """A class whose name is that of a component, module, import or keyword gets another name."""
    client, report = read_text(f"components: {{schemas: {{{schemas}}}}}")
    assert classes(client) == expected
    assert len({found.class_info.module_name for found in [*client.models, *client.enums]}) == len(expected)
    assert warnings(report) == []


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ("[asc, ASC]", ["ASC", "ASC_"]),
        ("[a-b, a_b, 'a b']", ["A_B", "A_B_", "A_B__"]),
        ("['+', '-', '']", ["VALUE_0", "VALUE_1", "VALUE_2"]),
        ("[mro, 'é', '中']", ["MRO", "É", "中"]),
        ("[a, a, b]", ["A", "B"]),
        ("[1, -1]", ["VALUE_1", "VALUE_NEGATIVE_1"]),
        ("[1, 2], x-enum-varnames: [ONE, one]", ["ONE", "ONE_"]),
        ("[a, b], x-enumNames: [First, second]", ["FIRST", "SECOND"]),
        ("[a, b], x-enum-varnames: [only]", ["A", "B"]),
    ],
)
def test_enum_keys_are_unique(values, keys):
    """Enum values that differ only in case or punctuation get different keys, with underscores."""
    client, report = schema(f"{{enum: {values}}}")
    assert list(client.enums[0].values) == keys
    assert warnings(report) == []


TYPES = [
    ("{enum: [1, two]}", "Union[Literal[1], Literal['two']]"),
    ("{enum: [true]}", "Literal[True]"),
    ("{type: boolean, enum: [true, false]}", "bool"),
    ("{enum: [1.5, 2]}", "float"),
    ("{enum: [{a: 1}, 2]}", "Any"),
    ("{enum: [null]}", "None"),
    ("{enum: [a, null]}", "Union[None, AXType1, str]"),
    ("{type: [string, 'null'], enum: [a]}", "Union[None, AXType1, str]"),
    ("{type: ['null', object], properties: {a: {}}}", "Union[None, AXType1]"),
    ("{type: object, nullable: true, properties: {a: {}}}", "Union[AXType0, None]"),
    ("{allOf: [{properties: {a: {}}}], nullable: true}", "Union[None, AXType1]"),
    ("{nullable: true, oneOf: [{properties: {a: {}}}]}", "Union[AXType0, None]"),
    ("{type: string, enum: [2020, true]}", "Union[AX, str]"),
    ("{enum: 5}", "None"),
    ("true", "Any"),
    ("false", "Any"),
    ("{}", "Any"),
    ("{type: array, items: true}", "List[Any]"),
    ("{type: array}", "List[Any]"),
    ("{items: {type: string}}", "List[str]"),
    ("{prefixItems: [{type: string}, {type: integer}]}", "List[Union[str, int]]"),
    ("{type: [string, 'null']}", "Union[str, None]"),
    ("{type: [string, integer, 'null']}", "Union[str, int, None]"),
    ("{type: ['null']}", "None"),
    ("{type: string, nullable: true}", "Union[str, None]"),
    ("{type: [string, integer], nullable: true}", "Union[str, int, None]"),
    ("{anyOf: [{type: string}, {type: integer}], nullable: true}", "Union[str, int, None]"),
    ("{description: anything, nullable: true}", "Any"),
    ("{type: string, x-nullable: true}", "Union[str, None]"),
    ("{const: a}", "Literal['a']"),
    ("{const: 5}", "Literal[5]"),
    ("{const: 1.5}", "float"),
    ("{const: null}", "None"),
    ("{const: {a: 1}}", "Any"),
    ("{type: string, contentMediaType: image/png}", "str"),
    ("{type: file}", "str"),
    ("{type: int}", "int"),
    ("{type: strange}", "Any"),
    ("{type: object}", "Dict[str, Any]"),
    ("{type: object, additionalProperties: {}}", "Dict[str, Any]"),
    ("{type: object, additionalProperties: {description: anything}}", "AX"),
    ("{type: object, additionalProperties: {type: string}}", "AX"),
    ("{additionalProperties: false}", "Any"),
    ("{type: object, additionalProperties: false}", "AX"),
    ("{patternProperties: {a: {}}}", "Dict[str, Any]"),
    ("{anyOf: [{type: string}, {type: string}]}", "str"),
    ("{anyOf: [{type: string}]}", "str"),
    ("{anyOf: [{$ref: '#/components/schemas/Text'}, {type: 'null'}]}", "Union[str, None]"),
    ("{allOf: [{type: string}, {description: The name}]}", "str"),
    ("{allOf: [{type: string}], maxLength: 3}", "str"),
    ("{allOf: [{$ref: '#/components/schemas/Text'}, {maxLength: 3}]}", "str"),
    ("{allOf: [{$ref: '#/components/schemas/Text'}, {type: string}]}", "str"),
    ("{allOf: [{$ref: '#/components/schemas/Text'}], nullable: true}", "Union[None, str]"),
    ("{allOf: [{type: string}, {enum: [a, b]}, {enum: [b, c]}]}", "Union[AX, str]"),
    ("{allOf: [{type: number}, {type: integer}]}", "int"),
    ("{allOf: [{type: string}, {type: integer}]}", "int"),
    ("{allOf: [{type: [string, integer]}, {type: [integer, boolean]}]}", "int"),
    ("{allOf: [{type: string}, {format: date}]}", "Union[datetime.date, str]"),
    ("{allOf: [{items: {type: string}}, {type: array, items: {format: date}}]}", "List[Union[datetime.date, str]]"),
    ("{allOf: [{anyOf: [{type: string}, {type: integer}]}, {description: one}]}", "Union[str, int]"),
    ("{allOf: [true, {required: [a]}]}", "Any"),
    ("{type: object, anyOf: [{required: [a]}, {required: [b]}], properties: {a: {}, b: {}}}", "AX"),
    ("{$ref: '#/components/schemas/Text', description: beside}", "str"),
]


@pytest.mark.parametrize(("text", "expected"), TYPES)
def test_every_schema_has_a_type(text, expected):
    """Every schema is typed without a warning, also one that has unusual, redundant or missing keys."""
    assert field_type(text) == (expected, [])


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("{a: {type: string}}, {a: {type: string, format: date-time}}", "Union[datetime.datetime, str, Unset]"),
        ("{a: {type: number}}, {a: {enum: [1, 2]}}", "Union[AA, int, Unset]"),
        ("{a: {enum: [x, y]}}, {a: {enum: [y]}}", "Union[AA, str, Unset]"),
        ("{a: {type: string}}, {a: {type: integer}}", "Union[int, Unset]"),
        ("{a: {type: string}}, {a: {description: more}}", "Union[str, Unset]"),
        ("{a: {}}, {a: {type: string}}", "Union[str, Unset]"),
        ("{a: {type: string}}, {a: true}", "Union[str, Unset]"),
        ("{a: {type: object, properties: {x: {}}}}, {a: {properties: {y: {}}}}", "Union[AA, Unset]"),
    ],
)
def test_fields_of_two_parts_are_merged(parts, expected):
    """A field in two parts of an allOf gets a merged schema. If the two contradict each other, the later is used."""
    first, second = parts.split("}}, {", 1) if "}}, {" in parts else parts.split("}, {", 1)
    closing = "}}" if "}}, {" in parts else "}"
    client, report = schema(f"{{allOf: [{{properties: {first}{closing}}}, {{properties: {{{second}}}]}}")
    assert fields(client, "A") == {"a": expected}
    assert warnings(report) == []


COMMON = """
components:
  schemas:
    Parent: {type: object, required: [kind], properties: {kind: {type: string, enum: [a, b]}}, oneOf: [%s]}
    Child: {allOf: [{$ref: '#/components/schemas/Parent'}, {type: object, properties: {own: {type: integer}}}]}
    Other: {type: object, properties: {other: {type: integer}}}
    Uses:
      properties: {child: {$ref: '#/components/schemas/Child'}, parent: {$ref: '#/components/schemas/Parent'}}
"""


def test_common_fields_are_added_to_alternatives():
    """Fields beside alternatives (oneOf) are added to each alternative. A child does not repeat its parent's fields."""
    client, report = read_text(COMMON % "{$ref: '#/components/schemas/Other'}, {properties: {more: {}}}")
    assert fields(client, "ParentType0") == {"kind": "Union[ParentType0Kind, str]", "other": "Union[int, Unset]"}
    assert fields(client, "ParentType1") == {"kind": "Union[ParentType1Kind, str]", "more": "Any"}
    assert fields(client, "Uses")["child"] == "Union[ChildType0, ChildType1, Unset]"
    assert set(fields(client, "ChildType0")) == {"kind", "other", "own"}
    client, report = read_text(COMMON % "{$ref: '#/components/schemas/Child'}")
    assert fields(client, "Child") == {"kind": "Union[ChildKind, str]", "own": "Union[int, Unset]"}
    assert fields(client, "Uses")["child"] == "Union[Child, Unset]"
    assert warnings(report) == []


def test_aliases_of_classes_are_classes():
    """An alias of an object schema is a class, as in openapi-python-client. Other aliases are the type itself."""
    client, report = read_text("""
components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {$ref: '#/components/schemas/C'}
    C: {type: object, properties: {c: {}}}
    D: {$ref: '#/components/schemas/E'}
    E: {type: string}
    Uses: {required: [a, d], properties: {a: {$ref: '#/components/schemas/A'}, d: {$ref: '#/components/schemas/D'}}}
""")
    assert classes(client) == ["A", "B", "C", "Uses"]
    assert fields(client, "Uses") == {"a": "A", "d": "str"}
    assert warnings(report) == []


def test_alternatives_of_an_object_without_fields_are_kept():
    """An object without fields has the types of its alternatives: classes and scalar types."""
    client, _ = read_text("""
components:
  schemas:
    A: {type: object, oneOf: [{$ref: '#/components/schemas/B'}, {type: string}, {properties: {c: {}}}]}
    B: {type: object, properties: {b: {}}}
    Uses: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}
""")
    assert fields(client, "Uses") == {"a": "Union[B, str, AType2]"}


def test_parts_in_cycles_are_used_once():
    """References in allOf may form cycles. A part that is included in two ways is used once."""
    client, report = read_text("""
components:
  schemas:
    A: {allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}, {required: [d]}]}
    B: {allOf: [{$ref: '#/components/schemas/D'}, {$ref: '#/components/schemas/A'}], properties: {b: {}}}
    C: {allOf: [{$ref: '#/components/schemas/D'}], properties: {c: {}}, additionalProperties: {type: integer}}
    D: {type: object, properties: {d: {type: string}}}
""")
    assert fields(client, "A") == {"d": "str", "b": "Any", "c": "Any"}
    assert client.types.annotation(model(client, "A").additional_properties) == "int"
    assert warnings(report) == []


REFERENCES = """
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {$ref: '#/paths/~1b~1%7Bid%7D/get/parameters/1'}
        - {$ref: '#/components/parameters/Alias'}
      requestBody: {$ref: '#/paths/~1b~1%7Bid%7D/get/requestBody'}
      responses: {"200": {$ref: '#/components/responses/Alias'}}
  /b/{id}:
    get:
      operationId: b
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: q, in: query, schema: {$ref: '#/components/schemas/M/properties/inner'}}
      requestBody: {content: {application/json: {schema: {type: object, properties: {x: {type: string}}}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: '#/components/schemas/M/properties/inner'}}}}
  /c: {$ref: '#/components/pathItems/C'}
components:
  pathItems: {C: {get: {operationId: c, responses: {"200": {description: ok}}}}}
  parameters:
    Alias: {$ref: '#/components/parameters/Real'}
    Real: {name: r, in: query, schema: {type: integer}}
  responses:
    Alias: {$ref: '#/components/responses/Real'}
    Real: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}
  schemas:
    M: {type: object, properties: {inner: {type: object, properties: {y: {type: integer}}}}}
"""


def test_unsupported_references_are_warnings(tmp_path):
    """References to servers, other folders, missing parts and themselves are typed as Any, with a warning."""
    text = """
components:
  schemas:
    A:
      properties:
        a: {$ref: 'https://example.com/a.yaml'}
        b: {$ref: '../b.yaml'}
        c: {$ref: '#/components/schemas/None'}
        d: {$ref: 'd.yaml'}
        e: {$ref: 'd.yaml#/E'}
        f: {$ref: '#/components/schemas/A/properties/f'}
  x-note: 5
"""
    (tmp_path / "d.yaml").write_text("{type: string, E: {type: integer}}")
    client, report = read_text(text, spec=str(tmp_path / "api.yaml"))
    found = {name: type_.replace(", Unset", "") for name, type_ in fields(client, "A").items()}
    assert found == {"a": "Any", "b": "Any", "c": "Any", "d": "Union[str]", "e": "Union[int]", "f": "Any"}
    assert warnings(report) == [
        "a reference to another server or folder is typed as Any, or left out: https://example.com/a.yaml, ../b.yaml",
        "a reference to a schema that the document does not have is typed as Any: A.c, A.f",
    ]


def test_references_to_any_part_are_followed():
    """References to parts of paths and schemas, to other references, and from whole path items are followed."""
    client, report = read_text(REFERENCES)
    assert arguments(client, operation(client, "a")) == {"q": "Union[MInner, Unset]", "r": "Union[int, Unset]"}
    assert bodies(client, operation(client, "a")) == [("json", "application/json", "ABody")]
    assert fields(client, "ABody") == fields(client, "BBody") == {"x": "Union[str, Unset]"}
    assert responses(client, operation(client, "a")) == {"200": ("json", "M")}
    assert responses(client, operation(client, "b")) == {"200": ("json", "MInner")}
    assert operation(client, "c").path == "/c"
    assert warnings(report) == []


def test_references_to_files_are_followed(tmp_path):
    """Files in JSON and YAML may refer to each other and to the document. A missing file is a warning."""
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "paths.yaml").write_text(
        "pets: {get: {operationId: pets, responses: {'200': {description: ok, content: {application/json: "
        "{schema: {$ref: 'schemas/Pet.json'}}}}}}}"
    )
    (folder / "schemas").mkdir()
    (folder / "schemas" / "Pet.json").write_text(
        '{"type": "object", "properties": {"tag": {"$ref": "../../api.yaml#/components/schemas/Tag"},'
        '"friend": {"$ref": "#"}, "owner": {"$ref": "Owner.yaml#/Owner"}, "none": {"$ref": "None.yaml"}}}'
    )
    (folder / "schemas" / "Owner.yaml").write_text("Owner: {type: object, properties: {name: {type: string}}}")
    text = """
paths: {/pets: {$ref: 'parts/paths.yaml#/pets'}}
components: {schemas: {Tag: {type: object, properties: {t: {type: string}}}}}
"""
    client, report = read_text(text, spec=str(tmp_path / "api.yaml"))
    assert responses(client, operation(client, "pets")) == {"200": ("json", "Pet")}
    assert fields(client, "Pet") == {
        "tag": "Union[Tag, Unset]",
        "friend": "Union[Pet, Unset]",
        "owner": "Union[Owner, Unset]",
        "none": "Any",
    }
    assert warnings(report) == [
        "a referenced file cannot be read: parts/schemas/None.yaml",
        "a reference to a schema that the document does not have is typed as Any: Pet.none",
    ]


@pytest.mark.parametrize(
    ("text", "operations"),
    [
        ("paths: {/a: {get: {operationId: a}}}", ["a"]),
        ("components: {schemas: {A: {type: object}}}", []),
        ("paths: {/a: {get: {operationId: a}, x-note: 5}, x-more: {a: 1}, /b: null}", ["a"]),
    ],
)
def test_optional_parts_of_a_document_may_be_missing(text, operations):
    """Documents of OpenAPI 3.1 and 3.2 may have no paths, and operations no responses."""
    for version in ("3.1.0", "3.2.0"):
        client, report = read_text(text, version=version)
        assert [found.name for found in client.operations] == operations
        assert report.operations.made == len(operations)
        assert warnings(report) == []


def test_webhooks_and_unsupported_methods_are_warnings():
    """Webhooks and operations with unsupported methods are left out, with a warning."""
    _, report = read_text("""
paths: {/a: {query: {operationId: a}, additionalOperations: {COPY: {operationId: b}}}}
webhooks: {happened: {post: {responses: {}}}}
""")
    assert report.summary() == "made 0 of 2 operations, 0 of 0 schemas"
    assert warnings(report) == [
        "webhooks are not supported, and are left out: happened",
        "an operation has a method that is not supported, and is left out: query /a, COPY /a",
    ]


PARAMETERS = [
    (
        "/a/{kind}/{id}",
        "{name: kind, in: path, schema: {type: string, default: all}}, {name: id, in: path, schema: {type: string}}",
        {"kind": "str", "id": "str"},
    ),
    ("/a/{id}", "{name: id, in: path, schema: {type: string, nullable: true}}", {"id": "str"}),
    ("/a/{id}", "{name: id, in: path, schema: {enum: [null]}}", {"id": "str"}),
    (
        "/a",
        "{name: q, in: query, schema: {type: string, format: date, default: 2020-01-01}}",
        {"q": "Union[datetime.date, str, Unset]"},
    ),
    (
        "/a",
        "{name: DateCreated<, in: query}, {name: DateCreated>, in: query}, {name: date_created, in: query}",
        {"DateCreated": "Any", "DateCreated_": "Any", "date_created": "Any"},
    ),
    (
        "/a/{id}",
        "{name: id, in: path}, {name: id, in: query}, {name: Id, in: header}",
        {"id_path": "Any", "id_query": "Any", "id": "Any"},
    ),
    (
        "/a",
        "{name: client, in: query}, {name: body, in: query}, {name: url, in: header}",
        {"client_query": "Any", "body_": "Any", "url_header": "Any"},
    ),
    (
        "/a",
        "{name: q, in: query, content: {application/json: {schema: {type: object}}}}",
        {"q": "Union[Dict[str, Any], Unset]"},
    ),
    (
        "/a",
        "{name: q, in: query, content: {}}, {name: r, in: query, content: {text/plain: 5}}",
        {"q": "Any", "r": "Any"},
    ),
    ("/a", "{name: q, in: query, schema: {type: array, default: [a]}}", {"q": "Union[List[Any], Unset]"}),
    ("/a", "{name: q, in: query, schema: {default: [a]}}", {"q": "Any"}),
    (
        "/a",
        "{name: q, in: query, schema: {type: integer}}, {name: q, in: query, schema: {type: string}}",
        {"q": "Union[int, Unset]"},
    ),
]


@pytest.mark.parametrize(("path", "given", "expected"), PARAMETERS)
def test_parameters_of_all_kinds_are_typed(path, given, expected):
    """Each parameter has a type and a name that is unique in its operation. Path parameters have no default."""
    client, report = read_text(f"paths: {{'{path}': {{get: {{operationId: a, parameters: [{given}], {OK}}}}}}}")
    (found,) = client.operations
    assert arguments(client, found) == expected
    assert all(prop.default is None for prop in found.path_parameters)
    assert warnings(report) == []


def test_a_parameter_with_a_media_type_is_encoded_as_json():
    """A parameter with `content` has the style "json"."""
    given = "{name: q, in: query, required: true, content: {application/json: {schema: {type: object}}}}"
    client, _ = read_text(f"paths: {{/a: {{get: {{operationId: a, parameters: [{given}], {OK}}}}}}}")
    assert client.document.operation_data(client.operations[0])["styles"] == {"q": "json"}


def test_parameters_match_the_path():
    """An undeclared path parameter is a string. A parameter that is not in the path is omitted. Both are warnings."""
    client, report = read_text("""
paths:
  /a/{x}/{y}:
    get:
      operationId: a
      parameters:
        [{name: z, in: path}, {name: y, in: path, schema: {type: integer}}, {name: w, in: body}, 5, {in: query}]
""")
    assert arguments(client, client.operations[0]) == {"x": "str", "y": "int"}
    assert warnings(report) == [
        "a parameter is not in path, query, header or cookie, and is left out: GET /a/{x}/{y} w",
        "a part is not an object, and is left out: GET /a/{x}/{y}",
        "a parameter has no name, and is left out: GET /a/{x}/{y}",
        "a path parameter is not in the path template, and is left out: GET /a/{x}/{y} z",
        "a path parameter is not declared, and is typed as a string: GET /a/{x}/{y} x",
    ]


def test_braces_of_a_path_are_kept():
    """Braces that are not part of a parameter are doubled, because the path is a Python format string."""
    client, _ = read_text("paths: {'/a{/{class}}': {get: {operationId: a}}}")
    assert client.operations[0].path.get_untrusted_value() == "/a{{/{class_}}}"


@pytest.mark.parametrize(
    ("given", "python", "warned"),
    [
        ("type: string, default: 5", "'5'", False),
        ("type: string, default: [a]", None, True),
        ("type: string, format: uuid, default: a", None, True),
        ("type: integer, default: 5.0", "5", False),
        ("type: integer, default: '5'", "5", False),
        ("type: integer, default: 5.5", None, True),
        ("type: integer, default: many", None, True),
        ("type: integer, default: true", None, True),
        ("type: number, default: 5", "5.0", False),
        ("type: boolean, default: 'true'", "True", False),
        ("type: boolean, default: 1", None, True),
        ("enum: [a, b], default: b", "AX.B", False),
        ("enum: [a, b], default: c", None, True),
        ("enum: [a, 1], default: 1", "1", False),
        ("enum: [a, 1], default: true", None, True),
        ("const: a, default: a", "'a'", False),
        ("anyOf: [{type: integer}, {type: string}], default: a", "'a'", False),
        ("anyOf: [{type: integer}, {type: boolean}], default: a", None, True),
        ("anyOf: [{type: integer}, {type: array}], default: []", None, False),
        ("type: object, default: {}", None, False),
        ("type: object, properties: {a: {}}, default: {a: 1}", None, False),
        ("default: .nan", 'float("nan")', False),
        ("type: string, format: binary, default: a", "'a'", False),
        ("type: string, default: null", None, False),
    ],
)
def test_an_invalid_default_is_left_out(given, python, warned):
    """An invalid default is left out with a warning. Defaults of objects and arrays are omitted without one."""
    client, report = schema(f"{{type: object, properties: {{x: {{{given}}}}}}}")
    assert defaults(client, "A") == [python or "UNSET"]
    assert warnings(report) == (["a default does not match its schema, and is left out: A.x"] if warned else [])


def test_enums_with_the_same_name_are_one_class_if_equal():
    """Enums with one name become one class if their values are equal, and two classes if not."""
    enum = "parameters: [{name: x, in: query, schema: {enum: [%s]}}]"
    client, _ = read_text(f"""
paths:
  /a: {{get: {{operationId: list, tags: [a], {enum % "p, q"}}}}}
  /b: {{get: {{operationId: list, tags: [b], {enum % "p, q"}}}}}
  /c: {{get: {{operationId: list, tags: [c], {enum % "p"}}}}}
""")
    assert classes(client) == ["ListX", "ListX2"]


def test_operations_with_the_same_name_are_renamed():
    """Operations with the same Python name get modules with different names."""
    client, _ = read_text("paths: {/a: {get: {operationId: get-item}, put: {operationId: getItem}, post: {}}}")
    assert [found.name for found in client.operations] == ["get_item", "get_item_2", "post_a"]


def test_separators_in_operation_ids_separate_words():
    """A slash or colon in an operationId separates words. openapi-python-client would join the words."""
    client, _ = read_text("paths: {/a: {get: {operationId: issues/create}, put: {operationId: 'issues:getAll'}}}")
    assert [found.name for found in client.operations] == ["issues_create", "issues_get_all"]


MEDIA = [
    (
        (
            "text/plain: {schema: &w {$ref: '#/components/schemas/W'}}, application/json: {schema: *w}, "
            "text/json: {schema: *w}"
        ),
        ("json", "W"),
    ),
    ("'*/*': {schema: {$ref: '#/components/schemas/W'}}", ("json", "W")),
    ("'*/*': {schema: {type: string}}", ("text", "str")),
    ("'*/*': {schema: {type: string, format: binary}}", ("bytes", "bytes")),
    ("application/json: {example: {t: 1}}", ("json", "Any")),
    ("application/json: {}", ("json", "Any")),
    ("application/hal+json: {schema: {type: array}}", ("json", "List[Any]")),
    ("'Application/JSON; charset=utf-8': {schema: {type: array}}", ("json", "List[Any]")),
    ("application/octet-stream: {}", ("bytes", "bytes")),
    ("application/octet-stream: {schema: {type: string, format: binary}}", ("bytes", "File")),
    ("application/pdf: {schema: {type: string, format: binary}}", ("bytes", "bytes")),
    ("image/png: {}", ("bytes", "bytes")),
    ("text/csv: {schema: {type: string}}", ("text", "str")),
    ("text/csv: {}", ("text", "str")),
    ("text/event-stream: {schema: {$ref: '#/components/schemas/W'}}", ("events", "Union[W, str]")),
    ("text/plain: {schema: {type: array, items: {type: string}}}", ("text", "str")),
    ("text/plain: {schema: {oneOf: [{type: string}, {type: integer}]}}", ("text", "str")),
    ("text/plain: {schema: {type: string, format: binary}}", ("text", "str")),
    ("text/plain: {schema: {type: string, format: date}}", ("text", "Union[datetime.date, str]")),
    ("application/x-ndjson: {schema: {$ref: '#/components/schemas/W'}}", ("lines", "W")),
    ("application/xml: {schema: {$ref: '#/components/schemas/W'}}", ("bytes", "bytes")),
]


@pytest.mark.parametrize(("content", "expected"), MEDIA)
def test_media_types_of_responses_have_a_kind(content, expected):
    """JSON comes first, also as `*/*` or `+json`. Text is parsed as text, and unknown media types as bytes."""
    client, report = read_text(f"""
paths: {{/a: {{get: {{operationId: a, responses: {{"200": {{description: ok, content: {{{content}}}}}}}}}}}}}
components: {{schemas: {{W: {{type: object, properties: {{t: {{type: integer}}}}}}}}}}
""")
    assert responses(client, client.operations[0]) == {"200": expected}
    assert warnings(report) == []


RAW = "Union[File, bytes, BinaryIO, str]"
BODIES = [
    ("'*/*': {schema: &w {$ref: '#/components/schemas/W'}}", [("json", "application/json", "W")]),
    (
        (
            "text/json: {schema: &w {$ref: '#/components/schemas/W'}}, application/json: {schema: *w}, "
            "application/*+json: {schema: *w}"
        ),
        [("json", "text/json", "W")],
    ),
    ("text/plain: {schema: {type: string}}", [("content", "text/plain", RAW)]),
    ("application/zip: {}", [("content", "application/zip", RAW)]),
    (
        "image/*: {schema: {type: string, format: binary}}",
        [("content", "application/octet-stream", "Union[File, bytes, BinaryIO]")],
    ),
    (
        "application/octet-stream: {schema: {type: string, format: binary}}",
        [("content", "application/octet-stream", "Union[File, bytes, BinaryIO]")],
    ),
    (
        "application/xml: {schema: &w {$ref: '#/components/schemas/W'}}, application/json: {schema: *w}",
        [("json", "application/json", "W"), ("content", "application/xml", RAW)],
    ),
    ("application/json: {}", [("json", "application/json", "Any")]),
    ("multipart/mixed: {schema: {$ref: '#/components/schemas/W'}}", [("files", "multipart/mixed", "W")]),
    (
        "application/x-www-form-urlencoded: {schema: {properties: {a: {}}}}",
        [("data", "application/x-www-form-urlencoded", "ABody")],
    ),
]


@pytest.mark.parametrize(("content", "expected"), BODIES)
def test_media_types_of_bodies_have_a_kind(content, expected):
    """Each media type of a request body can be sent. Several media types of JSON with one schema are one body."""
    client, report = read_text(f"""
paths: {{/a: {{post: {{operationId: a, requestBody: {{required: true, content: {{{content}}}}}}}}}}}
components: {{schemas: {{W: {{type: object, properties: {{t: {{type: integer}}}}}}}}}}
""")
    assert bodies(client, client.operations[0]) == expected
    assert warnings(report) == []


def test_title_and_version_become_text():
    """Title and version become strings, because YAML parses 1.0 as a number."""
    client, _ = read_text("openapi: 3.0.3\ninfo: {title: 5, version: 1.0}", version=None)
    assert client.document.data["info"] == {"title": "5", "version": "1.0"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "https://example.com/"),
        ("servers: [{url: ../v2}]", "https://example.com/v2"),
        ("servers: [{url: 'https://other.example'}]", "https://other.example"),
        ("servers: [{url: 'https://{r}.example', variables: {r: {default: eu}, s: 5}}]", "https://eu.example"),
        ("servers: [5]", None),
        ("servers: 5", None),
    ],
)
def test_relative_servers_are_resolved_against_the_url(text, expected):
    """Relative servers are resolved against the URL of the document."""
    client, _ = read_text(f"{text}\npaths: {{/a: {{get: {{operationId: a}}}}}}")
    assert client.document.operation_data(client.operations[0])["server"] == expected


JUNK = [5, 1.5, "x", True, None, [], {}, [5], {"a": 5}, {"$ref": "#/x"}, {"$ref": 5}, {"$ref": "#"}]
WHOLE = """
openapi: 3.1.0
info: {title: T, version: 1}
servers: [{url: '/{v}', variables: {v: {default: v1}}}]
security: [{key: []}]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, schema: {type: string, format: uuid}}]
    post:
      tags: [a]
      parameters: [{name: q, in: query, style: deepObject, content: {application/json: {schema: {type: object}}}}]
      requestBody: {content: {'*/*': {schema: {$ref: '#/components/schemas/A'}}, text/plain: {}}}
      responses: {"200": {content: {application/json: {schema: {items: {$ref: '#/components/schemas/B'}}}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: K}}
  schemas:
    A:
      type: object
      required: [a]
      properties: {a: {enum: [x], x-enum-varnames: [X], default: x}}
      additionalProperties: {type: integer}
    B:
      allOf: [{$ref: '#/components/schemas/A'}, {properties: {b: {type: [string, 'null']}}}]
      oneOf: [{$ref: '#/components/schemas/C'}, {properties: {d: {const: 1}}}]
    C: {anyOf: [{type: array, prefixItems: [{type: string}]}, {allOf: [{type: string}, {format: date}]}]}
"""


def places(node):
    """Yield each dict or list in a document with each of its keys or indexes."""
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], (dict, list)):
            yield from places(node[key])


@pytest.mark.slow
@pytest.mark.parametrize(("text", "values"), [(WHOLE, JUNK), (SWAGGER, JUNK[::5])], ids=["3", "2"])
def test_invalid_parts_are_refused_or_left_out(text, values):
    """A document with an invalid value in any place is refused, or generated without that part."""
    document = load_yaml(text)
    refused = made = 0
    for container, key in list(places(document)):
        kept = container[key]
        for junk in values:
            container[key] = copy.deepcopy(junk)
            try:
                read(copy.deepcopy(document))
                made += 1
            except GenerationError as error:
                assert "is not valid OpenAPI" in str(error)  # noqa: PT017 (most of these documents are generated)
                refused += 1
        container[key] = kept
    assert made > 10 * refused > 0
