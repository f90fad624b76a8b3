"""Fixtures: the example site under gunicorn, its pages for tests, and Chromium."""

import shutil
from contextlib import ExitStack

import pytest

from integry.sandbox import Sandbox
from tests.contract.conftest import browser  # noqa: F401 (provides a fixture)

from .servers import GUNICORN, PROBE, Hold, Server, environment, manage


@pytest.fixture
def sandbox():
    """Return a sandbox with a port, in which nothing is connected."""
    with Sandbox(empty=True) as started:
        yield started


@pytest.fixture
def hold(sandbox):
    """Return a function of the sandbox whose calls stay until the test releases them. All users are connected."""
    function = Hold(sandbox)
    for user in (1, 2):
        sandbox.connect("probe", user_id=user)
    yield function
    function.release()


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """Return the path of a database with the users ann and ben, which tests copy."""
    path = tmp_path_factory.mktemp("site") / "site.sqlite3"
    credentials = {"INTEGRY_APP_KEY": "key", "INTEGRY_APP_SECRET": "secret"}
    manage(environment(path, credentials, PROBE), "prepare")
    return path


@pytest.fixture
def variables(tmp_path, sandbox, database):
    """Return the environment variables of the site with pages for tests, with a database of its own."""
    path = tmp_path / "site.sqlite3"
    shutil.copyfile(database, path)
    return environment(path, sandbox.environment(), PROBE)


@pytest.fixture
def gunicorn(variables):
    """Return a function that starts gunicorn with the site and pages for tests."""
    with ExitStack() as stack:

        def start(workers, threads):
            options = ("--workers", str(workers), "--threads", str(threads), "acme.wsgi")
            return stack.enter_context(Server(variables, *GUNICORN, *options))

        yield start
