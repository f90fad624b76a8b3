"""Pytest plugin that prints which tests a run left out, and collects the measured figures of all processes.

A tier is a marker of pyproject.toml whose description names the make target that runs its tests.
"""

import re
from collections import Counter

import pytest

from tests.figures import MEASURED, merge, shown

#: Number of deselected tests, by the make target that runs them.
LEFT_OUT = Counter()
#: Outcomes of tests, in the order in which they are printed.
OUTCOMES = ("failed", "error", "passed", "skipped")


def targets(config):
    """Return the make target of each tier, by marker, in the order of pyproject.toml."""
    return dict(re.findall(r"^(\w+):.*\(`(make [\w-]+)`\)$", "\n".join(config.getini("markers")), re.MULTILINE))


def pytest_deselected(items):
    """Count deselected tests by the make target that runs them. With several targets, the last one counts."""
    for item in items:
        found = [target for marker, target in targets(item.config).items() if item.get_closest_marker(marker)]
        LEFT_OUT.update(found[-1:])


def pytest_sessionfinish(session):
    """Pass the numbers of an xdist worker to the main process, which prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput.update(measured=MEASURED, left_out=dict(LEFT_OUT))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Add the numbers of a worker. All workers deselect the same tests."""
    output = getattr(node, "workeroutput", {})
    merge(output.get("measured", {}))
    LEFT_OUT.update({name: number - LEFT_OUT[name] for name, number in output.get("left_out", {}).items()})


def pytest_terminal_summary(terminalreporter):
    """Print the figures that the tests have measured."""
    if MEASURED:
        terminalreporter.section("measured")
        for name in sorted(MEASURED):
            terminalreporter.write_line(f"{name}: {shown(MEASURED[name])}")


def pytest_unconfigure(config):
    """Print the numbers of tests that ran and that were left out, and the commands that run the latter."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and LEFT_OUT:
        ran = ", ".join(f"{len(reporter.stats[name]):,} {name}" for name in OUTCOMES if name in reporter.stats)
        rest = ", ".join(f"{number:,} run by `{target}`" for target, number in sorted(LEFT_OUT.items()))
        reporter.write_line(f"{ran or 'Nothing ran'}. Left out: {rest}.")
