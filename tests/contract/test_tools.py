"""Tools that replace or trace sessions and sockets, with their real packages."""

import json
import os
import subprocess

import pytest

from tests.spec_document import ROOT

from .conftest import need

pytestmark = pytest.mark.contract

#: Their environment, made by `make tools`.
PYTHON = ROOT / ".cache" / "tools" / "bin" / "python"
SCRIPT = ROOT / "tests" / "contract" / "tools.py"
CALLS = [
    ["4me", "accelo", "hubspot", "pipedrive", "slack"],
    "slack",
    200,
    [[], []],
    "NotFound: apps.get('nope') for user '123456': 404 App not found. Check the name or id.",
]


@pytest.fixture
def run(tmp_path):
    """Run the script with a tool; return what it printed."""
    need(PYTHON, "tools")

    def run(tool, **environment):
        done = subprocess.run(
            [str(PYTHON), "-W", "ignore", str(SCRIPT), tool, str(tmp_path)],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_sessions_of_requests_cache(run):
    """Calls give the same through them, from the cache too."""
    assert run("requests_cache_given") == [CALLS] * 4


def test_a_cache_that_is_installed(run):
    """It serves sessions made after it, and not the client's own: no user gets another's answer."""
    *found, users = run("requests_cache_installed")
    assert found == [CALLS] * 4
    assert users == [True, False]


@pytest.mark.parametrize("tool", ["httpretty", "mocket"])
def test_fake_sockets(run, tool):
    """Calls work through them, with TLS and without, on the client's session and on a user's."""
    assert run(tool) == ["slack"] * 16


@pytest.mark.shows_secrets("the cassette has no filters")
def test_cassettes_of_betamax(run):
    """Recorded and replayed calls give the same."""
    assert run("betamax") == [CALLS] * 2


def test_a_session_of_futures(run):
    """Both clients refuse it."""
    refused = run("requests_futures")
    assert len(refused) == 2
    assert all(each.startswith("ConfigurationError: session must return responses") for each in refused)


@pytest.mark.parametrize("convention", ["", "http", "http/dup"])
def test_spans_of_opentelemetry(run, convention):
    """They have the query of a disconnection, unless it is removed as the README says; failures never have it."""
    plain, scrubbed = run("opentelemetry", OTEL_SEMCONV_STABILITY_OPT_IN=convention)
    assert [len(plain), len(scrubbed)] == [2, 2]
    assert all("hash=" in span for span in plain), "otherwise the README need not say it"
    assert all("connected-accounts" in span for span in scrubbed)
    assert not any("hash=" in span or "app-key-of-tools" in span for span in scrubbed)
