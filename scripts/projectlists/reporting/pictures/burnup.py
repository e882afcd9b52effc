"""Burn-up: everything agreed against everything done, week by week (guide.md §2.1, "Picture")."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from projectlists.language import _
from projectlists.reporting.pictures import canvas


@dataclass(frozen=True)
class Week:
    """The state at the end of an ISO week, counted from the beginning."""

    name: str
    agreed: int
    done: int


@dataclass(frozen=True)
class BurnUp:
    """The weeks in order; at least one."""

    weeks: tuple[Week, ...]


def draw(burn_up: BurnUp) -> Figure:
    """The picture."""
    figure, axes = canvas.sheet(3.6)
    axes.set_position((0.085, 0.17, 0.71, 0.76))
    weeks = burn_up.weeks
    across = list(range(len(weeks)))
    agreed, done = [week.agreed for week in weeks], [week.done for week in weeks]
    axes.fill_between(across, done, agreed, facecolor="#eef2f6", edgecolor="#b9c2cc", hatch="//", linewidth=0, zorder=1)
    axes.plot(across, agreed, color=canvas.INK, linewidth=2, linestyle=(0, (5, 2)), zorder=3)
    axes.plot(across, done, color=canvas.BLUE, linewidth=2.6, zorder=4)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    top = max(*agreed, 1)
    axes.set_ylim(0, top * 1.08)
    axes.set_xlim(0, max(len(weeks) - 1, 1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.grid(axis="y", color=canvas.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    step = max(1, -(-len(weeks) // 9))
    shown = list(range((len(weeks) - 1) % step, len(weeks), step))
    axes.set_xticks(shown, [weeks[number].name for number in shown])
    last = len(weeks) - 1
    heights = _apart([agreed[-1], (agreed[-1] + done[-1]) / 2, done[-1]], top * 0.085)
    words = (
        _("{count} agreed").format(count=agreed[-1]),
        _("{count} still open").format(count=agreed[-1] - done[-1]),
        _("{count} done").format(count=done[-1]),
    )
    looks = ((canvas.INK, "bold"), (canvas.SOFT, "normal"), (canvas.BLUE, "bold"))
    for height, text, (colour, weight) in zip(heights, words, looks, strict=True):
        axes.annotate(
            text,
            (max(last, 1), height),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            weight=weight,
            annotation_clip=False,
        )
    return figure


def _apart(heights: list[float], least: float) -> list[float]:
    """Heights from high to low, each at least so far below the one before, none below zero."""
    found: list[float] = []
    for height in heights:
        found.append(min(height, found[-1] - least) if found else max(height, 2 * least))
    lift = max(0.0, -found[-1])
    return [height + lift for height in found]
