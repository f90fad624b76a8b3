"""The error that ends the command, and how it is told."""


class GenerationError(Exception):
    """No client can be generated; the message is one line.

    Attributes:
        exit_code: The exit code of the command.
    """

    exit_code = 1


class WarningsError(GenerationError):
    """No client was written, as there were warnings and none were allowed."""

    exit_code = 3


def one_line(error: object) -> str:
    """Return the text of an error as one line of at most 300 characters."""
    return " ".join(str(error).split())[:300]
