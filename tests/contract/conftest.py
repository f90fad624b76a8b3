"""Prism, a mock server that checks requests and answers against openapi.yaml, over a real socket."""

import os
import re
import subprocess
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NODE = ROOT / "tests" / "node" / "node_modules"


def need(path, target="node"):
    """Skip without what a target of make installs; on CI, where it must be, fail."""
    if not path.exists():
        reason = f"{path.relative_to(ROOT)} is missing: run `make {target}`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


class Prism:
    """A running Prism.

    Attributes:
        url: Where it listens.
        log: What it printed so far.
    """

    def __init__(self, *arguments):
        command = [str(need(NODE / ".bin" / "prism")), *arguments, "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.log = []
        self.url = next(found.group(1) for line in self.lines() if (found := re.search(r"listening on (\S+)", line)))
        self.reader = threading.Thread(target=list, args=(self.lines(),))
        self.reader.start()

    def lines(self):
        """The lines that it prints, without colours, each kept in the log."""
        for line in self.process.stdout:
            self.log.append(re.sub(r"\x1b\[[0-9;]*m", "", line))
            yield self.log[-1]

    def stop(self):
        """Stop it, and wait until all that it printed is read."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
            self.reader.join()
            self.process.stdout.close()


def mock():
    """Prism as a mock of our document. A request that does not fit the document is answered with an error."""
    return Prism("mock", "--errors", str(ROOT / "openapi.yaml"))


@pytest.fixture(scope="module")
def prism():
    """One such Prism for all tests of a module."""
    server = mock()
    yield server
    server.stop()
