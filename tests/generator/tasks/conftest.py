"""Fixtures: a server, and the generated client of the document in a test module's constant DOCUMENT."""

import importlib
import sys
import threading

import pytest

from integry.generator import __main__ as generate
from tests.generator.corpus.documents import CHOSEN

from .server import Server


@pytest.fixture(scope="module")
def running():
    """Return a running server."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Client:
    """Access to the modules of a generated client, and to clients of the server."""

    def __init__(self, package, name, server):
        self.package, self.name, self.server = package, name, server

    def module(self, name):
        """Import a module of the generated client."""
        return importlib.import_module(f"{self.name}.{name}")

    def model(self, name):
        """Return a model class of the generated client."""
        return getattr(self.module("models"), name)

    def open(self, **options):
        """Return a client of the server."""
        cls = self.package.AuthenticatedClient if options.get("credentials") else self.package.Client
        return cls(self.server.url, **options)


@pytest.fixture(scope="module")
def client(request, running, tmp_path_factory):
    """Return the client of the document in the test module's constant DOCUMENT."""
    document = next((one for one in CHOSEN if one.name == request.module.DOCUMENT), None)
    if document is None:
        pytest.skip(f"{request.module.DOCUMENT} is a large document, which CORPUS=quick leaves out")
    if not document.file.exists():
        pytest.skip(f"{document.name} is not fetched: run `make corpus`")
    folder = tmp_path_factory.mktemp(request.module.DOCUMENT)
    name = f"{request.module.DOCUMENT}_tasks"
    assert generate.main([str(document.file), str(folder / name)]) == 0
    sys.path.insert(0, str(folder))
    yield Client(importlib.import_module(name), name, running)
    sys.path.remove(str(folder))
