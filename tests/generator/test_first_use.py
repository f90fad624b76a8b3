"""The first use of a client in a new process."""

import subprocess
import sys

LENIENT = """
from better._lenient import structure_leniently
from better.models import Clash
print(type(structure_leniently({"pet": {"type": "cat"}}, Clash)).__name__)
"""


def test_the_lenient_converter_may_be_the_first(clients):
    """The lenient converter parses unions in a process that has not used the strict converter."""
    done = subprocess.run([sys.executable, "-c", LENIENT], check=False, capture_output=True, text=True, cwd=clients)
    assert (done.stdout, done.stderr) == ("Clash\n", "")
