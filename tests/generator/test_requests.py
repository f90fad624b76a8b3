"""Requests of a generated client, as a server receives them on a real socket."""

import importlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from .conftest import by_us

DOCUMENT = """
openapi: 3.0.3
info: {title: Requests, version: '1'}
servers:
  - url: http://127.0.0.1:{port}/{version}
    description: local
    variables: {port: {default: '9'}, version: {default: v1, enum: [v1, v2]}}
security: [{login: []}, {key: [], jar: []}]
paths:
  /search/{id}:
    get:
      operationId: search
      security: [{secret: []}]
      parameters:
        - name: id
          in: path
          required: true
          style: matrix
          explode: true
          schema: {type: array, items: {type: string}}
        - {name: expand, in: query, style: deepObject, schema: {type: array, items: {type: string}}}
        - name: filter
          in: query
          style: deepObject
          schema: {type: object, properties: {price: {type: object, properties: {gte: {type: integer}}}}}
        - {name: where, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: X-Meta, in: header, content: {application/json: {schema: {type: object}}}}
        - {name: options, in: cookie, schema: {type: object}}
      responses: {'204': {description: ok}}
  /form:
    post:
      operationId: form
      parameters: [{name: Authorization, in: header, required: true, schema: {type: string}}]
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                metadata: {type: object, additionalProperties: {type: string}}
                codes: {type: array, items: {type: string}}
                plain: {type: object, additionalProperties: {type: string}}
            encoding: {metadata: {style: deepObject, explode: true}, codes: {explode: false}}
      responses: {'204': {description: ok}}
  /upload:
    post:
      operationId: upload
      security: []
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties: {file: {type: string, format: binary}, meta: {type: object}}
            encoding:
              file: {contentType: image/png, headers: {X-Kind: {schema: {type: string, default: photo}}}}
              meta: {contentType: application/merge-patch+json}
      responses: {'204': {description: ok}}
components:
  securitySchemes:
    login: {type: http, scheme: basic}
    key: {type: apiKey, in: header, name: X-Key}
    jar: {type: apiKey, in: cookie, name: sid}
    secret: {type: apiKey, in: query, name: api_key}
"""


class Recorder(BaseHTTPRequestHandler):
    """Records requests."""

    def do_GET(self):
        """Answer a GET request."""
        self.do_POST()

    def do_POST(self):
        """Answer a POST request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((urlsplit(self.path), self.headers, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """Return a function that imports a module of the client."""
    folder = tmp_path_factory.mktemp("requests")
    (folder / "document.yaml").write_text(DOCUMENT)
    assert by_us(folder / "document.yaml", folder / "requests_api") == 0
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"requests_api.{name}")
    sys.path.remove(str(folder))


@pytest.fixture
def server():
    """Serve on a real socket."""
    with HTTPServer(("127.0.0.1", 0), Recorder) as found:
        found.requests = []
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def client(api, server):
    """Return a client with all credentials. Its server variables lead to the fixture `server`."""
    credentials = {"key": "k", "jar": "j", "secret": "s&"}
    variables = {"port": str(server.server_port), "version": "v2"}
    with api("client").AuthenticatedClient(
        server="local", server_variables=variables, credentials=credentials
    ) as found:
        yield found


def test_parameters_arrive_as_documented(api, client, server):
    """A server receives nested objects, arrays, JSON in a query and a header, and an API key."""
    search = api("api.default.search")
    model = importlib.import_module("requests_api.models").SearchFilter
    search.sync_detailed(
        ["a/b", "c"],
        client=client,
        expand=["x", "y"],
        filter_=model.from_dict({"price": {"gte": 1}}),
        where={"a": [1]},
        x_meta={"b": "é"},
        options={"theme": "dark", "size": 2},
    )
    [(url, headers, _)] = server.requests
    assert url.path == "/v2/search/;id=a%2Fb;id=c"
    assert parse_qsl(url.query) == [
        ("expand[0]", "x"),
        ("expand[1]", "y"),
        ("filter[price][gte]", "1"),
        ("where", '{"a": [1]}'),
        ("api_key", "s&"),
    ]
    assert headers["X-Meta"] == '{"b": "\\u00e9"}'
    assert headers["Cookie"] == "theme=dark; size=2"
    assert "Authorization" not in headers
    assert "X-Key" not in headers


def test_forms_arrive_as_documented(api, client, server):
    """A server receives a form in the documented encoding, the right credentials, and an Authorization argument."""
    body = {"metadata": {"k": "v"}, "codes": ["a", "b"], "plain": {"p": "q"}}
    form = api("api.default.form")
    form.sync_detailed(client=client, body=api("models").FormBody.from_dict(body))
    form.sync_detailed(client=client, authorization="mine")
    (_, first, content), (_, second, _) = server.requests
    assert parse_qsl(content.decode()) == [("metadata[k]", "v"), ("codes", "a,b"), ("plain", '{"p": "q"}')]
    assert (first["X-Key"], first["Cookie"], first["Authorization"]) == ("k", "sid=j", None)
    assert (second["X-Key"], second["Cookie"], second["Authorization"]) == ("k", "sid=j", "mine")


def test_uploads_arrive_as_documented(api, client, server, tmp_path):
    """A server receives a file with its name, the documented media type and header, and no credentials."""
    path = tmp_path / "photo.png"
    path.write_bytes(b"png")
    with path.open("rb") as file:
        upload = api("models").UploadBody(file=api("types").File(file), meta={"a": 1})
        api("api.default.upload").sync_detailed(client=client, body=upload)
    [(url, headers, content)] = server.requests
    boundary = headers["Content-Type"].partition("boundary=")[2]
    parts = [part.strip().split(b"\r\n") for part in content.split(f"--{boundary}".encode())]
    assert [sorted(part) for part in parts[1:3]] == [
        sorted(
            [
                b'Content-Disposition: form-data; name="file"; filename="photo.png"',
                b"Content-Type: image/png",
                b"X-Kind: photo",
                b"",
                b"png",
            ]
        ),
        sorted(
            [
                b'Content-Disposition: form-data; name="meta"',
                b"Content-Type: application/merge-patch+json",
                b"",
                b'{"a": 1}',
            ]
        ),
    ]
    assert {"Authorization", "X-Key", "Cookie"} & set(headers) == set()
    assert url.query == ""
