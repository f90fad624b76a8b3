"""The conversion of Swagger 2 documents to OpenAPI 3."""

import pytest

from integry.generator._types import default

from .reading import arguments, bodies, data, fields, operation, read_text, responses, warnings

DOCUMENT = """
swagger: '2.0'
info: {title: Pets, version: 1.0.0}
host: api.example.com
basePath: /v1/
schemes: [http, https]
consumes: [application/json]
produces: [application/json, text/xml]
securityDefinitions:
  login: {type: basic}
  key: {type: apiKey, in: query, name: key}
  oauth: {type: oauth2, flow: accessCode, authorizationUrl: 'https://a', tokenUrl: 'https://t', scopes: {}}
security: [{key: []}]
parameters:
  Pet: {name: pet, in: body, required: true, schema: {$ref: '#/definitions/Pet'}}
  Limit: {name: limit, in: query, type: integer, format: int32, default: 10}
responses:
  Pet: {description: ok, schema: {$ref: '#/definitions/Pet'}}
paths:
  x-note: 5
  /pets:
    parameters: [{$ref: '#/parameters/Limit'}]
    get:
      operationId: list
      parameters:
        - {name: tags, in: query, type: array, items: {type: string}, collectionFormat: multi}
        - {name: ids, in: query, type: array, items: {type: integer}}
        - {name: pipes, in: query, type: array, items: {type: string}, collectionFormat: pipes}
        - {name: tabs, in: query, type: array, items: {type: string}, collectionFormat: tsv}
      responses:
        200: {description: ok, schema: {type: array, items: {$ref: '#/definitions/Pet'}}, examples: {a: 1}}
        404: {description: no}
    post:
      operationId: add
      security: [{login: [], oauth: []}]
      parameters: [{$ref: '#/parameters/Pet'}]
      responses: {201: {$ref: '#/responses/Pet'}}
    put:
      operationId: replace
      consumes: [application/xml]
      parameters: [{name: pet, in: body, schema: {type: object}}]
      responses: {default: {description: else}}
  /pets/{id}/photo:
    parameters:
      - {name: id, in: path, required: true, type: string, format: uuid}
      - {name: note, in: formData, type: string, description: A note.}
    x-note: 5
    post:
      operationId: upload
      consumes: [multipart/form-data]
      parameters: [{name: file, in: formData, type: file, required: true}]
      responses: {200: {description: ok}}
    put:
      operationId: form
      consumes: [application/x-www-form-urlencoded]
      responses: {200: {description: ok}}
    get:
      operationId: download
      produces: [image/png]
      responses: {200: {description: ok, schema: {type: file}}}
    delete:
      operationId: export
      responses: {200: {description: ok, schema: {type: file}}}
definitions:
  Pet:
    type: object
    discriminator: kind
    required: [kind]
    properties: {kind: {type: string}, name: {type: string, x-nullable: true}}
"""


@pytest.fixture(scope="module")
def client():
    """Return the client of the document."""
    client, report = read_text(DOCUMENT, version=None)
    assert warnings(report) == []
    assert report.summary() == "made 7 of 7 operations, 1 of 1 schemas"
    return client


def test_definitions_are_models(client):
    """Swagger 2 definitions become models, and `x-nullable` allows null."""
    assert fields(client, "Pet") == {"kind": "str", "name": "Union[str, None, Unset]"}


def test_parameters_are_converted(client):
    """Parameters with types, references to shared parameters, and `collectionFormat` are converted."""
    assert arguments(client, operation(client, "list_")) == {
        "tags": "Union[List[str], Unset]",
        "ids": "Union[List[int], Unset]",
        "pipes": "Union[List[str], Unset]",
        "tabs": "Union[List[str], Unset]",
        "limit": "Union[int, Unset]",
    }
    assert data(client, operation(client, "list_"))["styles"] == {"ids": "comma", "pipes": "pipe", "tabs": "tab"}
    assert [default(prop) for prop in operation(client, "list_").query_parameters][-1] == "10"


def test_bodies_are_converted(client):
    """A body has the media types of `consumes`, and a form with a file is a multipart body."""
    assert bodies(client, operation(client, "add")) == [("json", "application/json", "Pet")]
    assert operation(client, "add").bodies[0].prop.required
    assert bodies(client, operation(client, "replace")) == [
        ("content", "application/xml", "Union[File, bytes, BinaryIO, str]")
    ]
    assert bodies(client, operation(client, "upload")) == [("files", "multipart/form-data", "UploadBody")]
    assert fields(client, "UploadBody") == {"file": "File", "note": "Union[str, Unset]"}
    assert bodies(client, operation(client, "form")) == [("data", "application/x-www-form-urlencoded", "FormBody")]


def test_responses_are_converted(client):
    """A response has the media types of `produces`, and a file is bytes."""
    assert responses(client, operation(client, "list_")) == {"200": ("json", "List[Pet]"), "404": ("none", "Any")}
    assert responses(client, operation(client, "add")) == {"201": ("json", "Pet")}
    assert responses(client, operation(client, "download")) == {"200": ("bytes", "bytes")}
    assert responses(client, operation(client, "export")) == {"200": ("text", "str")}


def test_servers_and_security_are_converted(client):
    """The server URL is HTTPS if `schemes` allows that, and security schemes keep their places."""
    assert data(client, operation(client, "list_"))["server"] == "https://api.example.com/v1"
    [key] = data(client, operation(client, "list_"))["security"]
    assert (key.name, key.place, key.parameter) == ("key", "query", "key")
    found = [(each.name, each.code) for each in data(client, operation(client, "add"))["security"]]
    assert [name for name, _ in found] == ["login", "oauth"]
    assert found[0] == ("login", "Basic()")


@pytest.mark.parametrize(
    ("head", "server"),
    [
        ("", "https://example.com/"),
        ("basePath: /v1", "https://example.com/v1"),
        ("host: a.example", "https://a.example"),
        ("{host: a.example, schemes: [http]}", "http://a.example"),
    ],
)
def test_missing_parts_of_the_url_have_defaults(head, server):
    """Parts of the server URL that are missing in the document are taken from the URL of the document."""
    head = head.strip("{}").replace(", schemes", "\nschemes")
    text = f"swagger: '2.0'\ninfo: {{}}\n{head}\npaths: {{/a: {{get: {{parameters: [5]}}}}}}"
    client, _ = read_text(text, version=None)
    assert data(client, client.operations[0])["server"] == server


def test_a_field_of_a_form_may_have_no_type():
    """A field of a form whose `$ref` is not a reference has any type."""
    text = """
swagger: "2.0"
info: {title: A, version: "1"}
paths:
  /a: {post: {operationId: a, parameters: [{name: x, in: formData, $ref: 5}], responses: {"200": {description: ok}}}}
"""
    client, _ = read_text(text, version=None)
    assert fields(client, "ABody") == {"x": "Any"}
