"""Operations as methods of a client, tested with a hand-written resource."""

import copy
import inspect
import sys
import types

import pytest
import responses

from integry.generator.runtime.client import Client
from integry.generator.runtime.operation import Operation, ResponseSpec
from integry.generator.runtime.resource import Resource

PACKAGE = "integry.generator.runtime.api.pets"
OPERATION = Operation(
    name="get_pet",
    method="GET",
    path="/pets/{id}",
    tag="pets",
    idempotent=True,
    responses={"200": ResponseSpec("json", dict)},
)


def build(id, *, loud=False):  # noqa: A002 (a parameter may have this name)
    """Get a pet."""
    return OPERATION.request(path={"id": id}, query={"loud": loud})


class Pets(Resource):
    """The operations of the tag `pets`."""

    TAG = "pets"
    MODULES = {"get_pet": "get_pet", "get": "get_pet"}  # noqa: RUF012 (generated clients have a plain dict)


@pytest.fixture
def pets(monkeypatch):
    """Return the methods of a client for the tag."""
    module = types.ModuleType(f"{PACKAGE}.get_pet")
    build.__module__ = module.__name__
    module.build = build
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return Pets(Client("https://api.test"))


@responses.activate
def test_methods_return_the_parsed_body(pets):
    """A method sends the request of `build`. `detailed` returns the whole response."""
    responses.get("https://api.test/pets/7", json={"name": "Rex"})
    assert pets.get(7, loud=True) == {"name": "Rex"}
    assert responses.calls[0].request.url == "https://api.test/pets/7?loud=true"
    assert pets.get_pet.detailed(id=7).status_code == 200


@responses.activate
def test_methods_stream_responses(pets):
    """`stream` sends the request of `build`, and returns the response before its body is read."""
    responses.get("https://api.test/pets/7", body=b"Rex\nAda\n")
    with pets.get.stream(7) as stream:
        assert b"".join(stream.iter_bytes()) == b"Rex\nAda\n"


def test_methods_have_the_signature_and_docstring_of_build(pets):
    """Name, signature, docstring and repr of a method are those of the operation, and dir() lists the methods."""
    assert str(inspect.signature(pets.get)) == "(id, *, loud=False)"
    assert pets.get.__doc__ == "Get a pet."
    assert (repr(pets.get), repr(pets)) == ("<operation get_pet>", "<Pets: get, get_pet>")
    assert {"get", "get_pet"} < set(dir(pets))
    assert copy.copy(pets).get.__name__ == "get_pet"


def test_unknown_methods_raise_attribute_error(pets):
    """An attribute that is not the name of an operation raises AttributeError."""
    with pytest.raises(AttributeError, match="'Pets' object has no attribute 'walk'"):
        pets.walk()
