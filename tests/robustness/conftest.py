"""Certificates, clients of servers that do what is wrong, and what a fault must leave as it was."""

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
    """The environment of whoever runs the tests says nothing."""
    for name in ("BASE_URL", "USER_ID"):
        monkeypatch.delenv(f"INTEGRY_{name}", raising=False)
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def _quiet(caplog):
    """Nothing is logged: a child would wait for the stream of pytest's log, which a thread of its parent may hold."""
    caplog.set_level(logging.WARNING)


@pytest.fixture
def _at_once(monkeypatch):
    """Waiting takes no time."""
    monkeypatch.setattr("integry._http.requester.sleep", lambda _: None)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """What signs certificates, and the path of its own."""
    made = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    made.cert_pem.write_to_path(str(path))
    return made, str(path)


@pytest.fixture(scope="session")
def contexts(authority):
    """The server's side of TLS, by what is wrong with its certificate."""
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
    """Make clients of URLs."""
    _, bundle = authority
    with contextlib.ExitStack() as stack:

        def make(url, **options):
            verify = None if options.get("session") else bundle
            given = {"app_key": KEY, "app_secret": SECRET, "verify": verify, **options}
            return stack.enter_context(Integry(user_id=USER, base_url=url, allow_insecure=True, **given))

        yield make


def sockets():
    """The sockets that this process has open, by number; none where the system does not tell."""
    folder, found = Path("/proc/self/fd"), set()
    for name in folder.iterdir() if folder.exists() else ():
        # One of them is the listing's own, which is over by now.
        with contextlib.suppress(OSError):
            found.add(os.readlink(name))
    return {name for name in found if name.startswith("socket:")}


def wait_until(condition):
    """Wait for what another thread does, ten seconds at the most."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture
def _nothing_leaks():
    """No socket is left to the garbage collector."""
    gc.collect()
    gc.disable()
    before = sockets()
    yield
    after = sockets()
    gc.enable()
    # Of a test before, a server may end just now.
    assert not after - before


def assert_no_secret(error, *texts):
    """Nothing of an exception shows a secret, nor does what was logged."""
    shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    for text in (shown, repr(error), repr(vars(error)), *texts):
        assert not [number for number, secret in enumerate(SECRETS) if secret in text]
