"""`python -m integry.bulk`: make the calls in a file.

The file contains a call in each line, as JSON: {"function": "slack-post-message", "arguments": {"channel": "random",
"text": "Hi"}}. With --function, it contains rows of variables, as CSV with a header line, or as JSON objects. The
credentials are read from the environment: INTEGRY_APP_KEY, INTEGRY_APP_SECRET and INTEGRY_USER_ID. `integry bulk
--profile NAME` takes them from a profile.

Exit status: 0 if all calls are done and the apps accepted them, 1 if calls failed or an app refused one, 3 if it is not
known if a call ran, 2 if the command, the input or the journal is wrong, or credentials or the user are missing, 130
after Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Dict, Generator, Iterator, Optional, Sequence, TextIO

from .. import tags
from .._client import Integry
from ..errors import IntegryError
from ._history import HEADER
from ._input import STDIN, Input, Template, argument
from ._outcome import FAILED, UNKNOWN, Outcome
from ._progress import Display, NoDisplay, terminal
from ._rate import RateLimit
from ._run import run

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_UNKNOWN, EXIT_INTERRUPTED = 0, 1, 2, 3, 130
#: Seconds after Ctrl-C before the hint is shown.
HINT_DELAY = 0.3
HINT = "\nWaiting for calls that are going on. Press Ctrl-C again to stop at once."


def main(argv: Optional[Sequence[str]] = None, *, program: str = "python -m integry.bulk") -> int:
    """Make the calls in a file, and return the exit status.

    Args:
        argv: The command-line arguments; None for those of this process.
        program: The name of the command in its help and messages.
    """
    parser = _parser(program)
    options = parser.parse_intermixed_args(argv)
    _complete(options)
    problem = _problem(options)
    if problem:
        parser.error(problem)
    try:
        with Integry() as client, _interrupts(quiet=options.quiet):
            return _run(client, _input(options, has_user=client.settings.user_id is not None), options)
    except BrokenPipeError:
        # Python would fail again when it flushes standard output at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except (IntegryError, OSError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return EXIT_USAGE


def _run(client: Integry, source: Input, options: argparse.Namespace) -> int:
    """Make the calls, write their outcomes, print a table, and return the exit status."""
    display: Display = NoDisplay() if options.quiet else terminal(source.count)
    summary = _Summary()
    outcomes = run(
        client,
        source.calls(),
        workers=options.workers,
        window=options.window,
        ordered=options.ordered,
        journal=options.journal,
        sync=options.sync,
        repeat=options.repeat,
        replay=options.resume,
        rate=options.rate,
        progress=display.update,
    )
    try:
        with closing(outcomes):
            _write(outcomes, options.output, summary)
    except KeyboardInterrupt:
        summary.is_interrupted = True
    finally:
        display.close()
        if not options.quiet and (summary.total() or not sys.exc_info()[0]):
            print(summary.table(can_resume=options.journal is not None), file=sys.stderr)
    return summary.exit_status()


def _write(outcomes: Generator[Outcome, None, None], path: Optional[str], summary: _Summary) -> None:
    """Write outcomes to a file, or to standard output."""
    # Open the file for appending, which changes nothing, so that an error comes before the first call. Empty it after
    # the first outcome, when no other process can use the journal.
    with _output(path) as file:
        is_new = path is None or _is_special(path)
        for outcome in outcomes:
            if not is_new:
                file.truncate(0)
                is_new = True
            summary.add(outcome)
            file.write(outcome.to_json() + "\n")
            if path is None:
                file.flush()
        if not is_new:
            file.truncate(0)


@contextmanager
def _output(path: Optional[str]) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
    else:
        with Path(path).open("a", encoding="utf-8") as file:
            yield file


class _Summary:
    """The number of outcomes of each kind."""

    def __init__(self) -> None:
        self._start = monotonic()
        self._counts: Dict[str, int] = {"done": 0, "refused": 0, FAILED: 0, UNKNOWN: 0}
        self.is_interrupted = False

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self._counts["refused" if outcome.result is not None and not outcome.ok else outcome.state] += 1

    def total(self) -> int:
        """Return the number of outcomes."""
        return sum(self._counts.values())

    def exit_status(self) -> int:
        """Return the exit status of the command."""
        if self.is_interrupted:
            return EXIT_INTERRUPTED
        if self._counts[UNKNOWN]:
            return EXIT_UNKNOWN
        return EXIT_FAILED if self._counts[FAILED] or self._counts["refused"] else EXIT_OK

    def table(self, *, can_resume: bool) -> str:
        """Return the table to show at the end."""
        notes = {
            "done": "the app accepted it",
            "refused": "the app returned an error: see its result",
            FAILED: "did not run: see its error, then --resume --repeat failed",
            UNKNOWN: "may have run: look in the app, then --resume --repeat unknown, or reads",
        }
        total, seconds = self.total(), monotonic() - self._start
        width = len(f"{total:,}")
        lines = [f"{total:,} calls in {seconds:.1f} s"]
        lines += [
            f"  {state:<8} {count:>{width},}{f'   {notes[state]}' if count else ''}"
            for state, count in self._counts.items()
        ]
        if self.is_interrupted:
            lines.append("Interrupted." + (" Add --resume to go on." if can_resume else ""))
        return "\n".join(lines)


@contextmanager
def _interrupts(*, quiet: bool) -> Iterator[None]:
    """Let SIGTERM stop the run like Ctrl-C, so that calls that are going on are recorded. Say how to stop at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A timer, because a second signal during a handler would not be noticed: both would raise one exception.
    hint = threading.Timer(HINT_DELAY, print, (HINT,), {"file": sys.stderr})
    hint.daemon = True

    def interrupt(*_: object) -> None:
        if not (quiet or hint.is_alive() or hint.finished.is_set()):
            hint.start()
        raise KeyboardInterrupt

    previous = [(number, signal.signal(number, interrupt)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        hint.cancel()
        for number, handler in previous:
            signal.signal(number, handler)


def _complete(options: argparse.Namespace) -> None:
    """Set the defaults that depend on other options."""
    if options.format is None:
        options.format = "csv" if options.file.lower().endswith(".csv") else "jsonl"
    if options.journal is None and options.output is not None and not _is_special(options.output):
        options.journal = f"{options.output}.journal"


def _is_special(path: str) -> bool:
    """Return True if a path leads to a pipe or a device such as /dev/null, which cannot be emptied."""
    return Path(path).exists() and not Path(path).is_file()


def _problem(options: argparse.Namespace) -> str:
    """Return what is wrong about the combination of options, or an empty string."""
    journal, output, file = options.journal, options.output, options.file
    constants = options.argument or options.user_id or options.connected_account_id
    rules = {
        "a CSV file contains variables: pass --function, and its arguments as name=text": options.format == "csv"
        and options.function is None,
        "arguments, --user-id and --connected-account-id need --function; without it, each line has its own": constants
        and options.function is None,
        "--resume needs a journal: pass --output or --journal": options.resume and journal is None,
        "--repeat needs --resume": options.repeat and not options.resume,
        "--output is the input file": output and _is_same(output, file),
        "--journal is the input file": journal and _is_same(journal, file),
        "--journal is the output file": journal and output and _is_same(journal, output),
        f"{journal} exists: pass --resume to go on with its run, or delete it to start over": journal
        and not options.resume
        and _has_calls(Path(journal)),
    }
    return next((message for message, is_wrong in rules.items() if is_wrong), "")


def _is_same(path: str, other: str) -> bool:
    """Return True if two paths lead to the same file."""
    return os.path.realpath(path) == os.path.realpath(other)


def _has_calls(journal: Path) -> bool:
    """Return True if a journal has recorded calls."""
    return journal.is_file() and journal.stat().st_size > len(HEADER)


def _input(options: argparse.Namespace, *, has_user: bool) -> Input:
    """Return the input that the options describe. `has_user` is True if the environment names a user."""
    given = {"user_id": options.user_id, "connected_account_id": options.connected_account_id}
    template = None
    if options.function is not None:
        used = {name: value for name, value in given.items() if value is not None}
        arguments = dict(options.argument)
        template = Template(options.function, arguments, used, frozenset(tags.find(arguments)))
    return Input(options.file, options.format == "csv", template, has_user=has_user)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a whole number from 1"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _rate(text: str) -> RateLimit:
    calls, _, seconds = text.partition("/")
    try:
        return RateLimit(float(calls), float(seconds or 1))
    except (IntegryError, ValueError) as error:
        message = f"{text!r} is not a rate: write 50 for 50 calls per second, or 100/60 for 100 per minute"
        raise argparse.ArgumentTypeError(message) from error


def _argument(text: str) -> Any:
    try:
        return argument(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Make the calls in a file, in threads, and write their outcomes as JSON Lines.",
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("file", metavar="FILE", help=f"the calls or rows, as JSON Lines or CSV; {STDIN} for standard input")
    add("argument", metavar="ARGUMENT", nargs="*", type=_argument, help="with --function: name=text, or name:=JSON")
    add("--function", metavar="NAME", help="call this function for each row, with the row's columns as variables")
    add("--user-id", metavar="ID", help="with --function: the user (default: INTEGRY_USER_ID)")
    add("--connected-account-id", metavar="ID", help="with --function: the account, if the user has several")
    add("--format", choices=("jsonl", "csv"), help="the format of FILE (default: csv if its name ends with .csv)")
    add("--output", metavar="FILE", help="write the outcomes to this file (default: standard output)")
    add("--journal", metavar="FILE", help="record the calls in this file (default: the output's name with .journal)")
    add("--resume", action="store_true", help="go on with the run that the journal recorded, if there is one")
    add("--repeat", choices=("failed", "reads", "unknown"), help="with --resume: make these calls again")
    add("--no-sync", dest="sync", action="store_false", help="do not wait for the disk: survive a kill only")
    add("--workers", metavar="N", type=_positive, default=16, help="number of calls at the same time (default: 16)")
    add("--window", metavar="N", type=_positive, help="number of calls to read ahead (default: 4 times --workers)")
    add("--ordered", action="store_true", help="write outcomes in the order of the calls, recorded ones first")
    add("--rate", metavar="N[/SECONDS]", type=_rate, help="number of calls per second, or per SECONDS")
    add("--quiet", action="store_true", help="show neither progress nor the table at the end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
