"""The exceptions of this client, besides those of requests."""

import sys
from contextlib import suppress
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from traceback import walk_tb
from typing import Any, Callable, List, Optional, Set

from requests import PreparedRequest, RequestException
from urllib3.exceptions import HTTPError

#: Maximum number of characters of a body in a message.
EXCERPT = 300
_PACKAGES = ("requests", "urllib3", __name__.split(".")[0])
_SUSPENDABLE = CO_ASYNC_GENERATOR | CO_COROUTINE | CO_GENERATOR


class UnexpectedStatus(Exception):  # noqa: N818 (the name of the stock templates)
    """The server answered with a status that the document does not list for this operation.

    Attributes:
        status_code: The HTTP status.
        content: The body, as bytes.
    """

    def __init__(self, status_code: int, content: bytes) -> None:
        super().__init__(status_code, content)
        self.status_code = status_code
        self.content = content

    def __str__(self) -> str:
        return f"Unexpected status code: {self.status_code}\n\nResponse content:\n{_excerpt(self.content)}"


class DecodeError(ValueError):
    """A body is not what the document says: no JSON, cut short, or without a required field.

    Attributes:
        reason: What is wrong.
        status_code: The HTTP status, where the body came from a server.
        content: The body, as bytes, where it came from a server.
    """

    def __init__(self, reason: str, status_code: Optional[int] = None, content: Optional[bytes] = None) -> None:
        super().__init__(reason, status_code, content)
        self.reason = reason
        self.status_code = status_code
        self.content = content

    def __str__(self) -> str:
        if self.content is None:
            return self.reason
        return f"{self.reason} (status {self.status_code}, body starts {_excerpt(self.content)!r})"


class InvalidRequest(ValueError):  # noqa: N818 (a name of the field)
    """An argument cannot be sent as it is: raised before anything is sent."""


def forget(  # noqa: C901 (loops over all that an exception refers to)
    error: BaseException, handled: Optional[BaseException] = None, hide: Callable[[str], str] = str
) -> None:
    """Take off an exception what has credentials: the local variables of the frames it came through, and its request.

    What reports errors shows the first, and pickles have the second. Frames that still run keep theirs.

    Args:
        error: The exception. Those that it comes from are seen to too.
        handled: What was being handled before, as `sys.exc_info` says: it stays as it is.
        hide: Takes secrets out of a message.
    """

    def tamed(value: Any, depth: int = 5) -> Any:
        if isinstance(value, str):
            return hide(value)
        if type(value) in (list, tuple) and depth:
            return type(value)(tamed(part, depth - 1) for part in value)
        if type(value) is dict and depth:
            return {name: tamed(part, depth - 1) for name, part in value.items()}
        return _bare(value) if _is_request(value) else value

    seen: Set[int] = {id(handled)}
    waiting: List[Optional[BaseException]] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        for frame, _ in walk_tb(each.__traceback__):
            # A generator of a user's may go on; and some frames still run.
            package = str(frame.f_globals.get("__name__")).split(".")[0]
            if package in _PACKAGES or not frame.f_code.co_flags & _SUSPENDABLE:
                with suppress(RuntimeError):
                    frame.clear()
        # What exceptions have outside of their dictionary: what was written, and what the system says.
        for name in ("args", "object", "strerror"):
            # Whatever an exception of a user's is like, it is what is raised.
            with suppress(Exception):
                setattr(each, name, tamed(getattr(each, name)))
        attributes = vars(each)
        attributes.update({name: tamed(value) for name, value in attributes.items()})
        if isinstance(each, (RequestException, HTTPError)):
            attributes.update({name: None for name in ("response", "url") if name in attributes})
        waiting += [each.__cause__, each.__context__]


def _is_request(value: Any) -> bool:
    """Whether a value is like a request: of requests, or of what stands in its place."""
    try:
        return hasattr(value, "headers") and hasattr(value, "method")
    except Exception:  # noqa: BLE001 (whatever a user's object raises)
        # A user's own, such as a proxy for what there is no more.
        return False


def _bare(request: Any) -> PreparedRequest:
    """A request's method and URL, without the rest of it, and without the query, where signatures may be."""
    bare = PreparedRequest()
    bare.method, bare.url = request.method, str(request.url).split("?")[0]
    return bare


class forgetting:  # noqa: N801 (used as a function)
    """A context that takes off an exception that leaves it what has credentials: see `forget`."""

    def __enter__(self) -> None:
        self._handled = sys.exc_info()[1]

    def __exit__(self, _: object, error: Optional[BaseException], __: object) -> None:
        if error is not None:
            forget(error, self._handled)


def _excerpt(content: bytes) -> str:
    return content[: 4 * EXCERPT].decode(errors="replace")[:EXCERPT]


__all__ = ["DecodeError", "InvalidRequest", "UnexpectedStatus", "forget", "forgetting"]
