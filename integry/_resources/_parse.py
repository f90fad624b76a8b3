"""Parsers of the organisation API's responses, which have their result in `data`."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Type, TypeVar

import requests

from .._generated.converter import structure
from .._generated.models import Acknowledgement
from .._http.body import decode_json

T = TypeVar("T")


def parse_one(cls: Type[T]) -> Callable[[requests.Response], T]:
    """Return a parser of a model."""

    def parse(response: requests.Response) -> T:
        model: T = structure(_data(response) or {}, cls)
        return model

    return parse


def parse_optional(cls: Type[T]) -> Callable[[requests.Response], Optional[T]]:
    """Return a parser of a model, or None if the response has no data."""

    def parse(response: requests.Response) -> Optional[T]:
        data = _data(response)
        return None if data is None else structure(data or {}, cls)

    return parse


def parse_list(cls: Type[T]) -> Callable[[requests.Response], List[T]]:
    """Return a parser of a list of models. null is an empty list, and a single object a list of one.

    null in a list is no model, and left out.
    """

    def parse(response: requests.Response) -> List[T]:
        found = _data(response) or []
        return [structure(each, cls) for each in (found if isinstance(found, list) else [found]) if each is not None]

    return parse


def _data(response: requests.Response) -> Any:
    return (decode_json(response) or {}).get("data")


def parse_acknowledgement(response: requests.Response) -> Acknowledgement:
    """Parse a response without data; some servers send no body."""
    return Acknowledgement.from_dict(decode_json(response) or {})
