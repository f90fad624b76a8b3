"""Tools that replace or trace sessions and sockets, with their real packages."""

import json
import os
import subprocess

import pytest

from tests.spec_document import ROOT

from .conftest import need

pytestmark = pytest.mark.contract

#: Python of the environment with the tools, which `make tools` creates.
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
    """Return a function that runs the script with a tool and returns the result."""
    need(PYTHON, "tools")

    def run(tool, **environment):
        completed = subprocess.run(
            [str(PYTHON), "-W", "ignore", str(SCRIPT), tool, str(tmp_path)],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        )
        assert completed.returncode == 0, completed.stderr
        return json.loads(completed.stdout.splitlines()[-1])

    return run


def test_requests_cache_sessions_work(run):
    """Calls return the same results with sessions of requests-cache, also when the cache responds."""
    assert run("requests_cache_given") == [CALLS] * 4


def test_the_documented_cache_separates_users(run):
    """The block about requests-cache in the documentation prints what the page says."""
    printed, documented = run("requests_cache_documented")
    assert printed == documented == "True\nFalse\n"


def test_an_installed_cache_does_not_mix_users(run):
    """An installed requests-cache affects sessions created later, but not the session of the client."""
    *found, users = run("requests_cache_installed")
    assert found == [CALLS] * 4
    assert users == [True, False]


@pytest.mark.parametrize("tool", ["httpretty", "mocket"])
def test_fake_sockets_work(run, tool):
    """Calls through fake sockets succeed with and without TLS, with the client's session and with a user's."""
    assert run(tool) == ["slack"] * 16


@pytest.mark.shows_secrets("the cassette has no filters")
def test_betamax_cassettes_work(run):
    """Recorded and replayed calls of betamax return the same results."""
    assert run("betamax") == [CALLS] * 2


def test_a_futures_session_is_refused(run):
    """Both clients raise ConfigurationError for a FuturesSession."""
    errors = run("requests_futures")
    assert len(errors) == 2
    assert all(each.startswith("ConfigurationError: session must return responses") for each in errors)


@pytest.mark.parametrize("convention", ["", "http", "http/dup"])
def test_opentelemetry_spans_can_be_scrubbed(run, convention):
    """Spans contain the query of a disconnection, unless the hook of docs/guides/secrets.md removes the query."""
    plain, scrubbed = run("opentelemetry", OTEL_SEMCONV_STABILITY_OPT_IN=convention)
    assert [len(plain), len(scrubbed)] == [2, 2]
    assert all("hash=" in span for span in plain), "otherwise the README would not need that code"
    assert all("connected-accounts" in span for span in scrubbed)
    assert not any("hash=" in span or "app-key-of-tools" in span for span in scrubbed)
