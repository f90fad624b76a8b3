"""Several processes write the modules of a large client."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from integry.generator import _processes
from integry.generator.__main__ import main
from integry.generator._processes import number_of_processes, share
from tests.generator.test_generate import tree

CODE = "import sys; from integry.generator.__main__ import main; sys.exit(main(sys.argv[1:], processes=3))"


def numbered(folder):
    """Return a function that writes the number of its process to a file."""
    return lambda number: (folder / str(number)).write_text(str(os.getpid()))


def processes_of(folder):
    """Return the processes that wrote the files, by number."""
    return {int(path.name): int(path.read_text()) for path in folder.iterdir()}


def test_each_number_has_a_process(tmp_path):
    """Each number is passed to a process of its own, and the first one to this process."""
    share(numbered(tmp_path), 3)
    found = processes_of(tmp_path)
    assert sorted(found) == [0, 1, 2]
    assert found[0] == os.getpid()
    assert len({*found.values()}) == 3


def test_work_of_a_failed_process_is_done_again(tmp_path):
    """If another process fails, its work is done in this process."""
    own = os.getpid()

    def work(number):
        if number == 2 and os.getpid() != own:
            raise ValueError
        numbered(tmp_path)(number)

    share(work, 3)
    found = processes_of(tmp_path)
    assert found[2] == own
    assert found[1] != own


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_an_error_of_this_process_ends_the_others(monkeypatch, error):
    """If this process fails or is interrupted, the other processes are ended before its error is raised."""
    fork, started = os.fork, []

    def noted():
        started.append(fork())
        return started[-1]

    def work(number):
        if number == 0:
            raise error
        signal.pause()

    monkeypatch.setattr(os, "fork", noted)
    with pytest.raises(error):
        share(work, 3)
    assert len(started) == 2
    for process in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


def test_without_the_status_of_a_process_its_work_is_done_again(tmp_path):
    """If the system keeps no status of processes, because SIGCHLD is ignored, this process does their work, too."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        share(numbered(tmp_path), 3)
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert processes_of(tmp_path) == dict.fromkeys(range(3), os.getpid())


def test_one_process_does_all_if_there_is_no_room_for_more(tmp_path, monkeypatch):
    """If the system cannot start another process, this process does all the work."""

    def fork():
        raise OSError(errno.EAGAIN, "no room")

    monkeypatch.setattr(os, "fork", fork)
    share(numbered(tmp_path), 3)
    assert processes_of(tmp_path) == dict.fromkeys(range(3), os.getpid())


@pytest.mark.parametrize(("result", "status"), [(None, 0), (ValueError(), 1)])
def test_another_process_ends_after_its_work(monkeypatch, result, status):
    """Another process ends at once after its work, with a status that says if the work was done."""
    ended, done = [], []

    def work(number):
        done.append(number)
        if result:
            raise result

    def leave(code):
        ended.append(code)
        raise SystemExit

    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(SystemExit):
        share(work, 2)
    assert (done, ended) == ([1], [status])


def test_only_linux_has_several_processes(monkeypatch):
    """The number of processes is that of the CPUs that may be used, at most 4; outside of Linux it is 1."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(64)}, raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(_processes.sys, "platform", "linux")
    assert number_of_processes() == 4
    monkeypatch.setattr(_processes.sys, "platform", "darwin")
    assert number_of_processes() == 1


def test_a_program_with_threads_has_one_process(monkeypatch):
    """In a program with several threads no process is forked: it could wait forever for a lock of one of them."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(64)}, raising=False)
    monkeypatch.setattr(_processes.sys, "platform", "linux")
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert number_of_processes() == 1
    finally:
        done.set()
        thread.join()


def test_several_processes_write_the_same_client(tmp_path):
    """A large client is the same, however many processes write it."""
    fields = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"enum": ["x"], "type": "string"}}}
    schemas = {f"A{number}": fields for number in range(150)}
    paths = {f"/{number}": {"get": {"responses": {"200": {"description": "ok"}}}} for number in range(20)}
    document = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": paths}
    (tmp_path / "a.json").write_text(json.dumps({**document, "components": {"schemas": schemas}}))
    assert main([str(tmp_path / "a.json"), str(tmp_path / "one" / "client")]) == 0
    command = [sys.executable, "-W", "error", "-c", CODE, tmp_path / "a.json", tmp_path / "three" / "client"]
    subprocess.run(command, check=True, capture_output=True)
    assert len(tree(tmp_path / "one")) > 320
    assert tree(tmp_path / "three") == tree(tmp_path / "one")
