"""The choice between the models of a union."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, List, Union

import pytest
from attrs import define, field

from integry.generator.runtime import converter
from integry.generator.runtime.errors import DecodeError
from integry.generator.runtime.types import UNSET, Model, StrictModel, Unset

from .models import Strict


@define
class Job(Model):
    """A base class."""

    type_: str = field(metadata={"name": "type"})
    name: Union[str, Unset] = UNSET
    additional_properties: Dict[str, Any] = field(init=False, factory=dict)

    _selecting: ClassVar[Dict[str, Any]] = {"type": ("Job", None)}


@define
class Build(Model):
    """A child class with a required field."""

    type_: str = field(metadata={"name": "type"})
    target: str
    additional_properties: Dict[str, Any] = field(init=False, factory=dict)

    _selecting: ClassVar[Dict[str, Any]] = {"type": ("build", "Build")}


@define(repr=False)
class User(StrictModel):
    """A StrictModel with an address."""

    name: str
    email: str


@define(repr=False)
class Named(StrictModel):
    """A StrictModel whose field is a StrictModel with a name."""

    user: Strict


@define(repr=False)
class Addressed(StrictModel):
    """A StrictModel whose field is a StrictModel with a name and an address."""

    user: User


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        ({"type": "build", "target": "x"}, Union[Job, Build], Build("build", "x")),
        ({"type": "build", "name": "x"}, Union[Job, Build], Job("build", "x")),
        ({"type": "test", "target": "x"}, Union[Build, str], {"type": "test", "target": "x"}),
        ({"type": None, "name": "x"}, Union[Job, Build], Job(None, "x")),
        ({"name": "x", "type": "y"}, Union[Strict, Job], Job("y", "x")),
        ({"name": "x", "target": "y"}, Union[Job, Strict], Strict("x")),
        ([{"name": "x"}], Union[Strict, List[Strict]], [Strict("x")]),
        # The wrong class would drop fields of the nested object, because it is a StrictModel.
        ({"user": {"name": "x", "email": "y"}}, Union[Named, Addressed], Addressed(User("x", "y"))),
        ({"user": {"name": "x"}}, Union[Named, Addressed], Named(Strict("x"))),
        ({"user": None}, Union[Named, Addressed], Named(None)),
    ],
)
def test_values_are_parsed_to_the_matching_class(value, type_, expected):
    """A discriminator selects the class of a value. Without one, the class with most of its fields is used."""
    assert converter.structure(value, type_) == expected


class Free(Build):
    """Another class with the same discriminator."""

    _selecting: ClassVar[Dict[str, Any]] = {"type": ("free",)}


def test_an_object_that_is_no_instance_of_the_selected_class_raises():
    """An object without a required field of the class that its discriminator selects raises, as without a union."""
    for type_ in (Union[Build, Free], Union[Build, str], List[Union[Free, Build]]):
        value = {"type": "build", "name": "x"}
        with pytest.raises(DecodeError, match="Build has no 'target', which is required"):
            converter.structure([value] if type_ == List[Union[Free, Build]] else value, type_)


def test_an_object_stays_a_dict_if_the_union_has_a_dict():
    """The same object stays a dict if the union has a dict, or if no class is selected."""
    for value, type_ in (
        ({"type": "build"}, Union[Build, Free, Dict[str, Any]]),
        ({"type": "new"}, Union[Build, Free]),
        ("build", Union[Build, Free]),
    ):
        assert converter.structure(value, type_) is value
