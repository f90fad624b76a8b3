"""Bodies of responses: what hooks and adapters of the user's session do with them, and what is kept of them."""

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
    """A session of the user's."""
    with requests.Session() as made:
        yield made


def client(url, **options):
    """A client that does not repeat."""
    return Integry(KEY, SECRET, user_id=1, base_url=url, max_retries=0, **options)


def test_a_hook_may_read_the_body(serve, session):
    """The client uses what it read, also of a redirect, whose body is not read otherwise."""
    server, seen = serve(reply(APP), reply(b"moved", "302 x", "Location: /\r\n")), []
    session.hooks["response"].append(lambda response, **_: seen.append(response.content))
    made = client(server.url, session=session)
    assert made.apps.get("slack").name == "slack"
    with pytest.raises(APIStatusError, match="302 moved"):
        made.apps.get("slack")
    assert seen == [APP, b"moved"]


@pytest.mark.parametrize("status", ["200 OK", "400 x"])
def test_a_hook_that_does_not_keep_the_body(serve, session, status):
    """The error says why there is none."""
    server = serve(reply(APP, status))

    def hook(response, **_):
        list(response.iter_content(9))

    session.hooks["response"].append(hook)
    with pytest.raises(ResponseDecodeError, match=f"the {status[:3]} response was consumed by a hook that did not store it"):
        client(server.url, session=session).apps.get("slack")


class Failing(requests.adapters.HTTPAdapter):
    """Its responses raise what no library does."""

    def send(self, *args, **kwargs):
        """As usual."""
        response = super().send(*args, **kwargs)
        response.raw.stream = self.stream
        return response

    def stream(self, *_, **__):
        """Fail."""
        message = "of the adapter"
        raise RuntimeError(message)


def test_errors_of_an_adapter_pass_through(serve, session):
    """They are no failures of the request."""
    session.mount("http://", Failing())
    with pytest.raises(RuntimeError, match="of the adapter"):
        client(serve(reply(APP)).url, session=session).apps.get("slack")


@pytest.mark.parametrize("own", [True, False], ids=["our session", "the user's session"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_error_bodies_are_truncated(serve, session, own, encoding):
    """The start of a body is enough to say what is wrong."""
    body = b"x" * (MAX_ERROR_BODY + 70000)
    sent = gzip.compress(body) if encoding == "gzip" else body
    server = serve(reply(sent, "400 x", f"Content-Encoding: {encoding}\r\n"))
    with pytest.raises(APIStatusError) as caught:
        client(server.url, session=None if own else session).apps.get("slack")
    assert caught.value.body == "x" * MAX_ERROR_BODY


class Cached(requests.adapters.HTTPAdapter):
    """Reads the body, and hands on a raw response that can be read again, as requests-cache does."""

    def send(self, *args, **kwargs):
        """As usual."""
        response = super().send(*args, **kwargs)
        assert response.content
        response.raw = HTTPResponse(BytesIO(response.content), response.headers, preload_content=False)
        return response


def test_a_session_that_caches(serve, session):
    """The content that a response has already is used, whatever its raw response says."""
    session.mount("http://", Cached())
    assert client(serve(reply(APP)).url, session=session).apps.get("slack").name == "slack"


def test_the_raw_response_stays(serve, session):
    """A hook sees urllib3's response, with its version and headers."""
    seen = []
    client(serve(reply(APP)).url, session=session, on_response=seen.append).apps.get("slack")
    assert (seen[0].raw.version, seen[0].raw.headers["Content-Length"]) == (11, str(len(APP)))


def test_an_incomplete_body_is_an_error_of_its_own():
    """Not one of requests: code that handles requests' errors does not handle it by accident."""
    response = requests.Response()
    response.status_code, response.raw = 102, BytesIO()
    with pytest.raises(IncompleteBody) as caught:
        read_body(response, None, None)
    assert not isinstance(caught.value, requests.RequestException)
    assert (caught.value.status, caught.value.is_fatal) == (102, False)


class FromFile(requests.adapters.HTTPAdapter):
    """Its raw responses are files, as those of adapters for tests often are, or None."""

    def __init__(self, raw):
        super().__init__()
        self._raw = raw

    def send(self, request, **_):
        """Return a response that was not sent."""
        response = requests.Response()
        response.status_code, response.raw, response.request, response.url = 200, self._raw, request, request.url
        return response


@pytest.mark.parametrize("deadline", [None, 60])
def test_a_raw_response_may_be_a_file(session, deadline):
    """The body is read from it, with a deadline too."""
    session.mount("http://", FromFile(BytesIO(APP)))
    assert client("http://127.0.0.1:9", session=session, deadline=deadline).apps.get("slack").name == "slack"


def test_a_response_without_a_raw_response_has_no_body(session):
    """The error says so, as for an empty body."""
    session.mount("http://", FromFile(None))
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
def test_codings_that_are_decoded(header, coding):
    """Those with bounded decoders are decoded; a name that is no coding leaves the body as it is."""
    assert coding_to_decode(header) == coding


@pytest.mark.parametrize(
    "header", ["br", "BR", " zstd", "compress", "identity, br", "gzip, br", "br, gzip", "gzip, gzip", "deflate,zstd,br"]
)
def test_codings_that_are_refused(header):
    """Brotli, zstd and stacked codings are refused, whether their decoders are installed or not."""
    with pytest.raises(UnsupportedCodingError):
        coding_to_decode(header)


@pytest.mark.parametrize("own", [True, False], ids=["our session", "the user's session"])
@pytest.mark.parametrize(
    ("coding", "named"),
    [("br", "br"), ("zstd", "zstd"), ("gzip, br", "several codings"), ("gzip, gzip", "several codings")],
)
def test_an_answer_in_a_coding_that_was_not_asked_for(serve, session, own, coding, named):
    """It is refused without being decoded; an error keeps its status."""
    sent = gzip.compress(gzip.compress(APP))
    server = serve(*[reply(sent, status, f"Content-Encoding: {coding}\r\n") for status in ("200 OK", "404 x")])
    made = client(server.url, session=None if own else session)
    with pytest.raises(ResponseDecodeError, match=f"compressed with {named}, and was not decoded: only gzip, deflate are supported"):
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
def test_codings_that_are_asked_for(serve, session, given, sent):
    """A user's session asks for no coding that would be refused, and stays unchanged."""
    session.headers["Accept-Encoding"] = given
    assert accept_encoding(session.headers) == sent
    server = serve(reply(APP))
    client(server.url, session=session).apps.get("slack")
    wanted = sent or given or "identity"
    assert f"\r\naccept-encoding: {wanted}\r\n" in server.requests[0].lower()
    assert session.headers["Accept-Encoding"] == given


@pytest.mark.parametrize("fast", [True, False])
def test_our_session_asks_for_gzip_and_deflate(serve, monkeypatch, fast):
    """On both paths."""
    monkeypatch.setenv("INTEGRY_FAST_PATH", str(int(fast)))
    server = serve(reply(APP))
    client(server.url).apps.get("slack")
    assert "\r\nAccept-Encoding: gzip, deflate\r\n" in server.requests[0]
