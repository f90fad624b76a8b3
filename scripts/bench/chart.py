"""The chart of the results: CPU time of operations by client, relative to plain requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .report import KINDS, NAMES
from .rounds import Spread

#: The operations that have a panel in the chart.
PANELS = ("call", "functions", "apps")
#: Longest bar: CPU time relative to plain requests. Longer bars are cut there, and labelled with their value.
MAX_RATIO = 3.0
#: Colours by prefix of the client's name.
COLOURS = {"ours": "#2b6cb0", "vendor": "#c05621", "": "#a0aec0"}


def colour(name: str) -> str:
    """Return the colour of a client's bars."""
    return next(colour for beginning, colour in COLOURS.items() if name.startswith(beginning))


def panel(axes: Any, kind: str, found: dict[str, Any], names: list[str]) -> None:
    """Draw the panel of an operation, with a bar for each client."""
    for place, name in enumerate(names):
        if name in found:
            bar(axes, place, colour(name), found[name]["requests"])
    axes.axvline(1.0, color="black", linewidth=0.8, linestyle=":")
    axes.set(xlim=(0, MAX_RATIO))
    axes.set_title(KINDS[kind], fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)


def bar(axes: Any, place: int, filled: str, ratio: Spread) -> None:
    """Draw a bar up to the median, with the quartiles and the median as text. Cut the bar at `MAX_RATIO`."""
    median, low, high = (min(value, MAX_RATIO) for value in ratio)
    axes.barh(place, median, color=filled, height=0.7)
    if median == MAX_RATIO:
        axes.text(MAX_RATIO - 0.05, place, f"{ratio[0]:.0f} →", va="center", ha="right", fontsize=8)
        return
    axes.plot([low, high], [place, place], color="black", linewidth=1)
    axes.text(max(median, high) + 0.06, place, f"{median:.2f}", va="center", fontsize=8)


def draw(data: dict[str, Any], path: Path) -> None:
    """Write the chart to an SVG file. The same figures produce the same bytes."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "bench"
    from matplotlib import pyplot

    calls = data["calls"]
    names = [name for name in NAMES if name in calls["call"]]
    figure, panels = pyplot.subplots(
        1, len(PANELS), figsize=(11, 0.8 + 0.32 * len(names)), sharey=True, layout="constrained"
    )
    for axes, kind in zip(panels, PANELS, strict=True):
        panel(axes, kind, calls[kind], names)
    panels[0].set_yticks(range(len(names)), [NAMES[name].replace("**", "") for name in names], fontsize=9)
    panels[0].invert_yaxis()
    note = " These figures are not reliable: see results.md." if data["complaints"] else ""
    figure.supxlabel(f"client CPU time for one operation, plain requests = 1.{note}", fontsize=9)
    # Use a white background: on a transparent one, black text is unreadable in a dark theme.
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    pyplot.close(figure)
