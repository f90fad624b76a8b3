"""Processes of the site that are killed during a call: the function runs once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

pytestmark = pytest.mark.django_site


def process_of(server):
    """Return the id of the process that answers."""
    return server.session().get(f"{server.url}/probe/worker/", timeout=60).json()["process"]


def test_a_killed_gunicorn_worker_has_called_once(gunicorn, hold, sandbox):
    """A worker of gunicorn that is killed during a call has called once, and the next worker does not call again."""
    server = gunicorn(1, 4)
    session, worker = server.session("ann"), process_of(server)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(session.post, f"{server.url}/probe/hold/", timeout=60)
        hold.wait_until_running()
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            waiting.result()
    server.wait_for("SIGKILL|was sent code 9|\\(pid:.*exited")
    hold.release()
    hold.wait_until_done()
    assert process_of(server) != worker
    assert session.post(f"{server.url}/probe/hold/", timeout=60).json() == {"output": {"ran": True}}
    assert hold.runs == len(sandbox.calls) == 2, "one call of each request"
