"""Faults between a client and a server, and the behaviour that docs/guides/errors-and-retries.md promises for each."""

import gzip
from types import MappingProxyType
from typing import Any, Callable, Mapping, NamedTuple, Optional

from integry import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    Conflict,
    NotFound,
    PermissionDenied,
    RateLimited,
    ResponseDecodeError,
    ServerError,
    UnprocessableEntity,
)

from . import behaviour
from .behaviour import answering, drip, once
from .server import Peer, reply

#: A response body that is valid for `apps.get` and for `functions.call`.
ANSWER = b'{"id": 1, "name": "slack", "connected_accounts": [], "network_code": "200"}'
#: Maximum bytes of a response body, for the faults that test this limit.
MAX_RESPONSE_BYTES = 1 << 20
#: Seconds of the deadline, for the faults that test it.
DEADLINE = 1.0


class Row(NamedTuple):
    """A row of the table of faults in docs/guides/errors-and-retries.md.

    Attributes:
        what: Text of the first column.
        read: Number of requests for an operation that is safe to repeat, with two retries.
        call: Number of requests for an operation that must not run twice.
        raises: Text of the column with the exceptions.
        may_have_run: Expected value of this attribute of the exception; None if the value depends on the status.
    """

    what: str
    read: int
    call: int
    raises: str
    may_have_run: Optional[bool] = None


NO_CONNECTION = Row(
    "no connection: refused or timed out, unknown host, proxy unreachable or opens no tunnel",
    3,
    3,
    "`APIConnectionError`, `APITimeoutError`",
    may_have_run=False,
)
LIMITED = Row("429; `Retry-After` up to a minute, missing or invalid", 3, 3, "`RateLimited`", may_have_run=False)
BROKEN = Row(
    "connection reset or closed before a response, or malformed response",
    3,
    1,
    "`APIConnectionError`",
    may_have_run=True,
)
TRUNCATED = Row(
    "response body truncated, or not compressed as `Content-Encoding` says",
    3,
    1,
    "`ResponseDecodeError`; from status 300: the error of the status",
)
TIMED_OUT = Row("no response within `timeout`", 3, 1, "`APITimeoutError`", may_have_run=True)
UNAVAILABLE = Row(
    "408, 502, 503, 504, JSON or HTML; `Retry-After` as above", 3, 1, "`ServerError`; 408: `APIStatusError`"
)
LONG_WAIT = Row("`Retry-After` longer than a minute, or beyond the deadline", 1, 1, "`RateLimited`, `ServerError`")
DEADLINE_OVER = Row("`deadline` exceeded", 1, 1, "`APITimeoutError`", may_have_run=True)
TLS = Row(
    "TLS handshake failed: certificate untrusted, expired or for another host; no TLS on the port",
    1,
    1,
    "`APIConnectionError`",
    may_have_run=False,
)
PROXY = Row(
    "proxy authentication required (407)",
    1,
    1,
    "`APIConnectionError`; over plain http `APIStatusError`",
    may_have_run=False,
)
REDIRECT = Row("any redirect", 1, 1, "`APIStatusError`")
REFUSED = Row("any other status", 1, 1, "the error of the status")
UNREADABLE = Row(
    "response not JSON, longer than `max_response_bytes`, or compressed with anything but gzip or deflate",
    1,
    1,
    "`ResponseDecodeError`",
    may_have_run=True,
)
STALE = Row("idle connection closed by the server", 1, 1, "nothing: the client opens another")
ROWS = [
    *(
        NO_CONNECTION,
        LIMITED,
        BROKEN,
        TRUNCATED,
        TIMED_OUT,
        UNAVAILABLE,
        LONG_WAIT,
        DEADLINE_OVER,
        TLS,
        PROXY,
        REDIRECT,
        REFUSED,
        UNREADABLE,
        STALE,
    ),
]


class Fault(NamedTuple):
    """A fault that a server injects into each request.

    Attributes:
        name: Name of the fault, and test id.
        row: The row of the table in the guide that describes the fault.
        serve: Function of the server for each connection.
        raises: Exact class of the exception.
        message: Pattern of the message of the exception.
        options: Options of the client.
        arrives: True if the server receives requests completely.
        certificate: Key of the fixture `contexts` if the server speaks TLS, or "none" for an https URL without TLS.
        proxy: Scheme of the URLs for which the server is a proxy.
    """

    name: str
    row: Row
    serve: Callable[[Any], None]
    raises: Any
    message: str
    options: Mapping[str, Any] = MappingProxyType({})
    arrives: bool = True
    certificate: str = ""
    proxy: str = ""


HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONGER_BODY_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
GZIP_HEADER = "Content-Encoding: gzip\r\n"
GZIP = gzip.compress(ANSWER)
#: A gzip body that decompresses to about 1,000 times its size.
BOMB = gzip.compress(behaviour.MEGABYTE * 100, 1)
SHORT_RETRY_AFTER = {
    "seconds": "0",
    "an HTTP date": "Thu, 01 Jan 2015 00:00:00 GMT",
    "a date as of RFC 850": "Thursday, 01-Jan-15 00:00:00 GMT",
    "a date as of asctime": "Thu Jan  1 00:00:00 2015",
    "nothing": "",
    "a word": "soon",
    "a negative number": "-1",
    "a fraction": "0.1",
    "NaN": "NaN",
    "two values": "0, 0",
    "an invalid date": "Thu, 99 Foo 99999 99:99:99 GMT",
    "digits of another script": "\u0663".encode().decode("latin-1"),
}
LONG_RETRY_AFTER = {
    "an hour": "3600",
    "a century": "Thu, 01 Jan 2115 00:00:00 GMT",
    "four hundred digits": "9" * 400,
    "too many digits for int()": "1" + "0" * 5000,
}
REDIRECT_TARGET = "http://elsewhere.invalid/stolen"
REDIRECTS = {
    "another host": ("302 Found", REDIRECT_TARGET),
    "another scheme": ("301 Moved Permanently", "https://127.0.0.1/"),
    "another kind of scheme": ("307 Temporary Redirect", "file:///etc/passwd"),
    "itself": ("308 Permanent Redirect", "?"),
    "an invalid URL": ("303 See Other", "http://[::1"),
    "an empty Location": ("300 Multiple Choices", ""),
}
#: Error classes by status line.
STATUSES = {
    "401 Unauthorized": AuthenticationError,
    "403 Forbidden": PermissionDenied,
    "404 Not Found": NotFound,
    "409 Conflict": Conflict,
    "418 I'm a teapot": APIStatusError,
    "422 Unprocessable": UnprocessableEntity,
    "500 Internal Server Error": ServerError,
    "501 Not Implemented": ServerError,
    "520 Unknown": ServerError,
    "599 ": ServerError,
    "999 Request denied": ServerError,
}


def fault_factory(row: Row, raises: Any, message: str, **common: Any) -> Callable[..., Fault]:
    """Return a function that makes faults with common attributes."""

    def fault(name: str, serve: Callable[[Any], None], **more: Any) -> Fault:
        return Fault(name, serve=serve, **{"row": row, "raises": raises, "message": message, **common, **more})

    return fault


broken = fault_factory(BROKEN, APIConnectionError, "no response from")
cut = fault_factory(TRUNCATED, ResponseDecodeError, "200 response was cut short or garbled")
SIZE_LIMIT = {"max_response_bytes": MAX_RESPONSE_BYTES}
unreadable = fault_factory(UNREADABLE, ResponseDecodeError, "the 200 response")
too_long = fault_factory(UNREADABLE, ResponseDecodeError, "longer than max_response_bytes=1048576", options=SIZE_LIMIT)
unasked = fault_factory(UNREADABLE, ResponseDecodeError, "only gzip, deflate are supported")
down = fault_factory(UNAVAILABLE, ServerError, "50[0-9] .*(Try again later|may have run)")
late = fault_factory(TIMED_OUT, APITimeoutError, "raise timeout=", options={"timeout": 0.3})
limited = fault_factory(LIMITED, RateLimited, "429 .*Call less often")
redirect = fault_factory(REDIRECT, APIStatusError, "Redirects are not followed")
refused = fault_factory(
    REFUSED, APIStatusError, r"functions\.call\('f'\) for user .*: |apps\.get\('slack'\) for user .*: "
)
proxy_auth = fault_factory(PROXY, APIConnectionError, "407")
PROXY_AUTH_REQUIRED = reply(b"", "407 Proxy Authentication Required")
tls = fault_factory(TLS, APIConnectionError, "Check the server's certificate", arrives=False)
tunnel = {"arrives": False, "proxy": "https"}
is_over = fault_factory(DEADLINE_OVER, APITimeoutError, "no response from", options={"deadline": DEADLINE})

FAULTS = [
    broken("reset before the request", behaviour.reset_before_request, arrives=False),
    broken("reset during the request", behaviour.reset_during_request, arrives=False),
    broken("reset after the request", once(after=Peer.reset)),
    broken("reset after the request, with TLS", once(after=Peer.reset), certificate="good"),
    broken("closed without a response", once()),
    broken("garbage", once(b"\x00\xff garbage\r\n\r\n")),
    broken("another protocol", once(b"SSH-2.0-OpenSSH_9.2\r\n")),
    broken("an unknown version", once(b"HTTP/7.5 200 OK\r\n\r\n")),
    broken("an invalid status", once(b"HTTP/1.1 abc OK\r\n\r\n")),
    broken("garbage that mentions a tunnel", once(b"Tunnel connection failed: 502 Bad\r\n\r\n")),
    broken("garbage that mentions a timeout", once(b"timed out: the deadline is over\r\n\r\n")),
    broken("early hints without a response", once(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")),
    cut("another protocol from now on", answering(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), message="101 resp"),
    broken("a truncated head", once(b"HTTP/1.1 20")),
    broken("endless headers", behaviour.endless(b"HTTP/1.1 200 OK\r\n", b"X-Header: more of it\r\n")),
    broken("an endless header", behaviour.endless(b"HTTP/1.1 200 OK\r\nX-Header: ", b"more of it")),
    broken("an endless status line", behaviour.endless(b"HTTP/1.1 200 ", b"more of it")),
    cut("shorter than Content-Length", once(LONGER_BODY_HEAD, ANSWER)),
    cut("shorter than Content-Length, with TLS", once(LONGER_BODY_HEAD, ANSWER), certificate="good"),
    cut("reset during the body", once(LONGER_BODY_HEAD, b"{", after=behaviour.reset_later)),
    cut("truncated chunks", once(CHUNKED, b"ff\r\n{")),
    cut("chunks without the last", once(CHUNKED, b"%x\r\n%s\r\n" % (len(ANSWER), ANSWER))),
    cut("an invalid chunk size", once(CHUNKED, b"zz\r\n{}\r\n0\r\n\r\n")),
    cut("invalid gzip", answering(reply(b"not gzip", headers=GZIP_HEADER))),
    cut("corrupt gzip", answering(reply(GZIP[:-12] + b"\x00" * 12, headers=GZIP_HEADER))),
    unasked("compressed twice", answering(reply(gzip.compress(GZIP), headers="Content-Encoding: gzip, gzip\r\n"))),
    unasked("brotli", answering(reply(b"\x8b\x03\x80 \x03", headers="Content-Encoding: br\r\n"))),
    unreadable("half a document without Content-Length", once(b"HTTP/1.1 200 OK\r\n\r\n", ANSWER[:40])),
    unreadable("HTML of a login page", answering(reply(HTML))),
    too_long("100 MB with Content-Length", behaviour.flood("200 OK\r\nContent-Length: 104857600")),
    too_long("100 MB without Content-Length", behaviour.flood("200 OK")),
    too_long("100 MB in chunks", behaviour.flood_chunked),
    too_long("100 MB, compressed", answering(reply(BOMB, headers=GZIP_HEADER))),
    refused(
        "404 and 100 MB", behaviour.flood("404 x\r\nContent-Length: 104857600"), raises=NotFound, options=SIZE_LIMIT
    ),
    redirect("a redirect and 100 MB", behaviour.flood(f"302 x\r\nLocation: {REDIRECT_TARGET}"), options=SIZE_LIMIT),
    down("HTML of a gateway", answering(reply(HTML, "502 Bad Gateway"))),
    down("a gateway timeout", answering(reply(b"", "504 Gateway Timeout"))),
    down("a request timeout", answering(reply(b"", "408 Request Timeout")), raises=APIStatusError, message="408"),
    down("a truncated 503", once(b"HTTP/1.1 503 x\r\nContent-Length: 999\r\n\r\n{")),
    *(down(f"503 and {name}", behaviour.unavailable(text)) for name, text in SHORT_RETRY_AFTER.items()),
    *(down(f"503 and {name}", behaviour.unavailable(text), row=LONG_WAIT) for name, text in LONG_RETRY_AFTER.items()),
    down("503 and longer than the deadline", behaviour.unavailable("30"), row=LONG_WAIT, options={"deadline": 20}),
    *(limited(f"429 and {name}", behaviour.too_many_requests(text)) for name, text in SHORT_RETRY_AFTER.items()),
    *(
        limited(f"429 and {name}", behaviour.too_many_requests(text), row=LONG_WAIT)
        for name, text in LONG_RETRY_AFTER.items()
    ),
    *(redirect(f"redirect to {name}", behaviour.redirect(*where)) for name, where in REDIRECTS.items()),
    *(refused(f"status {status}", answering(reply(b"{}", status)), raises=kind) for status, kind in STATUSES.items()),
    late("no response", behaviour.stay_silent),
    late("a stalled body", once(LONGER_BODY_HEAD, b"{", after=Peer.wait)),
    broken("a proxy opens no tunnel", once(reply(HTML, "502 Bad Gateway")), row=NO_CONNECTION, **tunnel),
    broken("a proxy closes", once(), **tunnel),
    broken("a proxy sends garbage", once(b"\x00\xff garbage\r\n\r\n"), **tunnel),
    proxy_auth("a proxy requires credentials", once(PROXY_AUTH_REQUIRED), **tunnel),
    proxy_auth(
        "a proxy requires credentials for plain http",
        answering(PROXY_AUTH_REQUIRED),
        raises=APIStatusError,
        proxy="http",
    ),
    tls("no TLS", behaviour.plain_http, certificate="none"),
    tls("an untrusted certificate", answering(reply(ANSWER)), certificate="untrusted"),
    tls("an expired certificate", answering(reply(ANSWER)), certificate="expired"),
    tls("another host's certificate", answering(reply(ANSWER)), certificate="another's"),
]

#: Faults that end only at the deadline.
DRIPS = [
    is_over("no response", behaviour.stay_silent),
    is_over("the request is not received", behaviour.receive_nothing, arrives=False),
    is_over("a body drips", drip(LONGER_BODY_HEAD)),
    is_over("a body drips, with TLS", drip(LONGER_BODY_HEAD), certificate="good"),
    is_over("a body without length drips", drip(b"HTTP/1.1 200 OK\r\n\r\n")),
    is_over("chunks drip", drip(CHUNKED, drop=b"1\r\n \r\n")),
    is_over("a chunk's size drips", drip(CHUNKED, drop=b"0")),
    is_over("a compressed body drips", behaviour.drip_compressed),
    is_over("the body of an error drips", drip(b"HTTP/1.1 404 x\r\nContent-Length: 99999\r\n\r\n")),
    is_over("a status line drips", drip(b"HTTP/1.1 200 ")),
    is_over("a header drips", drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")),
    is_over("endless interim responses", drip(drop=b"HTTP/1.1 100 Continue\r\n\r\n")),
    is_over("endless interim responses without pauses", behaviour.endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    is_over("a handshake stalls", Peer.wait, arrives=False, certificate="none"),
    is_over("a handshake drips", behaviour.drip_handshake, arrives=False, certificate="none"),
    is_over("a silent proxy", behaviour.stay_silent, **tunnel),
    is_over("a proxy drips", drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), **tunnel),
    is_over("a proxy drips for plain http", drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), proxy="http"),
]
