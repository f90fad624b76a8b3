"""The clients of whole public documents have all operations and schemas, can be imported, and type-check."""

import subprocess
import sys

import pytest

from integry.generator import __main__ as generate
from tests.figures import MEASURED, count

from .corpus import feed, wire
from .corpus.differences import classified
from .corpus.documents import CACHE, CHOSEN

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module", params=CHOSEN, ids=lambda document: document.name)
def document(request):
    """Return each document that `make corpus` has fetched."""
    if not request.param.file.exists():
        pytest.skip(f"{request.param.name} is not fetched: run `make corpus`")
    return request.param


@pytest.fixture(scope="module")
def made(document, tmp_path_factory):
    """Generate the client of a document, and return its folder and the output of the command."""
    folder = tmp_path_factory.mktemp(document.name) / document.name
    with pytest.MonkeyPatch.context() as patch:
        said, warned = Lines(), Lines()
        patch.setattr(sys, "stdout", said)
        patch.setattr(sys, "stderr", warned)
        code = generate.main([str(document.file), str(folder)])
    return folder, code, said.lines, warned.lines


class Lines:
    """A text stream that records its lines."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        """Record a text."""
        self.text += text

    def flush(self):
        """Do nothing."""

    def isatty(self):
        """Return False."""
        return False

    @property
    def lines(self):
        """Return the lines."""
        return self.text.splitlines()


def test_nothing_is_lost(document, made):
    """All operations and schemas are generated, and only the expected warnings are printed."""
    _, code, said, warned = made
    counts = f"{document.operations:,} of {document.operations:,} operations"
    assert code == 0, warned
    assert said[-1] == f"made {counts}, {document.schemas:,} of {document.schemas:,} schemas"
    assert [line.rpartition(": ")[0] for line in warned] == [f"warning: {cause}" for cause in document.causes]


IMPORTS = """
import importlib, pkgutil, sys, typing
import attrs
sys.path.insert(0, sys.argv[1])
package = importlib.import_module(sys.argv[2])
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(found.name)
models = importlib.import_module(package.__name__ + ".models")
hook_of = importlib.import_module(package.__name__ + ".converter").hook_of
for name in models.__all__:
    cls = getattr(models, name)
    if attrs.has(cls):
        typing.get_type_hints(cls)
        assert callable(hook_of(cls))
print(len(importlib.import_module(package.__name__ + ".operations").OPERATIONS))
"""


@pytest.mark.parametrize("python", ["oldest", "newest"])
def test_the_client_imports(document, made, python):
    """On the oldest and the newest Python, all modules can be imported, and all models can be converted."""
    folder, *_ = made
    command = [CACHE / python / "bin" / "python", "-W", "error", "-c", IMPORTS, folder.parent, folder.name]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{document.operations}\n"), done.stderr[-2000:]


def test_the_client_type_checks(made):
    """The client passes `mypy --strict`."""
    folder, *_ = made
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(CACHE / "mypy"), folder.name]
    done = subprocess.run(command, check=False, cwd=folder.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.fixture(scope="module")
def package(document, made):
    """Import the client of a document."""
    folder, *_ = made
    with wire.imported(document, folder) as package:
        yield package


def test_requests_follow_the_rules(document, package):
    """Each operation with each body is sent as OpenAPI says: URL, query, headers, cookies and body."""
    found = list(wire.requests_of(package))
    count("corpus: requests compared", len(found))
    assert len({tuple(place.split()[:2]) for place, _ in found}) == document.operations
    assert_known(document.requests, found)


def test_answers_are_read_as_documented(document, package):
    """Each documented response is parsed: sample values of its schema, and the examples in the document."""
    found = list(feed.answers_of(package))
    count("corpus: answers compared", len(found))
    count("corpus: examples that break their schema", sum(place.endswith("breaks its schema") for place, _ in found))
    assert len(found) >= sum(len(raw.get("responses") or ()) for _, _, raw, _ in package.document.operations())
    assert found or document.name in NO_ANSWERS
    MEASURED[f"corpus: {document.name}"] = f"{document.operations:,} operations, {len(found):,} answers"
    assert_known(document.answers, found)


#: Documents without an operation, or whose operations have no responses.
NO_ANSWERS = {"webhooks_31", "schema_types_31"}


def assert_known(known, found):
    """Assert that all differences have a reason, and that their numbers are those expected for the document."""
    numbers, unknown = classified((place, difference) for place, difference in found if difference)
    assert not unknown, f"{len(unknown)} differences:\n" + "\n".join(unknown[:20])
    assert numbers == dict(known)
