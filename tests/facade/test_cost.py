"""The cost of a call, in calls of functions: a number that no load of the machine changes."""

import pytest
from bench import count

#: Of what plain requests takes. They stand a tenth above what was counted on Python 3.8 to 3.13.
BOUNDS = {"call": 0.54, "get": 0.53, "functions": 0.73, "apps": 1.13}


@pytest.fixture(scope="module")
def counted():
    """What one operation of each kind takes."""
    return count.counts()


@pytest.mark.parametrize("kind", sorted(BOUNDS))
def test_the_fast_path_stays_short(counted, kind):
    """Beside plain requests, which has no signing, retries, models and masks."""
    assert counted[kind].ours < BOUNDS[kind] * counted[kind].plain
