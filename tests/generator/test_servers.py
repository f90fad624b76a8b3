"""The servers of documents: the default server of each operation, and the servers that can be chosen."""

import pytest

from .reading import data, operation, read_text

DOCUMENT = """
servers:
  - url: '{scheme}://{region}.example.com:{port}/v1'
    description: Production
    variables:
      scheme: {default: https}
      region: {default: eu, enum: [eu, us]}
      port: {default: 8443, enum: [8443, 443]}
  - {url: https://sandbox.example.com, name: sandbox, description: ''}
  - {url: /relative}
  - 5
paths:
  /a: {get: {operationId: a}}
  /b: {servers: [{url: 'https://b.example.com'}], get: {operationId: b}}
  /c: {get: {operationId: c, servers: [{url: 'https://{x}.example.com', variables: {x: 5}}, {url: 'https://c.example.com'}]}}
  /d: {get: {operationId: d, servers: [{url: '{x}'}]}}
  /e: {get: {operationId: e, servers: [{url: 'https://sandbox.example.com'}, {url: 'https://e.example.com'}]}}
  /f: {get: {operationId: f, servers: [{url: 'https://sandbox.example.com'}, {url: 'https://f.example.com'}]}}
"""
DEFAULT = "https://eu.example.com:8443/v1"


def test_servers_can_be_chosen():
    """Operations with the same default server share a list of servers to choose from."""
    client, _ = read_text(DOCUMENT, spec="document.yaml")
    found = [data(client, operation(client, name))["server"] for name in "abcdef"]
    assert found == [DEFAULT, "https://b.example.com", None, None, *["https://sandbox.example.com"] * 2]
    lists = client.document.data_of_modules()["server_lists"]
    variables = {"scheme": ("https", ()), "region": ("eu", ("eu", "us")), "port": ("8443", ("8443", "443"))}
    assert lists == {
        DEFAULT: [
            ("{scheme}://{region}.example.com:{port}/v1", ("Production",), variables),
            ("https://sandbox.example.com", ("sandbox",), {}),
        ],
        "https://sandbox.example.com": [
            ("https://sandbox.example.com", (), {}),
            ("https://e.example.com", (), {}),
            ("https://f.example.com", (), {}),
        ],
    }


@pytest.mark.parametrize("servers", ["", "servers: []", "servers: 5", "servers: [{url: 'https://a.example.com'}]"])
def test_a_single_server_is_not_listed(servers):
    """A document with one server and no variables has no list of servers."""
    client, _ = read_text(f"{servers}\npaths: {{/a: {{get: {{operationId: a}}}}}}", spec="document.yaml")
    assert client.document.data_of_modules()["server_lists"] == {}


def test_a_server_url_may_start_with_a_variable():
    """A server URL that starts with a variable is not resolved against the URL of the document."""
    text = "servers: [{url: '{scheme}://a.example.com', variables: {scheme: {default: http}}}]"
    client, _ = read_text(f"{text}\npaths: {{/a: {{get: {{operationId: a}}}}}}")
    assert data(client, operation(client, "a"))["server"] == "http://a.example.com"
