"""The styles of parameters, and the encodings of form fields, in the data of operations."""

import pytest

from .reading import data, operation, read_text, warnings


def styles(parameter):
    """Return the styles of an operation with one parameter, which is given as one line of YAML."""
    path = "/a/{p}" if "in: path" in parameter else "/a"
    client, report = read_text(
        f"paths: {{{path!r}: {{get: {{operationId: a, parameters: [{{name: p, {parameter}}}]}}}}}}"
    )
    assert warnings(report) == []
    found = data(client, operation(client, "a"))
    return found["styles"].get("p") or found["other_styles"]


LIST, OBJECT = "schema: {type: array, items: {type: string}}", "schema: {type: object, properties: {a: {}}}"


@pytest.mark.parametrize(
    ("parameter", "style"),
    [
        (f"in: query, {LIST}", {}),
        (f"in: query, explode: false, {LIST}", "comma"),
        (f"in: query, style: pipeDelimited, {LIST}", "pipe"),
        (f"in: query, style: spaceDelimited, explode: false, {LIST}", "space"),
        (f"in: query, style: pipeDelimited, explode: true, {LIST}", {}),
        (f"in: query, style: deepObject, {OBJECT}", "deep"),
        (f"in: query, allowReserved: true, {LIST}", "form+"),
        (f"in: query, allowReserved: true, explode: false, {LIST}", "comma+"),
        (f"in: query, content: {{application/json: {{{OBJECT}}}}}", "json"),
        (f"in: path, {LIST}", {}),
        (f"in: path, style: simple, explode: true, {LIST}", {"path": {"p": ("simple*", "p")}}),
        (f"in: path, style: label, {LIST}", {"path": {"p": ("label", "p")}}),
        (f"in: path, style: matrix, explode: true, {LIST}", {"path": {"p": ("matrix*", "p")}}),
        (f"in: path, style: nonsense, {LIST}", {}),
        (f"in: path, content: {{application/json: {{{OBJECT}}}}}", {"path": {"p": ("json", "p")}}),
        (f"in: header, explode: true, {OBJECT}", {"header": {"p": ("simple*", "p")}}),
        (f"in: header, content: {{application/json: {{{OBJECT}}}}}", {"header": {"p": ("json", "p")}}),
        (f"in: cookie, {LIST}", {}),
        (f"in: cookie, explode: true, {LIST}", {"cookie": {"p": ("form*", "p")}}),
        (f"in: cookie, {OBJECT}", {"cookie": {"p": ("form*", "p")}}),
        (f"in: cookie, explode: false, {OBJECT}", {}),
        (f"in: cookie, style: cookie, {LIST}", {"cookie": {"p": ("cookie*", "p")}}),
        (f"in: cookie, style: cookie, explode: false, {LIST}", {"cookie": {"p": ("cookie", "p")}}),
        (f"in: cookie, content: {{application/json: {{{OBJECT}}}}}", {"cookie": {"p": ("json", "p")}}),
    ],
)
def test_the_styles_of_parameters_are_kept(parameter, style):
    """Styles are kept if they differ from the default of the parameter's place."""
    assert styles(parameter) == style


def test_a_path_parameter_keeps_its_name():
    """A path parameter in the style "matrix" is sent with its name in the document, not with the Python name."""
    client, _ = read_text(
        "paths: {'/a{client.id}': {get: {operationId: a, parameters: [{name: client.id, in: path, required: true, "
        "style: matrix, schema: {type: string}}]}}}"
    )
    found = data(client, operation(client, "a"))
    assert found["other_styles"] == {"path": {"p_client_id": ("matrix", "client.id")}}


def encodings(text, *, media_type="multipart/form-data"):
    """Return the encodings of a body's fields. The body is given as one line of YAML."""
    media = f"{{schema: {{type: object, properties: {{f: {{type: string}}}}}}, encoding: {text}}}"
    client, _ = read_text(
        f"paths: {{/a: {{post: {{operationId: a, requestBody: {{content: {{{media_type}: {media}}}}}}}}}}}"
    )
    return data(client, operation(client, "a"))["encodings"].get(media_type, {})


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("{style: deepObject, explode: true}", ["deep", "", {}]),
        ("{style: form, explode: false}", ["comma", "", {}]),
        ("{style: form}", ["form", "", {}]),
        ("{explode: true}", ["form", "", {}]),
        ("{style: {a: b}}", ["form", "", {}]),
        ("{contentType: application/xml}", ["", "application/xml", {}]),
        ("{contentType: 'image/png, image/jpeg'}", ["", "", {}]),
        ("{contentType: 'image/*'}", ["", "", {}]),
        ("{contentType: 5}", ["", "", {}]),
        ("{headers: {X-A: {schema: {const: a}}}}", ["", "", {"X-A": "a"}]),
        ("{headers: {X-A: {schema: {enum: [1]}}, X-B: {schema: {default: b}}}}", ["", "", {"X-A": "1", "X-B": "b"}]),
        ("{headers: {X-A: {schema: {type: string}}, X-B: {}, Content-Type: {schema: {const: a}}}}", ["", "", {}]),
        ("{headers: 5}", ["", "", {}]),
    ],
)
def test_the_encodings_of_fields_are_kept(encoding, expected):
    """The encoding of a field is kept, but media type ranges and headers without a fixed value are left out."""
    assert encodings(f"{{f: {encoding}, g: 5}}") == {"f": expected}


def test_encodings_of_other_bodies_are_ignored():
    """The encoding of a body that is not a form is ignored, as OpenAPI defines."""
    assert encodings("{f: {style: deepObject}}", media_type="application/x-www-form-urlencoded") != {}
    assert encodings("{f: {style: deepObject}}", media_type="application/json") == {}
    assert encodings("5") == {}


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        ("", {"f": ["comma", "", {}]}),
        (", collectionFormat: csv", {"f": ["comma", "", {}]}),
        (", collectionFormat: pipes", {"f": ["pipe", "", {}]}),
        (", collectionFormat: multi", {}),
    ],
)
def test_arrays_in_forms_of_swagger_2_have_a_style(collection, expected):
    """An array in a form of Swagger 2 is one field with commas by default."""
    field = f"{{in: formData, name: f, type: array, items: {{type: string}}{collection}}}"
    client, _ = read_text(
        f"""
swagger: '2.0'
info: {{title: T, version: '1'}}
paths: {{/a: {{post: {{operationId: a, parameters: [{field}], responses: {{200: {{description: ok}}}}}}}}}}
""",
        version=None,
    )
    found = data(client, operation(client, "a"))["encodings"]
    assert found.get("application/x-www-form-urlencoded", {}) == expected
