"""Processes of the site that are killed during a call: the function runs once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from .servers import GUNICORN, SITE, Program, Server, log_in

#: The command that runs background tasks.
DB_WORKER = (str(SITE / "manage.py"), "db_worker", "--no-reload", "--no-startup-delay", "--interval", "0.05")

pytestmark = pytest.mark.django_site


def process_of(server):
    """Return the id of the process that answers."""
    return server.session().get(f"{server.url}/probe/worker/", timeout=60).json()["process"]


@pytest.fixture
def gunicorn(variables):
    """Return a gunicorn with one process of four threads."""
    with Server(variables, *GUNICORN, "--workers", "1", "--threads", "4", "--keep-alive", "30", "acme.wsgi") as server:
        yield server


def test_a_killed_gunicorn_worker_has_called_once(gunicorn, hold, sandbox):
    """A worker of gunicorn that is killed during a call has called once, and the next worker does not call again."""
    session, worker = gunicorn.session("ann"), process_of(gunicorn)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(session.post, f"{gunicorn.url}/probe/hold/", timeout=60)
        hold.wait_until_running()
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            waiting.result()
    gunicorn.wait_for("SIGKILL|was sent code 9|\\(pid:.*exited")
    hold.release()
    hold.wait_until_done()
    assert process_of(gunicorn) != worker
    assert session.post(f"{gunicorn.url}/probe/hold/", timeout=60).json() == {"output": {"ran": True}}
    assert hold.runs == len(sandbox.calls) == 2, "one call of each request"


def test_a_browser_that_repeats_the_form_calls_once(gunicorn, browser, hold, sandbox):
    """If the worker is killed, the browser sends the form again on its own. The next worker does not call again."""
    log_in(browser, gunicorn, "ann")
    browser.command("visit", f"{gunicorn.url}/probe/message/")
    # The browser repeats requests only on connections that were in use before: use all of them.
    for _ in range(5):
        browser.evaluate("fetch('/probe/worker/').then((answer) => answer.text())")
    worker = browser.evaluate("fetch('/probe/worker/').then((answer) => answer.json())")["process"]
    browser.evaluate("void setTimeout(() => document.querySelector('main form').submit())")
    hold.wait_until_running()
    os.kill(worker, signal.SIGKILL)
    # On a new connection, which is rare, the browser shows an error of its own in place of repeating the request.
    browser.command("waitFor", "/This form was sent before|ERR_EMPTY_RESPONSE/.test(document.body?.innerText)")
    hold.release()
    hold.wait_until_done()
    assert hold.runs == len(sandbox.calls) == 1


def tasks_of(session, site):
    """Return the statuses of all tasks."""
    return session.get(f"{site.url}/probe/tasks/").json()["statuses"]


def test_a_killed_worker_of_tasks_has_called_once(site, variables, hold, sandbox):
    """A worker of tasks that is killed during a call has called once, and a new one leaves that task alone."""
    ann = site.session("ann")
    ann.post(f"{site.url}/probe/enqueue/").raise_for_status()
    with Program(variables, *DB_WORKER) as worker:
        hold.wait_until_running()
        worker.kill()
    hold.release()
    hold.wait_until_done()
    ann.post(f"{site.url}/probe/enqueue/").raise_for_status()
    with Program(variables, *DB_WORKER, "--batch") as worker:
        assert worker.process.wait(60) == 0
    assert sorted(tasks_of(ann, site)) == ["RUNNING", "SUCCESSFUL"]
    assert hold.runs == len(sandbox.calls) == 2, "one call of each task"
