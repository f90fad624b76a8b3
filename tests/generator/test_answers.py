"""Media types of responses: how each is parsed, the type of the result, and the generated code."""

import pytest

from integry.generator._responses import stream_annotation

from .reading import arguments, bodies, classes, media_types, operation, read_text, warnings

REF = "{$ref: '#/components/schemas/W'}"
W = f"schema: {REF}"
COMPONENTS = """
components:
  schemas:
    W: {type: object, properties: {t: {type: integer}}}
    E: {type: object, properties: {event: {type: string}, data: {$ref: '#/components/schemas/W'}}}
    Change: {type: object, required: [type, object], properties: {type: {type: string}, object: {type: object}}}
    Day: {type: string, format: date}
"""


def read(content, status="200"):
    """Return the client of an operation with one response, and the operation."""
    responses = f"{{'{status}': {{content: {{{content}}}}}}}"
    text = f"paths: {{/a: {{get: {{operationId: a, responses: {responses}}}}}}}{COMPONENTS}"
    client, report = read_text(text, version="3.1.0")
    assert warnings(report) == []
    return client, operation(client, "a")


CSV = ("text/csv", "text", "str")
JSON = ("application/json", "json", "W")
#: Cases: `content` of a response, its media types as (name, kind, type), and the type of the parsed body.
CONTENT = [
    (f"application/json: {{{W}}}, text/csv: {{schema: {{type: string}}}}", [JSON, CSV], "Union[W, str]"),
    (f"text/csv: {{}}, application/json: {{{W}}}", [JSON, CSV], "Union[W, str]"),
    # If other media types have the schema of the JSON, only JSON is parsed.
    (f"application/xml: {{{W}}}, application/json: {{{W}}}", [JSON, ("application/xml", "bytes", "bytes")], "W"),
    (f"text/csv: {{{W}}}, application/json: {{{W}}}", [JSON, CSV], "W"),
    (
        f"text/plain: {{{W}}}, application/json: {{{W}}}, text/json: {{{W}}}",
        [JSON, ("text/json", "json", "W"), ("text/plain", "json", "W")],
        "W",
    ),
    # An object with the media type of files is JSON, unless the document also has it as JSON.
    (f"application/octet-stream: {{{W}}}", [("application/octet-stream", "json", "W")], "W"),
    (
        f"application/octet-stream: {{{W}}}, application/json: {{{W}}}",
        [JSON, ("application/octet-stream", "bytes", "bytes")],
        "W",
    ),
    (f"application/x-jsonl: {{{W}}}", [("application/x-jsonl", "lines", "W")], "List[W]"),
    (
        "text/plain: {schema: {type: integer}}, application/json: {schema: {type: integer}}",
        [("application/json", "json", "int"), ("text/plain", "json", "int")],
        "int",
    ),
    (
        "text/plain: {schema: {type: string}}, application/json: {schema: {type: string}}",
        [("application/json", "json", "str"), ("text/plain", "text", "str")],
        "str",
    ),
    (
        f"application/json: {{{W}}}, application/problem+json: {{schema: {{type: array}}}}, '*/*': {{}}",
        [JSON, ("application/problem+json", "json", "List[Any]"), ("*/*", "json", "Any")],
        "Any",
    ),
    (
        "application/json: {schema: {type: array}}, image/png: {}",
        [("application/json", "json", "List[Any]"), ("image/png", "bytes", "bytes")],
        "Union[List[Any], bytes]",
    ),
    (
        "application/octet-stream: {schema: {type: string, format: binary}}, text/plain: {}",
        [("application/octet-stream", "file", "File"), ("text/plain", "text", "str")],
        "Union[File, str]",
    ),
    # A watch of Kubernetes has lines of WatchEvent, which has two fields. With another schema, the lines are any JSON.
    (
        f"application/json: {{{W}}}, application/json;stream=watch: {{{W}}}",
        [JSON, ("application/json;stream=watch", "lines", "Any")],
        "W",
    ),
    (
        f"application/json: {{{W}}}, application/json; stream=watch: {{{W.replace('W', 'Change')}}}",
        [JSON, ("application/json;stream=watch", "lines", "Change")],
        "W",
    ),
    # Parameters other than charset tell media types apart, unless their schemas are the same.
    (
        f"application/json; charset=utf-8: {{{W}}}, application/json; v = 2: {{schema: {{type: array}}}}",
        [JSON, ("application/json;v=2", "json", "List[Any]")],
        "Union[W, List[Any]]",
    ),
    (f"application/json; v=1: {{{W}}}, application/json; charset=utf-8: {{{W}}}", [JSON], "W"),
    (
        f'\'application/json; v=1; p="a b"; \u00e9="; x\': {{{W}}}, application/json; v=2: {{{W}}}',
        [('application/json;v=1;p="a b"', "json", "W"), ("application/json;v=2", "json", "W")],
        "W",
    ),
    (
        f"application/json: {{{W}}}, text/plain; version=0.0.4: {{{W}}}",
        [JSON, ("text/plain;version=0.0.4", "json", "W")],
        "W",
    ),
    ("json: {}", [("*/*", "bytes", "bytes")], "bytes"),
    # Streams: documents have the schema of an element, the schema of an array, or itemSchema (OpenAPI 3.2).
    (f"application/x-ndjson: {{{W}}}", [("application/x-ndjson", "lines", "W")], "List[W]"),
    (
        f"application/jsonl: {{schema: {{type: array, items: {REF}}}}}",
        [("application/jsonl", "lines", "W")],
        "List[W]",
    ),
    (
        f"application/json-seq: {{itemSchema: {REF}, schema: {{type: array}}}}",
        [("application/json-seq", "lines", "W")],
        "List[W]",
    ),
    ("application/geo+json-seq: {}", [("application/geo+json-seq", "lines", "Any")], "List[Any]"),
    (
        f"text/event-stream: {{{W}}}, application/json: {{{W}}}",
        [JSON, ("text/event-stream", "events", "Union[W, str]")],
        "Union[W, List[ServerSentEvent[Union[W, str]]]]",
    ),
    ("text/event-stream: {}", [("text/event-stream", "events", "str")], "List[ServerSentEvent[str]]"),
    (
        "text/event-stream: {schema: {type: array, items: {type: string}}}",
        [("text/event-stream", "events", "str")],
        "List[ServerSentEvent[str]]",
    ),
    (
        "text/event-stream: {itemSchema: {$ref: '#/components/schemas/E'}}",
        [("text/event-stream", "events", "Union[W, str]")],
        "List[ServerSentEvent[Union[W, str]]]",
    ),
    (
        "text/event-stream: {itemSchema: {properties: {data: {type: string, contentSchema: {type: array}}}}}",
        [("text/event-stream", "events", "Union[List[Any], str]")],
        "List[ServerSentEvent[Union[List[Any], str]]]",
    ),
    (
        "text/event-stream: {itemSchema: {properties: {data: true}}}",
        [("text/event-stream", "events", "Any")],
        "List[ServerSentEvent[Any]]",
    ),
    ("text/event-stream: {schema: true}", [("text/event-stream", "events", "str")], "List[ServerSentEvent[str]]"),
]


@pytest.mark.parametrize(("content", "expected", "type_"), CONTENT)
def test_all_media_types_of_a_response_are_supported(content, expected, type_):
    """Each media type has its kind and type, JSON comes first, and the parsed body has the union of the types."""
    client, found = read(content)
    assert media_types(client, found) == expected
    assert client.document.result_annotation(found) == type_


def test_equal_schemas_are_one_class():
    """An inline schema that is repeated for several media types becomes one class."""
    inline = "{schema: {properties: {a: {}}}}"
    client, found = read(f"application/json: {inline}, application/hal+json: {inline}")
    assert classes(client) == ["AResponse200", "Change", "E", "W"]
    assert client.document.result_annotation(found) == "AResponse200"


@pytest.mark.parametrize(
    ("content", "status", "element"),
    [
        (f"text/event-stream: {{{W}}}", "200", "Union[W, str]"),
        (f"application/x-ndjson: {{{W}}}, application/json: {{}}", "2XX", "W"),
        ("application/pdf: {}", "default", "bytes"),
        ("application/octet-stream: {schema: {type: string, format: binary}}", "206", "bytes"),
        ("text/plain: {}", "200", None),
        (f"application/json: {{{W}}}, application/xml: {{{W}}}", "200", None),
        ("application/pdf: {}", "404", None),
    ],
)
def test_operations_with_streams_have_a_function_stream(content, status, element):
    """An operation has a function `stream` if a successful response is an event stream, lines of JSON, or a file."""
    client, found = read(content, status)
    assert stream_annotation(found, client.types) == element
    assert client.document.stream_annotation(found) == element


def code(content):
    """Return the generated code for the responses of an operation."""
    client, found = read(content)
    return client.document.operation_data(found)["responses"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", 'ResponseSpec("none", Any)'),
        (f"application/json: {{{W}}}", "ResponseSpec('json', W)"),
        ("'*/*': {}", "ResponseSpec('json', Any, '*/*')"),
        (
            f"application/json: {{{W}}}, text/csv: {{}}",
            "ResponseSpec('json', W, 'application/json', (ResponseSpec('text', str, 'text/csv'), ))",
        ),
        (
            "application/octet-stream: {schema: {type: string, format: binary}}",
            "ResponseSpec('bytes', File, 'application/octet-stream')",
        ),
        ('"text/x-\'\\"\\n": {}', "ResponseSpec('text', str, '*/*')"),
    ],
)
def test_the_generated_code_names_media_types(content, expected):
    """The generated code has the media type of a response if there are several, or if it is not JSON."""
    assert code(content) == [("200", expected)]


CIRCLE = "Circle: {oneOf: [{$ref: '#/components/schemas/Circle'}, {type: string}]}"
LOST = """
paths:
  /a:
    post:
      operationId: a
      parameters: [{name: q, in: query, schema: {$ref: '#/components/schemas/%(name)s'}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/%(name)s'}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: '#/components/schemas/%(name)s'}}}}
        default: {content: {application/x-ndjson: {schema: {$ref: '#/components/schemas/%(name)s'}}}}
components: {schemas: {%(schema)s}}
"""


@pytest.mark.parametrize(
    ("name", "expected", "places"),
    [
        (
            "Nowhere",
            "a reference to a schema that the document does not have is typed as Any",
            "POST /a q, POST /a, POST /a 200 and 1 more",
        ),
        ("Circle", "a schema that refers to itself without an object in between is typed as Any", "Circle"),
    ],
)
def test_json_with_an_unsupported_schema_is_any_json(name, expected, places):
    """Bodies, responses and parameters with an unsupported schema are typed as Any, with a warning."""
    client, report = read_text(LOST % {"name": name, "schema": "" if name == "Nowhere" else CIRCLE})
    found = operation(client, "a")
    assert bodies(client, found) == [("json", "application/json", "Any")]
    assert media_types(client, found) == [("application/json", "json", "Any")]
    assert media_types(client, found, "default") == [("application/x-ndjson", "lines", "Any")]
    assert arguments(client, found) == {"q": "Any"}
    assert [line.partition(": ") for line in warnings(report)] == [(expected, ": ", places)]
