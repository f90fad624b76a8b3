"""Lenient reading of responses that do not match the document."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Dict, List, Union

import attrs
import pytest

from integry.generator.runtime import converter
from integry.generator.runtime._lenient import structure_leniently
from integry.generator.runtime.client import Client
from integry.generator.runtime.errors import DecodeError
from integry.generator.runtime.operation import Operation, ResponseSpec
from integry.generator.runtime.types import UNSET

from .models import Cat, Colour, Dog, Empty, Level, Strict, Thing

OPERATION = Operation(
    name="list_things",
    method="GET",
    path="/things",
    tag="default",
    idempotent=True,
    responses={"200": ResponseSpec("json", List[Thing])},
)
#: A list whose second element has no `id`, which is required, and has a number as the date `day`.
PAGE = [{"id": 1, "extra": {"name": "x", "unknown": 1}}, {"day": 5, "tags": "x", "pet": {"type": "cat", "born": 7}}]


@pytest.fixture
def url():
    """Serve the page over HTTP, and return the URL of the server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(PAGE).encode())

        def log_message(self, *arguments):
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_lenient_client_reads_pages_with_incomplete_elements(url):
    """A lenient client parses a list with a missing required field, and serialises it to the same JSON."""
    with Client(url) as strict, pytest.raises(DecodeError, match="Thing has no 'id', which is required"):
        strict.send(OPERATION.request())
    with Client(url, lenient=True).with_timeout(5) as client:
        found = client.send(OPERATION.request()).parsed
    assert found is not None
    assert (found[0].id, found[1].id, found[1].day, found[1].tags) == (1, UNSET, 5, "x")
    assert isinstance(found[1].pet, Cat)
    assert [thing.to_dict() for thing in found] == PAGE


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        ({"name": "x"}, Strict, Strict("x")),
        ({}, Strict, Strict(UNSET)),
        ({}, Empty, Empty()),
        (None, Strict, None),
        ([], Strict, []),
        ({"a": [{"name": "x"}, 5], "b": None}, Dict[str, List[Strict]], {"a": [Strict("x"), 5], "b": None}),
        ("x", Dict[str, Strict], "x"),
        ("x", List[Strict], "x"),
        ("blue", Colour, "blue"),
        ("red", Colour, Colour.RED),
        (5, Level, 5),
        (5, datetime.datetime, 5),
        (5, datetime.date, 5),
        ("2024-01-02", datetime.date, datetime.date(2024, 1, 2)),
        ("2024-13-02", Union[datetime.date, str], "2024-13-02"),
        ("2024-01-02", Union[datetime.date, str], datetime.date(2024, 1, 2)),
        (5, Union[datetime.date, str], 5),
        (None, Union[Cat, Dog], None),
        ("x", Union[Cat, Dog], "x"),
        ({"type": "dog"}, Union[Cat, Dog], Dog("dog")),
        ({"type": "dog", "born": 5}, Union[Cat, Dog], Dog("dog", 5)),
        ({"type": "bird"}, Union[Cat, Dog], {"type": "bird"}),
        ({"born": "2024-01-02"}, Union[Cat, Dog], Cat(UNSET, datetime.date(2024, 1, 2))),
        ({"id": 1}, Union[Strict, Thing], Thing(1)),
        ({"name": "x", "id": 1, "tags": []}, Union[Strict, Thing], Thing(1, tags=[])),
        ({"tags": ["x"]}, Union[Strict, Thing], Thing(UNSET, tags=["x"])),
        ({"tags": ["x"]}, Union[Strict, Dict[str, Any]], {"tags": ["x"]}),
        ({"tags": {"name": "x"}}, Union[List[Strict], Dict[str, Strict]], {"tags": Strict("x")}),
        ([{"name": "x"}], Union[Strict, List[Strict]], [Strict("x")]),
        ([5], Union[Strict, str], [5]),
        ([5], List[int], [5]),
    ],
)
def test_values_that_do_not_match_are_kept(value, type_, expected):
    """Values that match their type are converted, and other values are kept unchanged."""
    before = copy.deepcopy(value)
    found = structure_leniently(value, type_)
    if isinstance(expected, Thing):
        found.additional_properties = {}
    assert (found, type(found)) == (expected, type(expected))
    assert value == before


def test_undocumented_fields_of_strict_models_are_kept():
    """Undocumented fields of a strict model are part of `to_dict`, of copies and of comparisons."""
    data = {"name": "x", "new": [1], "other": None}
    found = structure_leniently(data, Strict)
    assert found.to_dict() == data
    for copied in (copy.copy(found), copy.deepcopy(found), pickle.loads(pickle.dumps(found))):  # noqa: S301 (a pickle of this test)
        assert copied == found
        assert copied.to_dict() == data
    assert found != Strict("x")
    assert attrs.evolve(Strict("x"), name="y").to_dict() == {"name": "y"}
    assert converter.structure(data, Strict).to_dict() == {"name": "x"}
    assert "new" not in repr(Strict("x"))


def test_too_deeply_nested_values_raise():
    """A value that is nested too deeply raises DecodeError also in a lenient client."""
    value: Dict[str, Any] = {"id": 1}
    for _ in range(5000):
        value = {"id": 1, "children": [value]}
    with pytest.raises(DecodeError, match="nested too deeply"):
        structure_leniently(value, Thing)


def test_an_empty_body_is_none():
    """An empty body is parsed to None by a lenient client, whatever its documented type is."""
    import requests

    response = requests.Response()
    response.status_code, response._content = 200, b""
    operation = attrs.evolve(OPERATION, responses={"200": ResponseSpec("json", Strict)})
    assert operation.read(response, lenient=True).parsed is None
    with pytest.raises(DecodeError, match="the body is empty"):
        operation.read(response)
