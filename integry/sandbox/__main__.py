"""`python -m integry.sandbox`: serve both APIs on this machine until interrupted."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from typing import Optional, Sequence

from .._base_url import is_loopback
from ..errors import ConfigurationError
from ._credentials import DEFAULTS, write_env_file
from ._sandbox import Sandbox
from ._store import StoreError

DESCRIPTION = "Serve both APIs on this machine until interrupted."


def main(arguments: Optional[Sequence[str]] = None, *, program: str = "python -m integry.sandbox") -> int:
    """Serve until a signal arrives, and return the exit status.

    The URL and the credentials are printed as `export` lines for a shell.

    Args:
        arguments: The command-line arguments; None for those of this process.
        program: The name of the command in its help and messages.
    """
    given = vars(_parser(program).parse_args(arguments))
    env_file = given.pop("env_file")
    try:
        sandbox = Sandbox(**given)
    except (ConfigurationError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        sandbox.start()
    except (OSError, OverflowError) as error:
        return _fail(sandbox, f"Cannot listen at {given['host']} port {given['port']}", error)
    try:
        if env_file is not None:
            write_env_file(env_file, sandbox.environment())
    except OSError as error:
        return _fail(sandbox, f"Cannot write {env_file}", error)
    _warn(sandbox, given["host"])
    return _serve(sandbox)


def _warn(sandbox: Sandbox, host: str) -> None:
    """Warn if other machines can reach a sandbox that uses the public default credentials."""
    chosen = {sandbox.app_key, sandbox.app_secret, sandbox.organisation_token, sandbox.control_token}
    if not is_loopback(host) and chosen & set(DEFAULTS.values()):
        options = ", ".join(f"--{name.replace('_', '-')}" for name in DEFAULTS)
        print(f"# Other machines may reach the sandbox, and know its credentials: see {options}.", file=sys.stderr)


def _fail(sandbox: Sandbox, message: str, error: Exception) -> int:
    """Close the sandbox, print an error, and return the exit status."""
    sandbox.close()
    print(f"{message}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
    return 1


def _serve(sandbox: Sandbox) -> int:
    """Print the URL and the credentials, and wait for SIGINT or SIGTERM."""
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


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=DESCRIPTION)
    parser.add_argument("--port", type=int, default=8484, help="the port; 0 for any free one (default: 8484)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--db", metavar="FILE", help="keep the state in an SQLite file (default: in memory)")
    parser.add_argument("--empty", action="store_true", help="start without the documentation's connected account")
    parser.add_argument("--fetch", action="store_true", help="fetch custom integrations' JSON, from loopback only")
    parser.add_argument(
        "--env-file", metavar="FILE", help="also write the URL and the credentials to a file, as lines KEY=VALUE"
    )
    parser.add_argument(
        "--allow-return",
        metavar="URL",
        action="append",
        default=[],
        help="let the consent page redirect, with next=, to pages of this origin (may be repeated; default: none)",
    )
    for option, title in (
        ("app-key", "app key"),
        ("app-secret", "app secret"),
        ("token", "bearer token for organisations"),
        ("control-token", "bearer token for /_sandbox/"),
    ):
        default = DEFAULTS[option.replace("-", "_")]
        parser.add_argument(f"--{option}", metavar="TEXT", help=f"the {title} (default: {default})")
    return parser


if __name__ == "__main__":
    sys.exit(main())
