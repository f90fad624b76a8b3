"""`kill -9` at any moment, and several sandboxes on one file: what was acknowledged is there, and nothing by halves."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing

import pytest

from integry import APIConnectionError, Integry, IntegryError, Organisation, ResponseDecodeError
from integry.sandbox import Sandbox, _store
from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.figures import MEASURED
from tests.spec_document import ROOT

pytestmark = pytest.mark.slow

KEYS = {"app_key": KEY, "app_secret": SECRET, "token": TOKEN}
ORGANISATION = "11111111-1111-4111-8111-111111111111"
ROUNDS = int(os.environ.get("ROUNDS", "30"))
WRITERS = 3
PERSON = "pipedrive-add-a-person"


class Process:
    """A sandbox in a process of its own."""

    def __init__(self, path):
        command = [sys.executable, "-m", "integry.sandbox", "--port", "0", "--db", str(path)]
        keys = [f"--{name.replace('_', '-')}={value}" for name, value in KEYS.items()]
        self.process = subprocess.Popen([*command, *keys], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.url = self.process.stdout.readline().split(" ")[5]

    def clients(self):
        """Clients of both APIs, which try once."""
        user = Integry(KEY, SECRET, user_id="123456", base_url=self.url, max_retries=0)
        url = f"{self.url}/api/v1"
        return user, Organisation(ORGANISATION, TOKEN, base_url=url, max_retries=0)

    def kill(self):
        """End it where it stands."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Writer(threading.Thread):
    """Writes as fast as it can, and remembers what was acknowledged.

    Attributes:
        persons: Ids of persons by their names.
        integrations: Integrations that were made, by id; with the name that was set last.
        deleted: Ids of integrations that were deleted.
        doubtful: What was being written when no answer came.
        failed: What should not have happened.
    """

    def __init__(self, process, name, *, times=10**9):
        super().__init__()
        self.user, self.org = process.clients()
        self.name, self.times = name, times
        self.persons, self.integrations, self.deleted = {}, {}, set()
        self.doubtful, self.failed = set(), []

    def run(self):
        """Write until the connection breaks, or so many times."""
        try:
            for number in range(self.times):
                self.write(f"{self.name} {number}")
        except (APIConnectionError, ResponseDecodeError):
            pass  # it was killed, before an answer or amid it
        except (IntegryError, KeyError) as error:
            self.failed.append(error)
        finally:
            self.user.close()
            self.org.close()

    def write(self, name):
        """Add a person; add two integrations, change one and delete the other."""
        self.doubtful = {name}
        self.persons[name] = self.user.functions.call(PERSON, {"name": name}).output["data"]["id"]
        made = self.org.integrations.create(name, "https://x.example")
        self.integrations[made.id] = name
        other = self.org.integrations.create(name, "https://x.example")
        self.integrations[other.id] = name
        self.doubtful |= {made.id, other.id}
        self.integrations[made.id] = self.org.integrations.update(made.id, name=f"{name} changed").name
        self.org.integrations.delete(other.id)
        self.deleted.add(other.id)


def records(path):
    """All records of a file that is whole, as (id, kind, key, value)."""
    connection = sqlite3.connect(str(path))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    rows = connection.execute("SELECT id, kind, key, value FROM records ORDER BY id").fetchall()
    connection.close()
    return [(id_, kind, key, json.loads(value)) for id_, kind, key, value in rows]


def check(path, writers):
    """All that was acknowledged is there, once, and nothing by halves.

    Args:
        path: The file.
        writers: All that ever wrote to it.
    """
    found = records(path)
    persons = [value for _, kind, _, value in found if kind == "person"]
    calls = [value for _, kind, _, value in found if kind == "call"]
    assert len({value["id"] for value in persons}) == len(persons), "no id stands for two persons"
    assert sorted(value["id"] for value in persons) == list(range(13, 13 + len(persons)))
    logged = Counter(value["output"]["data"]["id"] for value in calls)
    assert logged == Counter(value["id"] for value in persons), "a person is kept with the call that made it, or not"
    known = {value["id"]: value["name"] for value in persons}
    integrations = {key: value for _, kind, key, value in found if kind == "integration"}
    for writer in writers:
        assert writer.failed == []
        assert all(known[id_] == name for name, id_ in writer.persons.items())
        assert not writer.deleted & set(integrations)
        for id_ in set(writer.integrations) - writer.deleted - writer.doubtful:
            assert integrations[id_]["name"] == integrations[id_]["app_name"] == writer.integrations[id_]
    names = {name for writer in writers for name in (*writer.persons, *writer.doubtful)}
    assert set(known.values()) <= names, "nothing is there that nobody wrote"
    return len(persons) + sum(len(writer.integrations) + 2 * len(writer.deleted) for writer in writers)


def finish(threads):
    """Wait for writers."""
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()


def test_kill_9_at_random_moments(tmp_path):
    """While several clients write: the next time all is there that was acknowledged."""
    path, writers, chance = tmp_path / "state.db", [], random.Random()  # noqa: S311 (a moment is no secret)
    for number in range(ROUNDS):
        process = Process(path)
        now = [Writer(process, f"{number}.{each}") for each in range(WRITERS)]
        for writer in now:
            writer.start()
        # A moment of each part of the time, so that some is written in the last.
        time.sleep(0.3 * (number + chance.random()) / ROUNDS)
        process.kill()
        finish(now)
        writers += now
        written = check(path, writers)
    assert written > ROUNDS
    MEASURED["kill -9 that a sandbox with a file survived amid writes"] = (
        f"{ROUNDS} of {ROUNDS}; {written:,} acknowledged writes are all there"
    )


SCRIPT = """
import os, signal, sqlite3, sys

class Dying(sqlite3.Connection):
    left = int(sys.argv[2])

    def execute(self, *given):
        if Dying.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        Dying.left -= 1
        return super().execute(*given)

connect = sqlite3.connect
sqlite3.connect = lambda *given, **more: connect(*given, factory=Dying, **more)
from integry.sandbox import Sandbox

sandbox = Sandbox(db=sys.argv[1])
client = sandbox.client()
client.functions.call("pipedrive-add-a-person", {"name": "Ann"})
print("called", flush=True)
url = "https://api.pipedrive.com/api/v2/persons"
client.functions.passthrough("pipedrive", "POST", url, body={"name": "Bob"})
print("passed", flush=True)
sandbox.reset()
print("reset", flush=True)
"""


def test_kill_9_before_each_statement(tmp_path):
    """Of a new file's life: at no moment is there half of a beginning, of a call, or of a reset."""
    moment = 0
    while True:
        path = tmp_path / f"{moment}.db"
        command = [sys.executable, "-c", SCRIPT, str(path), str(moment)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        assert done.returncode in (0, -signal.SIGKILL)
        again = Sandbox(db=str(path))
        kinds = Counter(kind for _, kind, _, _ in records(path))
        assert (kinds["credentials"], kinds["account"]) == (1, 1)
        assert again.client().apps.is_connected("pipedrive")
        assert kinds["person"] == kinds["call"]
        if "reset" in done.stdout:
            assert kinds["call"] == 0
        elif "passed" not in done.stdout:
            assert kinds["call"] - ("called" in done.stdout) in (0, 1)
        again.close()
        if done.returncode == 0:
            break
        moment += 1
    assert moment > 20
    MEASURED["moments between two statements at which kill -9 left nothing by halves"] = f"{moment} of {moment}"


def test_two_processes_on_one_file(tmp_path):
    """Both written to by several threads: nothing is lost or doubled, and nobody hears of a lock."""
    path = tmp_path / "state.db"
    both = [Process(path), Process(path)]
    writers = [Writer(both[each % 2], str(each), times=25) for each in range(2 * WRITERS)]
    for writer in writers:
        writer.start()
    finish(writers)
    check(path, writers)
    assert all(len(writer.persons) == 25 for writer in writers)
    for process in both:
        process.kill()
    MEASURED["writes by two processes to one file"] = f"{5 * 25 * len(writers):,}, none lost or doubled, none refused"


def test_one_of_two_is_killed(tmp_path):
    """The other goes on as if nothing had happened, over and over."""
    path = tmp_path / "state.db"
    stays, writers = Process(path), []
    lasting = [Writer(stays, f"stays.{each}", times=100) for each in range(2)]
    for writer in lasting:
        writer.start()
    for number in range(5):
        goes = Process(path)
        now = [Writer(goes, f"{number}.{each}") for each in range(2)]
        for writer in now:
            writer.start()
        time.sleep(0.2)
        goes.kill()
        finish(now)
        writers += now
    finish(lasting)
    stays.kill()
    check(path, [*lasting, *writers])
    assert all(len(writer.persons) == 100 for writer in lasting)


def test_several_begin_at_once(tmp_path):
    """On a file that is new to all: they agree on credentials, and what there is at the beginning is there once."""
    for number in range(10):
        path, made, failed = tmp_path / f"{number}.db", [], []
        together = threading.Barrier(6, timeout=60)

        def begin(path=path, made=made, failed=failed, together=together):
            together.wait()
            try:
                made.append(Sandbox(db=str(path)))
            except Exception as error:  # noqa: BLE001 (whatever it is, the test shall say it)
                failed.append(error)

        threads = [threading.Thread(target=begin) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len({sandbox.app_secret for sandbox in made}) == 1
        assert Counter(kind for _, kind, _, _ in records(path)) == {"credentials": 1, "account": 1}
        for sandbox in made:
            sandbox.close()


@pytest.mark.parametrize("patience", [0.05, 60.0])
def test_while_others_write(tmp_path, monkeypatch, patience):
    """A sandbox that begins waits for them, also where SQLite does not; not for ever."""
    path = str(tmp_path / "state.db")
    Sandbox(db=path).close()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        assert other.execute("PRAGMA journal_mode=DELETE").fetchall() == [("delete",)]
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(_store, "BUSY_TIMEOUT", patience)
        if patience < 1:
            with pytest.raises(_store.StoreError, match="locked"):
                Sandbox(db=path)
        else:
            timer = threading.Timer(0.2, other.execute, ["COMMIT"])
            timer.start()
            Sandbox(db=path).close()
            timer.join()


def test_ids_are_not_used_again(tmp_path):
    """Of accounts that were disconnected, also after a restart."""
    path, seen = str(tmp_path / "state.db"), []
    for _ in range(5):
        sandbox = Sandbox(db=path)
        for _ in range(3):
            account = sandbox.connect("slack")
            sandbox.client().apps.disconnect("slack", connected_account_id=account.id)
            seen.append(account.id)
        sandbox.close()
    assert seen == sorted(set(seen))
