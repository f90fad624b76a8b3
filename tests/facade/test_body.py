"""Bodies of responses: hooks and adapters of a user's session, truncation and compression."""

import gzip
from io import BytesIO

import pytest
import requests
from urllib3 import HTTPResponse

from integry import APIStatusError, Integry, ResponseDecodeError
from integry._http.body import MAX_ERROR_BODY, IncompleteBody, read_body
from integry._http.codings import UnsupportedCodingError, accept_encoding, coding_to_decode

from .conftest import KEY, SECRET, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'


@pytest.fixture
def session():
    """Yield a session of requests, to pass it to a client as a user does."""
    with requests.Session() as made:
        yield made


def client(url, **options):
    """Return a client that does not retry."""
    return Integry(KEY, SECRET, user_id=1, base_url=url, max_retries=0, **options)


def test_hooks_may_read_the_body(serve, session):
    """A body that a hook has read is used. That includes the body of a redirect, which the package does not read."""
    server, seen = serve(reply(APP), reply(b"moved", "302 x", "Location: /\r\n")), []
    session.hooks["response"].append(lambda response, **_: seen.append(response.content))
    made = client(server.url, session=session)
    assert made.apps.get("slack").name == "slack"
    with pytest.raises(APIStatusError, match="302 moved"):
        made.apps.get("slack")
    assert seen == [APP, b"moved"]


@pytest.mark.parametrize("status", ["200 OK", "400 x"])
def test_a_body_discarded_by_a_hook_is_an_error(serve, session, status):
    """A body that a hook read and did not store raises an error that names the cause."""
    server = serve(reply(APP, status))

    def hook(response, **_):
        list(response.iter_content(9))

    session.hooks["response"].append(hook)
    with pytest.raises(ResponseDecodeError, match=f"the {status[:3]} response was consumed by a hook"):
        client(server.url, session=session).apps.get("slack")


class FailingAdapter(requests.adapters.HTTPAdapter):
    """An adapter whose responses raise an exception that is not from an HTTP library."""

    def send(self, *args, **kwargs):
        """Send the request, and replace the method that reads the body."""
        response = super().send(*args, **kwargs)
        response.raw.stream = self.stream
        return response

    def stream(self, *_, **__):
        """Raise an exception."""
        message = "of the adapter"
        raise RuntimeError(message)


def test_exceptions_of_an_adapter_are_unchanged(serve, session):
    """An exception of a user's adapter is raised unchanged."""
    session.mount("http://", FailingAdapter())
    with pytest.raises(RuntimeError, match="of the adapter"):
        client(serve(reply(APP)).url, session=session).apps.get("slack")


@pytest.mark.parametrize("is_owned", [True, False], ids=["owned session", "user session"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_error_bodies_are_truncated(serve, session, is_owned, encoding):
    """The body of an error response is kept up to MAX_ERROR_BODY bytes."""
    body = b"x" * (MAX_ERROR_BODY + 70000)
    sent = gzip.compress(body) if encoding == "gzip" else body
    server = serve(reply(sent, "400 x", f"Content-Encoding: {encoding}\r\n"))
    with pytest.raises(APIStatusError) as caught:
        client(server.url, session=None if is_owned else session).apps.get("slack")
    assert caught.value.body == "x" * MAX_ERROR_BODY


class CachingAdapter(requests.adapters.HTTPAdapter):
    """An adapter that reads the body and replaces the raw response, as requests-cache does."""

    def send(self, *args, **kwargs):
        """Send the request, and replace the raw response with one that can be read again."""
        response = super().send(*args, **kwargs)
        assert response.content
        response.raw = HTTPResponse(BytesIO(response.content), response.headers, preload_content=False)
        return response


def test_cached_content_is_used(serve, session):
    """The content of a response that was already read is used instead of its raw response."""
    session.mount("http://", CachingAdapter())
    assert client(serve(reply(APP)).url, session=session).apps.get("slack").name == "slack"


def test_hooks_see_the_raw_response(serve, session):
    """A hook on the response sees urllib3's response with its version and headers."""
    seen = []
    client(serve(reply(APP)).url, session=session, on_response=seen.append).apps.get("slack")
    assert (seen[0].raw.version, seen[0].raw.headers["Content-Length"]) == (11, str(len(APP)))


def test_incomplete_body_is_not_an_exception_of_requests():
    """IncompleteBody is not caught by `except requests.RequestException`."""
    response = requests.Response()
    response.status_code, response.raw = 102, BytesIO()
    with pytest.raises(IncompleteBody) as caught:
        read_body(response, None, None)
    assert not isinstance(caught.value, requests.RequestException)
    assert (caught.value.status, caught.value.is_fatal) == (102, False)


class FileAdapter(requests.adapters.HTTPAdapter):
    """An adapter whose raw responses are files, as in adapters for tests, or None."""

    def __init__(self, raw):
        super().__init__()
        self._raw = raw

    def send(self, request, **_):
        """Return a response without sending the request."""
        response = requests.Response()
        response.status_code, response.raw, response.request, response.url = 200, self._raw, request, request.url
        return response


@pytest.mark.parametrize("deadline", [None, 60])
def test_a_raw_response_may_be_a_file(session, deadline):
    """The body is read from a file, with and without a deadline."""
    session.mount("http://", FileAdapter(BytesIO(APP)))
    assert client("http://127.0.0.1:9", session=session, deadline=deadline).apps.get("slack").name == "slack"


def test_a_response_without_a_raw_response_has_no_body(session):
    """A raw response of None is an error like an empty body."""
    session.mount("http://", FileAdapter(None))
    with pytest.raises(ResponseDecodeError, match="the 200 response"):
        client("http://127.0.0.1:9", session=session).apps.get("slack")


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("utf-8", ""),
        ("none", ""),
        ("gzip", "gzip"),
        ("GZip ", "gzip"),
        ("x-gzip", "x-gzip"),
        ("deflate", "deflate"),
        ("identity, gzip", "gzip"),
        ("gzip,", "gzip"),
    ],
)
def test_supported_codings_are_decoded(header, coding):
    """The codings gzip and deflate are decoded, and values of Content-Encoding that are not codings are ignored."""
    assert coding_to_decode(header) == coding


@pytest.mark.parametrize(
    "header", ["br", "BR", " zstd", "compress", "identity, br", "gzip, br", "br, gzip", "gzip, gzip", "deflate,zstd,br"]
)
def test_unsupported_codings_are_refused(header):
    """Brotli, zstd and stacked codings are refused, even if decoders are installed."""
    with pytest.raises(UnsupportedCodingError):
        coding_to_decode(header)


@pytest.mark.parametrize("is_owned", [True, False], ids=["owned session", "user session"])
@pytest.mark.parametrize(
    ("coding", "named"),
    [("br", "br"), ("zstd", "zstd"), ("gzip, br", "several codings"), ("gzip, gzip", "several codings")],
)
def test_a_response_with_an_unsupported_coding_is_refused(serve, session, is_owned, coding, named):
    """The response is refused without being decoded, and an error response keeps its status."""
    sent = gzip.compress(gzip.compress(APP))
    server = serve(*[reply(sent, status, f"Content-Encoding: {coding}\r\n") for status in ("200 OK", "404 x")])
    made = client(server.url, session=None if is_owned else session)
    with pytest.raises(ResponseDecodeError, match=f"compressed with {named}, and was not decoded: only gzip, deflate"):
        made.apps.get("slack")
    with pytest.raises(APIStatusError, match="404") as caught:
        made.apps.get("slack")
    assert caught.value.body == ""


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("gzip, deflate", None),
        ("gzip;q=1.0, identity;q=0.5", None),
        ("identity", None),
        (None, None),
        ("gzip, deflate, br", "gzip, deflate"),
        ("gzip, deflate, zstd", "gzip, deflate"),
        ("br;q=0.1", "gzip, deflate"),
        ("*", "gzip, deflate"),
    ],
)
def test_user_sessions_ask_for_supported_codings(serve, session, given, sent):
    """The Accept-Encoding of a user's session is reduced to supported codings, without changing the session."""
    session.headers["Accept-Encoding"] = given
    assert accept_encoding(session.headers) == sent
    server = serve(reply(APP))
    client(server.url, session=session).apps.get("slack")
    wanted = sent or given or "identity"
    assert f"\r\naccept-encoding: {wanted}\r\n" in server.requests[0].lower()
    assert session.headers["Accept-Encoding"] == given


@pytest.mark.parametrize("fast", [True, False])
def test_our_session_asks_for_gzip_and_deflate(serve, monkeypatch, fast):
    """The Accept-Encoding of the client's own session is gzip and deflate, with and without the fast path."""
    monkeypatch.setenv("INTEGRY_FAST_PATH", str(int(fast)))
    server = serve(reply(APP))
    client(server.url).apps.get("slack")
    assert "\r\nAccept-Encoding: gzip, deflate\r\n" in server.requests[0]
