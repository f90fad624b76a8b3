"""A private Redis and real workers of Celery, as processes."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import redis

ROOT = Path(__file__).resolve().parent.parent.parent
#: Seconds after which a wait fails. It is far above what a slow machine needs.
PATIENCE = 200


def wait_until(condition, what):
    """Wait until a condition is true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE} s until {what}"
        time.sleep(0.05)


class RedisServer:
    """A Redis of Debian with a folder of its own, which listens on a Unix socket.

    Args:
        folder: The folder of its files.
        appendonly: True to keep a log of all commands.
        options: Further options of redis-server.
    """

    def __init__(self, folder, *options, appendonly=True):
        self.path = str(folder / "redis.sock")
        self.url = f"unix://{self.path}?db=0"
        self.broker = f"redis+socket://{self.path}?virtual_host=0"
        mode = "yes" if appendonly else "no"
        self._line = ["redis-server", "--port", "0", "--unixsocket", self.path, "--dir", str(folder), "--save", ""]
        self._line += ["--appendonly", mode, *options]
        self.start()

    def start(self):
        """Start the server, and wait until it has loaded its data."""
        with suppress(FileNotFoundError):
            Path(self.path).unlink()
        self._process = subprocess.Popen(self._line, stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis answers")

    def _answers(self):
        with suppress(redis.ConnectionError, redis.BusyLoadingError):
            return self.client().ping()

    def client(self):
        """Return a new client."""
        return redis.Redis.from_url(self.url)

    def kill(self):
        """Kill the server with SIGKILL."""
        self._process.kill()
        self._process.wait()


@contextmanager
def workers(count, broker, url, log, *options):
    """Run workers of one child each, and yield their processes. Each is the leader of a process group."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BROKER": broker, "SERVER": url}
    line = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.celery.app",
        "worker",
        "--loglevel",
        "info",
        "--concurrency",
        "1",
    ]
    line += ["--without-gossip", "--without-mingle", *options]
    processes = []
    with Path(log).open("ab") as output:
        try:
            for number in range(count):
                started = subprocess.Popen(
                    [*line, "-n", f"worker{number}@here"],
                    env=environment,
                    cwd=ROOT,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
                processes.append(started)
            yield processes
        finally:
            for process in processes:
                kill_all(process)


def kill_all(process):
    """Kill a worker and its children with SIGKILL."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def child_of(process):
    """Return the id of the child process of a worker, in which it makes calls."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return int(children.split()[0])
