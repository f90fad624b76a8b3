"""Removal of credentials from exceptions.

Error reporters show the local variables of all frames in a traceback, and those of HTTP libraries include the request.
Exceptions of requests refer to the request, too. Therefore frames of libraries and of this package are removed from
tracebacks. Frames of the user's code, such as a transport adapter, and the user's own exceptions stay unchanged.
"""

import os
import sys
import sysconfig
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Callable, Iterator, List, Optional, Set

from requests import PreparedRequest, Response

#: Packages whose frames are in the traceback of every failed request.
HTTP_LIBRARIES = ("requests", "urllib3")
#: Other packages with frames between a call and the network: they mock, record, cache, trace or proxy requests.
LIBRARIES = frozenset(
    {
        *HTTP_LIBRARIES,
        *("OpenSSL", "aws_xray_sdk", "betamax", "certifi", "chardet", "charset_normalizer", "ddtrace", "elasticapm"),
        *("eventlet", "gevent", "httpretty", "idna", "mocket", "newrelic", "opentelemetry", "requests_cache"),
        *("requests_mock", "requests_toolbelt", "responses", "sentry_sdk", "socks", "vcr", "wrapt"),
    }
)
#: Modules of the standard library that define exceptions raised while a request is sent or a response is read.
STANDARD_MODULES = frozenset(
    {"binascii", "builtins", "email", "encodings", "http", "json", "select", "socket", "ssl", "zlib"}
)
#: Maximum depth of nested containers in an exception's arguments whose strings are masked.
MAX_DEPTH = 5

_STANDARD_LIBRARY = sysconfig.get_paths()["stdlib"] + os.sep
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_OWN = __name__.rpartition(".")[0]


class redacted:  # noqa: N801 (used as a function)
    """A context manager that removes credentials from an exception that is raised in its block.

    Args:
        own: The name of the package whose frames are removed, in addition to those of libraries.
        hide: A function that masks secrets in a text.
    """

    def __init__(self, own: str = _OWN, hide: Callable[[str], str] = str) -> None:
        self._own, self._hide = own, hide

    def __enter__(self) -> None:
        self._handled = sys.exc_info()[1]

    def __exit__(self, _: object, error: Optional[BaseException], __: object) -> None:
        if error is not None:
            redact(error, self._handled, self._own, self._hide)


def redact(
    error: BaseException, handled: Optional[BaseException] = None, own: str = _OWN, hide: Callable[[str], str] = str
) -> None:
    """Remove credentials from an exception, its causes and its contexts.

    Args:
        error: The exception.
        handled: The exception that was being handled before the call (`sys.exc_info`). It is not changed.
        own: The name of the package whose frames are removed, in addition to those of libraries.
        hide: A function that masks secrets in a text.
    """
    for each in list(_chain(error, {id(handled)})):
        tracebacks = list(_walk(each.__traceback__))
        if any(_is_part_of(item.tb_frame, (own, *HTTP_LIBRARIES)) for item in tracebacks):
            users = [item for item in tracebacks if _is_user_code(item.tb_frame, own)]
            each.__traceback__ = _join(users)
            # Python < 3.11 re-raises an exception with its old traceback, so change that traceback, too: keep its first
            # entry (the frame that handles the exception) and the frames of the user.
            tracebacks[0].tb_next = _join([item for item in users if item is not tracebacks[0]])
            if _is_foreign(type(each)) and not _is_user_code(tracebacks[-1].tb_frame, own):
                _mask(each, hide)


def _chain(error: BaseException, seen: Set[int]) -> Iterator[BaseException]:
    """Yield an exception, and its causes and contexts, recursively."""
    waiting: List[Optional[BaseException]] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]


def _walk(traceback: Optional[TracebackType]) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _is_part_of(frame: FrameType, packages: Any) -> bool:
    name = str(frame.f_globals.get("__name__"))
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _is_user_code(frame: FrameType, own: str) -> bool:
    """Return True for a frame of the user's code: not of a library, this package, or code generated at run time."""
    name, file = str(frame.f_globals.get("__name__")), frame.f_code.co_filename
    is_standard = file.startswith(_STANDARD_LIBRARY) and not any(part in file for part in _INSTALLED)
    # Generated code has a file name such as <string>: methods of named tuples and attrs classes, for example. Code in
    # an interactive console has one, too, but it is the user's.
    is_generated = file.startswith("<") and name != "__main__"
    return not (is_standard or is_generated or name.partition(".")[0] in LIBRARIES or _is_part_of(frame, (own,)))


def _is_foreign(cls: type) -> bool:
    """Return True for an exception class that is not the user's, but of an HTTP library or the standard library."""
    return cls.__module__.partition(".")[0] in LIBRARIES | STANDARD_MODULES


def _join(tracebacks: List[TracebackType]) -> Optional[TracebackType]:
    """Return a traceback that consists of these entries."""
    result: Optional[TracebackType] = None
    for item in reversed(tracebacks):
        result = TracebackType(result, item.tb_frame, item.tb_lasti, item.tb_lineno)
    return result


def _mask(error: BaseException, hide: Callable[[str], str]) -> None:
    """Mask secrets in the arguments and attributes of a library's exception."""
    for name in ("args", "object", "strerror"):
        # Some exceptions lack these attributes, or have them read-only.
        with suppress(AttributeError, TypeError):
            setattr(error, name, _mask_value(getattr(error, name), hide))
    attributes = vars(error)
    response = attributes.get("response")
    if isinstance(response, Response) and response.raw is not None:
        # requests does not close the response if a hook of the session raises.
        response.close()
    attributes.update({name: _mask_value(value, hide) for name, value in attributes.items()})
    # Remove the response, which refers to the request, and the URL, which may contain a signature.
    attributes.update({name: None for name in ("response", "url") if name in attributes})


def _mask_value(value: Any, hide: Callable[[str], str], depth: int = MAX_DEPTH) -> Any:
    """Return a value with secrets masked in its strings, and with requests reduced to method and URL."""
    if isinstance(value, str):
        return hide(value)
    if type(value) in (list, tuple) and depth:
        return type(value)(_mask_value(part, hide, depth - 1) for part in value)
    if type(value) is dict and depth:
        return {name: _mask_value(part, hide, depth - 1) for name, part in value.items()}
    return _without_headers(value) if _is_request(value) else value


def _is_request(value: Any) -> bool:
    """Return True for a request object of requests, or of a tool that records or mocks requests."""
    try:
        return hasattr(value, "headers") and hasattr(value, "method")
    except Exception:  # noqa: BLE001 (a proxy object may raise anything)
        return False


def _without_headers(request: Any) -> PreparedRequest:
    """Return a request with the method and the URL only; the query may contain signatures."""
    bare = PreparedRequest()
    bare.method, bare.url = request.method, str(request.url).split("?")[0]
    return bare
