"""The vendor's own Python SDK works with the sandbox."""

import json
import os
import subprocess

import pytest

from integry.sandbox import Sandbox
from tests.spec_document import ROOT

from .conftest import need

pytestmark = pytest.mark.contract

#: Python of the environment with the vendor's SDK, which `make vendor` creates. The SDK needs Python 3.12, and has the
#: same import name as this package.
PYTHON = ROOT / ".cache" / "vendor" / "bin" / "python"


@pytest.fixture(scope="module")
def results():
    """Return the results of the SDK's calls to a sandbox."""
    need(PYTHON, "vendor")
    with Sandbox() as sandbox:
        environment = {"PATH": os.environ["PATH"], **sandbox.environment()}
        script = ROOT / "tests" / "contract" / "vendor_sdk.py"
        completed = subprocess.run(
            [PYTHON, script], check=False, capture_output=True, text=True, env=environment, cwd=script.parent
        )
        assert completed.returncode == 0, completed.stderr
        yield {**json.loads(completed.stdout), "calls": [call.function for call in sandbox.calls]}


def test_apps_and_functions_can_be_listed(results):
    """The vendor's SDK lists apps and functions of the sandbox, as single pages and all at once."""
    assert results["apps"] == results["first page"] == ["4me", "accelo", "hubspot", "pipedrive", "slack"]
    assert len(results["functions"]) == 13
    assert results["actions"] == ["hubspot-create-company", "hubspot-create-contact", "hubspot-create-deal"]


def test_an_app_and_a_function_can_be_read(results):
    """The vendor's SDK returns the accounts of an app, and the JSON schema of a function."""
    assert results["app"] == [410, "pipedrive", 1]
    assert results["connected"] == [True, False]
    assert results["function"] == ["channel", "text"]


def test_a_function_can_be_predicted(results):
    """The vendor's SDK returns the predicted function with its arguments."""
    assert results["predicted"] == [
        ["slack-post-message", {"channel": "random", "text": "Post a message on Slack on random"}]
    ]


def test_functions_can_be_called_page_by_page(results):
    """Asynchronous and blocking calls of the vendor's SDK work, and the cursor leads to the next page."""
    assert results["called"] == [200, "Ann"]
    assert results["blocking"] == 14
    assert results["pages"] == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    assert results["calls"].count("pipedrive-add-a-person") == 2


def test_errors_are_understood(results):
    """The vendor's SDK raises its own exceptions for a missing argument, an unconnected app and an unknown app."""
    assert results["missing"][0] == results["not connected"][0] == "FunctionCallError"
    assert "name: This parameter is required" in results["missing"][1]
    assert "`connect('slack')`" in results["not connected"][1]
    assert results["unknown"] == ["NotFound", "App not found"]
