"""What contracts are tested with: Prism, a mock server that checks requests and answers, and Chromium."""

import json
import os
import re
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent.parent
NODE = ROOT / "tests" / "node" / "node_modules"
#: Where pictures of pages go; git ignores it.
SHOTS = ROOT / "build" / "screenshots"


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


class Chromium:
    """Chromium, driven by tests/node/browser/driver.mjs.

    Args:
        process: The driver.
    """

    def __init__(self, process):
        self.process = process

    def order(self, name, *given):
        """Let the driver do something."""
        print(json.dumps([name, *given]), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, f"{name} {given}: {answer['error']}"
        return answer.get("value")

    def evaluate(self, expression):
        """The value of an expression on the page; of a promise, what it comes to."""
        return self.order("evaluate", expression)

    def call(self, function, *given):
        """Call a function on the page."""
        return self.evaluate(f"{function}({', '.join(map(json.dumps, given))})")

    def text(self):
        """What can be read on the page."""
        return self.evaluate("document.body.innerText")

    def shoot(self, name):
        """Keep a picture of the whole page among the artefacts of CI."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.order("shoot", str(SHOTS / f"{name}.png"))

    @property
    def problems(self):
        """What went wrong: errors on the console, violations of the content security policy."""
        return self.order("seen")["problems"]

    @property
    def asked(self):
        """Whom the page asked: the addresses of all servers."""
        return {urlsplit(url).netloc for url in self.order("seen")["requests"]}


class Quiet(SimpleHTTPRequestHandler):
    """Serves files."""

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def browser():
    """One Chromium for all tests; each opens a page in a profile of its own."""
    need(NODE / "puppeteer-core")
    need(NODE / "@integry" / "sdk")
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is missing: run `make chromium`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    command = ["node", str(NODE.parent / "browser" / "driver.mjs"), path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Chromium(process)


@pytest.fixture(scope="module")
def site():
    """The address of a page with the SDK: another origin than the sandbox, so that CORS applies."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(NODE.parent))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/browser/page.html"
        server.shutdown()
        thread.join()


@pytest.fixture
def live(integry_live_sandbox):
    """A sandbox on a real port."""
    return integry_live_sandbox
