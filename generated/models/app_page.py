# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, List, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class AppPage(Model):
    """A page of apps.

    Attributes:
        apps: The apps.
        cursor: The cursor of the next page, an opaque value; null, empty or absent on the last page.
    """

    apps: List[App]
    cursor: Union[str, float, Dict[str, Any], None, Unset] = _field(default=UNSET, metadata={"name": "_cursor"})
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# These imports are at the end of the module, because models may import each other.
from .app import App
