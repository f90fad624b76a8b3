"""Request bodies with several media types: the media types that are kept, and the argument that selects one."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from integry.generator.runtime.errors import InvalidRequest
from integry.generator.runtime.operation import Body, Operation
from tests.docs.pages import DOCS, blocks

from .conftest import by_us
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


KUBERNETES = """
openapi: 3.0.0
info: {title: Kubernetes, version: '1'}
paths:
  /api/v1/namespaces/{namespace}/configmaps:
    get:
      operationId: listConfigMap
      tags: [core_v1]
      parameters:
        - {name: namespace, in: path, required: true, schema: {type: string}}
        - {name: watch, in: query, schema: {type: boolean}}
      responses: {"200": {description: ok, content: {application/json: &list {schema: {$ref: '#/components/schemas/L'}},
        application/json;stream=watch: *list, application/yaml: *list}}}
  /api/v1/namespaces/{namespace}/configmaps/{name}:
    patch:
      operationId: patchConfigMap
      tags: [core_v1]
      parameters:
        - {name: namespace, in: path, required: true, schema: {type: string}}
        - {name: name, in: path, required: true, schema: {type: string}}
      requestBody: {content: {application/json-patch+json: &patch {schema: {type: object}},
        application/merge-patch+json: *patch, application/apply-patch+yaml: *patch}}
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
components:
  schemas:
    L: {type: object, required: [items], properties: {items: {type: array, items: {type: object}}}}
"""


class Cluster(BaseHTTPRequestHandler):
    """Answers a watch with two events as Kubernetes does, and any other request with an empty object."""

    def do_GET(self):
        """Answer a request, and record it."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.path, self.headers["Accept"], self.headers["Content-Type"], body))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        event = b'{"type": "ADDED", "object": {}}\n'
        self.wfile.write(event + event if "watch=true" in self.path else b"{}")

    def do_PATCH(self):
        """Answer a PATCH request."""
        self.do_GET()

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture
def cluster():
    """Serve on a real socket."""
    with HTTPServer(("127.0.0.1", 0), Cluster) as server:
        server.requests = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_example_of_the_guide_runs(cluster, tmp_path, monkeypatch, capsys):
    """The example for Kubernetes in generated-client.md sends a merge patch, and reads the events of a watch."""
    (tmp_path / "api.yaml").write_text(KUBERNETES)
    assert by_us(tmp_path / "api.yaml", tmp_path / "kubernetes") == 0
    capsys.readouterr()
    monkeypatch.syspath_prepend(str(tmp_path))
    (text,) = [block.text for block in blocks(DOCS / "guides" / "generated-client.md") if "kubernetes" in block.text]
    exec(text.replace("8001", str(cluster.server_port)), {})  # noqa: S102 (the project's own documentation)
    assert capsys.readouterr().out == "ADDED\nADDED\n"
    patch, watch = cluster.requests
    path = "/api/v1/namespaces/default/configmaps"
    assert patch == (f"{path}/a", "application/json", "application/merge-patch+json", b'{"data": {"colour": "red"}}')
    assert watch[:2] == (f"{path}?watch=true", "application/json;stream=watch, application/json;q=0.9")
    for name in [name for name in sys.modules if name.partition(".")[0] == "kubernetes"]:
        monkeypatch.delitem(sys.modules, name)
