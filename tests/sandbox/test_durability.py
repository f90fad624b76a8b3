"""Durability: acknowledged writes survive `kill -9` and concurrent sandboxes on one file, and no write is partial."""

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
        """Return clients of both APIs, without retries."""
        user = Integry(KEY, SECRET, user_id="123456", base_url=self.url, max_retries=0)
        url = f"{self.url}/api/v1"
        return user, Organisation(ORGANISATION, TOKEN, base_url=url, max_retries=0)

    def kill(self):
        """Kill the process with SIGKILL."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Writer(threading.Thread):
    """A thread that writes as fast as possible, and records the acknowledged writes.

    Attributes:
        persons: Ids of persons by name.
        integrations: Names that were set last, by id of integration.
        deleted: Ids of deleted integrations.
        uncertain: Names and ids whose last write was not acknowledged yet.
        failures: Unexpected errors.
    """

    def __init__(self, process, name, *, limit=10**9):
        super().__init__()
        self.user, self.org = process.clients()
        self.name, self.limit = name, limit
        self.persons, self.integrations, self.deleted = {}, {}, set()
        self.uncertain, self.failures = set(), []

    def run(self):
        """Write until the connection breaks, or until `limit` rounds are done."""
        try:
            for number in range(self.limit):
                self.write(f"{self.name} {number}")
        except (APIConnectionError, ResponseDecodeError):
            pass  # the process was killed before or during the response
        except (IntegryError, KeyError) as error:
            self.failures.append(error)
        finally:
            self.user.close()
            self.org.close()

    def write(self, name):
        """Add a person; add two integrations, update one and delete the other."""
        self.uncertain = {name}
        self.persons[name] = self.user.functions.call(PERSON, {"name": name}).output["data"]["id"]
        created = self.org.integrations.create(name, "https://x.example")
        self.integrations[created.id] = name
        other = self.org.integrations.create(name, "https://x.example")
        self.integrations[other.id] = name
        self.uncertain |= {created.id, other.id}
        self.integrations[created.id] = self.org.integrations.update(created.id, name=f"{name} changed").name
        self.org.integrations.delete(other.id)
        self.deleted.add(other.id)


def records(path):
    """Return all records of a file, as (id, kind, key, value), after an integrity check."""
    connection = sqlite3.connect(str(path))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    rows = connection.execute("SELECT id, kind, key, value FROM records ORDER BY id").fetchall()
    connection.close()
    return [(id_, kind, key, json.loads(value)) for id_, kind, key, value in rows]


def check(path, writers):
    """Assert that every acknowledged write is present once, and that no write is partial.

    Args:
        path: The database file.
        writers: All writers that ever used the file.
    """
    found = records(path)
    persons = [value for _, kind, _, value in found if kind == "person"]
    calls = [value for _, kind, _, value in found if kind == "call"]
    assert len({value["id"] for value in persons}) == len(persons), "person ids are unique"
    assert sorted(value["id"] for value in persons) == list(range(13, 13 + len(persons)))
    logged = Counter(value["output"]["data"]["id"] for value in calls)
    assert logged == Counter(value["id"] for value in persons), (
        "a person and the call that created it are stored together"
    )
    known = {value["id"]: value["name"] for value in persons}
    integrations = {key: value for _, kind, key, value in found if kind == "integration"}
    for writer in writers:
        assert writer.failures == []
        assert all(known[id_] == name for name, id_ in writer.persons.items())
        assert not writer.deleted & set(integrations)
        for id_ in set(writer.integrations) - writer.deleted - writer.uncertain:
            assert integrations[id_]["name"] == integrations[id_]["app_name"] == writer.integrations[id_]
    names = {name for writer in writers for name in (*writer.persons, *writer.uncertain)}
    assert set(known.values()) <= names, "every stored person was written by a writer"
    return len(persons) + sum(len(writer.integrations) + 2 * len(writer.deleted) for writer in writers)


def join_all(threads):
    """Wait until all threads have ended."""
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()


def test_acknowledged_writes_survive_kill_9(tmp_path):
    """Every write that was acknowledged before the kill is in the file after a restart."""
    path, writers, chance = tmp_path / "state.db", [], random.Random()  # noqa: S311 (not used for a secret)
    for number in range(ROUNDS):
        process = Process(path)
        now = [Writer(process, f"{number}.{each}") for each in range(WRITERS)]
        for writer in now:
            writer.start()
        # Spread the kills over the whole time, so that later rounds have written more records.
        time.sleep(0.3 * (number + chance.random()) / ROUNDS)
        process.kill()
        join_all(now)
        writers += now
        written = check(path, writers)
    assert written > ROUNDS
    MEASURED["kill -9 during writes that a sandbox with a file survived"] = (
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


def test_transactions_are_atomic_under_kill_9(tmp_path):
    """A kill before any SQL statement leaves no partial initialisation, call or reset."""
    moment = 0
    while True:
        path = tmp_path / f"{moment}.db"
        command = [sys.executable, "-c", SCRIPT, str(path), str(moment)]
        completed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        assert completed.returncode in (0, -signal.SIGKILL)
        restarted = Sandbox(db=str(path))
        kinds = Counter(kind for _, kind, _, _ in records(path))
        assert (kinds["credentials"], kinds["account"]) == (1, 1)
        assert restarted.client().apps.is_connected("pipedrive")
        assert kinds["person"] == kinds["call"]
        if "reset" in completed.stdout:
            assert kinds["call"] == 0
        elif "passed" not in completed.stdout:
            assert kinds["call"] - ("called" in completed.stdout) in (0, 1)
        restarted.close()
        if completed.returncode == 0:
            break
        moment += 1
    assert moment > 20
    MEASURED["moments between two statements at which kill -9 left no partial write"] = f"{moment} of {moment}"


def test_two_processes_can_write_to_one_file(tmp_path):
    """If two processes write to one file, no write is lost, duplicated or refused because of a lock."""
    path = tmp_path / "state.db"
    both = [Process(path), Process(path)]
    writers = [Writer(both[each % 2], str(each), limit=25) for each in range(2 * WRITERS)]
    for writer in writers:
        writer.start()
    join_all(writers)
    check(path, writers)
    assert all(len(writer.persons) == 25 for writer in writers)
    for process in both:
        process.kill()
    MEASURED["writes by two processes to one file"] = f"{5 * 25 * len(writers):,}, none lost or doubled, none refused"


def test_a_killed_process_does_not_disturb_another(tmp_path):
    """If one of two processes with a file is killed, the other keeps writing without an error."""
    path = tmp_path / "state.db"
    survivor, writers = Process(path), []
    survivor_writers = [Writer(survivor, f"stays.{each}", limit=100) for each in range(2)]
    for writer in survivor_writers:
        writer.start()
    for number in range(5):
        killed = Process(path)
        now = [Writer(killed, f"{number}.{each}") for each in range(2)]
        for writer in now:
            writer.start()
        time.sleep(0.2)
        killed.kill()
        join_all(now)
        writers += now
    join_all(survivor_writers)
    survivor.kill()
    check(path, [*survivor_writers, *writers])
    assert all(len(writer.persons) == 100 for writer in survivor_writers)


def test_concurrent_starts_initialise_a_file_once(tmp_path):
    """Sandboxes that start at the same time share the credentials in a file, and create its initial records once."""
    for number in range(10):
        path, created, failures = tmp_path / f"{number}.db", [], []
        barrier = threading.Barrier(6, timeout=60)

        def begin(path=path, created=created, failures=failures, barrier=barrier):
            barrier.wait()
            try:
                created.append(Sandbox(db=str(path)))
            except Exception as error:  # noqa: BLE001 (the assertion below shows it)
                failures.append(error)

        threads = [threading.Thread(target=begin) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len({sandbox.app_secret for sandbox in created}) == 1
        assert Counter(kind for _, kind, _, _ in records(path)) == {"credentials": 1, "account": 1}
        for sandbox in created:
            sandbox.close()


@pytest.mark.parametrize("patience", [0.05, 60.0])
def test_a_start_waits_for_a_writer(tmp_path, monkeypatch, patience):
    """A sandbox waits for the lock of another writer, up to a timeout, even where SQLite itself does not wait."""
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


def test_ids_are_never_reused(tmp_path):
    """Ids of disconnected accounts are not assigned again, even after a restart."""
    path, ids = str(tmp_path / "state.db"), []
    for _ in range(5):
        sandbox = Sandbox(db=path)
        for _ in range(3):
            account = sandbox.connect("slack")
            sandbox.client().apps.disconnect("slack", connected_account_id=account.id)
            ids.append(account.id)
        sandbox.close()
    assert ids == sorted(set(ids))
