"""State in a database file, which stays after the sandbox was closed or killed."""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from integry import Integry
from integry.sandbox import Sandbox
from integry.sandbox._store import Store, StoreError
from tests.spec_document import ROOT


def test_state_survives_a_restart(tmp_path):
    """Accounts, calls and integrations are still there after a restart with the same file."""
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


def test_state_survives_kill_9(tmp_path):
    """Every acknowledged call is in the file after the process was killed."""
    path = str(tmp_path / "state.db")
    command = [sys.executable, "-m", "integry.sandbox", "--port", "0", "--db", path, "--app-key", "kkkkkk"]
    process = subprocess.Popen([*command, "--app-secret", "ssssss"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    url = process.stdout.readline().split(" ")[5]
    client = Integry("kkkkkk", "ssssss", user_id="123456", base_url=url)
    count = 0
    while count < 50:
        count += client.functions.call("pipedrive-add-a-person", {"name": str(count)}).ok
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    restarted = Sandbox(db=path)
    assert [int(call.arguments["name"]) for call in restarted.calls] == list(range(50))
    restarted.close()


@pytest.mark.parametrize("content", [b"no database at all", None])
def test_an_unusable_file_is_refused(tmp_path, content):
    """The error for an unusable file names the path."""
    path = tmp_path / "state.db"
    if content is None:
        path = tmp_path / "nowhere" / "state.db"
    else:
        path.write_bytes(content * 100)
    with pytest.raises(StoreError, match=f"The sandbox cannot use the database {path}: "):
        Store(str(path))


def test_initial_state_is_created_once(tmp_path):
    """The sample account stays disconnected after a restart, and the credentials stay the same."""
    path = str(tmp_path / "state.db")
    first = Sandbox(db=path)
    first.client().apps.disconnect("pipedrive")
    first.close()
    second = Sandbox(db=path)
    assert not second.client().apps.is_connected("pipedrive")
    for name in ("app_key", "app_secret", "organisation_token"):
        assert getattr(first, name) == getattr(second, name)
    second.reset()
    assert second.client().apps.connected_accounts("pipedrive")[0].id == 247714
    second.close()
    assert Sandbox(db=path, app_key="mine").app_key == "mine"


def test_a_database_of_another_program_is_refused(tmp_path):
    """A database of another program is refused and left unchanged."""
    path = tmp_path / "other.db"
    other = sqlite3.connect(str(path))
    other.execute("CREATE TABLE users (name)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="it belongs to another program"):
        Sandbox(db=str(path))
    assert path.read_bytes() == before


def test_a_failed_transaction_is_rolled_back():
    """An exception in a transaction undoes its writes, and changes of records are merged."""
    store = Store()
    with pytest.raises(TypeError), store.transaction():
        store.add("a", "b", {"first": [store.add("a", "b", {}), object()]})
    assert store.count("a", "b") == 0
    record = store.add("a", "b", {"x": 1})
    store.change(record, y=2)
    assert store.change(record, z=3).value == {"x": 1, "y": 2, "z": 3}
    store.remove(record)
    assert store.change(record, y=1).value == {"x": 1, "y": 1}
    store.close()


def test_a_closed_sandbox_raises():
    """The error of a closed sandbox says that the sandbox was closed."""
    with Sandbox() as sandbox:
        pass
    with pytest.raises(StoreError, match="The sandbox is closed"):
        _ = sandbox.calls


def test_two_sandboxes_can_share_a_file(tmp_path):
    """Two sandboxes with one file see the records that the other wrote."""
    path = str(tmp_path / "state.db")
    first, second = Sandbox(db=path), Sandbox(db=path)
    account = first.connect("slack")
    assert second.client().apps.connected_accounts("slack") == [account]
    first.close()
    second.close()
