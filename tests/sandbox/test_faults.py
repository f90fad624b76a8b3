"""Fault injection, with the same results in this process and over a socket."""

import time

import pytest
import urllib3

from integry import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    CursorLoop,
    RateLimited,
    ResponseDecodeError,
    ServerError,
)
from integry.sandbox import Fault

DEEP = []
DEEP.append(DEEP)


@pytest.fixture(params=["sandbox", "live"])
def any_sandbox(request):
    """Return a sandbox in this process, and one that listens on a port."""
    return request.getfixturevalue(request.param)


def without_retries(sandbox):
    """Return a client that does not retry."""
    return sandbox.client(max_retries=0)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", APIConnectionError),
        ("reset_mid_body", ResponseDecodeError),
        ("truncated", ResponseDecodeError),
        ("invalid_json", ResponseDecodeError),
    ],
)
def test_a_broken_response_raises(any_sandbox, kind, error):
    """A broken response raises an error for one request, and the next one succeeds."""
    any_sandbox.fail(kind=kind)
    with pytest.raises(error):
        without_retries(any_sandbox).apps.get("slack")
    assert without_retries(any_sandbox).apps.get("slack").name == "slack"


def test_a_status_fault_sets_the_response(any_sandbox):
    """A fault with a status sets status, body and Retry-After of `times` responses. Retries count as requests."""
    any_sandbox.fail(503, "<p>down</p>", times=2, retry_after=0)
    assert any_sandbox.client().apps.get("slack").name == "slack"
    any_sandbox.fail(429, {"detail": "slow down"}, retry_after=3600)
    with pytest.raises(RateLimited, match="slow down") as caught:
        any_sandbox.client().apps.get("slack")
    assert caught.value.retry_after == 3600
    any_sandbox.fail(599)
    with pytest.raises(ServerError, match="599"):
        without_retries(any_sandbox).apps.get("slack")
    any_sandbox.fail(418, b"tea")
    with pytest.raises(APIStatusError, match="418 tea"):
        without_retries(any_sandbox).apps.get("slack")


def test_a_fault_before_the_call_prevents_it(sandbox):
    """A fault with a status or a reset prevents the call. A truncated response comes after the call."""
    client = without_retries(sandbox)
    sandbox.fail(500)
    with pytest.raises(ServerError):
        client.functions.call("pipedrive-add-a-person", {"name": "A"})
    sandbox.fail(kind="reset")
    with pytest.raises(APIConnectionError):
        client.functions.call("pipedrive-add-a-person", {"name": "A"})
    assert sandbox.calls == []
    sandbox.fail(kind="truncated")
    with pytest.raises(ResponseDecodeError, match="may have run"):
        client.functions.call("pipedrive-add-a-person", {"name": "A"})
    assert len(sandbox.calls) == 1


def test_a_fault_can_be_limited_to_a_path(sandbox):
    """A fault for one path does not affect requests of other paths."""
    sandbox.fail(500, path="/functions/")
    assert without_retries(sandbox).apps.get("slack").name == "slack"
    with pytest.raises(ServerError):
        without_retries(sandbox).functions.list()


def test_a_delay_comes_before_the_response(any_sandbox):
    """A response with a delay arrives after the delay at the earliest."""
    any_sandbox.fail(delay=0.2)
    start = time.monotonic()
    without_retries(any_sandbox).apps.get("slack")
    assert time.monotonic() - start >= 0.2


@pytest.mark.alone
def test_a_dripping_body_exceeds_the_deadline(any_sandbox):
    """The body of a fault of the kind `drip` arrives byte by byte, and the deadline ends the call."""
    any_sandbox.fail(kind="drip")
    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        without_retries(any_sandbox).apps.get("slack", deadline=0.4)
    # A client in this process uses the sandbox's session. urllib3 1 has no read1(), so the client checks the deadline
    # only after every 64 bytes.
    assert time.monotonic() - start < (2 if hasattr(urllib3.HTTPResponse, "read1") else 5)
    any_sandbox.fail(418, b"tea", kind="drip")
    with pytest.raises(APIStatusError, match="418 tea"):
        without_retries(any_sandbox).apps.get("slack")


def test_a_repeated_cursor_raises_cursor_loop(any_sandbox):
    """The fault `repeated_cursor` waits for a response with a cursor to repeat, and the client raises CursorLoop."""
    any_sandbox.fail(kind="repeated_cursor")
    assert any_sandbox.client().apps.get("slack").name == "slack", "the response has no cursor"
    with pytest.raises(CursorLoop):
        list(any_sandbox.client().apps.list(page_size=2))
    assert len(list(any_sandbox.client().apps.list(page_size=2))) == 5
    any_sandbox.fail(kind="repeated_cursor")
    with pytest.raises(CursorLoop):
        list(any_sandbox.client().functions.call_pages("pipedrive-get-all-persons", {"limit": 5}))


@pytest.mark.parametrize("times", [1, 5])
def test_an_empty_last_page_is_added(any_sandbox, times):
    """A fault that adds an empty page does so once after the last page, however often the fault applies."""
    any_sandbox.fail(kind="empty_last_page", times=times)
    assert [len(page.items) for page in any_sandbox.client().apps.list(page_size=2).pages()] == [2, 2, 1, 0]
    any_sandbox.reset()
    any_sandbox.fail(kind="empty_last_page", times=times)
    pages = any_sandbox.client().functions.call_pages("pipedrive-get-all-persons")
    assert [len(page.output["data"]) for page in pages] == [12, 0]


def test_older_requests_get_next_page(send_signed, sandbox):
    """The cursor is named `next_page` in responses to requests of older clients."""
    sandbox.fail(kind="empty_last_page")
    assert send_signed("POST", "/functions/pipedrive-get-all-persons/", json={})[1]["next_page"]


@pytest.mark.alone
def test_timeouts_apply_in_this_process(sandbox):
    """A client of a sandbox in this process times out as over a socket."""
    for timeout in (0.1, (5, 0.1)):
        sandbox.fail(delay=5)
        start = time.monotonic()
        with pytest.raises(APITimeoutError):
            without_retries(sandbox).apps.get("slack", timeout=timeout)
        assert time.monotonic() - start < 2


def test_invalid_json_does_not_apply_to_empty_bodies(sandbox):
    """A fault of the kind `invalid_json` does not change a response without a body."""
    sandbox.fail(kind="invalid_json")
    sandbox.client().apps.disconnect("slack", connected_account_id=sandbox.connect("slack").id)


def test_a_deprecated_kind_is_replaced(sandbox):
    """A fault with the deprecated kind `reset_amid` is the same as one with the kind `reset_mid_body`."""
    assert Fault(kind="reset_amid") == Fault(kind="reset_mid_body")
    sandbox.fail(kind="reset_amid")
    with pytest.raises(ResponseDecodeError):
        sandbox.client(max_retries=0).apps.list()


def test_invalid_faults_are_refused(sandbox):
    """The error for an invalid fault names the argument."""
    with pytest.raises(ValueError, match="There is no fault 'nope': use one of reset, reset_mid_body, "):
        sandbox.fail(kind="nope")
    for status in ("reset", 99, 600):
        with pytest.raises(ValueError, match="status must be a number from 200 to 599"):
            sandbox.fail(status)
    with pytest.raises(ValueError, match="times must be 1 or more"):
        sandbox.fail(500, times=0)
    assert Fault(status=500).times == 1


def test_a_status_without_a_body_keeps_the_connection(live):
    """After a response with 204 or 304 the connection stays usable."""
    with live.session() as session:
        for status in (204, 304):
            for body in (None, "", b""):
                live.fail(status, body)
                assert session.get(f"{live.url}/apps").status_code == status
                assert session.get(f"{live.url}/").ok


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({}, "The fault has no effect: give it a status, a kind or a delay"),
        ({"times": 3, "path": "/apps/"}, "The fault has no effect"),
        ({"delay": 0}, "The fault has no effect"),
        ({"body": "x"}, "The fault has no effect"),
        ({"status": 500, "kind": "reset"}, "give either status or kind"),
        ({"status": 200, "kind": "repeated_cursor"}, "give either status or kind"),
        ({"status": 200, "kind": "empty_last_page"}, "give either status or kind"),
        ({"delay": 1, "kind": "empty_last_page"}, "has no delay"),
        ({"kind": "truncated", "body": "x"}, "body and retry_after are sent with a status only"),
        ({"delay": 1, "retry_after": 1}, "body and retry_after are sent with a status only"),
        ({"status": 204, "body": "x" * 50}, "204 or 304 has no body"),
        ({"status": 304, "body": {}}, "204 or 304 has no body"),
        ({"status": 101}, "status must be a number from 200 to 599, got 101"),
        ({"status": 500, "body": {1, 2}}, "body must be text, bytes or a JSON value, got {1, 2}"),
        ({"status": 500, "body": [object]}, "body must be text, bytes or a JSON value"),
        ({"status": 500, "body": DEEP}, "body must be text, bytes or a JSON value"),
    ],
)
def test_a_fault_without_effect_or_with_an_invalid_response_is_refused(sandbox, fault, message):
    """`fail` raises ValueError for a fault without effect or with an invalid response, and does not add the fault."""
    with pytest.raises(ValueError, match=message):
        sandbox.fail(**fault)
    assert sandbox._state.faults.waiting == []
