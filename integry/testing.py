"""Fixtures for pytest: a new sandbox for each test, in this process or on a real port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from .django.test import DjangoSandbox
    from .sandbox import Sandbox


@pytest.fixture
def integry_sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox without a socket. Its `client()` and `organisation()` call the sandbox in this process."""
    # Import here: pytest loads this plugin before pytest-cov starts, so the report would miss modules imported then.
    from .sandbox import Sandbox

    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def integry_live_sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox that listens on a free port of this machine."""
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def integry_django() -> Iterator[DjangoSandbox]:
    """Yield a sandbox that the clients of the Django project call. Django must be configured, as by pytest-django."""
    from .django.test import DjangoSandbox

    with DjangoSandbox() as sandbox, sandbox.settings():
        yield sandbox
