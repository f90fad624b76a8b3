"""The performance targets, met or missed, with the measured values."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from .rounds import Spread, spread


class Target(NamedTuple):
    """A performance target.

    Attributes:
        what: The title.
        limit: The maximum value.
        measured: The measured value.
        show: A function that formats a value.
        exact: True if the value must be equal to the limit.
    """

    what: str
    limit: float
    measured: Spread
    show: Callable[[float], str]
    exact: bool = False

    def is_met(self) -> bool:
        """Return True if the target is met."""
        median = self.measured.median
        return median == self.limit if self.exact else median <= self.limit


def plain(value: float) -> str:
    """Format a ratio."""
    return f"{value:.2f}"


def fraction(value: float) -> str:
    """Format a small ratio as a fraction."""
    return f"1/{1 / value:.0f}"


def percent(value: float) -> str:
    """Format a ratio as a percentage."""
    return f"{value:.1%}"


def number(value: float) -> str:
    """Format a count."""
    return f"{value:.0f}"


def table(data: dict[str, Any]) -> list[Target]:
    """Return all targets, in the order of the table."""
    return [
        *_calls(data["calls"]),
        *_models(data["models"]),
        *_django(data.get("django")),
        *_process(data),
        *_versions(data["pythons"]),
        *_first(data),
    ]


def _calls(seen: dict[str, Any]) -> list[Target]:
    """Return the targets for the client's CPU time of each operation."""

    def ratio_to(base: str, kind: str, client: str = "ours") -> Spread:
        found: Spread = seen[kind][client][base]
        return found

    own = "with a user's own session"
    return [
        Target("functions.call / plain requests", 0.50, ratio_to("requests", "call"), plain),
        Target("functions.get / plain requests", 0.50, ratio_to("requests", "get"), plain),
        Target("functions.call / the vendor's async SDK", 0.28, ratio_to("vendor", "call"), plain),
        Target("functions.get / the vendor's async SDK", 0.28, ratio_to("vendor", "get"), plain),
        Target("functions.call / the vendor's blocking call_sync", 1 / 60, ratio_to("vendor-sync", "call"), fraction),
        Target("a page of 50 functions / plain requests", 0.75, ratio_to("requests", "functions"), plain),
        Target("a page of 50 apps / plain requests", 0.70, ratio_to("requests", "apps"), plain),
        Target(f"functions.call {own} / plain requests", 1.10, ratio_to("requests", "call", "ours-session"), plain),
        Target(f"functions.get {own} / plain requests", 1.10, ratio_to("requests", "get", "ours-session"), plain),
    ]


def _models(seen: dict[str, Any]) -> list[Target]:
    """Return the targets for the time to create models, relative to decoding JSON."""
    return [
        Target("models of a page of functions / its json.loads", 0.06, seen["functions"]["ratio"], percent),
        Target("models of a page of apps / its json.loads", 0.75, seen["apps"]["ratio"], percent),
    ]


def _django(seen: dict[str, Any] | None) -> list[Target]:
    """Return the targets for the Django app. Results of older runs do not have its figures."""
    if seen is None:
        return []
    return [
        Target("a form of 16 fields, built and rendered / the same form by hand", 1.20, seen["form"], plain),
        Target("the check for event loops / functions.call, in Django", 0.01, seen["guard"], percent),
        Target("an unused request.integry / an empty view", 0.01, seen["request.integry"], percent),
    ]


def _process(data: dict[str, Any]) -> list[Target]:
    """Return the targets for import time, memory and connections."""
    peaks = {
        (total, name): each["peak"].median for total, names in data["walks"].items() for name, each in names.items()
    }
    vendor = spread([peaks[10_000, "ours"] / peaks[10_000, "vendor"]])
    growth = spread([peaks[100_000, "ours"] / peaks[10_000, "ours"]])
    opened = spread([data["connections"]["opened"]["ours"]])
    return [
        Target(
            "import and a client / import requests, cold process, wall", 1.08, data["imports"]["ratio"]["ours"], plain
        ),
        Target("peak memory, walking 10,000 functions / the vendor's SDK", 0.70, vendor, plain),
        # Differences below 5 % are measurement noise.
        Target("peak memory, walking 100,000 functions / 10,000", 1.05, growth, plain),
        Target("connections that 16 threads open in waves", data["connections"]["threads"], opened, number, exact=True),
    ]


def _versions(seen: dict[str, Any]) -> list[Target]:
    """Return the targets for CPU time on other versions of Python."""
    return [
        Target(
            f"functions.{kind} / plain requests, on Python {version}",
            0.55,
            found["calls"][kind]["ours"]["requests"],
            plain,
        )
        for version, found in seen.items()
        for kind in ("call", "get")
    ]


def _first(data: dict[str, Any]) -> list[Target]:
    """Return the targets for TLS contexts and functions, which must be created only once."""
    first = data["first"]["ours"]
    threads = next(name for name in first["steps"] if name.startswith("a new client"))
    made = [sum(step["contexts"] for name, step in first["steps"].items() if name != threads)]
    shared = [first["steps"][threads]["contexts"]]
    return [
        Target("TLS contexts of a client", 1, spread(made), number, exact=True),
        Target("TLS contexts of a client that 16 threads share", 1, spread(shared), number, exact=True),
        Target("functions written and compiled twice", 0, spread([first["compiled twice"]]), number, exact=True),
    ]
