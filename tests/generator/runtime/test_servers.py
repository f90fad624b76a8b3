"""The choice of a server, and variables in its URL."""

import copy

import pytest
import responses

from integry.generator.runtime import servers
from integry.generator.runtime.client import Client
from integry.generator.runtime.operation import Operation, ResponseSpec

DEFAULT = "https://eu.api.test/v1"


def url_of(client, server=DEFAULT):
    """Return the URL to which a client sends an operation."""
    operation = Operation(
        "op", "GET", "/x", "t", idempotent=True, server=server, responses={"200": ResponseSpec("none", None)}
    )
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for url in ("eu.api.test/v1", "us.api.test/v1", "us.api.test/v2", "sandbox.api.test", "other.test"):
            mock.get(f"https://{url}/x")
        client.send(operation.request())
        return mock.calls[0].request.url


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        ({}, "https://eu.api.test/v1/x"),
        ({"server": 0}, "https://eu.api.test/v1/x"),
        ({"server": 1}, "https://sandbox.api.test/x"),
        ({"server": "Sandbox"}, "https://sandbox.api.test/x"),
        ({"server": "https://sandbox.api.test"}, "https://sandbox.api.test/x"),
        ({"server_variables": {"region": "us"}}, "https://us.api.test/v1/x"),
        ({"server": "Production", "server_variables": {"region": "us", "version": "v2"}}, "https://us.api.test/v2/x"),
        ({"server": 1, "server_variables": {"region": "us"}}, "https://sandbox.api.test/x"),
    ],
)
def test_a_server_can_be_chosen(arguments, url):
    """A server is chosen by its number, description or URL, and by values of its variables. Copies keep the choice."""
    client = Client(**arguments)
    assert url_of(client) == url_of(copy.copy(client)) == url


def test_an_operation_with_other_servers_ignores_the_choice():
    """An operation keeps its own servers if the chosen server is not one of them."""
    assert url_of(Client(server=1), "https://other.test") == "https://other.test/x"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"server": 2}, r"no server 2 to choose: it has 'Production', 'Sandbox'"),
        ({"server": -1}, r"no server -1 to choose"),
        ({"server": "Test"}, r"no server 'Test' to choose"),
        ({"server_variables": {"zone": "eu"}}, r"no variable 'zone': their variables are \['region', 'version'\]"),
        ({"server_variables": {"region": "asia"}}, r"'region' must be one of \['eu', 'us'\], got 'asia'"),
        (
            {"server": 1, "base_url": "https://other.test"},
            "base_url= replaces the servers of the document",
        ),
    ],
)
def test_an_unknown_server_raises(arguments, message):
    """An unknown server, variable or value raises when the client is created. The message lists the valid ones."""
    with pytest.raises(ValueError, match=message):
        Client(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"server": "Test"}, "no server 'Test' to choose: it has at most one: leave server= out, or pass base_url="),
        ({"server_variables": {"a": "b"}}, "no variable 'a': leave server_variables= out, or pass base_url="),
    ],
)
def test_a_document_with_one_server_has_no_choice(arguments, message, monkeypatch):
    """If there is nothing to choose, the message says what to do instead."""
    monkeypatch.setattr(servers, "SERVERS", {})
    with pytest.raises(ValueError, match=message):
        Client(**arguments)
