"""Demonstrate the SDK over real HTTP: see demo_steps.py.

Python 2.7 can parse this file, to print the message about its version.
"""

import sys

if sys.version_info < (3, 8):  # noqa: UP036 (`python` may be older)
    sys.exit("scripts/demo.py needs Python 3.8 or newer, and this is Python " + sys.version.split()[0])

from demo_steps import main

if __name__ == "__main__":
    sys.exit(main())
