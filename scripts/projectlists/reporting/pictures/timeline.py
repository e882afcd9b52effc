"""Milestones on a line of time: phases as bands, planned against expected, today (guide.md §2.6, "Picture")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from projectlists.language import _
from projectlists.reporting.pictures import canvas, timescale

ROW = 0.27
"""Inches of height for a row."""
_NAMES = 2.75
_RIGHT = 0.55
_TOP, _BOTTOM = 0.45, 0.55
LATE = 10
"""More days of slip than this ask for action (guide.md §2.6, "Formatting")."""


@dataclass(frozen=True)
class Moment:
    """One milestone. `expected` is the forecast, or the day it was really achieved when `achieved`."""

    number: str
    title: str
    planned: date
    expected: date
    start: date | None = None
    achieved: bool = False
    gate: bool = False

    @property
    def slip(self) -> int:
        """Calendar days later than planned; negative when earlier."""
        return (self.expected - self.planned).days


@dataclass(frozen=True)
class Timeline:
    """Milestones by phase, in order, and the day it is."""

    phases: tuple[tuple[str, tuple[Moment, ...]], ...]
    today: date


def draw(timeline: Timeline) -> Figure:
    """The picture."""
    rows = sum(len(moments) + bool(name) for name, moments in timeline.phases)
    height = rows * ROW + _TOP + _BOTTOM
    figure, axes = canvas.plain_sheet(height)
    first, last = _span(timeline)
    room = canvas.WIDTH - _NAMES - _RIGHT

    def x(day: date) -> float:
        return _NAMES + room * (day - first).days / (last - first).days

    y = _TOP
    for number, (name, moments) in enumerate(timeline.phases):
        size = (len(moments) + bool(name)) * ROW
        canvas.band(axes, number, y, size)
        if name:
            axes.text(0.08, y + ROW / 2, name, va="center_baseline", weight="bold", fontsize=canvas.NORMAL)
            y += ROW
        for moment in moments:
            _row(axes, moment, y + ROW / 2, x)
            y += ROW
    timescale.months(axes, (first, last), x, (_TOP, y))
    timescale.today(axes, timeline.today, x, (_TOP - 0.08, y))
    _legend(axes, y + 0.32)
    return figure


def _row(axes: Axes, moment: Moment, y: float, x: Callable[[date], float]) -> None:
    words = canvas.line_of(f"{moment.number} {moment.title}", 38)
    weight = "bold" if moment.gate else "normal"
    axes.text(0.16, y, words, va="center_baseline", fontsize=canvas.SMALL - (0.7 if moment.gate else 0), weight=weight)
    planned, expected = x(moment.planned), x(moment.expected)
    if moment.start and moment.start < moment.planned:
        axes.plot((x(moment.start), planned), (y, y), color="#b9c2cc", linewidth=4, solid_capstyle="butt", zorder=1)
    if moment.slip:
        axes.plot((planned, expected), (y, y), color=canvas.INK, linewidth=1.3, zorder=3)
    _dot(axes, (planned, y), "D", canvas.PAPER, canvas.INK, size=5.5)
    shape, colour = ("o", canvas.GREEN) if moment.achieved else ("D", canvas.BLUE)
    _dot(axes, (expected, y), shape, colour, canvas.PAPER, size=8 if moment.achieved else 7.5)
    if moment.slip:
        words = _("{days} d").format(days=f"{moment.slip:+d}").replace("-", "−")
        axes.text(
            max(planned, expected) + 0.09,
            y,
            words,
            va="center_baseline",
            fontsize=canvas.SMALL,
            color=canvas.RED if moment.slip > LATE else canvas.INK,
            weight="bold" if moment.slip > LATE else "normal",
            zorder=5,
            path_effects=[withStroke(linewidth=3, foreground=canvas.PAPER)],  # readable across the line of today
        )


def _dot(axes: Axes, at: tuple[float, float], shape: str, face: str, edge: str, *, size: float) -> None:
    line = Line2D([at[0]], [at[1]], marker=shape, markersize=size, markerfacecolor=face, markeredgecolor=edge, zorder=4)
    line.set_linestyle("none")
    axes.add_line(line)


def _span(timeline: Timeline) -> tuple[date, date]:
    days = [timeline.today]
    for _name, moments in timeline.phases:
        for moment in moments:
            days += [moment.planned, moment.expected, *([moment.start] if moment.start else [])]
    margin = timedelta(days=max(7, (max(days) - min(days)).days // 40))
    return min(days) - margin, max(days) + margin


def _legend(axes: Axes, y: float) -> None:
    words = (
        ("D", canvas.PAPER, canvas.INK, _("planned")),
        ("D", canvas.BLUE, canvas.PAPER, _("expected")),
        ("o", canvas.GREEN, canvas.PAPER, _("achieved")),
    )
    for number, (shape, face, edge, name) in enumerate(words):
        x = 0.2 + number * 1.1
        _dot(axes, (x, y), shape, face, edge, size=7)
        axes.text(x + 0.13, y, name, va="center_baseline", fontsize=canvas.SMALL)
    axes.text(
        3.55, y, _("bold: phase gate; +12 d: 12 days later than planned"), va="center_baseline", fontsize=canvas.SMALL
    )
