"""Figures that tests measure, printed at the end of a run."""

from typing import Dict, Union

#: Values by name: a text, or a number that is the sum over all processes of the run.
MEASURED: Dict[str, Union[int, str]] = {}


def count(name: str, number: int = 1) -> None:
    """Add to a number."""
    MEASURED[name] = int(MEASURED.get(name, 0)) + number


def merge(measured: Dict[str, Union[int, str]]) -> None:
    """Add what another process measured."""
    for name, value in measured.items():
        if isinstance(value, int):
            count(name, value)
        else:
            MEASURED[name] = value


def shown(value: Union[int, str]) -> str:
    """Return a value as it is printed."""
    return f"{value:,}" if isinstance(value, int) else value
