"""Fixtures: the example site under gunicorn, its pages for tests, and Chromium."""

import shutil

import pytest

from integry.sandbox import Sandbox
from tests.contract.conftest import browser  # noqa: F401 (provides a fixture)

from .servers import GUNICORN, PROBE, Hold, Server, environment, manage


@pytest.fixture(scope="module")
def started_sandbox():
    """Return a sandbox with a port, for all tests of a module."""
    with Sandbox(empty=True) as started:
        yield started


@pytest.fixture
def sandbox(started_sandbox):
    """Return the sandbox, in which nothing is connected."""
    started_sandbox.reset()
    return started_sandbox


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


@pytest.fixture(scope="module")
def variables(tmp_path_factory, started_sandbox, database):
    """Return the environment variables of the site with pages for tests, with a database for the tests of a module."""
    path = tmp_path_factory.mktemp("site") / "site.sqlite3"
    shutil.copyfile(database, path)
    return environment(path, started_sandbox.environment(), PROBE)


@pytest.fixture(scope="module")
def site(variables):
    """Return a gunicorn with two processes of four threads, for all tests of a module."""
    with Server(variables, *GUNICORN, "--workers", "2", "--threads", "4", "acme.wsgi") as server:
        yield server
