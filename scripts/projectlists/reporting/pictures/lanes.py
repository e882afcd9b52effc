"""Communication moments on a line of time with a lane for each audience (guide.md §2.3, "Picture")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.pictures import canvas, markers

_NAMES, _RIGHT, _TOP, _BOTTOM = 1.6, 0.2, 0.42, 0.62
_RADIUS = 0.125
_STEP = 0.3
STATES = ("done", "coming", "approved", "late")
STATE_SHAPES = dict(zip(STATES, ("circle", "square", "diamond", "triangle"), strict=True))


@dataclass(frozen=True)
class Dot:
    """One moment in one lane. `state` is done, coming, approved or late."""

    number: str
    day: date
    state: str


@dataclass(frozen=True)
class Lanes:
    """Lanes by name, and the period they show."""

    lanes: tuple[tuple[str, tuple[Dot, ...]], ...]
    first: date
    last: date
    today: date


def draw(lanes: Lanes) -> Figure:
    """The picture."""
    room = canvas.WIDTH - _NAMES - _RIGHT

    def x(day: date) -> float:
        return _NAMES + room * (day - lanes.first).days / (lanes.last - lanes.first).days

    stacks = [(name, _stacked([(x(dot.day), dot) for dot in dots])) for name, dots in lanes.lanes]
    heights = [max(len(rows), 1) * _STEP + 0.14 for _name, rows in stacks]
    height = _TOP + sum(heights) + _BOTTOM
    figure, axes = canvas.plain_sheet(height)
    y = _TOP
    for number, ((name, rows), size) in enumerate(zip(stacks, heights, strict=True)):
        canvas.band(axes, number, y, size)
        axes.text(0.08, y + size / 2, canvas.line_of(name, 24), va="center_baseline", fontsize=canvas.SMALL)
        for place, row in enumerate(rows):
            for across, dot in row:
                at = (across, y + 0.07 + (place + 0.5) * _STEP)
                _mark(axes, at, dot)
        y += size
    _scale(axes, lanes, x, y)
    markers.legend(
        axes,
        [(0.25 + 1.65 * number, y + 0.45) for number in range(4)],
        0.085,
        list(
            zip(
                STATE_SHAPES.values(),
                (_("carried out"), _("planned or an idea"), _("approved"), _("late")),
                strict=True,
            )
        ),
        upwards=-1,
    )
    return figure


def _mark(axes: Axes, at: tuple[float, float], dot: Dot) -> None:
    markers.mark(axes, at, _RADIUS, STATE_SHAPES[dot.state], dot.number, size=canvas.SMALL, upwards=-1)


def _stacked(dots: Sequence[tuple[float, Dot]]) -> list[list[tuple[float, Dot]]]:
    """The marks in as few rows as keep them apart."""
    rows: list[list[tuple[float, Dot]]] = []
    for across, dot in sorted(dots, key=lambda found: (found[0], found[1].number)):
        for row in rows:
            if across - row[-1][0] >= 2.5 * _RADIUS:
                row.append((across, dot))
                break
        else:
            rows.append([(across, dot)])
    return rows


def _scale(axes: Axes, lanes: Lanes, x: Callable[[date], float], bottom: float) -> None:
    monday = lanes.first + timedelta(days=-lanes.first.weekday() % 7)
    number = 0
    while monday <= lanes.last:
        axes.plot((x(monday), x(monday)), (_TOP, bottom), color="#cfd5db", linewidth=0.7, zorder=0.5)
        if number % 2 == 0:
            axes.text(x(monday), bottom + 0.05, wording.short_day(monday), ha="center", va="top", fontsize=canvas.SMALL)
        monday += timedelta(weeks=1)
        number += 1
    now = x(lanes.today)
    axes.plot((now, now), (_TOP - 0.08, bottom), color=canvas.RED, linewidth=1.3, linestyle=(0, (4, 2)), zorder=2)
    words = _("today {day}").format(day=wording.short_day(lanes.today))
    axes.text(now, _TOP - 0.13, words, ha="center", va="bottom", color=canvas.RED, fontsize=canvas.SMALL, weight="bold")
