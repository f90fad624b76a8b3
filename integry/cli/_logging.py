"""The log of the SDK on standard error, for -v and -vv."""

from __future__ import annotations

import logging
import sys

from ._text import clean


class Handler(logging.Handler):
    """Prints each record as one line, free of control characters. The SDK has masked the secrets."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record."""
        sys.stderr.write(f"{clean(record.getMessage())}\n")


def show_log() -> None:
    """Print the log of the SDK on standard error."""
    logger = logging.getLogger(__name__.split(".", maxsplit=1)[0])
    hide_log()
    logger.addHandler(Handler())
    logger.setLevel(logging.DEBUG)


def hide_log() -> None:
    """Undo `show_log`, so that a program that runs the command has its own log again."""
    logger = logging.getLogger(__name__.split(".", maxsplit=1)[0])
    for each in [handler for handler in logger.handlers if isinstance(handler, Handler)]:
        logger.removeHandler(each)
        logger.setLevel(logging.NOTSET)
