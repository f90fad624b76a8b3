"""Figures that the tests measure, printed at the end of a run."""

from typing import Dict, Union

#: Figures by name: a text, or a number that is summed over all processes of the run.
MEASURED: Dict[str, Union[int, str]] = {}


def count(name: str, number: int = 1) -> None:
    """Add a number to a figure."""
    MEASURED[name] = int(MEASURED.get(name, 0)) + number


def merge(measured: Dict[str, Union[int, str]]) -> None:
    """Add the figures that another process measured."""
    for name, value in measured.items():
        if isinstance(value, int):
            count(name, value)
        else:
            MEASURED[name] = value


def shown(value: Union[int, str]) -> str:
    """Return a value as text for the printed figures."""
    return f"{value:,}" if isinstance(value, int) else value
