"""The results as a chart: what operations cost each client, over plain requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .report import KINDS, NAMES

#: Which operations have a panel.
PANELS = ("call", "functions", "apps")
#: Bars end here; what is longer is told beside.
LONGEST = 3.0
#: For ours, the vendor's, and the others.
COLOURS = {"ours": "#2b6cb0", "vendor": "#c05621", "": "#a0aec0"}


def colour(name: str) -> str:
    """The colour of a client."""
    return next(colour for beginning, colour in COLOURS.items() if name.startswith(beginning))


def panel(axes: Any, kind: str, found: dict[str, Any], names: list[str]) -> None:
    """Draw a bar for each client, with its quartiles."""
    for place, name in enumerate(names):
        if name not in found:
            continue
        median, low, high = found[name]["requests"]
        bar = min(median, LONGEST)
        axes.barh(place, bar, color=colour(name), height=0.7)
        if median <= LONGEST:
            axes.plot([low, high], [place, place], color="black", linewidth=1)
        inside = bar > LONGEST * 0.8
        axes.text(
            bar + (-0.05 if inside else 0.06),
            place,
            f"{median:.2f}" if median <= LONGEST else f"{median:.0f} →",
            va="center",
            ha="right" if inside else "left",
            fontsize=8,
        )
    axes.axvline(1.0, color="black", linewidth=0.8, linestyle=":")
    axes.set(title=KINDS[kind], xlim=(0, LONGEST))
    axes.title.set_fontsize(10)
    axes.spines[["top", "right"]].set_visible(False)


def draw(data: dict[str, Any], path: Path) -> None:
    """Write the chart, the same bytes for the same figures."""
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
    note = "".join(f" Not to be trusted: {complaint}." for complaint in data["complaints"])
    figure.supxlabel(f"client CPU time for one operation, plain requests = 1.{note}", fontsize=9)
    # White, so that it can be read on dark pages too.
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    pyplot.close(figure)
