"""The cost of a call, in calls of functions: a number that no load of the machine changes."""

import logging

import pytest
from bench import count

#: Of what plain requests takes. They stand a tenth above what was counted on Python 3.8 to 3.13.
BOUNDS = {"call": 0.47, "get": 0.46, "functions": 0.65, "apps": 0.82}


@pytest.fixture(scope="module")
def counted():
    """What one operation of each kind takes, where nobody wants to see what is logged for debugging."""
    logging.disable(logging.DEBUG)
    yield count.counts()
    logging.disable(logging.NOTSET)


@pytest.mark.fast
@pytest.mark.parametrize("kind", sorted(BOUNDS))
def test_the_fast_path_stays_short(counted, kind):
    """Beside plain requests, which has no signing, retries, models and masks."""
    assert counted[kind].ours < BOUNDS[kind] * counted[kind].plain
