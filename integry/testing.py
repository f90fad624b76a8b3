"""Fixtures for pytest: `integry_sandbox` in this process, `integry_live_sandbox` on a real port, one for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from .sandbox import Sandbox


@pytest.fixture
def integry_sandbox() -> Iterator[Sandbox]:
    """A sandbox without a socket: `client()` and `organisation()` call it in this process."""
    # Imported here: a plugin that imports its package early would spoil the coverage of that package.
    from .sandbox import Sandbox

    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def integry_live_sandbox() -> Iterator[Sandbox]:
    """A sandbox on a free port of this machine."""
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox
