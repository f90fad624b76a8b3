"""The error that ends the command, and its one-line message."""


class GenerationError(Exception):
    """The error if no client can be generated. Its message is one line.

    Attributes:
        exit_code: The exit code of the command.
    """

    exit_code = 1


class WarningsError(GenerationError):
    """The error if there were warnings and --fail-on-warning was given. No client was written."""

    exit_code = 3


def one_line(error: object) -> str:
    """Return the text of an error as one line of at most 300 characters."""
    return " ".join(str(error).split())[:300]
