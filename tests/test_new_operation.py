"""An operation of the document has a method of the facade. The other parts of an operation have tests of their own."""

from pathlib import Path

import pytest

import integry
from generated.operations import OPERATIONS

RESOURCES = Path(integry.__file__).parent / "_resources"
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in RESOURCES.glob("*.py")}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_method_sends_the_operation(name):
    """A module of `_resources` builds the request of each operation."""
    found = [file for file, source in SOURCES.items() if f"{name}.build" in source]
    message = f"add a method for {name}, in tag {OPERATIONS[name].tag}, to a class in integry/_resources/"
    assert found, message
