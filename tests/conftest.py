"""What holds for all tests."""

import os
import sys

from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

NO_GENERATOR = sys.version_info < (3, 11)
collect_ignore = ["generator"] if NO_GENERATOR else []


def pytest_report_header():
    """Say what is not run, and why."""
    return "tests/generator is not run: openapi-python-client needs Python 3.11" if NO_GENERATOR else None
