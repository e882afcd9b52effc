"""A day from hour to hour, with a lane for each person (guide.md §2.9, "Picture"). To be printed."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from projectlists.reporting.pictures import canvas

_NAMES, _RIGHT, _TOP, _BOTTOM = 1.75, 0.45, 0.12, 0.36
_STEP, _LEAST = 0.3, 0.46


@dataclass(frozen=True)
class Part:
    """One part of the day: its number, and from and to in minutes after midnight."""

    number: str
    start: int
    end: int


@dataclass(frozen=True)
class DayPlan:
    """Lanes by name, each with its parts by time."""

    lanes: tuple[tuple[str, tuple[Part, ...]], ...]


def draw(plan: DayPlan) -> Figure:
    """The picture."""
    parts = [part for _name, found in plan.lanes for part in found]
    first = min(part.start for part in parts) // 60 * 60
    last = max(-(-max(part.end for part in parts) // 60) * 60, first + 60)
    unit = (canvas.WIDTH - _NAMES - _RIGHT) / (last - first)
    lanes = [(name, _stacked(found, unit)) for name, found in plan.lanes]
    heights = [len(rows) * _STEP + 0.12 for _name, rows in lanes]
    bottom = _TOP + sum(heights)
    figure, axes = canvas.plain_sheet(bottom + _BOTTOM)
    y = _TOP
    for number, ((name, rows), height) in enumerate(zip(lanes, heights, strict=True)):
        canvas.band(axes, number, y, height)
        axes.text(0.08, y + height / 2, canvas.line_of(name, 25), va="center_baseline", fontsize=canvas.SMALL)
        for place, row in enumerate(rows):
            for part in row:
                _bar(axes, part, (_NAMES + (part.start - first) * unit, y + 0.06 + place * _STEP), unit)
        y += height
    _hours(axes, first, last, unit, bottom)
    return figure


def _bar(axes: Axes, part: Part, corner: tuple[float, float], unit: float) -> None:
    width = max((part.end - part.start) * unit, 0.05)
    bar = Rectangle((corner[0], corner[1] + 0.03), width, _STEP - 0.06, facecolor="#9cc3dd", edgecolor=canvas.BLUE)
    bar.set(linewidth=0.9, zorder=2)
    axes.add_patch(bar)
    inside = width >= _LEAST
    axes.text(
        corner[0] + (width / 2 if inside else width + 0.04),
        corner[1] + _STEP / 2,
        part.number,
        ha="center" if inside else "left",
        va="center_baseline",
        fontsize=canvas.SMALL,
        weight="bold",
        zorder=3,
    )


def _stacked(parts: tuple[Part, ...], unit: float) -> list[list[Part]]:
    """The parts of a lane in as few rows as keep bars and their numbers apart."""
    rows: list[list[Part]] = []
    for part in sorted(parts, key=lambda found: (found.start, found.end, found.number)):
        row = next((row for row in rows if _end(row[-1], unit) <= part.start), None)
        if row is None:
            rows.append([part])
        else:
            row.append(part)
    return rows


def _end(part: Part, unit: float) -> float:
    """Until when the bar takes room, with a number that stands beside it."""
    width = (part.end - part.start) * unit
    return part.end if width >= _LEAST else part.end + (_LEAST + 0.08) / unit


def _hours(axes: Axes, first: int, last: int, unit: float, bottom: float) -> None:
    hours = (last - first) // 60
    step = next(size for size in (30, 60, 120, 240) if hours * 60 / size <= 10)
    for minute in range(first, last + 1, step):
        x = _NAMES + (minute - first) * unit
        axes.plot((x, x), (_TOP, bottom), color="#b9c2cc", linewidth=0.7, zorder=0.5)
        words = f"{minute // 60 % 24:02}:{minute % 60:02}"
        axes.text(x, bottom + 0.06, words, ha="center", va="top", fontsize=canvas.SMALL)
