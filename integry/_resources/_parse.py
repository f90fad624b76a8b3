"""Parsers for responses of the organisation-integrations API, which have their result in the field `data`."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Type, TypeVar

import requests

from .._generated.converter import structure
from .._generated.models import Acknowledgement
from .._http.body import decode_json

T = TypeVar("T")


def parse_one(cls: Type[T]) -> Callable[[requests.Response], T]:
    """Return a function that converts a response with one object to a model."""

    def parse(response: requests.Response) -> T:
        model: T = structure(_data(response) or {}, cls)
        return model

    return parse


def parse_optional(cls: Type[T]) -> Callable[[requests.Response], Optional[T]]:
    """Return a function that converts a response with one object to a model, and a response without data to None."""

    def parse(response: requests.Response) -> Optional[T]:
        data = _data(response)
        return None if data is None else structure(data or {}, cls)

    return parse


def parse_list(cls: Type[T]) -> Callable[[requests.Response], List[T]]:
    """Return a function that converts a response with a list of objects to models.

    The function returns an empty list for null, and a list of one model for a single object. It leaves out nulls in a
    list.
    """

    def parse(response: requests.Response) -> List[T]:
        found = _data(response) or []
        return [structure(each, cls) for each in (found if isinstance(found, list) else [found]) if each is not None]

    return parse


def _data(response: requests.Response) -> Any:
    return (decode_json(response) or {}).get("data")


def parse_acknowledgement(response: requests.Response) -> Acknowledgement:
    """Return the acknowledgement in a response without data. Some servers send an empty body."""
    return Acknowledgement.from_dict(decode_json(response) or {})
