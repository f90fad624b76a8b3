"""What the resources of both clients share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Type, TypeVar

from .._generated.converter import structure
from .._generated.models import Acknowledgement

if TYPE_CHECKING:
    from typing_extensions import TypedDict

    from .._base import Reply
    from .._client import Integry
    from .._organisation import Organisation
    from .._settings import Timeout

    class RequestOptions(TypedDict, total=False):
        """What any call can set for itself: see `Settings`."""

        timeout: Timeout
        max_retries: int
        deadline: float


T = TypeVar("T")


class UserResource:
    """Operations of a tag, called for users."""

    def __init__(self, client: Integry) -> None:
        self._client = client


class OrganisationResource:
    """Operations of a tag, called on an organisation."""

    def __init__(self, client: Organisation) -> None:
        self._client = client


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


def fields(**values: Any) -> Dict[str, Any]:
    """The values that are given, for a request model."""
    return {name: value for name, value in values.items() if value is not None}
