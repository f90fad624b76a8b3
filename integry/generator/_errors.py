"""The error that ends the command, and its one-line message."""


class GenerationError(Exception):
    """No client can be generated. The message is one line.

    Attributes:
        exit_code: The exit code of the command.
    """

    exit_code = 1


class AliasError(ValueError):
    """The aliases of a YAML document make it endless, or so large that it cannot be used."""


class WarningsError(GenerationError):
    """There were warnings, and the user gave --fail-on-warning. No client was written."""

    exit_code = 3


def one_line(error: object) -> str:
    """Return the text of an error as one line of at most 300 characters."""
    return " ".join(str(error).split())[:300]
