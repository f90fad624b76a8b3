"""Proofs of what `integry.bulk` guarantees, with real processes that are killed, and with many calls."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from integry.bulk import UNKNOWN, Call, run, summary
from tests.bulk.counting import CountingServer
from tests.bulk.fake import FakeClient
from tests.figures import MEASURED
from tests.spec_document import ROOT

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
pytestmark = pytest.mark.bulk

CALLS, KILLS, WORKERS = 20_000, 25, 16
PERSON = '{"function": "pipedrive-add-a-person", "arguments": {"name": "Ann"}}\n'


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Let processes import this package and the tests."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, sys.path)]))


@pytest.fixture
def sandbox(integry_live_sandbox, monkeypatch, tmp_path):
    """Return a sandbox whose credentials are in the environment, in an empty current folder."""
    monkeypatch.chdir(tmp_path)
    for name, value in {**integry_live_sandbox.environment(), "INTEGRY_USER_ID": "123456"}.items():
        monkeypatch.setenv(name, value)
    return integry_live_sandbox


def program(*arguments, **options):
    """Start a function of program.py as a process."""
    return subprocess.Popen([sys.executable, "-m", "tests.bulk.program", *map(str, arguments)], **options)


def bulk(*arguments):
    """Return the command line of the command."""
    return [sys.executable, "-m", "integry.bulk", *arguments]


def wait_until(is_true, process):
    """Wait until a condition is true, or the process ends."""
    while not is_true() and process.poll() is None:
        time.sleep(0.001)


def states(journal, number):
    """Return the state of each call in a journal. The input is compared with it, and nothing is sent."""
    client = FakeClient()
    calls = (Call("count", {"n": n}) for n in range(number))
    outcomes = list(run(client, calls, journal=journal, replay=True))
    assert client.called == []
    assert [outcome.number for outcome in outcomes] == list(range(number))
    return [outcome.state for outcome in outcomes]


def test_no_call_runs_twice_or_is_lost_when_the_process_is_killed(tmp_path):
    """After 25 times kill -9, no call ran twice, none is lost, and at most 16 are unknown for each kill."""
    journal, chance = tmp_path / "run.journal", random.Random()  # noqa: S311 (no secret)
    with CountingServer(CALLS).running() as server:
        for _ in range(KILLS):
            process = program("send", journal, server.url, CALLS, 0)
            target = server.total + chance.randint(1, CALLS // KILLS)
            wait_until(lambda least=target: server.total >= least, process)
            process.kill()
            assert process.wait() == -signal.SIGKILL
        assert program("send", journal, server.url, CALLS, 0).wait() == 0
    assert max(server.counts) == 1
    found = states(journal, CALLS)
    unknown = found.count(UNKNOWN)
    MEASURED["bulk: calls"] = (
        f"{CALLS:,}, {KILLS} kills, {unknown} unknown, of which {CALLS - server.total} did not run"
    )
    assert found.count("done") == CALLS - unknown
    assert unknown <= KILLS * WORKERS
    assert all(count == 1 or state == UNKNOWN for count, state in zip(server.counts, found))


def test_a_full_disk_stops_the_run_and_space_resumes_it(tmp_path):
    """When the disk is full, the run stops. With space again, it is resumed, and no call runs twice."""
    journal, number = tmp_path / "run.journal", 2000
    with CountingServer(number).running() as server:
        for limit in (5_001, 40_000, 90_003):
            process = program("send", journal, server.url, number, limit, stderr=subprocess.PIPE)
            assert b"cannot be written: File too large" in process.communicate()[1]
            assert process.returncode == 1
            assert journal.read_bytes().endswith(b"\n")
        assert program("send", journal, server.url, number, 0).wait() == 0
    assert max(server.counts) == 1
    found = states(journal, number)
    assert found.count(UNKNOWN) <= 3 * WORKERS
    assert all(count == 1 or state == UNKNOWN for count, state in zip(server.counts, found))


def test_two_processes_cannot_share_a_journal(tmp_path):
    """A second process with the same journal ends with an error. The first one is not disturbed."""
    journal, number = tmp_path / "run.journal", 1000
    with CountingServer(number, delay=0.01).running() as server:
        first = program("send", journal, server.url, number, 0)
        wait_until(lambda: server.total, first)
        second = program("send", journal, server.url, number, 0, stderr=subprocess.PIPE)
        assert b"is in use by another process" in second.communicate()[1]
        assert (second.returncode, first.wait()) == (1, 0)
    assert server.counts == [1] * number
    assert states(journal, number) == ["done"] * number


@pytest.mark.parametrize("journal", ["", "run.journal"])
def test_the_memory_is_flat(tmp_path, journal):
    """1,000,000 calls have one outcome each, and need at most 10 % more memory than 10,000."""
    peaks = []
    for number in (10_000, 1_000_000):
        path = journal and tmp_path / f"{number}.{journal}"
        out = program("measure", number, path, stdout=subprocess.PIPE).communicate()[0]
        outcomes, peak = map(int, out.split())
        assert outcomes == number
        peaks.append(peak - number // 1024)  # without the list of what was seen
    MEASURED[f"bulk: memory {journal}"] = f"{peaks[0]:,} KiB at 10,000 calls, {peaks[1]:,} KiB at 1,000,000"
    assert peaks[1] <= 1.1 * peaks[0]


@pytest.mark.usefixtures("sandbox")
def test_the_command_in_a_pipe(tmp_path):
    """In a pipe, outcomes are on standard output, and the table without progress on standard error."""
    (tmp_path / "calls.jsonl").write_text(PERSON * 200)
    done = subprocess.run(bulk("calls.jsonl"), capture_output=True, check=False)
    assert done.returncode == 0
    assert sorted(json.loads(line)["number"] for line in done.stdout.splitlines()) == list(range(200))
    assert done.stderr.startswith(b"200 calls in ")
    assert b"\x1b" not in done.stderr
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(bulk("calls.jsonl", "--quiet"), stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


class Terminal:
    """A command in a terminal.

    Attributes:
        text: The text that was shown so far.
    """

    def __init__(self, *arguments):
        self._leader, follower = pty.openpty()
        options = {"stdin": follower, "stdout": follower, "stderr": follower}
        # A new session with the terminal as its own, so that the terminal sends SIGINT after Ctrl-C.
        self._process = subprocess.Popen([sys.executable, "-c", CONTROLLED, *bulk(*arguments)], **options)
        os.close(follower)
        self.text = ""

    def read(self, until=None):
        """Read until the text contains a part, or to the end. Return the exit status at the end."""
        try:
            while until is None or until not in self.text:
                self.text += os.read(self._leader, 1 << 16).decode(errors="replace")
        except OSError:  # the command has ended
            pass
        if until is None:
            os.close(self._leader)
        return self._process.wait() if until is None else None

    def press_ctrl_c(self):
        """Press Ctrl-C."""
        os.write(self._leader, b"\x03")


CONTROLLED = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.usefixtures("sandbox")
def test_the_command_in_a_terminal(tmp_path):
    """In a terminal, progress and the table are shown. The status is 0 if all calls are done and accepted."""
    (tmp_path / "calls.jsonl").write_text(PERSON * 100)
    terminal = Terminal("calls.jsonl", "--output", "results.jsonl")
    assert terminal.read() == 0
    assert "100/100" in terminal.text or "100 of 100 calls: 100 done" in terminal.text
    assert "  done     100   the app accepted it" in terminal.text


def test_ctrl_c_in_a_terminal(sandbox, tmp_path):
    """Ctrl-C waits for calls that are going on, and the run can be resumed. The status is 130, then that of the run."""
    (tmp_path / "calls.jsonl").write_text(PERSON * 200)
    command = ["calls.jsonl", "--output", "results.jsonl", "--workers", "4", "--resume"]
    sandbox.fail(delay=0.02, times=1000)
    terminal = Terminal(*command)
    wait_until(lambda: len(sandbox.calls) > 10, terminal._process)
    terminal.press_ctrl_c()
    assert terminal.read() == 130
    assert "Interrupted. Add --resume to go on." in terminal.text
    assert "Traceback" not in terminal.text
    counts = summary("results.jsonl.journal")
    assert counts["unknown"] == counts["failed"] == 0
    assert 10 < counts["done"] == len(sandbox.calls) < 200
    assert Terminal(*command).read() == 0
    assert len(sandbox.calls) == len((tmp_path / "results.jsonl").read_text().splitlines()) == 200


def test_a_second_ctrl_c_does_not_wait(sandbox, tmp_path):
    """A second Ctrl-C ends the command while calls are going on. They are unknown, and the status is then 3."""
    (tmp_path / "calls.jsonl").write_text(PERSON * 4)
    sandbox.fail(delay=20, times=4)
    command = ["calls.jsonl", "--output", "results.jsonl", "--resume"]
    terminal = Terminal(*command)
    journal = tmp_path / "results.jsonl.journal"
    wait_until(lambda: journal.exists() and journal.read_bytes().count(b"sent") == 4, terminal._process)
    start = time.monotonic()
    terminal.press_ctrl_c()
    terminal.read(until="Press Ctrl-C again to stop at once.")
    terminal.press_ctrl_c()
    assert terminal.read() == 130
    assert time.monotonic() - start < 15
    assert summary(journal) == {"done": 0, "failed": 0, "unknown": 4}
    assert Terminal(*command).read() == 3


def test_the_exit_status_of_each_kind(sandbox, tmp_path):
    """The command ends with 0, 1, 2 and 3, as documented."""
    (tmp_path / "calls.jsonl").write_text(PERSON)
    (tmp_path / "wrong.jsonl").write_text(PERSON + '{"function": "pipedrive-add-a-person"}\n')

    def status(*arguments):
        return subprocess.run(bulk(*arguments), capture_output=True, check=False).returncode

    assert status("calls.jsonl") == 0
    assert status("wrong.jsonl") == 1
    assert status("missing.jsonl") == 2
    assert status("calls.jsonl", "--resume") == 2
    sandbox.fail(500)
    assert status("calls.jsonl") == 3
