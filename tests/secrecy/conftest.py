"""What the tests of the facade have, here too; and a look at what is raised."""

import pytest

from integry import IntegryError
from tests.facade.conftest import _no_environment, answers, integry, organisation, serve
from tests.facade.test_ordinary_path import _no_bundle, listen, tls
from tests.figures import MEASURED
from tests.leaks import frames
from tests.secrecy.reporting import leaks

__all__ = ["_no_bundle", "_no_environment", "answers", "integry", "listen", "organisation", "serve", "tls"]


@pytest.fixture
def examine():
    """Call something, and see that what it raises shows nothing."""
    counted = [0]

    def call(function, kind=IntegryError, user=()):
        with pytest.raises(kind) as caught:
            function()
        counted[0] += len(frames(caught.value))
        assert leaks(caught.value, user=user) == []
        return caught.value

    yield call
    before = int(MEASURED.get("frames behind errors whose local variables were searched", "0"))
    MEASURED["frames behind errors whose local variables were searched"] = str(before + counted[0])
