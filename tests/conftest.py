"""Fixtures and settings for all tests."""

import gc
import os
import re
import socket
from importlib.util import find_spec

import pytest
import responses
from hypothesis import settings

from tests.spec_document import EXAMPLES, OPERATIONS

COVERED = ["tests.covered"] if os.environ.get("COVERED") else []
pytest_plugins = [*COVERED, "integry.testing", "tests.leaks", "tests.tiers"]
PERSONS = "pipedrive-get-all-persons"

#: Number of examples that Hypothesis generates for a property that does not set one.
EXAMPLES_EACH = int(os.environ.get("EXAMPLES", "100"))
settings.register_profile("default", deadline=None, max_examples=EXAMPLES_EACH)
settings.register_profile("ci", deadline=None, max_examples=EXAMPLES_EACH, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

NO_GENERATOR = find_spec("openapi_python_client") is None
collect_ignore_glob = ["generator/test_*.py"] if NO_GENERATOR else []


def pytest_report_header():
    """Report that the generator's tests are not collected, and why."""
    return (
        "tests/generator is run for the runtime alone: openapi-python-client is not installed; it needs Python 3.11"
        if NO_GENERATOR
        else None
    )


@pytest.fixture
def garbage_kept():
    """Switch the garbage collector off for a test that reaches the limit of recursion.

    Python 3.8 may end the process if a finalizer is called there.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def closed_port():
    """Yield a port of 127.0.0.1 that refuses connections, and that no other server can use during the test."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def documented_answers():
    """Answer every operation with its first documented successful response."""
    persons = {"network_code": "200", "output": {"success": True, "data": [{"name": "Sample contact"}]}}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"https://api.integry.io/functions/{PERSONS}/call/", json=persons)
        for name in sorted(OPERATIONS, key=lambda name: -len(OPERATIONS[name].path)):
            operation = OPERATIONS[name]
            found = [example for example in EXAMPLES if example.operation == name and example.place.startswith("20")]
            if found:
                url = re.compile(
                    r"https://[^?]*" + re.sub(r"\{\w+\}", f"(?!{PERSONS}/)[^/]+", operation.path) + r"(\?.*)?$"
                )
                mock.add(operation.method.upper(), url, json=found[0].value, status=int(found[0].place))
        yield mock
