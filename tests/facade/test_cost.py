"""The cost of a call as a number of function calls, which does not depend on the load of the machine."""

import logging

import pytest
from bench import count

#: Maximum ratio to the calls of plain requests: a tenth above the counts on Python 3.8 to 3.13.
BOUNDS = {"call": 0.47, "get": 0.46, "functions": 0.65, "apps": 0.82}


@pytest.fixture(scope="module")
def counted():
    """Yield the counts of one operation of each kind, without debug logging."""
    logging.disable(logging.DEBUG)
    yield count.counts()
    logging.disable(logging.NOTSET)


@pytest.mark.fast
@pytest.mark.parametrize("kind", sorted(BOUNDS))
def test_the_fast_path_makes_few_calls(counted, kind):
    """The client makes fewer function calls than plain requests without signing, retries and models."""
    assert counted[kind].ours < BOUNDS[kind] * counted[kind].plain
