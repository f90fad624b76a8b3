"""What exceptions of requests mean: tables of pure functions."""

import copy
import socket

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from integry import errors
from integry._http.errors import request_not_sent, timed_out

from .conftest import API


def caused(reason):
    """An exception of requests, as its adapter makes it."""
    return requests.ConnectionError(MaxRetryError(None, "/", reason))


@pytest.mark.parametrize(
    ("error", "never"),
    [
        (requests.ConnectTimeout(), True),
        (caused(NewConnectionError(None, "refused")), True),
        (caused(ProtocolError("reset")), False),
        (requests.ConnectionError("reset"), False),
        (requests.ConnectionError(), False),
        (requests.ReadTimeout(), False),
        (OSError("reset"), False),
        (None, False),
    ],
)
def test_request_not_sent(error, never):
    """Only then a call is surely not run."""
    assert request_not_sent(error) is never


@pytest.mark.parametrize(
    ("error", "timeout"),
    [
        (requests.ReadTimeout(), True),
        (requests.ConnectTimeout(), True),
        (requests.ConnectionError(ReadTimeoutError(None, "/", "Read timed out.")), True),
        (requests.ConnectionError(ProtocolError("Connection aborted.", socket.timeout("late"))), True),
        (requests.ConnectionError(ProtocolError("Connection aborted.", OSError("reset"))), False),
        (requests.ConnectionError("timed out, says the server, at the deadline"), False),
    ],
)
def test_timed_out(error, timeout):
    """Requests calls a slow body a ConnectionError."""
    assert timed_out(error) is timeout


@given(st.text(st.characters(), max_size=30))
def test_messages_are_one_line_of_text(said):
    """Whatever a server says, and through copies: it starts no line of a log, and talks to no terminal."""
    error = errors.BadRequest(f"refused: {said}", status=400)
    assert str(error).isprintable()
    assert str(error).encode("utf-8")
    assert str(copy.copy(error)) == str(error)
    if said.isprintable():
        assert said in str(error)


def test_what_a_server_says_to_a_terminal_is_not_said(answers, integry):
    """Nor does it begin a line."""
    answers.post(f"{API}/apps/x/get/", body=b'{"detail": "no\\nERROR root: \\u001b[2J \\ud800 \\u202e"}', status=404)
    with pytest.raises(errors.NotFound) as caught:
        integry.apps.get("x")
    assert r"no\nERROR root: \x1b[2J \ud800 \u202e" in str(caught.value)
    assert caught.value.body["detail"].startswith("no\nERROR")
