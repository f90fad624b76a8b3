"""Bodies are sent without the fields that only the server sets (readOnly)."""

from __future__ import annotations

import datetime
import json
from enum import Enum
from typing import Any, ClassVar, Dict, List, Union

import pytest
from attrs import define, field

from integry.generator.runtime import converter
from integry.generator.runtime._encoding import encode_body
from integry.generator.runtime.errors import DecodeError
from integry.generator.runtime.types import READ_ONLY, UNSET, Model, Unset

from .models import Strict


@define
class Node(Model):
    """A model with a field that only the server sets."""

    name: str
    secret: Union[str, Unset] = UNSET
    id: int = READ_ONLY
    children: Union[List[Node], Unset] = UNSET
    additional_properties: Dict[str, Any] = field(init=False, factory=dict)

    _read_only: ClassVar[Any] = ("id",)


class Key(Enum):
    """An enum. As a key of a dict, it makes the JSON encoder fail, so that a slower function encodes the body."""

    A = "a"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Node("x", id=1), {"name": "x"}),
        (Node("x", id=1, children=[Node("y", id=2)]), {"name": "x", "children": [{"name": "y"}]}),
        ({"nodes": [Node("x", id=1)], "strict": Strict("s")}, {"nodes": [{"name": "x"}], "strict": {"name": "s"}}),
        ({Key.A: Node("x", id=1, children=[Node("y", id=2)])}, {"a": {"name": "x", "children": [{"name": "y"}]}}),
        ({Key.A: (Strict("s"), Node("x", id=1))}, {"a": [{"name": "s"}, {"name": "x"}]}),
        ({"id": 1, "on": datetime.date(2024, 1, 2)}, {"id": 1, "on": "2024-01-02"}),
    ],
)
def test_json_bodies_leave_out_read_only_fields(value, expected):
    """JSON bodies are encoded without read-only fields, at any depth."""
    headers: Dict[str, str] = {}
    assert json.loads(encode_body(value, "json", "application/json", headers)["data"]) == expected
    assert headers == {"Content-Type": "application/json"}


def test_forms_and_multipart_bodies_leave_out_read_only_fields():
    """Forms and multipart bodies are encoded without read-only fields, which `to_dict` returns."""
    node = Node("x", id=1)
    assert encode_body(node, "data", "application/x-www-form-urlencoded", {})["data"] == [("name", "x")]
    assert [name for name, _ in encode_body(node, "files", "multipart/form-data", {})["files"]] == ["name"]
    assert node.to_dict() == {"name": "x", "id": 1}


def test_a_body_needs_no_read_only_fields():
    """`from_dict` reads JSON without the fields that only the server sets, but a response must have them."""
    for name in ("x", "y"):
        body = Node.from_dict({"name": name, "children": [{"name": "z"}]})
        assert body == Node(name, children=[Node("z")])
    with pytest.raises(DecodeError, match="Node has no 'id', which is required"):
        converter.structure({"name": "x"}, Node)
    with pytest.raises(DecodeError, match="Node has no 'name', which is required"):
        Node.from_dict({"id": 1})
