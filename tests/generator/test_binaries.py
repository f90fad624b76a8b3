"""Binary strings: files in multipart bodies and downloads, and text in JSON."""

import pytest

from .reading import fields, media_types, operation, read_text, warnings

DOCUMENT = """
paths:
  /upload: {post: {operationId: upload, requestBody: {$ref: '#/components/requestBodies/Upload'}}}
  /store: {post: {operationId: store,
    requestBody: {content: {application/json: {schema: &json {$ref: '#/components/schemas/Json'}},
      application/xml: {schema: *json}}},
    responses: {'200': {description: ok, content: {
      application/x-ndjson: {itemSchema: {$ref: '#/components/schemas/Line'}}}}}}}
components:
  requestBodies: {Upload: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}}}}
  schemas:
    Form: {type: object, required: [x], properties: {x: FIELD, inner: {$ref: '#/components/schemas/Inner'}}}
    Inner: {type: object, required: [x], properties: {x: FIELD}}
    Json: {type: object, required: [x, list], properties: {x: FIELD, list: {type: array, items: FIELD}}}
    Line: {type: object, required: [x], properties: {x: FIELD}}
    Unused: {type: object, required: [x], properties: {x: FIELD}}
"""


def read_field(field):
    """Return client and warnings of a document that has a field in schemas of different bodies."""
    client, report = read_text(DOCUMENT.replace("FIELD", field), version="3.1.0")
    return client, warnings(report)


@pytest.mark.parametrize(
    ("field", "file", "text"),
    [
        ("{type: string, format: binary}", "File", "str"),
        ("{type: string, contentMediaType: image/png}", "File", "str"),
        ("{type: [string, 'null'], contentMediaType: image/png}", "Union[File, None]", "Union[str, None]"),
        ("{anyOf: [{type: string, format: binary}, {type: 'null'}]}", "Union[File, None]", "Union[str, None]"),
        ("{allOf: [{type: string, format: binary}, {description: A file.}]}", "File", "str"),
        ("{type: string, contentMediaType: image/png, contentEncoding: base64}", "str", "str"),
        ("{type: [integer, 'null'], contentMediaType: image/png}", "Union[int, None]", "Union[int, None]"),
    ],
)
def test_binary_strings_are_files_except_in_json(field, file, text):
    """A binary string is a file in a multipart body and in the schemas of its parts, and a string in JSON."""
    client, found = read_field(field)
    assert [fields(client, name)["x"] for name in ("Form", "Inner")] == [file, file]
    assert [fields(client, name)["x"] for name in ("Json", "Line", "Unused")] == [text, text, text]
    assert fields(client, "Json")["list"] == f"List[{text}]"
    assert found == []


@pytest.mark.parametrize(("default", "is_warned"), [("''", False), ("a", True)])
def test_files_have_no_default(default, is_warned):
    """A file cannot have a default. The empty text that some frameworks write causes no warning."""
    _, found = read_field(f"{{type: string, format: binary, default: {default}}}")
    expected = "a default does not match its schema, and is left out: Form.x, Inner.x"
    assert found == ([expected] if is_warned else [])


JSON, FILE = ("application/json", "json", "str"), ("*/*", "file", "File")
BYTES = "{schema: {type: string, format: binary}}"
REFERENCE = "{schema: {$ref: '#/components/schemas/Bytes'}}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"application/json: {BYTES}", [JSON, FILE]),
        (f"application/json: {REFERENCE}, image/png: {{}}", [JSON, FILE, ("image/png", "bytes", "bytes")]),
        (f"application/json: {BYTES}, '*/*': {{schema: {{type: string}}}}", [JSON, ("*/*", "text", "str")]),
        ("application/json: {schema: {type: string, contentMediaType: image/png}}", [JSON]),
        ("application/json: {schema: {$ref: '#/components/schemas/Nothing'}}", [("application/json", "json", "Any")]),
    ],
)
def test_a_binary_json_response_may_be_a_download(content, expected):
    """A response with the schema of bytes is a file if its Content-Type is not documented, and JSON if it is JSON."""
    client, _ = read_text(
        f"""
paths: {{/a: {{get: {{operationId: a, responses: {{'200': {{content: {{{content}}}}}}}}}}}}}
components: {{schemas: {{Bytes: {{type: string, format: binary}}}}}}
""",
        version="3.1.0",
    )
    assert media_types(client, operation(client, "a")) == expected
