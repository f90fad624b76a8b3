"""Pytest plugin that measures coverage in each process that runs tests, including the workers of xdist.

The measurement starts before the package is imported, so that module-level code is measured too.
"""

import coverage
import pytest

_COVERAGE = coverage.Coverage()
_COVERAGE.start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    """Write the coverage data of this process. `coverage combine` merges the data of all processes."""
    _COVERAGE.stop()
    _COVERAGE.save()
