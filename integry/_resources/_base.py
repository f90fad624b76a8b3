"""What the resources of both clients share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, TypeVar

if TYPE_CHECKING:
    from typing_extensions import TypedDict

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


def fields(**values: Any) -> Dict[str, Any]:
    """The values that are given, for a request model."""
    return {name: value for name, value in values.items() if value is not None}
