"""Every operation of openapi.yaml has a method of the facade. Other tests check the other parts of an operation."""

from pathlib import Path

import pytest

import integry
from generated.operations import OPERATIONS

RESOURCES = Path(integry.__file__).parent / "_resources"
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in RESOURCES.glob("*.py")}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_a_facade_method(name):
    """Every operation is built by a module in `integry/_resources`."""
    found = [file for file, source in SOURCES.items() if f"{name}.build" in source]
    message = f"add a method for {name}, in tag {OPERATIONS[name].tag}, to a class in integry/_resources/"
    assert found, message
