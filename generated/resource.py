# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Operations as methods of the client: `client.pets.list(limit=10)`."""

from __future__ import annotations

import functools
import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable, Generic, Iterator, List, Mapping, Optional, TypeVar

from .operation import Request
from .pagination import iter_items, iter_pages
from .types import Response

R = TypeVar("R")
Item = TypeVar("Item")
Element = TypeVar("Element")

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    from .client import Client
    from .streaming import ResponseStream

    P = ParamSpec("P")
else:
    P = TypeVar("P")


class Method(Generic[P, R]):
    """An operation as a method. It takes the arguments of the operation's `build`, and returns the parsed body.

    Args:
        client: The client that sends the request.
        build: The function `build` of the operation's module.
    """

    def __init__(self, client: Client, build: Callable[P, Request[R]]) -> None:
        self._client, self._build = client, build
        functools.update_wrapper(self, build)
        self.__name__ = self.__qualname__ = build.__module__.rpartition(".")[2]
        self.__doc__ = _documentation(build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Optional[R]:
        """Send the request, and return the parsed body, as `sync` of the operation's module does.

        Raises:
            errors.InvalidRequest: If an argument cannot be sent.
            errors.UnexpectedStatus: If the status is not documented.
            errors.DecodeError: If the body does not match the document.
            requests.RequestException: If no response arrives.
        """
        return self._client.send(self._build(*args, **kwargs)).parsed

    def detailed(self, *args: P.args, **kwargs: P.kwargs) -> Response[R]:
        """Send the request, and return status, headers, content and parsed body, as `sync_detailed` does."""
        return self._client.send(self._build(*args, **kwargs))

    def pages(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Response[R]]:
        """Yield the responses of all pages, if the document has `x-pagination` for the operation. See `iter_pages`."""
        return iter_pages(self._client, self._build(*args, **kwargs))

    def __repr__(self) -> str:
        return f"<operation {self.__name__}>"

    @property
    def __signature__(self) -> inspect.Signature:
        """The arguments of `build`, for `help()` and notebooks."""
        return inspect.signature(self._build).replace(return_annotation=inspect.Signature.empty)


def _documentation(build: Any) -> str:
    """Return the docstring for a method: that of `build` for the arguments, and that of `sync` for the result."""
    # inspect.getdoc() removes the indentation, as Python 3.13 does when it compiles a docstring.
    about = (inspect.getdoc(build) or "").partition("\nReturns:")[0]
    sync = build.__globals__.get("sync")
    _, title, result = ((sync and inspect.getdoc(sync)) or "").partition("\nReturns:")
    return about + title + result.replace("`sync_detailed`", "`detailed`", 1)


class PagedMethod(Method[P, R], Generic[P, R, Item]):
    """An operation as a method, with a method `items` because the document has a rule for its pages."""

    def items(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Item]:
        """Yield the items of all pages. A page is fetched when the iteration reaches it."""
        return iter_items(self._client, self._build(*args, **kwargs))


class StreamMethod(Method[P, R], Generic[P, R, Element]):
    """An operation as a method, with a method `stream` because the document has a response that can be streamed."""

    def stream(self, *args: P.args, **kwargs: P.kwargs) -> ResponseStream[Element]:
        """Send the request, and return the response before its body has arrived. See `Client.stream`."""
        return self._client.stream(self._build(*args, **kwargs))


class PagedStreamMethod(PagedMethod[P, R, Item], StreamMethod[P, R, Element], Generic[P, R, Item, Element]):
    """An operation as a method, with methods `items` and `stream`."""


class Resource:
    """The operations of a tag. The module of an operation is imported when its method is first used.

    Attributes:
        TAG: The name of the package with the operations.
        MODULES: The module of the operation for each name of a method.
    """

    TAG: str
    MODULES: Mapping[str, str]

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        module = self.MODULES.get(name)
        if module is None:
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(message)
        package = __name__.rpartition(".")[0]
        build = import_module(f"{package}.api.{self.TAG}.{module}").build
        return PagedStreamMethod(self._client, build)

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *self.MODULES})

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(sorted(self.MODULES))}>"


if TYPE_CHECKING:

    def paged_method(build: Callable[P, Request[R]], items: Callable[..., Iterator[Item]]) -> PagedMethod[P, R, Item]:
        """Return the type of the method for an operation with pages. Only type checkers use this function."""
        raise NotImplementedError  # only declared, for type checkers

    def stream_method(
        build: Callable[P, Request[R]], stream: Callable[..., ResponseStream[Element]]
    ) -> StreamMethod[P, R, Element]:
        """Return the type of the method for an operation with a stream. Only type checkers use this function."""
        raise NotImplementedError  # only declared, for type checkers

    def paged_stream_method(
        build: Callable[P, Request[R]],
        items: Callable[..., Iterator[Item]],
        stream: Callable[..., ResponseStream[Element]],
    ) -> PagedStreamMethod[P, R, Item, Element]:
        """Return the type of the method for an operation with pages and a stream. Only for type checkers."""
        raise NotImplementedError  # only declared, for type checkers

    def method(build: Callable[P, Request[R]]) -> Method[P, R]:
        """Return the type of the method for an operation. Only type checkers use this function."""
        raise NotImplementedError  # only declared, for type checkers


__all__ = ["Method", "PagedMethod", "PagedStreamMethod", "Resource", "StreamMethod"]
