"""Interleaved measurements, so that changes in machine load affect all clients alike.

In a round, each client performs a few operations, and ratios compare clients within a round. The result is the median
of all rounds, with quartiles. (pyperf measures one process after another, so that minutes pass between two compared
numbers.)
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import Callable, Hashable, Mapping, NamedTuple, Sequence, TypeVar

T = TypeVar("T", bound=Hashable)


class Spread(NamedTuple):
    """A median with its quartiles.

    Attributes:
        median: The median.
        low: The lower quartile.
        high: The upper quartile.
    """

    median: float
    low: float
    high: float

    def width(self) -> float:
        """Return the distance between the quartiles, relative to the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


def spread(values: Sequence[float]) -> Spread:
    """Return the median and the quartiles of values."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def interleaved(measures: Mapping[T, Callable[[], float]], rounds: int) -> dict[T, list[float]]:
    """Run each measure once in each round, and return the values.

    Each round starts with another measure, because caches may be cold for the first one.
    """
    names, seen = list(measures), defaultdict(list)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            seen[name].append(measures[name]())
    return dict(seen)


def ratio(values: Sequence[float], base: Sequence[float]) -> Spread:
    """Return the ratio of a client's values to the values of another client in the same rounds."""
    return spread([value / other for value, other in zip(values, base, strict=True)])
