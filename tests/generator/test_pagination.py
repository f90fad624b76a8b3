"""The extension `x-pagination` in a document: valid and invalid rules, and iteration over items."""

import importlib
import json
import sys

import pytest

from tests.facade.conftest import Server

from .conftest import by_us
from .reading import data, operation, read_text, warnings

DOCUMENT = """
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      x-pagination: RULE
      parameters: [{name: after, in: query, schema: {type: string}}, {name: Key, in: header, schema: {type: string}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Page"}}}}}
components:
  schemas:
    Page:
      type: object
      properties: {data: {type: object, properties: {pets: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}
    Pet: {type: object, required: [name], properties: {name: {type: string}}}
"""
CURSOR = "{kind: cursor, parameter: after, field: next, items: data.pets}"


def read_rule(rule):
    """Return the template variables for an operation with an `x-pagination`, and the warnings."""
    client, report = read_text(DOCUMENT.replace("RULE", rule))
    return data(client, operation(client, "list_pets")), warnings(report)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (CURSOR, ["cursor", "after", "next", "data.pets"]),
        ("{kind: page, parameter: after}", ["page", "after", "", ""]),
        ("{kind: offset, parameter: after, items: data}", ["offset", "after", "", "data"]),
        ("{kind: url, field: next}", ["url", "", "next", ""]),
        ("{kind: link}", ["link", "", "", ""]),
    ],
)
def test_valid_rules_are_kept(rule, expected):
    """An `x-pagination` is valid if it has a kind, and the keys that the kind requires."""
    found, warned = read_rule(rule)
    assert (found["pagination"], warned) == (expected, [])


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("5", "its kind must be one of cursor, page, offset, url, link"),
        ("{parameter: after}", "its kind must be one of cursor, page, offset, url, link"),
        ("{kind: link, field: [next]}", "its keys must be among kind, parameter, field, items, with strings"),
        ("{kind: link, size: '5'}", "its keys must be among kind, parameter, field, items, with strings"),
        ("{kind: cursor}", "the kind cursor requires field and parameter"),
        ("{kind: page, parameter: Key}", "the operation has no query parameter Key"),
    ],
)
def test_invalid_rules_are_left_out(rule, reason):
    """An invalid `x-pagination` is ignored, with a warning that says why. The operation is generated."""
    found, warned = read_rule(rule)
    assert "pagination" not in found
    assert warned == [f"an x-pagination is left out, because {reason}: GET /pets"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [("data.pets", "Pet"), ("data", "Any"), ("data.dogs", "Any"), ("data.pets.name", "Any"), ("", "Any")],
)
def test_the_type_of_an_item_is_that_of_the_array(items, expected):
    """Items have the type of the elements of the documented array, and Any if the document has no array there."""
    found, _ = read_rule(json.dumps({"kind": "link", "items": items}))
    assert found["item"] == expected


def test_an_operation_without_schema_has_any_items():
    """Items of a response without a schema have the type Any."""
    text = "paths: {/a: {get: {operationId: a, x-pagination: {kind: link}, responses: {'204': {description: ok}}}}}"
    client, _ = read_text(text)
    assert data(client, operation(client, "a"))["item"] == "Any"


def test_items_of_all_pages_are_parsed(tmp_path, monkeypatch):
    """The function `items` of a module and the method `items` yield the models of all pages of a real server."""
    (tmp_path / "farm.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: Farm, version: '1'}\n" + DOCUMENT.replace("RULE", CURSOR)
    )
    assert by_us(tmp_path / "farm.yaml", tmp_path / "farm") == 0
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    farm = importlib.import_module("farm")
    list_pets = importlib.import_module("farm.api.pets.list_pets")
    bodies = [
        json.dumps({"data": {"pets": [{"name": name}]}, "next": cursor}).encode()
        for name, cursor in (("Rex", "b"), ("Ada", None))
    ]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    server = Server([head % len(body) + body for body in [*bodies, *bodies]])
    try:
        with farm.Client(server.url) as client:
            assert [pet.name for pet in client.pets.list.items(after="a")] == ["Rex", "Ada"]
            assert [pet.name for pet in list_pets.items(client=client)] == ["Rex", "Ada"]
    finally:
        server.close()
    lines = [text.split(" HTTP")[0] for text in server.requests]
    assert lines == ["GET /pets?after=a", "GET /pets?after=b", "GET /pets", "GET /pets?after=b"]
