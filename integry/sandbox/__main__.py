"""`python -m integry.sandbox`: serve both APIs on this machine until it is interrupted."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from typing import Optional, Sequence

from ..errors import ConfigurationError
from ._sandbox import Sandbox
from ._store import StoreError


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serve, and print where, and with which credentials, as lines for a shell."""
    given = _parser().parse_args(arguments)
    try:
        sandbox = Sandbox(**vars(given))
    except (ConfigurationError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        sandbox.start()
    except (OSError, OverflowError) as error:
        sandbox.close()
        print(f"Cannot listen at {given.host} port {given.port}: {getattr(error, 'strerror', error)}", file=sys.stderr)
        return 1
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(f"# The sandbox is at {sandbox.url} (open it in a browser). Stop it with Ctrl-C.")
    for name, value in sandbox.environment().items():
        print(f"export {name}={shlex.quote(value)}")
    sys.stdout.flush()
    stopped.wait()
    sandbox.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m integry.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8484, help="the port; 0 for any that is free (default: 8484)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1)")
    parser.add_argument("--db", metavar="FILE", help="keep the state in a file")
    parser.add_argument("--empty", action="store_true", help="begin without the documentation's connected account")
    parser.add_argument("--fetch", action="store_true", help="fetch custom integrations' JSON, from this machine only")
    parser.add_argument("--app-key", help="the app key (default: a random one, kept in FILE)")
    parser.add_argument("--app-secret", help="the app secret (likewise)")
    parser.add_argument("--token", help="the bearer token for organisations (likewise)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
