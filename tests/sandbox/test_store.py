"""The state in a file: it outlives the sandbox, however that ends."""

import os
import signal
import subprocess
import sys

import pytest

from integry import Integry
from integry.sandbox import Sandbox
from integry.sandbox._store import Store, StoreError
from tests.spec_document import ROOT


def test_a_file_survives_a_restart(tmp_path):
    """With all that was acknowledged."""
    path = str(tmp_path / "state.db")
    keys = {"app_key": "k" * 9, "app_secret": "s" * 9, "token": "t" * 9}
    first = Sandbox(db=path, **keys)
    first.connect("slack")
    first.client().functions.call("slack-post-message", {"channel": "random", "text": "Hi"})
    first.client().apps.disconnect("pipedrive")
    first.organisation().integrations.create("n", "u")
    first.close()
    second = Sandbox(db=path, **keys)
    assert [app.name for app in second.client().apps.list(connected_only=True)] == ["slack"]
    assert [call.arguments["text"] for call in second.calls] == ["Hi"]
    assert [each.display_name for each in second.organisation().integrations.list()] == ["n"]
    second.close()


def test_a_file_survives_kill_9(tmp_path):
    """Every write that was acknowledged is there."""
    path = str(tmp_path / "state.db")
    command = [sys.executable, "-m", "integry.sandbox", "--port", "0", "--db", path, "--app-key", "kkkkkk"]
    process = subprocess.Popen([*command, "--app-secret", "ssssss"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    url = process.stdout.readline().split(" ")[5]
    client = Integry("kkkkkk", "ssssss", user_id="123456", base_url=url)
    done = 0
    while done < 50:
        done += client.functions.call("pipedrive-add-a-person", {"name": str(done)}).ok
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    again = Sandbox(db=path)
    assert [int(call.arguments["name"]) for call in again.calls] == list(range(50))
    again.close()


@pytest.mark.parametrize("content", [b"no database at all", None])
def test_files_that_cannot_be_used(tmp_path, content):
    """Said with the path."""
    path = tmp_path / "state.db"
    if content is None:
        path = tmp_path / "nowhere" / "state.db"
    else:
        path.write_bytes(content * 100)
    with pytest.raises(StoreError, match=f"The database {path} cannot be used: "):
        Store(str(path))


def test_after_closing():
    """It is said that it was closed."""
    with Sandbox() as sandbox:
        pass
    with pytest.raises(StoreError, match="The sandbox was closed"):
        _ = sandbox.calls


def test_two_sandboxes_on_one_file(tmp_path):
    """See what the other wrote."""
    path = str(tmp_path / "state.db")
    first, second = Sandbox(db=path), Sandbox(db=path)
    account = first.connect("slack")
    assert second.client().apps.connected_accounts("slack") == [account]
    first.close()
    second.close()
