"""The cost of a call as a number of function calls, which does not depend on the load of the machine."""

import logging

import pytest
from bench import count

#: Maximum number of function calls, as a fraction of those of plain requests: a tenth above the measured fractions on
#: Python 3.8 to 3.13.
BOUNDS = {"call": 0.47, "get": 0.46, "functions": 0.65, "apps": 0.82}


@pytest.fixture(scope="module")
def counted():
    """Yield the numbers of function calls of one operation of each kind, without debug logging."""
    logging.disable(logging.DEBUG)
    yield count.counts()
    logging.disable(logging.NOTSET)


@pytest.mark.fast
@pytest.mark.parametrize("kind", sorted(BOUNDS))
def test_the_fast_path_makes_few_calls(counted, kind):
    """The client makes fewer function calls than plain requests, which do not sign, retry or make models."""
    assert counted[kind].ours < BOUNDS[kind] * counted[kind].plain
