"""What can go wrong between a client and a server, and what is promised of it: the README's table, one by one."""

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

#: An answer that both a read of an app and a call of a function can be read from.
ANSWER = b'{"id": 1, "name": "slack", "connected_accounts": [], "network_code": "200"}'
#: What the client may hold of an answer, where that is what is tried.
LONGEST = 1 << 20
#: Seconds, where that is what is tried.
DEADLINE = 1.0


class Row(NamedTuple):
    """A row of the README's table.

    Attributes:
        what: What happened, as it stands there.
        read: How often what is safe to repeat is sent, with two retries.
        call: How often what must not run twice is sent.
        raises: What both raise in the end.
        may_have_run: Whether the error says that the request may have been processed; None if its status decides.
    """

    what: str
    read: int
    call: int
    raises: str
    may_have_run: Optional[bool] = None


NO_CONNECTION = Row(
    "no connection: port refused or silent, host unknown, a proxy that is not reached or opens no tunnel",
    3,
    3,
    "`APIConnectionError`, `APITimeoutError`",
    may_have_run=False,
)
LIMITED = Row("429; `Retry-After` up to a minute, none, or nonsense", 3, 3, "`RateLimited`", may_have_run=False)
BROKEN = Row(
    "reset or closed before the answer began, or garbage came", 3, 1, "`APIConnectionError`", may_have_run=True
)
CUT = Row(
    "the answer was cut short, or not compressed as it said",
    3,
    1,
    "`ResponseDecodeError`; of 300 and above: the status's",
)
LATE = Row("no answer within `timeout`", 3, 1, "`APITimeoutError`", may_have_run=True)
DOWN = Row("408, 502, 503, 504, JSON or HTML; `Retry-After` as above", 3, 1, "`ServerError`; 408: `APIStatusError`")
PATIENT = Row("a `Retry-After` of more than a minute, or beyond the deadline", 1, 1, "`RateLimited`, `ServerError`")
OVER = Row("the `deadline` is over, whatever the server does", 1, 1, "`APITimeoutError`", may_have_run=True)
TLS = Row(
    "TLS fails: certificate untrusted, expired, of another host; no TLS there",
    1,
    1,
    "`APIConnectionError`",
    may_have_run=False,
)
PROXY = Row(
    "a proxy wants credentials (407)",
    1,
    1,
    "`APIConnectionError`; by plain http `AuthenticationError`",
    may_have_run=False,
)
REDIRECT = Row("a redirect, to wherever", 1, 1, "`APIStatusError`; it is not followed")
REFUSED = Row("any other status", 1, 1, "the status's error")
UNREADABLE = Row(
    "an answer without JSON, longer than `max_response_bytes`, or compressed otherwise than with gzip or deflate",
    1,
    1,
    "`ResponseDecodeError`",
    may_have_run=True,
)
STALE = Row("the server closed a connection while it was idle", 1, 1, "nothing: another is made")
ROWS = [
    *(NO_CONNECTION, LIMITED, BROKEN, CUT, LATE, DOWN, PATIENT, OVER, TLS, PROXY, REDIRECT, REFUSED, UNREADABLE, STALE),
]


class Fault(NamedTuple):
    """One thing that goes wrong, each time.

    Attributes:
        name: What.
        row: What is promised of it.
        serve: What the server does with a connection.
        raises: The exact class of what the caller gets.
        says: What its message has, as a pattern.
        options: How the client is made.
        arrives: Whether requests come to the server whole.
        certificate: Whose certificate the server has, if it speaks TLS: see `certificates` in conftest.
        proxy: The scheme of URLs for which the server is a proxy.
    """

    name: str
    row: Row
    serve: Callable[[Any], None]
    raises: Any
    says: str
    options: Mapping[str, Any] = MappingProxyType({})
    arrives: bool = True
    certificate: str = ""
    proxy: str = ""


HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONGER = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
PACKED = "Content-Encoding: gzip\r\n"
GZIP = gzip.compress(ANSWER)
#: A thousandth of what it becomes.
BOMB = gzip.compress(behaviour.MEGABYTE * 100)
SOON = {
    "seconds": "0",
    "an HTTP date": "Thu, 01 Jan 2015 00:00:00 GMT",
    "a date as of RFC 850": "Thursday, 01-Jan-15 00:00:00 GMT",
    "a date as of asctime": "Thu Jan  1 00:00:00 2015",
    "nothing": "",
    "a word": "soon",
    "less than nothing": "-1",
    "a fraction": "0.1",
    "NaN": "NaN",
    "two": "0, 0",
    "a date that is none": "Thu, 99 Foo 99999 99:99:99 GMT",
    "digits of another script": "\u0663".encode().decode("latin-1"),
}
LONG = {
    "an hour": "3600",
    "a century": "Thu, 01 Jan 2115 00:00:00 GMT",
    "four hundred digits": "9" * 400,
    "more than Python reads": "1" + "0" * 5000,
}
OTHER = "http://elsewhere.invalid/stolen"
REDIRECTS = {
    "another host": ("302 Found", OTHER),
    "another scheme": ("301 Moved Permanently", "https://127.0.0.1/"),
    "no scheme of ours": ("307 Temporary Redirect", "file:///etc/passwd"),
    "itself": ("308 Permanent Redirect", "?"),
    "nowhere": ("303 See Other", "http://[::1"),
    "no place at all": ("300 Multiple Choices", ""),
}
#: Statuses, and the classes of their errors.
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


def of(row: Row, raises: Any, says: str, **common: Any) -> Callable[..., Fault]:
    """What makes faults that have so much in common."""

    def fault(name: str, serve: Callable[[Any], None], **more: Any) -> Fault:
        return Fault(name, serve=serve, **{"row": row, "raises": raises, "says": says, **common, **more})

    return fault


broken = of(BROKEN, APIConnectionError, "no response from")
cut = of(CUT, ResponseDecodeError, "200 response was cut short or garbled")
BOUND = {"max_response_bytes": LONGEST}
unreadable = of(UNREADABLE, ResponseDecodeError, "the 200 response")
too_long = of(UNREADABLE, ResponseDecodeError, "longer than max_response_bytes=1048576", options=BOUND)
unasked = of(UNREADABLE, ResponseDecodeError, "only gzip, deflate are supported")
down = of(DOWN, ServerError, "50[0-9] .*(Try again later|may have run)")
late = of(LATE, APITimeoutError, "raise timeout=", options={"timeout": 0.3})
limited = of(LIMITED, RateLimited, "429 .*Call less often")
redirect = of(REDIRECT, APIStatusError, "Redirects are not followed")
refused = of(REFUSED, APIStatusError, r"functions\.call\('f'\) for user .*: |apps\.get\('slack'\) for user .*: ")
wants = of(PROXY, APIConnectionError, "407")
WANTED = reply(b"", "407 Proxy Authentication Required")
tls = of(TLS, APIConnectionError, "Check the server's certificate", arrives=False)
tunnel = {"arrives": False, "proxy": "https"}
is_over = of(OVER, APITimeoutError, "no response from", options={"deadline": DEADLINE})

FAULTS = [
    broken("reset before the request", behaviour.before, arrives=False),
    broken("reset amid the request", behaviour.amid, arrives=False),
    broken("reset after the request", once(after=Peer.reset)),
    broken("reset after the request, with TLS", once(after=Peer.reset), certificate="good"),
    broken("closed without an answer", once()),
    broken("garbage", once(b"\x00\xff garbage\r\n\r\n")),
    broken("another protocol", once(b"SSH-2.0-OpenSSH_9.2\r\n")),
    broken("an unknown version", once(b"HTTP/7.5 200 OK\r\n\r\n")),
    broken("a status that is no number", once(b"HTTP/1.1 abc OK\r\n\r\n")),
    broken("garbage like a proxy's refusal", once(b"Tunnel connection failed: 502 Bad\r\n\r\n")),
    broken("garbage like a late answer", once(b"timed out: the deadline is over\r\n\r\n")),
    broken("early hints and no more", once(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")),
    cut("another protocol from now on", answering(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), says="101 resp"),
    broken("a head cut short", once(b"HTTP/1.1 20")),
    broken("headers without end", behaviour.without_end(b"HTTP/1.1 200 OK\r\n", b"X-Header: more of it\r\n")),
    broken("a header without end", behaviour.without_end(b"HTTP/1.1 200 OK\r\nX-Header: ", b"more of it")),
    broken("a status line without end", behaviour.without_end(b"HTTP/1.1 200 ", b"more of it")),
    cut("shorter than its length", once(LONGER, ANSWER)),
    cut("shorter than its length, with TLS", once(LONGER, ANSWER), certificate="good"),
    cut("reset amid the body", once(LONGER, b"{", after=behaviour.reset_later)),
    cut("chunks cut short", once(CHUNKED, b"ff\r\n{")),
    cut("chunks without the last", once(CHUNKED, b"%x\r\n%s\r\n" % (len(ANSWER), ANSWER))),
    cut("a chunk whose size is no number", once(CHUNKED, b"zz\r\n{}\r\n0\r\n\r\n")),
    cut("gzip that is none", answering(reply(b"not gzip", headers=PACKED))),
    cut("gzip that is broken", answering(reply(GZIP[:-12] + b"\x00" * 12, headers=PACKED))),
    unasked("compressed twice", answering(reply(gzip.compress(GZIP), headers="Content-Encoding: gzip, gzip\r\n"))),
    unasked("brotli", answering(reply(b"\x8b\x03\x80 \x03", headers="Content-Encoding: br\r\n"))),
    unreadable("half a document, with no length", once(b"HTTP/1.1 200 OK\r\n\r\n", ANSWER[:40])),
    unreadable("HTML of a login page", answering(reply(HTML))),
    too_long("100 MB, as announced", behaviour.flood("200 OK\r\nContent-Length: 104857600")),
    too_long("100 MB, with no length", behaviour.flood("200 OK")),
    too_long("100 MB in chunks", behaviour.flood_chunked),
    too_long("100 MB, compressed", answering(reply(BOMB, headers=PACKED))),
    refused("404 and 100 MB", behaviour.flood("404 x\r\nContent-Length: 104857600"), raises=NotFound, options=BOUND),
    redirect("a redirect and 100 MB", behaviour.flood(f"302 x\r\nLocation: {OTHER}"), options=BOUND),
    down("HTML of a gateway", answering(reply(HTML, "502 Bad Gateway"))),
    down("a gateway that waited", answering(reply(b"", "504 Gateway Timeout"))),
    down("a server that waited", answering(reply(b"", "408 Request Timeout")), raises=APIStatusError, says="408"),
    down("503 cut short", once(b"HTTP/1.1 503 x\r\nContent-Length: 999\r\n\r\n{")),
    *(down(f"503 and {name}", behaviour.unavailable(text)) for name, text in SOON.items()),
    *(down(f"503 and {name}", behaviour.unavailable(text), row=PATIENT) for name, text in LONG.items()),
    down("503 and longer than the deadline", behaviour.unavailable("30"), row=PATIENT, options={"deadline": 20}),
    *(limited(f"429 and {name}", behaviour.limited(text)) for name, text in SOON.items()),
    *(limited(f"429 and {name}", behaviour.limited(text), row=PATIENT) for name, text in LONG.items()),
    *(redirect(f"redirect to {name}", behaviour.moved(*where)) for name, where in REDIRECTS.items()),
    *(refused(f"status {status}", answering(reply(b"{}", status)), raises=kind) for status, kind in STATUSES.items()),
    late("nothing comes", behaviour.say_nothing),
    late("a body stops", once(LONGER, b"{", after=Peer.wait)),
    broken("a proxy opens no tunnel", once(reply(HTML, "502 Bad Gateway")), row=NO_CONNECTION, **tunnel),
    broken("a proxy closes", once(), **tunnel),
    broken("a proxy says garbage", once(b"\x00\xff garbage\r\n\r\n"), **tunnel),
    wants("a proxy wants credentials", once(WANTED), **tunnel),
    wants("a proxy by http wants credentials", answering(WANTED), raises=APIStatusError, proxy="http"),
    tls("no TLS", behaviour.no_tls, certificate="none"),
    tls("an untrusted certificate", answering(reply(ANSWER)), certificate="untrusted"),
    tls("an expired certificate", answering(reply(ANSWER)), certificate="expired"),
    tls("another host's certificate", answering(reply(ANSWER)), certificate="another's"),
]

#: What is over when the deadline is.
DRIPS = [
    is_over("nothing comes", behaviour.say_nothing),
    is_over("nothing is taken", behaviour.take_nothing, arrives=False),
    is_over("a body drips", drip(LONGER)),
    is_over("a body drips, with TLS", drip(LONGER), certificate="good"),
    is_over("a body without length drips", drip(b"HTTP/1.1 200 OK\r\n\r\n")),
    is_over("chunks drip", drip(CHUNKED, drop=b"1\r\n \r\n")),
    is_over("a chunk's size drips", drip(CHUNKED, drop=b"0")),
    is_over("a compressed body drips", behaviour.drip_compressed),
    is_over("a refusal's body drips", drip(b"HTTP/1.1 404 x\r\nContent-Length: 99999\r\n\r\n")),
    is_over("a status line drips", drip(b"HTTP/1.1 200 ")),
    is_over("a header drips", drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")),
    is_over("it goes on for ever", drip(drop=b"HTTP/1.1 100 Continue\r\n\r\n")),
    is_over("it goes on for ever, fast", behaviour.without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    is_over("a handshake stalls", Peer.wait, arrives=False, certificate="none"),
    is_over("a handshake drips", behaviour.drip_handshake, arrives=False, certificate="none"),
    is_over("a proxy says nothing", behaviour.say_nothing, **tunnel),
    is_over("a proxy drips", drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), **tunnel),
    is_over("a proxy by http drips", drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), proxy="http"),
]
