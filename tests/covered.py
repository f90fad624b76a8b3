"""Pytest plugin that measures coverage in each process that runs tests, the workers of xdist included.

Loaded before the package is imported: what its modules do when they are imported counts.
"""

import coverage
import pytest

_COVERAGE = coverage.Coverage()
_COVERAGE.start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    """Write this process's data beside those of the others, for `coverage combine`."""
    _COVERAGE.stop()
    _COVERAGE.save()
