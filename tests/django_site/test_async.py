"""Async views of the site under uvicorn."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from .servers import UVICORN, Server

pytestmark = pytest.mark.django_site


@pytest.fixture(scope="module")
def uvicorn(variables):
    """Return a uvicorn with one process."""
    with Server(variables, *UVICORN, "acme.asgi:application") as server:
        yield server


def test_a_call_in_a_thread_leaves_other_views_answering(uvicorn, hold):
    """While `sync_to_async` calls a function in an async view, another async view answers."""
    session, other = uvicorn.session("ann"), uvicorn.session()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(session.post, f"{uvicorn.url}/probe/async/hold/", timeout=60)
        hold.wait_until_running()
        assert other.get(f"{uvicorn.url}/probe/async/ping/", timeout=60).json() == {"pong": True}
        assert not waiting.done()
        hold.release()
        assert waiting.result().json() == {"output": {"ran": True}}
    assert hold.runs == 1


def test_a_blocking_call_in_the_event_loop_is_refused(uvicorn, hold, sandbox):
    """A call in an async view without a thread raises SynchronousOnlyOperation, and nothing is sent."""
    answer = uvicorn.session("ann").post(f"{uvicorn.url}/probe/async/blocking/", timeout=60)
    assert "sync_to_async" in answer.json()["error"]
    assert (hold.runs, sandbox.calls) == (0, [])


def test_the_async_page_lists_channels(uvicorn, sandbox):
    """The async page of the site lists the channels, asks anonymous visitors to log in, and others to connect Slack."""
    session, page = uvicorn.session("ann"), f"{uvicorn.url}/channels/"
    assert uvicorn.session().get(page, allow_redirects=False).headers["Location"] == "/login/?next=/channels/"
    answer = session.get(page, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/apps/connect/slack/?next=%2Fchannels%2F")
    sandbox.connect("slack", user_id=1)
    assert "#random" in session.get(page).text
