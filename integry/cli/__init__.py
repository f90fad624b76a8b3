"""The command `integry`: every operation of both APIs, from a terminal or a script."""

from ._run import main

__all__ = ["main"]
