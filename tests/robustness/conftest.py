"""Certificates, clients of faulty servers, and checks for leaked sockets and secrets."""

import contextlib
import datetime
import gc
import logging
import os
import time
import traceback
from pathlib import Path

import pytest
import trustme

from integry import Integry, sign
from tests.facade.conftest import KEY, SECRET

from .server import server_context

USER = "user-of-faults"
SECRETS = (KEY, SECRET, sign(SECRET, USER))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    """Unset the environment variables of clients and proxies."""
    for name in ("BASE_URL", "USER_ID"):
        monkeypatch.delenv(f"INTEGRY_{name}", raising=False)
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def _without_logging(caplog):
    """Disable debug logging: a forked child could wait for the lock of pytest's log handler."""
    caplog.set_level(logging.WARNING)


@pytest.fixture
def _no_waiting(monkeypatch):
    """Disable the sleep between attempts."""
    monkeypatch.setattr("integry._http.requester.sleep", lambda _: None)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Return a certificate authority, and the path of its certificate."""
    made = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    made.cert_pem.write_to_path(str(path))
    return made, str(path)


@pytest.fixture(scope="session")
def contexts(authority):
    """Return TLS contexts for servers, by the kind of certificate."""
    trusted, _ = authority
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    return {
        "good": server_context(trusted.issue_cert("127.0.0.1", "localhost")),
        "untrusted": server_context(trustme.CA().issue_cert("127.0.0.1", "localhost")),
        "expired": server_context(trusted.issue_cert("127.0.0.1", "localhost", not_after=past)),
        "another's": server_context(trusted.issue_cert("elsewhere.test")),
    }


@pytest.fixture
def client(authority):
    """Yield a function that makes clients."""
    _, bundle = authority
    with contextlib.ExitStack() as stack:

        def make(url, **options):
            verify = None if options.get("session") else bundle
            settings = {"app_key": KEY, "app_secret": SECRET, "verify": verify, **options}
            return stack.enter_context(Integry(user_id=USER, base_url=url, allow_insecure=True, **settings))

        yield make


def open_sockets():
    """Return the names of this process's open sockets, or an empty set on systems without /proc."""
    folder, found = Path("/proc/self/fd"), set()
    for name in folder.iterdir() if folder.exists() else ():
        # One descriptor is that of the directory listing itself, which is closed already.
        with contextlib.suppress(OSError):
            found.add(os.readlink(name))
    return {name for name in found if name.startswith("socket:")}


def wait_until(condition):
    """Wait for another thread until a condition holds, for at most ten seconds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture
def _no_open_sockets():
    """Assert that a test closes its sockets without the garbage collector."""
    gc.disable()
    before = open_sockets()
    yield
    after = open_sockets()
    gc.enable()
    # Allow fewer sockets, because a server of an earlier test may close a socket during this test.
    assert not after - before


def assert_no_secret(error, *texts):
    """Assert that neither an exception nor the given texts show a secret."""
    shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    for text in (shown, repr(error), repr(vars(error)), *texts):
        assert not [number for number, secret in enumerate(SECRETS) if secret in text]
