"""Models in the form in which the generator writes them. They import integry/generator/runtime/."""

from __future__ import annotations

import datetime
from enum import Enum, IntEnum
from typing import Any, Dict, List, Literal, Union
from uuid import UUID

from attrs import define, field

from integry.generator.runtime.types import UNSET, File, Model, StrictModel, Unset


class Colour(str, Enum):
    """An enum of strings."""

    RED = "red"


class Level(IntEnum):
    """An enum of integers."""

    HIGH = 3


@define
class Empty(StrictModel):
    """A model without fields."""


@define
class Strict(StrictModel):
    """A model with one required field that drops all others."""

    name: str


@define
class Cat(Model):
    """A member of a union, selected by a constant and a format."""

    type_: Literal["cat"] = field(metadata={"name": "type"})
    born: Union[datetime.date, str, Unset] = UNSET
    additional_properties: Dict[str, Any] = field(init=False, factory=dict)


@define
class Dog(Model):
    """A member of a union, together with Cat."""

    type_: Literal["dog"] = field(metadata={"name": "type"})
    born: Union[datetime.date, str, Unset] = UNSET
    additional_properties: Dict[str, Any] = field(init=False, factory=dict)


@define
class Thing(Model):
    """A model with a field of each kind of type."""

    id: int
    when: Union[datetime.datetime, str, Unset] = UNSET
    day: Union[datetime.date, str, Unset, None] = UNSET
    uuid: Union[UUID, str, Unset] = UNSET
    colour: Union[Colour, str, Unset] = UNSET
    level: Union[Level, int, Unset] = UNSET
    file: Union[File, Unset] = UNSET
    pet: Union[Cat, Dog, Unset] = UNSET
    text_or_number: Union[str, int, Unset] = UNSET
    children: Union[List[Thing], Unset] = UNSET
    by_name: Union[Dict[str, Thing], Unset] = UNSET
    tags: Union[List[str], Unset] = UNSET
    counts: Union[Dict[str, int], Unset] = UNSET
    additional_properties: Dict[str, Strict] = field(init=False, factory=dict)
