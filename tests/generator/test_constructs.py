"""Clients of this package parse and send the same data as clients of openapi-python-client ("stock")."""

import datetime
import io
import uuid
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from .conftest import modules

THING = {"id": 1, "name": "n", "when": "2024-01-02T03:04:05+00:00"}
THINGS = [
    THING,
    {**THING, "note": "x", "day": "2024-01-02", "uuid": "0192202e-b6f3-7d23-8025-3f60675cc031"},
    {**THING, "colour": "dark blue", "level": -3, "nullableColour": None, "constant": "fixed"},
    {**THING, "nullableColour": "red", "number": 1.5, "flag": False, "count": 0, "shade": "red", "greeting": "hey"},
    {**THING, "pet": {"type": "cat", "lives": 9}},
    {**THING, "pet": {"type": "dog", "good": True, "extra": [1]}},
    {**THING, "pets": [{"type": "dog"}, {"type": "cat", "lives": 1}]},
    {**THING, "children": [THING, {**THING, "children": []}], "parent": THING},
    {**THING, "parent": None},
    {**THING, "scores": {"a": 1, "b": 2}, "catsByName": {"tom": {"type": "cat", "lives": 3}}},
    {**THING, "whenOrText": "2024-01-02T03:04:05+01:00"},
    {**THING, "whenOrText": "soon"},
    {**THING, "idOrName": 1, "matrix": [[1], [2, 3]], "anything": {"x": [None]}, "free": {"y": {"z": 1}}},
    {**THING, "undocumented": {"a": 1}},
]


@pytest.mark.parametrize("data", THINGS)
def test_models_round_trip_as_in_stock(load, data):
    """This package's and openapi-python-client's clients serialise a parsed model to the same JSON."""
    ours, stock = load("ours.models").Thing, load("stock.models").Thing
    assert ours.from_dict(data).to_dict() == stock.from_dict(data).to_dict() == data


def test_defaults_apply_to_new_models_only(load):
    """New models get the defaults of the document, but a parsed model has only the received fields."""
    ours, stock = load("ours.models").Thing, load("stock.models").Thing
    when = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    # openapi-python-client escapes the quotes in this default twice, and ignores a default beside a reference.
    expected = {**stock(1, "n", when).to_dict(), "greeting": 'say "hi"', "shade": "red"}
    assert ours(1, "n", when).to_dict() == expected
    assert ours.from_dict(THING).to_dict() == THING


def test_fields_have_the_types_of_stock_models(load):
    """Dates, UUIDs, enums, unions and nested models have the same types as in openapi-python-client."""
    models = load("ours.models")
    thing = models.Thing.from_dict({k: v for data in THINGS for k, v in data.items()})
    assert isinstance(thing.day, datetime.date)
    assert isinstance(thing.uuid, uuid.UUID)
    assert thing.colour is models.Colour.DARK_BLUE
    assert thing.level is models.Level.VALUE_NEGATIVE_3
    assert isinstance(thing.scores, models.Scores)
    assert thing.scores["a"] == 1
    assert isinstance(thing.cats_by_name["tom"], models.Cat)
    assert [type(pet) for pet in thing.pets] == [models.Dog, models.Cat]
    assert isinstance(thing.children[0], models.Thing)
    assert thing["undocumented"] == {"a": 1}
    assert thing.additional_keys == ["undocumented"]


def test_strict_models_drop_undocumented_fields(load):
    """`additionalProperties: false` has the same effect as in clients of openapi-python-client."""
    ours, stock = load("ours.models").Closed, load("stock.models").Closed
    data = {"a": "x", "b": 1}
    assert ours.from_dict(data).to_dict() == stock.from_dict(data).to_dict() == {"a": "x"}
    assert not hasattr(ours.from_dict(data), "additional_properties")


def test_free_form_objects_are_plain_dicts(load, clients):
    """Free-form objects are plain dicts, while openapi-python-client has a class for each."""
    assert load("ours.models").Thing.from_dict({**THING, "free": {"y": 1}}).free == {"y": 1}
    assert load("ours.api.default.get_secret").OPERATION.responses["200"].type is not None
    missing = modules(clients / "stock") - modules(clients / "ours")
    assert missing == {"models/thing_free.py", "models/get_secret_response_200.py"}


def prepared(kwargs):
    """Return the prepared request for the result of `build` of this package's client."""
    request = requests.Request(**{**kwargs, "url": "https://x" + kwargs["url"]}).prepare()
    return request.method, request.url, request.headers, request.body


def built(kwargs):
    """Return the request for the result of `_get_kwargs` of openapi-python-client's client."""
    httpx = pytest.importorskip("httpx")
    with httpx.Client(base_url="https://x") as client:
        request = client.build_request(**kwargs)
    request.read()
    return request.method, str(request.url), request.headers, request.content


def arguments(load, package):
    """Return arguments for all parameters of the operation getThing, with the enums of one of the clients."""
    colour = load(f"{package}.models").Colour
    return {
        "thing_id": 7,
        "kind": colour.DARK_BLUE,
        "tags": ["a b", "c&d"],
        "colours": [colour.RED, colour.DARK_BLUE],
        "dates": [datetime.date(2024, 1, 2)],
        "since": datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
        "id": uuid.UUID(int=5),
        "on": True,
        "ratio": 1.5,
        "either": 3,
        "nullable": None,
        "filter_": load(f"{package}.models").Filter(a="x", b=2),
        "x_count": 3,
        "x_on": False,
        "x_colour": colour.RED,
        "session": "s",
    }


def test_parameters_are_sent_as_in_stock(load):
    """Path, query, header and cookie parameters of all types are sent as by openapi-python-client's client."""
    ours = prepared(load("ours.api.things.get_thing").build(**arguments(load, "ours")))
    stock = built(load("stock.api.things.get_thing")._get_kwargs(**arguments(load, "stock")))
    assert ours[0] == stock[0] == "GET"
    assert urlsplit(ours[1]).path == urlsplit(stock[1]).path == "/things/7/dark%20blue"
    assert parse_qsl(urlsplit(ours[1]).query) == parse_qsl(urlsplit(stock[1]).query)
    assert ("on", "true") in parse_qsl(urlsplit(ours[1]).query)
    for name in ("X-Count", "X-On", "X-Colour", "Cookie"):
        assert ours[2][name] == stock[2][name]


def test_bodies_are_sent_as_in_stock(load):
    """JSON objects, lists and forms are sent as by openapi-python-client's client."""
    for module, make in {
        "things.add_thing": lambda models: models.Thing.from_dict(THINGS[3]),
        "default.send_list": lambda _: [datetime.date(2024, 1, 2)],
        "default.send_form": lambda models: models.Form("a b", 3, on=True, tags=["x", "y"]),
    }.items():
        ours = prepared(load(f"ours.api.{module}").build(body=make(load("ours.models"))))
        stock = built(load(f"stock.api.{module}")._get_kwargs(body=make(load("stock.models"))))
        assert ours[2]["Content-Type"] == stock[2]["Content-Type"]
        if ours[2]["Content-Type"] == "application/json":
            assert requests.compat.json.loads(ours[3]) == requests.compat.json.loads(stock[3])
        else:
            assert parse_qsl(ours[3]) == parse_qsl(stock[3].decode())


def test_the_type_of_the_body_selects_the_media_type(load):
    """The type of the body selects the media type. openapi-python-client's module cannot be imported."""
    models = load("ours.models")
    kwargs = load("ours.api.default.send_either").build(body=models.Form("a"))
    assert kwargs["headers"] == {"Content-Type": "application/x-www-form-urlencoded"}
    assert kwargs["data"] == [("name", "a")]
    kwargs = load("ours.api.default.send_either").build(body=models.Cat("cat", 9))
    assert kwargs["headers"] == {"Content-Type": "application/json"}
    assert kwargs["data"] == b'{"type": "cat", "lives": 9}'


def test_a_file_is_sent_as_body(load):
    """A file is sent as the body. The body is optional: without a file, nothing is sent."""
    build = load("ours.api.default.put_raw").build
    kwargs = build(body=load("ours.types").File(io.BytesIO(b"abc")))
    assert prepared(kwargs)[3].read() == b"abc"
    assert kwargs["headers"] == {"Content-Type": "application/octet-stream"}
    assert build() == {"method": "PUT", "url": "/raw"}


def test_multipart_bodies_are_sent_as_in_stock(load):
    """Files, repeated files and fields become the same parts as in openapi-python-client's client."""
    parts = {}
    for package in ("ours", "stock"):
        models, types = load(f"{package}.models"), load(f"{package}.types")
        body = models.Upload(
            file=types.File(io.BytesIO(b"1"), "a.txt", "text/plain"),
            files=[types.File(io.BytesIO(b"2"), "b"), types.File(io.BytesIO(b"3"), "c")],
            title="t",
            count=2,
            colour=models.Colour.RED,
            day=datetime.date(2024, 1, 2),
            filter_=models.Filter(a="x"),
        )
        parts[package] = [(name, part[0], read(part[1]), part[2]) for name, part in body.to_multipart()]
    assert sorted(parts["ours"], key=str) == sorted(parts["stock"], key=str)
    _, _, headers, sent = prepared(load("ours.api.default.upload").build(body=body_of(load)))
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n1' in sent


def read(content):
    """Return the bytes of a part."""
    return content.read() if hasattr(content, "read") else content


def body_of(load):
    """Return a small upload."""
    return load("ours.models").Upload(load("ours.types").File(io.BytesIO(b"1"), "a.txt", "text/plain"))


def parsed_response(load, module, status, content, content_type="application/json"):
    """Return the parsed response of an operation."""
    response = requests.Response()
    response.status_code, response._content = status, content
    response.headers["Content-Type"] = content_type
    return load(f"ours.api.{module}").OPERATION.read(response)


def test_responses_are_selected_by_status(load):
    """Exact statuses, ranges and the default select the schema, for all media types."""
    models = load("ours.models")
    assert parsed_response(load, "things.get_thing", 404, b'{"title": "t"}').parsed == models.Problem("t")
    assert parsed_response(load, "things.get_thing", 503, b"oops", "text/plain").parsed == "oops"
    assert parsed_response(load, "things.add_thing", 204, b"").parsed is None
    assert [type(thing) for thing in parsed_response(load, "things.add_thing", 201, b"[" + body() + b"]").parsed] == [
        models.Thing
    ]
    assert parsed_response(load, "default.put_raw", 200, b"\x00\xff").parsed.payload.read() == b"\x00\xff"
    assert parsed_response(load, "default.get_secret", 200, b'{"a": 1}').parsed == {"a": 1}


def body():
    """Return a thing as JSON bytes."""
    return requests.compat.json.dumps(THING).encode()


def test_operations_list_the_location_of_credentials(load):
    """OPERATION.security has empty strings for a security scheme whose place is unknown."""
    assert load("ours.api.default.get_secret").OPERATION.security == (
        ("key", "header", "X-Key"),
        ("login", "header", "Authorization"),
        ("jar", "cookie", "session"),
        ("tls", "", ""),
        ("undefined", "", ""),
    )


def test_secured_operations_require_an_authenticated_client(load):
    """An operation with security takes an AuthenticatedClient, as in openapi-python-client's clients."""
    from typing import get_type_hints

    hints = get_type_hints(load("ours.api.default.get_secret").sync)
    assert hints["client"] is load("ours.client").AuthenticatedClient
    assert get_type_hints(load("ours.api.things.add_thing").sync)["client"] is load("ours.client").Client
