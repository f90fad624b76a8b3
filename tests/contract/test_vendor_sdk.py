"""The vendor's own Python SDK, which nobody here wrote, works with the sandbox."""

import json
import os
import subprocess

import pytest

from integry.sandbox import Sandbox
from tests.spec_document import ROOT

from .conftest import need

pytestmark = pytest.mark.contract

#: Its environment, made by `make vendor`: it needs Python 3.12, and has the same name as ours.
PYTHON = ROOT / ".cache" / "vendor" / "bin" / "python"


@pytest.fixture(scope="module")
def seen():
    """What the SDK makes of a sandbox."""
    need(PYTHON, "vendor")
    with Sandbox() as sandbox:
        environment = {"PATH": os.environ["PATH"], **sandbox.environment()}
        script = ROOT / "tests" / "contract" / "vendor_sdk.py"
        done = subprocess.run(
            [PYTHON, script], check=False, capture_output=True, text=True, env=environment, cwd=script.parent
        )
        assert done.returncode == 0, done.stderr
        yield {**json.loads(done.stdout), "calls": [call.function for call in sandbox.calls]}


def test_it_lists(seen):
    """Apps and functions, by page and all."""
    assert seen["apps"] == seen["first page"] == ["4me", "accelo", "hubspot", "pipedrive", "slack"]
    assert len(seen["functions"]) == 13
    assert seen["actions"] == ["hubspot-create-company", "hubspot-create-contact", "hubspot-create-deal"]


def test_it_gets(seen):
    """An app with its accounts, a function with its schema."""
    assert seen["app"] == [410, "pipedrive", 1]
    assert seen["connected"] == [True, False]
    assert seen["function"] == ["channel", "text"]


def test_it_predicts(seen):
    """A function with arguments."""
    assert seen["predicted"] == [
        ["slack-post-message", {"channel": "random", "text": "Post a message on Slack on random"}]
    ]


def test_it_calls_and_pages(seen):
    """Its asynchronous and its blocking way; the cursor leads on."""
    assert seen["called"] == [200, "Ann"]
    assert seen["blocking"] == 14
    assert seen["pages"] == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    assert seen["calls"].count("pipedrive-add-a-person") == 2


def test_it_understands_what_is_refused(seen):
    """A missing argument, an app that is not connected, an unknown app."""
    assert seen["missing"][0] == seen["not connected"][0] == "FunctionCallError"
    assert "name: This parameter is required" in seen["missing"][1]
    assert "`connect('slack')`" in seen["not connected"][1]
    assert seen["unknown"] == ["NotFound", "App not found"]
