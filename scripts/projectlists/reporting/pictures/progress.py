"""How far the plan is: milestones planned, reached, and expected, as a share of them all (guide.md §2.6, "Picture")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from matplotlib.figure import Figure

from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.pictures import canvas, timescale

Steps = tuple[tuple[date, float], ...]
"""Days in order, each with the share (of 1) from that day on."""
_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 0.62, 0.25, 0.45, 0.62, 3.4


@dataclass(frozen=True)
class Progress:
    """Shares of the plan: as planned, as done up to today, and as expected from today."""

    planned: Steps
    done: Steps
    expected: Steps
    today: date


def draw(progress: Progress) -> Figure:
    """The picture."""
    figure, axes = canvas.plain_sheet(_HEIGHT)
    days = [
        progress.today,
        *(day for steps in (progress.planned, progress.done, progress.expected) for day, _at in steps),
    ]
    margin = timedelta(days=max(7, (max(days) - min(days)).days // 30))
    first, last = min(days) - margin, max(days) + margin
    bottom = _HEIGHT - _BOTTOM

    def x(day: date) -> float:
        return _LEFT + (canvas.WIDTH - _LEFT - _RIGHT) * (day - first).days / (last - first).days

    def y(share: float) -> float:
        return bottom - (bottom - _TOP) * share

    for share in (0, 0.25, 0.5, 0.75, 1):
        axes.plot((_LEFT, canvas.WIDTH - _RIGHT), (y(share),) * 2, color=canvas.PALE, linewidth=0.8, zorder=0.4)
        words = wording.percent(share)
        axes.text(_LEFT - 0.08, y(share), words, ha="right", va="center_baseline", fontsize=canvas.SMALL)
    looks: tuple[tuple[Steps, str, float, Any], ...] = (
        (((first, 0.0), *progress.planned, (last, 1.0)), canvas.INK, 1.8, (0, (5, 2))),
        (progress.expected, canvas.PURPLE, 2.0, (0, (1, 1.2))),
        (((first, 0.0), *progress.done), canvas.BLUE, 2.6, "solid"),
    )
    for steps, colour, width, dashes in looks:
        across, up = _stairs(steps, x, y)
        axes.plot(across, up, color=colour, linewidth=width, linestyle=dashes, zorder=3)
    timescale.months(axes, (first, last), x, (_TOP, bottom))
    timescale.today(axes, progress.today, x, (_TOP - 0.08, bottom))
    names = (_("planned"), _("expected"), _("done"))
    for number, ((_steps, colour, width, dashes), name) in enumerate(zip(looks, names, strict=True)):
        left = _LEFT + 1.5 * number
        axes.plot((left, left + 0.42), (_HEIGHT - 0.17,) * 2, color=colour, linewidth=width, linestyle=dashes)
        axes.text(left + 0.52, _HEIGHT - 0.17, name, va="center_baseline", fontsize=canvas.SMALL)
    return figure


def _stairs(steps: Steps, x: Callable[[date], float], y: Callable[[float], float]) -> tuple[list[float], list[float]]:
    """A line that goes up on each of the days and stays level between them."""
    across: list[float] = []
    up: list[float] = []
    for day, share in steps:
        if up:
            across.append(x(day))
            up.append(up[-1])
        across.append(x(day))
        up.append(y(share))
    return across, up
