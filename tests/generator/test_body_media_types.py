"""Request bodies with several media types: the media types that are kept, and the argument that selects one."""

import pytest

from integry.generator.runtime.errors import InvalidRequest
from integry.generator.runtime.operation import Body, Operation

from .reading import arguments, data, operation, read_text, warnings

DOCUMENT = """
paths:
  /things/{{id}}:
    patch:
      operationId: patch
      parameters:
        - {{name: Content-Type, in: header, schema: {{type: string}}}}
        - {{name: {parameter}, in: query, schema: {{type: string}}}}
      requestBody: {{content: {{{content}}}}}
      responses: {{"204": {{description: ok}}}}
components: {{schemas: {{Thing: {{type: object, properties: {{a: {{type: string}}}}}}}}}}
"""
THING, FREE = "{schema: {$ref: '#/components/schemas/Thing'}}", "{schema: {type: object}}"


def read_bodies(content, parameter="other"):
    """Return the kinds and media types of the bodies, the argument that selects one, its other names, and warnings."""
    client, report = read_text(DOCUMENT.format(content=content, parameter=parameter))
    found = operation(client, "patch")
    variables = data(client, found)
    bodies = [(body.body_type.value, name) for name, body in variables["bodies"]]
    ignored = ["a path parameter is not declared, and is typed as a string: PATCH /things/{id} id"]
    return (
        bodies,
        variables["choice"],
        [*arguments(client, found)],
        [one for one in warnings(report) if one not in ignored],
    )


def test_json_media_types_with_one_schema_are_kept():
    """All media types of a PATCH of Kubernetes are kept, and the user selects one by its name."""
    names = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"]
    bodies, choice, _, warned = read_bodies(", ".join(f"{name}: {FREE}" for name in names))
    assert bodies == [("json", names[0]), ("json", names[1]), ("content", names[2])]
    assert (choice, warned) == ({"name": "content_type", "values": names}, [])


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (["application/json", "text/json", "application/*+json", "*/*", "application/json; charset=utf-8"], None),
        (["application/json", "application/xml"], None),
        (["application/xml", "application/yaml"], ["application/xml", "application/yaml"]),
        (["application/json", "application/json;v=2"], ["application/json", "application/json;v=2"]),
        (["application/x-www-form-urlencoded", "text/json"], ["text/json", "application/x-www-form-urlencoded"]),
    ],
)
def test_the_argument_exists_if_the_type_of_the_body_does_not_determine_the_media_type(names, values):
    """Other names of JSON are one media type. Bodies with different Python types need no argument."""
    _, choice, _, _ = read_bodies(", ".join(f"{name!r}: {THING}" for name in names))
    assert (choice and choice["values"]) == values


@pytest.mark.parametrize(("parameter", "name"), [("other", "content_type"), ("contentType", "content_type_")])
def test_the_argument_replaces_the_header_and_no_other_parameter(parameter, name):
    """A parameter for the header Content-Type, which OpenAPI ignores, is left out. Another keeps its name."""
    _, choice, named, _ = read_bodies(f"application/xml: {THING}, application/yaml: {THING}", parameter)
    assert choice["name"] == name
    assert named == ["id", "other" if parameter == "other" else "content_type"]


def test_a_media_type_that_cannot_be_told_apart_is_reported():
    """Two media types that are sent in the same way cannot both be kept."""
    _, _, _, warned = read_bodies(f"application/json: {THING}, '*/*': {FREE}")
    assert warned == ["a media type of a body is sent like another one, and is left out: PATCH /things/{id}"]


YAML = Body("content", "application/apply-patch+yaml", bytes)
PATCH = Operation(
    "patch",
    "PATCH",
    "/",
    "default",
    idempotent=False,
    bodies=(Body("json", "a/json", dict), Body("json", "b/json", dict), YAML),
)


@pytest.mark.parametrize(
    ("given", "body", "content_type", "sent"),
    [
        ({}, {"x": 1}, "a/json", b'{"x": 1}'),
        ({}, b"x: 1", "application/apply-patch+yaml", b"x: 1"),
        ({"content_type": "b/json"}, {"x": 1}, "b/json", b'{"x": 1}'),
        ({"content_type": "b/json"}, [1], "b/json", b"[1]"),
        ({"content_type": "application/apply-patch+yaml"}, {"x": 1}, "application/apply-patch+yaml", b'{"x": 1}'),
    ],
)
def test_a_body_is_sent_in_the_selected_media_type(given, body, content_type, sent):
    """The argument selects the media type, also for a value of another type. An object is sent as YAML in JSON."""
    request = PATCH.request(body=body, **given)
    assert (request["headers"], request["data"]) == ({"Content-Type": content_type}, sent)


def test_an_undocumented_media_type_is_refused():
    """A media type that the document does not have is an error, which lists those that it has."""
    with pytest.raises(InvalidRequest, match="content_type must be one of a/json, b/json, application/apply-patch"):
        PATCH.request(body={}, content_type="c/json")
