"""Faults on demand, in this process and over a socket alike."""

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
def either(request):
    """A sandbox of either kind."""
    return request.getfixturevalue(request.param)


def impatient(sandbox):
    """A client that tries once."""
    return sandbox.client(max_retries=0)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", APIConnectionError),
        ("reset_amid", ResponseDecodeError),
        ("truncated", ResponseDecodeError),
        ("invalid_json", ResponseDecodeError),
    ],
)
def test_broken_answers(either, kind, error):
    """Once each; the next request is answered."""
    either.fail(kind=kind)
    with pytest.raises(error):
        impatient(either).apps.get("slack")
    assert impatient(either).apps.get("slack").name == "slack"


def test_a_status(either):
    """For so many requests, with a body and Retry-After; retries see it too."""
    either.fail(503, "<p>down</p>", times=2, retry_after=0)
    assert either.client().apps.get("slack").name == "slack"
    either.fail(429, {"detail": "slow down"}, retry_after=3600)
    with pytest.raises(RateLimited, match="slow down") as caught:
        either.client().apps.get("slack")
    assert caught.value.retry_after == 3600
    either.fail(599)
    with pytest.raises(ServerError, match="599"):
        impatient(either).apps.get("slack")
    either.fail(418, b"tea")
    with pytest.raises(APIStatusError, match="418 tea"):
        impatient(either).apps.get("slack")


def test_nothing_is_done_where_a_status_is_asked_for(sandbox):
    """Nor before a reset; amid the answer it was."""
    client = impatient(sandbox)
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


def test_for_a_path(sandbox):
    """Others are answered."""
    sandbox.fail(500, path="/functions/")
    assert impatient(sandbox).apps.get("slack").name == "slack"
    with pytest.raises(ServerError):
        impatient(sandbox).functions.list()


def test_delays(either):
    """Before the answer."""
    either.fail(delay=0.2)
    start = time.monotonic()
    impatient(either).apps.get("slack")
    assert time.monotonic() - start >= 0.2


@pytest.mark.alone
def test_dripping(either):
    """A byte at a time: the deadline holds."""
    either.fail(kind="drip")
    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        impatient(either).apps.get("slack", deadline=0.4)
    # In process the session is not ours: without read1, as in urllib3 1, the deadline holds within 64 bytes.
    assert time.monotonic() - start < (2 if hasattr(urllib3.HTTPResponse, "read1") else 5)
    either.fail(418, b"tea", kind="drip")
    with pytest.raises(APIStatusError, match="418 tea"):
        impatient(either).apps.get("slack")


def test_a_cursor_that_leads_back(either):
    """Noticed at once; asked for once, it happens where there is something to lead back to."""
    either.fail(kind="repeated_cursor")
    assert either.client().apps.get("slack").name == "slack", "there is no cursor to touch"
    with pytest.raises(CursorLoop):
        list(either.client().apps.list(page_size=2))
    assert len(list(either.client().apps.list(page_size=2))) == 5
    either.fail(kind="repeated_cursor")
    with pytest.raises(CursorLoop):
        list(either.client().functions.call_pages("pipedrive-get-all-persons", {"limit": 5}))


@pytest.mark.parametrize("times", [1, 5])
def test_an_empty_page_at_the_end(either, times):
    """After the last one, however many pages there are; it is the last."""
    either.fail(kind="empty_last_page", times=times)
    assert [len(page.items) for page in either.client().apps.list(page_size=2).pages()] == [2, 2, 1, 0]
    either.reset()
    either.fail(kind="empty_last_page", times=times)
    pages = either.client().functions.call_pages("pipedrive-get-all-persons")
    assert [len(page.output["data"]) for page in pages] == [12, 0]


def test_cursors_of_the_older_calls(ask, sandbox):
    """Are called `next_page`."""
    sandbox.fail(kind="empty_last_page")
    assert ask("POST", "/functions/pipedrive-get-all-persons/", json={})[1]["next_page"]


@pytest.mark.alone
def test_timeouts_in_this_process(sandbox):
    """As over a socket: the client gives up."""
    for timeout in (0.1, (5, 0.1)):
        sandbox.fail(delay=5)
        start = time.monotonic()
        with pytest.raises(APITimeoutError):
            impatient(sandbox).apps.get("slack", timeout=timeout)
        assert time.monotonic() - start < 2


def test_an_empty_answer_can_be_no_json(sandbox):
    """Nor can it be broken."""
    sandbox.fail(kind="invalid_json")
    sandbox.client().apps.disconnect("slack", connected_account_id=sandbox.connect("slack").id)


def test_faults_that_are_none(sandbox):
    """Are named."""
    with pytest.raises(ValueError, match="There is no fault 'nope': use one of reset, reset_amid, "):
        sandbox.fail(kind="nope")
    for status in ("reset", 99, 600):
        with pytest.raises(ValueError, match="status must be a number from 200 to 599"):
            sandbox.fail(status)
    with pytest.raises(ValueError, match="times must be 1 or more"):
        sandbox.fail(500, times=0)
    assert Fault(status=500).times == 1


def test_a_status_without_a_body(live):
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
    """`fail` raises ValueError, and no fault waits."""
    with pytest.raises(ValueError, match=message):
        sandbox.fail(**fault)
    assert sandbox._state.faults.waiting == []
