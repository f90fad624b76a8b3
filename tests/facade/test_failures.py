"""What exceptions of requests mean: tables of pure functions."""

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from integry._failures import never_connected, timed_out


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
def test_never_connected(error, never):
    """Only then a call is surely not run."""
    assert never_connected(error) is never


@pytest.mark.parametrize(
    ("error", "timeout"),
    [
        (requests.ReadTimeout(), True),
        (requests.ConnectTimeout(), True),
        (requests.ConnectionError("Read timed out."), True),
        (requests.ConnectionError("the deadline of the call is over"), True),
        (requests.ConnectionError("reset"), False),
    ],
)
def test_timed_out(error, timeout):
    """Requests calls a slow body a ConnectionError."""
    assert timed_out(error) is timeout
