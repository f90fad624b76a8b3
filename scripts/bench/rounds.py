"""Measuring clients by turns, so that what the machine does meanwhile befalls all of them alike.

In a round each client does a few operations; a ratio is that of two clients in one round. Of all rounds the median
counts, and the quartiles say how sure it is. (pyperf measures one process after another: minutes lie between two
numbers that are compared.)
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import Callable, Hashable, Mapping, NamedTuple, Sequence, TypeVar

T = TypeVar("T", bound=Hashable)


class Spread(NamedTuple):
    """A median, with the quartiles around it.

    Attributes:
        median: Half of the values are below.
        low: A quarter of them are below.
        high: A quarter of them are above.
    """

    median: float
    low: float
    high: float

    def width(self) -> float:
        """How far the quartiles are from each other, as a part of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


def spread(values: Sequence[float]) -> Spread:
    """The median and quartiles of values; of a single one all three are that."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def interleaved(measures: Mapping[T, Callable[[], float]], rounds: int) -> dict[T, list[float]]:
    """What each measure gives in each round. Every round begins with another, as the first may find other caches."""
    names, seen = list(measures), defaultdict(list)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            seen[name].append(measures[name]())
    return dict(seen)


def ratio(values: Sequence[float], base: Sequence[float]) -> Spread:
    """What values are to those of another client in the same round."""
    return spread([value / other for value, other in zip(values, base, strict=True)])
