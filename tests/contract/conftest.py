"""Fixtures for contract tests: Prism, which validates requests and responses, and Chromium."""

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
#: Folder of the screenshots, which git ignores.
SCREENSHOTS = ROOT / "build" / "screenshots"


def need(path, target="node"):
    """Skip the test if a path is missing that a make target creates. On CI, fail."""
    if not path.exists():
        reason = f"{path.relative_to(ROOT)} is missing: run `make {target}`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


class Prism:
    """A running process of Prism, which mocks an API, or validates as a proxy.

    Attributes:
        url: The URL of Prism.
        log: The lines that Prism has printed so far.
    """

    def __init__(self, *arguments):
        command = [str(need(NODE / ".bin" / "prism")), *arguments, "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.log = []
        self.url = next(found.group(1) for line in self.lines() if (found := re.search(r"listening on (\S+)", line)))
        self.reader = threading.Thread(target=list, args=(self.lines(),))
        self.reader.start()

    def lines(self):
        """Yield the lines that Prism prints, without colours, and append each to the log."""
        for line in self.process.stdout:
            self.log.append(re.sub(r"\x1b\[[0-9;]*m", "", line))
            yield self.log[-1]

    def stop(self):
        """Stop Prism, and wait until its output is read."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
            self.reader.join()
            self.process.stdout.close()


def mock():
    """Return a Prism that mocks the APIs of openapi.yaml, and responds to invalid requests with an error."""
    return Prism("mock", "--errors", str(ROOT / "openapi.yaml"))


@pytest.fixture(scope="module")
def prism():
    """Return a Prism for all tests of a module."""
    server = mock()
    yield server
    server.stop()


class Chromium:
    """A Chromium that tests/node/browser/driver.mjs controls.

    Args:
        process: The process of the driver.
    """

    def __init__(self, process):
        self.process = process

    def command(self, name, *arguments):
        """Send a command to the driver, and return its result."""
        print(json.dumps([name, *arguments]), file=self.process.stdin, flush=True)
        result = json.loads(self.process.stdout.readline())
        assert "error" not in result, f"{name} {arguments}: {result['error']}"
        return result.get("value")

    def evaluate(self, expression):
        """Return the value of an expression on the page, or the result of a promise."""
        return self.command("evaluate", expression)

    def call(self, function, *arguments):
        """Call a function on the page, and return its result."""
        return self.evaluate(f"{function}({', '.join(map(json.dumps, arguments))})")

    def text(self):
        """Return the visible text of the page."""
        return self.evaluate("document.body.innerText")

    def screenshot(self, name):
        """Save a screenshot of the whole page among the artefacts of CI."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.command("screenshot", str(SCREENSHOTS / f"{name}.png"))

    @property
    def problems(self):
        """Return the errors in the console of the browser, and the violations of the content security policy."""
        return self.command("recorded")["problems"]

    @property
    def requested_hosts(self):
        """Return the hosts and ports to which the page sent requests."""
        return {urlsplit(url).netloc for url in self.command("recorded")["requests"]}


class QuietHandler(SimpleHTTPRequestHandler):
    """A request handler that serves files and prints nothing."""

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture(scope="module")
def browser():
    """Return a Chromium for all tests of a module. Each test opens a page in a new profile."""
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
    """Serve a page with the SDK from another origin than the sandbox's, so that CORS applies, and return its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(NODE.parent))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/browser/page.html"
        server.shutdown()
        thread.join()


@pytest.fixture
def live(integry_live_sandbox):
    """Return a sandbox that listens on a real port."""
    return integry_live_sandbox
