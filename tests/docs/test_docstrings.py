"""The examples in docstrings of the package work."""

import ast
import re
import textwrap
from pathlib import Path

import pytest
from django.test import override_settings

import integry
from integry import Integry, Organisation
from integry.sandbox import Sandbox
from tests.django.site import configure
from tests.docs.pages import Block, Session

PACKAGE = Path(integry.__file__).parent
#: Public classes and much used methods, whose docstrings must have an example.
REQUIRED = {
    *("Integry", "Organisation", "Integry.sign", "BaseClient.send", "IntegryAuth", "sign", "find", "substitute"),
    *("Apps.list", "Apps.get", "Apps.connect_url", "Apps.wait_until_connected", "Page", "Function"),
    *("Functions.list", "Functions.get", "Functions.predict", "Calls.call", "Calls.call_pages"),
}
ORGANISATION = "0192202e-5d3d-7a2f-8c4b-2f6a1e0b9d71"

_FENCE = re.compile(r"^ *```python\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def documented(node, prefix=""):
    """Yield the qualified name of each class and function below a node, and the node itself."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, (ast.ClassDef, ast.FunctionDef)):
            yield f"{prefix}{each.name}", each
            yield from documented(each, f"{prefix}{each.name}.")


def examples():
    """Return the examples in docstrings by the name of their class or function."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if PACKAGE / "_generated" not in path.parents and "templates" not in path.parts:
            for name, node in documented(ast.parse(path.read_text(encoding="utf-8"))):
                for match in _FENCE.finditer(ast.get_docstring(node, clean=False) or ""):
                    found[name] = Block(path, node.lineno, "python", textwrap.dedent(match.group(1)))
    return found


EXAMPLES = examples()


def test_public_classes_and_methods_have_examples():
    """The public names that readers look up most have an example in their docstring."""
    assert set(EXAMPLES) >= REQUIRED


@pytest.fixture
def names(monkeypatch):
    """Yield the names that examples use: clients of a sandbox, and a print() at which the user connects Slack."""
    configure()
    with Sandbox("app key", "app secret", "access token") as sandbox, override_settings(INTEGRY={}):
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        sandbox.connect("slack", user_id="123456")
        with Integry() as client, Organisation(ORGANISATION) as org:
            org.integrations.create("Weather", f"{sandbox.url}/weather.json")

            def print_(*values):
                if values[0] == "Connect your account:":
                    sandbox.connect("slack", user_id="123456")

            yield {"Sandbox": Sandbox, "integry": client, "org": org, "print": print_}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs(name, names):
    """An example in a docstring raises nothing, and runs the body of each of its loops."""
    block = EXAMPLES[name]
    session = Session(block.page, **names)
    session.run(block)
    assert not session.idle, f"loops whose body never ran: {sorted(session.idle)}"
