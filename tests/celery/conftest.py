"""Fixtures for the tests with Celery and Redis, and the reason why they are not collected without."""

from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("celery") and find_spec("redis") else ["test_*.py"]


def pytest_report_header():
    """Report that the tests are not collected, and why."""
    return "tests/celery is not run: Celery is not installed; `make celery` runs it" if collect_ignore_glob else None


@pytest.fixture
def server(tmp_path):
    """Yield a private Redis with an append-only file."""
    from tests.celery.stack import RedisServer

    started = RedisServer(tmp_path)
    yield started
    started.kill()


@pytest.fixture(autouse=True)
def app(server):
    """Yield a Celery app whose broker is the private Redis."""
    from celery import Celery

    app = Celery("tests", broker=server.broker, include=["integry.celery"], set_as_current=False)
    app.set_current()
    app.set_default()
    yield app
    app.close()
