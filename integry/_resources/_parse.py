"""What organisations' operations answer, as models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Optional, Type, TypeVar

from .._generated.converter import structure
from .._generated.models import Acknowledgement

if TYPE_CHECKING:
    from .._base import Reply

T = TypeVar("T")


def one(cls: Type[T]) -> Callable[[Reply], T]:
    """Reads the `data` of an organisation's answer as a model."""

    def convert(reply: Reply) -> T:
        model: T = structure(_data(reply) or {}, cls)
        return model

    return convert


def perhaps(cls: Type[T]) -> Callable[[Reply], Optional[T]]:
    """As `one`, None where the answer has no data."""
    convert = one(cls)
    return lambda reply: None if _data(reply) is None else convert(reply)


def many(cls: Type[T]) -> Callable[[Reply], List[T]]:
    """Reads the `data` of an organisation's answer as a list of models. null is an empty list, one alone a list too."""

    def convert(reply: Reply) -> List[T]:
        found = _data(reply) or []
        return [structure(each, cls) for each in (found if isinstance(found, list) else [found])]

    return convert


def _data(reply: Reply) -> Any:
    return (reply.body or {}).get("data")


def acknowledged(reply: Reply) -> Acknowledgement:
    """An organisation's answer without data; some servers send no body."""
    return Acknowledgement.from_dict(reply.body or {})
