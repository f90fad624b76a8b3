"""Translation of exceptions of requests into exceptions of the package."""

import copy
import pickle
import socket
import traceback

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from integry import Integry, errors
from integry.generator.runtime._outcome import is_fatal, request_not_sent, timed_out

from .conftest import API, KEY, SECRET, reply


def connection_error(reason):
    """Return the exception that the adapter of requests raises for an exception of urllib3."""
    return requests.ConnectionError(MaxRetryError(None, "/", reason))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ConnectTimeout(), True),
        (connection_error(NewConnectionError(None, "refused")), True),
        (connection_error(ProtocolError("reset")), False),
        (requests.ConnectionError("reset"), False),
        (requests.ConnectionError(), False),
        (requests.ReadTimeout(), False),
        (OSError("reset"), False),
        (None, False),
    ],
)
def test_request_not_sent_is_true_only_before_sending(error, expected):
    """Only exceptions from before a connection exists prove that the request was not sent."""
    assert request_not_sent(error) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ReadTimeout(), True),
        (requests.ConnectTimeout(), True),
        (requests.ConnectionError(ReadTimeoutError(None, "/", "Read timed out.")), True),
        (requests.ConnectionError(ProtocolError("Connection aborted.", socket.timeout("late"))), True),
        (requests.ConnectionError(ProtocolError("Connection aborted.", OSError("reset"))), False),
        (requests.ConnectionError("timed out, says the server, at the deadline"), False),
    ],
)
def test_timeouts_are_recognised(error, expected):
    """A slow body, for which requests raises ConnectionError, counts as a timeout."""
    assert timed_out(error) is expected


@pytest.mark.parametrize(
    ("error", "fatal", "not_sent"),
    [
        (requests.exceptions.ProxyError(OSError("Tunnel connection failed: 407 Who are you?")), True, True),
        (requests.exceptions.ProxyError(OSError("Tunnel connection failed: 503 Busy")), False, True),
        (requests.exceptions.ProxyError(OSError("reset")), False, False),
        (requests.exceptions.SSLError("certificate verify failed"), True, False),
        (requests.exceptions.InvalidURL("no host"), True, False),
        (requests.ConnectionError("reset"), False, False),
    ],
)
def test_fatal_errors_are_not_retried(error, fatal, not_sent):
    """An error is fatal if another attempt would fail in the same way. A refused tunnel means that nothing was sent."""
    assert (is_fatal(error), request_not_sent(error)) == (fatal, not_sent)


@given(st.text(st.characters(), max_size=30))
def test_messages_are_one_printable_line(said):
    """Messages of errors and of their copies are one printable line, whatever text the server sends."""
    error = errors.BadRequest(f"refused: {said}", status=400)
    assert str(error).isprintable()
    assert str(error).encode("utf-8")
    assert str(copy.copy(error)) == str(error)
    if said.isprintable():
        assert said in str(error)


def test_control_characters_of_a_server_are_escaped(answers, integry):
    """Line breaks and escape sequences from a server are escaped in the message and kept in the body."""
    answers.post(f"{API}/apps/x/get/", body=b'{"detail": "no\\nERROR root: \\u001b[2J \\ud800 \\u202e"}', status=404)
    with pytest.raises(errors.NotFound) as caught:
        integry.apps.get("x")
    assert r"no\nERROR root: \x1b[2J \ud800 \u202e" in str(caught.value)
    assert caught.value.body["detail"].startswith("no\nERROR")


def shown(error):
    """Return the exceptions that a traceback shows, from the last to the first."""
    found = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def cut_chunk(connection):
    """Send less than the size of a chunk."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")


def cut_short(connection):
    """Send less than the Content-Length."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")


@pytest.mark.parametrize("fast", ["0", "1"])
@pytest.mark.parametrize(
    ("step", "options", "said", "causes"),
    [
        (None, {}, "refused", [requests.ConnectionError]),
        (None, {"deadline": 60}, "refused", [requests.ConnectionError]),
        (lambda _: None, {}, "Connection aborted|closed connection", [requests.ConnectionError]),
        (cut_short, {}, "cut short", [requests.exceptions.ChunkedEncodingError]),
        (cut_chunk, {}, "cut short", [requests.exceptions.ChunkedEncodingError]),
        (reply(b"x" * 99), {"max_response_bytes": 9}, "longer than max_response_bytes=9", []),
        (reply(b"<html>"), {}, "is not JSON", []),
        (reply(b"", "404 x"), {}, "404", []),
    ],
    ids=["refused", "refused before the deadline", "closed", "cut short", "cut chunk", "too long", "no JSON", "status"],
)
def test_tracebacks_show_few_exceptions(serve, closed_port, monkeypatch, fast, step, options, said, causes):
    """A traceback shows the package's error, with at most one cause from requests.

    The error has the text of urllib3's messages.
    """
    monkeypatch.setenv("INTEGRY_FAST_PATH", fast)
    url = f"http://127.0.0.1:{closed_port}" if step is None else serve(step).url
    with pytest.raises(errors.IntegryError, match=said) as caught:
        Integry(KEY, SECRET, user_id=1, base_url=url, max_retries=0, **options).apps.get("slack")
    found = shown(caught.value)
    if step is cut_short and urllib3.__version__.startswith("1."):
        # urllib3 1 may not notice a short body. The package notices it, and raises without an exception of requests as
        # cause.
        causes = causes[: len(found) - 1]
    assert [type(each) for each in found[1:]] == causes
    text = "".join(traceback.format_exception(type(caught.value), caught.value, caught.value.__traceback__))
    assert len(text.splitlines()) < 30
    assert "urllib3/" not in text
    restored = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (pickled by this test)
    assert (str(restored), restored.may_have_run) == (str(caught.value), caught.value.may_have_run)


@pytest.mark.parametrize("is_chained", [True, False])
def test_exceptions_of_a_users_adapter_are_kept(is_chained):
    """A cause or context that a user's adapter attached is shown in the traceback."""

    class Adapter(requests.adapters.HTTPAdapter):
        def send(self, *_, **__):
            try:
                {}["missing"]
            except KeyError as error:
                if is_chained:
                    raise requests.ConnectionError from error
                raise requests.ConnectionError  # noqa: B904 (Python itself sets the context)

    with requests.Session() as session:
        session.mount("http://", Adapter())
        with pytest.raises(errors.APIConnectionError) as caught:
            Integry(KEY, SECRET, user_id=1, base_url="http://127.0.0.1:9", session=session, max_retries=0).apps.get("x")
    assert [type(each) for each in shown(caught.value)[1:]] == [requests.ConnectionError, KeyError]
