"""What pictures along time share: months below, the line of today, and labels that do not lie on each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from matplotlib.axes import Axes

from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.pictures import canvas


def months(axes: Axes, period: tuple[date, date], x: Callable[[date], float], span: tuple[float, float]) -> None:
    """Months, or quarters, or years, so that their names do not touch, as lines over a span of heights."""
    first, last = period
    count = (last.year - first.year) * 12 + last.month - first.month
    step = next((size for size in (1, 2, 3, 6, 12, 24) if count / size <= 6), 60)
    for day in firsts(first, last, step):
        axes.plot((x(day), x(day)), span, color="#cfd5db", linewidth=0.8, zorder=0.5)
        axes.text(x(day), span[1] + 0.06, wording.month(day), ha="center", va="top", fontsize=canvas.SMALL)


def firsts(first: date, last: date, step: int) -> Sequence[date]:
    """The first day of every so many months in a period, counted from January of its first year."""
    found = []
    for month in range(first.year * 12, last.year * 12 + 12, step):
        day = date(month // 12, month % 12 + 1, 1)
        if first <= day <= last:
            found.append(day)
    return found


def today(axes: Axes, day: date, x: Callable[[date], float], span: tuple[float, float]) -> None:
    """The line of the day it is, with its date above."""
    now = x(day)
    axes.plot((now, now), span, color=canvas.RED, linewidth=1.3, linestyle=(0, (4, 2)), zorder=2)
    words = _("today {day}").format(day=wording.short_day(day))
    axes.text(
        now, span[0] - 0.06, words, ha="center", va="bottom", color=canvas.RED, fontsize=canvas.SMALL, weight="bold"
    )


def levels(places: Sequence[float], room: float) -> list[int]:
    """For labels from left to right: on which line each stands so that none lies on another, 0 the first."""
    ends: list[float] = []
    found = []
    for place in places:
        level = next((number for number, end in enumerate(ends) if place - end >= room), len(ends))
        ends[level:] = [place, *ends[level + 1 :]]
        found.append(level)
    return found
