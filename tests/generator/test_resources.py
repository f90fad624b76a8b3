"""Operations as methods of the client: `client.pets.list()`."""

import importlib
import inspect
import json
import subprocess
import sys

import pytest

from integry.generator._names import CLIENT_ATTRIBUTES, resources
from integry.generator.runtime.client import AuthenticatedClient
from tests.facade.conftest import Server

from .conftest import by_us
from .reading import read_text

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}


def operation(name, tag, **more):
    """Return an operation that answers with a pet."""
    return {"operationId": name, "tags": [tag], "responses": {"200": {"description": "ok", "content": JSON}}, **more}


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Zoo", "version": "1"},
    "paths": {
        "/pets/{id}": {
            "get": operation(
                "getPet",
                "pets",
                summary="Get a pet.",
                parameters=[{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            )
        },
        "/settings": {"get": operation("readSettings", "headers")},
    },
    "components": {"schemas": {"Pet": PET}},
}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    """Return the package of a generated client."""
    folder = tmp_path_factory.mktemp("resources")
    (folder / "zoo.json").write_text(json.dumps(DOCUMENT))
    assert by_us(folder / "zoo.json", folder / "zoo") == 0
    sys.path.insert(0, str(folder))
    yield importlib.import_module("zoo")
    sys.path.remove(str(folder))


def test_methods_send_requests(zoo):
    """Calling a method sends a request and returns the parsed body. `detailed` also returns status and headers."""
    body = b'{"name": "Rex"}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    server = Server([answer, answer])
    try:
        with zoo.Client(server.url) as client:
            assert client.pets.get(7).name == "Rex"
            response = client.pets.get_pet.detailed(id=8)
    finally:
        server.close()
    assert (response.status_code, response.parsed.name) == (200, "Rex")
    assert [text.split("\r\n")[0] for text in server.requests] == ["GET /pets/7 HTTP/1.1", "GET /pets/8 HTTP/1.1"]


def test_methods_have_the_signature_of_build(zoo):
    """The signature of a method has the parameters of `build` of its operation, for help() and editors."""
    client = zoo.Client("http://127.0.0.1:9")
    assert [*inspect.signature(client.pets.get).parameters] == ["id"]
    assert client.pets.get.__name__ == "get_pet"
    text = client.pets.get.__doc__
    assert text.startswith("Get a pet.\n\nArgs:\n    id:\n\nReturns:\n    The parsed body. `detailed` also")
    assert "- 200 (Pet): ok" in text
    assert repr(client.pets.get) == "<operation get_pet>"
    assert repr(client.pets) == "<Pets: get, get_pet>"
    assert {"get", "get_pet"} < set(dir(client.pets))


def test_unknown_methods_raise_attribute_error(zoo):
    """An unknown method raises AttributeError, so that hasattr() and copy() work."""
    with pytest.raises(AttributeError, match="'Pets' object has no attribute 'walk'"):
        zoo.Client().pets.walk()


def test_a_tag_does_not_replace_an_attribute_of_the_client(zoo):
    """The attribute for a tag gets an underscore if the client already has an attribute of that name."""
    client = zoo.Client("http://127.0.0.1:9", headers={"a": "b"})
    assert client.headers == {"a": "b"}
    assert client.headers_.read_settings.detailed


@pytest.mark.parametrize(
    ("tag", "operations", "expected"),
    [
        ("pets", ["getPet", "list_pets"], {"get": "get_pet", "list": "list_pets"}),
        ("pets", ["pets_list", "pet.read"], {"list": "pets_list", "read": "pet_read"}),
        ("pets", ["get_pet", "get_pets"], {}),
        ("pets", ["get_pet", "get"], {}),
        ("pets", ["pets", "import_pets"], {}),
        ("entries", ["add_entry"], {"add": "add_entry"}),
        ("pets", ["list", "import"], {"list": "list_"}),
        ("boxes", ["open_box"], {"open": "open_box"}),
    ],
)
def test_short_names_leave_out_the_tag(tag, operations, expected):
    """Each operation is a method. It has a second, shorter name without the tag if that is valid and unique."""
    paths = {f"/{number}": {"get": operation(name, tag)} for number, name in enumerate(operations)}
    client, _ = read_text(json.dumps({**DOCUMENT, "paths": paths}), version=None)
    (found,) = resources(client.data, lambda _: False, lambda _: False)
    modules = [str(each.name) for each in client.operations]
    assert found.methods == {**{name: name for name in modules}, **expected}


def test_tags_have_different_names():
    """Tags whose classes would have equal names get different names."""
    paths = {"/a": {"get": operation("a", "pet_s")}, "/b": {"get": operation("b", "petS")}}
    paths["/c"] = {"get": operation("c", "resources")}
    client, _ = read_text(json.dumps({**DOCUMENT, "paths": paths}), version=None)
    found = resources(client.data, lambda _: False, lambda _: False)
    assert len({each.cls for each in found} | {"Resources"}) == len(found) + 1
    assert len({each.attribute for each in found}) == len(found)


def test_the_attributes_of_clients_are_known():
    """The names that attributes for tags must not have are those of the client's class."""
    found = {name for name in dir(AuthenticatedClient) if not name.startswith("__")}
    assert found == CLIENT_ATTRIBUTES


USE = """
from typing import assert_type
from zoo import Client
from zoo.models import Pet
def use(client: Client) -> None:
    for pet in client.pets.list.items():
        assert_type(pet, Pet)
    with client.pets.watch.stream() as changes, client.pets.list.stream() as pets:
        assert_type(next(changes.iter_json()), Pet)
        assert_type(next(pets.iter_json()), Pet)
    client.pets.watch.items()  # type: ignore[attr-defined]  # no pages: mypy must refuse this
    client.pets.get.stream()  # type: ignore[attr-defined]  # no stream: likewise
"""


@pytest.mark.slow
def test_items_and_streams_of_methods_are_typed(tmp_path):
    """Type checkers see `items` and `stream` at methods that have pages or streams, with the types of the elements."""
    lines = {
        "description": "ok",
        "content": {"application/x-ndjson": {"itemSchema": {"$ref": "#/components/schemas/Pet"}}},
    }
    pets = {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}}
    both = {"responses": {"200": {**lines, "content": {**pets, **lines["content"]}}}, "x-pagination": {"kind": "link"}}
    paths = {
        "/w": {"get": operation("watch", "pets", responses={"200": lines})},
        "/l": {"get": operation("list", "pets", **both)},
    }
    document = {**DOCUMENT, "paths": {**DOCUMENT["paths"], **paths}}
    (tmp_path / "zoo.json").write_text(json.dumps(document))
    assert by_us(tmp_path / "zoo.json", tmp_path / "zoo") == 0
    (tmp_path / "use.py").write_text(USE)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "zoo", "use.py"]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
