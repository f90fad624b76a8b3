"""Applications that run in an environment of their own, and the clients generated from their documents."""

import importlib
import re
import subprocess
import sys

import requests

from .conftest import ROOT, need

#: Python of the environment that `make servers` creates.
PYTHON = ROOT / ".cache" / "servers" / "bin" / "python"


class Application:
    """A running application.

    Attributes:
        url: URL of the application.
        folder: Folder for the generated client, and for the error output of the application.

    Args:
        name: Name of the application's module in tests/contract/servers.
        folder: An empty folder.
    """

    def __init__(self, name, folder):
        self.folder = folder
        command = [str(need(PYTHON, "servers")), "-m", f"tests.contract.servers.{name}"]
        self.errors = (folder / "errors.txt").open("w+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True, cwd=ROOT)
        port = self.process.stdout.readline().strip()
        assert port, (folder / "errors.txt").read_text()
        self.url = f"http://127.0.0.1:{port}"

    def stop(self):
        """Stop the application."""
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def generate(self, path, name):
        """Generate a client from the document that the application serves at a path, and return its package."""
        document = self.folder / "document.json"
        response = requests.get(self.url + path, timeout=30)
        response.raise_for_status()
        document.write_bytes(response.content)
        return generate(document, self.folder / name)


def generate(document, output):
    """Generate a client with the command, and return its package. Fail if the client lacks anything of the document."""
    command = [sys.executable, "-m", "integry.generator", str(document), str(output)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    counts = re.findall(r"([\d,]+) of ([\d,]+)", done.stdout.splitlines()[-1])
    assert len(counts) == 2
    assert all(made == documented for made, documented in counts), done.stdout
    sys.path.insert(0, str(output.parent))
    try:
        return importlib.import_module(output.name)
    finally:
        sys.path.remove(str(output.parent))
