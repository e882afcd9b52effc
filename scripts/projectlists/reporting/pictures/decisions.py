"""Decisions on a line of time, with the phase gates across it (guide.md §2.4, "Picture")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from projectlists.language import _
from projectlists.reporting.pictures import canvas, markers, timescale

_ROW = 0.27
_NAMES, _RIGHT, _BOTTOM = 2.95, 0.3, 0.62
_GATE_ROW = 0.19
SHAPES = {"ahead": "diamond", "taken": "square", "executed": "circle", "ended": "triangle"}
"""What stands for a decision still to be taken, one to be carried out, one that was, and one without effect."""


@dataclass(frozen=True)
class Taken:
    """A decision: its number, text and day; `state` is one of `SHAPES`."""

    number: str
    title: str
    day: date
    state: str


@dataclass(frozen=True)
class Decisions:
    """Decisions in order, phase gates by number and day, and the day it is."""

    rows: tuple[Taken, ...]
    gates: tuple[tuple[str, date], ...]
    today: date


def draw(decisions: Decisions) -> Figure:
    """The picture."""
    days = [decisions.today, *(row.day for row in decisions.rows), *(day for _number, day in decisions.gates)]
    margin = timedelta(days=max(7, (max(days) - min(days)).days // 30))
    first, last = min(days) - margin, max(days) + margin
    room = canvas.WIDTH - _NAMES - _RIGHT

    def x(day: date) -> float:
        return _NAMES + room * (day - first).days / (last - first).days

    levels = timescale.levels([x(day) for _number, day in decisions.gates], 0.5)
    top = 0.46 + _GATE_ROW * (max(levels, default=-1) + 1)
    bottom = top + _ROW * len(decisions.rows)
    height = bottom + _BOTTOM
    figure, axes = canvas.plain_sheet(height)
    for number, row in enumerate(decisions.rows):
        y = top + _ROW * number
        canvas.band(axes, number, y, _ROW)
        words = canvas.line_of(f"{row.number} {row.title}", 44)
        axes.text(0.08, y + _ROW / 2, words, va="center_baseline", fontsize=canvas.SMALL)
        axes.plot((_NAMES, x(row.day)), (y + _ROW / 2,) * 2, color="#d5dae0", linewidth=0.8, zorder=0.6)
        markers.mark(axes, (x(row.day), y + _ROW / 2), 0.075, SHAPES[row.state], "", size=canvas.SMALL, upwards=-1)
    _gates(axes, decisions, levels, (top, bottom), x)
    timescale.months(axes, (first, last), x, (top, bottom))
    timescale.today(axes, decisions.today, x, (0.28, bottom))
    names = (_("still to be taken"), _("to be carried out"), _("carried out"), _("rejected, withdrawn or replaced"))
    places = [(0.17 + across, bottom + 0.47) for across in (0.0, 1.3, 2.65, 3.75)]
    markers.legend(axes, places, 0.075, list(zip(SHAPES.values(), names, strict=True)), upwards=-1)
    return figure


def _gates(
    axes: Axes, decisions: Decisions, levels: list[int], span: tuple[float, float], x: Callable[[date], float]
) -> None:
    top, bottom = span
    for (number, day), level in zip(decisions.gates, levels, strict=True):
        y = top - 0.1 - _GATE_ROW * level
        axes.plot((x(day), x(day)), (y, bottom), color=canvas.PURPLE, linewidth=1.1, zorder=1)
        axes.text(
            x(day),
            y,
            number,
            ha="center",
            va="center_baseline",
            fontsize=canvas.SMALL - 0.7,
            weight="bold",
            color=canvas.PAPER,
            zorder=6,
            bbox={"facecolor": canvas.PURPLE, "edgecolor": "none", "pad": 1.4},
        )
    if decisions.gates:
        axes.text(
            0.08, top - 0.1, _("purple: phase gates"), va="center_baseline", fontsize=canvas.SMALL, color=canvas.PURPLE
        )
