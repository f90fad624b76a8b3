"""Fixtures for tests of secrets in exceptions, with the fixtures of the facade's tests."""

import pytest

from integry import IntegryError, sign
from tests import figures
from tests.facade.conftest import SECRET, _no_environment, answers, integry, organisation, serve
from tests.facade.test_ordinary_path import _no_bundle, listen, tls
from tests.leaks import HASHES, frames
from tests.secrecy.reporting import leaks

__all__ = ["_no_bundle", "_no_environment", "answers", "integry", "listen", "organisation", "serve", "tls"]
# The plugin tests.leaks records all hashes. Add this hash for runs without the plugin (`-p no:tests.leaks`).
HASHES.add(sign(SECRET, 1))


@pytest.fixture
def examine():
    """Return a function that calls another function, and asserts that the exception it raises shows no secret."""
    counted = [0]

    def call(function, kind=IntegryError, user=()):
        with pytest.raises(kind) as caught:
            function()
        counted[0] += len(frames(caught.value))
        assert leaks(caught.value, user=user) == []
        return caught.value

    yield call
    figures.count("frames behind errors whose local variables were searched", counted[0])
