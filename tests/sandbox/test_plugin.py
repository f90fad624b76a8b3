"""The pytest plugin, used as in a project of a user."""

import subprocess
import sys

from tests.spec_document import ROOT

TESTS = """
from integry import Integry


def test_in_process(integry_sandbox):
    assert integry_sandbox.url == "https://sandbox.invalid"
    client = Integry(
        integry_sandbox.app_key, integry_sandbox.app_secret, user_id=1,
        base_url=integry_sandbox.url, session=integry_sandbox.session(),
    )
    assert not client.apps.is_connected("slack")
    integry_sandbox.connect("slack", user_id=1)
    assert client.apps.is_connected("slack")


def test_isolated(integry_sandbox):
    assert not integry_sandbox.client(1).apps.is_connected("slack")


def test_live(integry_live_sandbox, integry_sandbox):
    assert integry_live_sandbox.url.startswith("http://127.0.0.1:")
    assert integry_live_sandbox.client(1).apps.get("slack").title == "Slack"
"""


def test_each_test_gets_its_own_sandbox(tmp_path):
    """The fixtures provide sandboxes in this process and on a port, isolated for each test."""
    (tmp_path / "test_mine.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    line = [sys.executable, "-m", "pytest", "-q", "-p", "integry.testing", str(tmp_path), "-p", "no:cacheprovider"]
    done = subprocess.run(line, check=False, capture_output=True, text=True, cwd=ROOT)
    assert "3 passed" in done.stdout, done.stdout
