# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""A client library for accessing Integry and organisation integrations"""

import typing as _typing

if _typing.TYPE_CHECKING:
    from .client import AuthenticatedClient, Client

__all__ = ("AuthenticatedClient", "Client")


def __getattr__(name: str) -> _typing.Any:
    """Import a client on first use, so that modules of this package can be imported without requests."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from . import client

    value = globals()[name] = getattr(client, name)
    return value


def __dir__() -> _typing.List[str]:
    return sorted({*globals(), *__all__})
