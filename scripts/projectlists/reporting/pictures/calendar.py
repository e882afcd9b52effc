"""Thirteen weeks of communication, a row for each week and a cell for each day (guide.md §2.3, "Picture")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import get_day_names
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from projectlists.language import _, current
from projectlists.reporting import wording
from projectlists.reporting.pictures import canvas

WEEKS = 13
_WEEK, _CELL, _ROW, _TOP, _BOTTOM = 0.62, 0.94, 0.46, 0.3, 0.32
_MOST = 4


@dataclass(frozen=True)
class Quarter:
    """The Monday it begins, the day it is, days not worked, and what happens when: short texts by day."""

    monday: date
    today: date
    free: frozenset[date]
    tags: Mapping[date, tuple[str, ...]]


def draw(quarter: Quarter) -> Figure:
    """The picture."""
    height = _TOP + WEEKS * _ROW + _BOTTOM
    figure, axes = canvas.plain_sheet(height)
    names = get_day_names("abbreviated", locale=current())
    for number in range(7):
        middle = _WEEK + (number + 0.5) * _CELL
        axes.text(middle, _TOP / 2, names[number], ha="center", va="center", weight="bold", fontsize=canvas.SMALL)
    for week in range(WEEKS):
        monday = quarter.monday + timedelta(weeks=week)
        y = _TOP + week * _ROW
        words = _("wk {number}").format(number=monday.isocalendar().week)
        axes.text(0.06, y + _ROW / 2, words, va="center", fontsize=canvas.SMALL, weight="bold")
        for number in range(7):
            _day(axes, quarter, monday + timedelta(days=number), _WEEK + number * _CELL, y)
    today = (quarter.today - quarter.monday).days
    if 0 <= today < WEEKS * 7:
        corner = (_WEEK + today % 7 * _CELL, _TOP + today // 7 * _ROW)
        axes.add_patch(Rectangle(corner, _CELL, _ROW, fill=False, edgecolor=canvas.RED, linewidth=2, zorder=5))
    _legend(axes, height - _BOTTOM / 2)
    return figure


def _day(axes: Axes, quarter: Quarter, day: date, x: float, y: float) -> None:
    free = day in quarter.free
    face = "#e9ecef" if free else canvas.PAPER
    axes.add_patch(Rectangle((x, y), _CELL, _ROW, facecolor=face, edgecolor="#b9c2cc", linewidth=0.7, zorder=1))
    first = day.day == 1 or day == quarter.monday
    name = wording.short_day(day) if first else str(day.day)
    weight = "bold" if first else "normal"
    axes.text(x + 0.05, y + 0.04, name, va="top", fontsize=7.2, color=canvas.INK, weight=weight, zorder=3)
    tags = quarter.tags.get(day, ())
    shown = tags if len(tags) <= _MOST else (*tags[: _MOST - 1], f"+{len(tags) - _MOST + 1}")
    for number, tag in enumerate(shown):
        place = (x + _CELL - 0.04 - (number // 2) * 0.47, y + 0.12 + (number % 2) * 0.215)
        axes.text(
            *place,
            tag,
            ha="right",
            va="center",
            fontsize=7.4,
            weight="bold",
            color=canvas.PAPER,
            zorder=4,
            bbox={"facecolor": canvas.RED if tag.endswith("!") else canvas.BLUE, "edgecolor": "none", "pad": 1.3},
        )


def _legend(axes: Axes, y: float) -> None:
    axes.add_patch(Rectangle((0.08, y - 0.07), 0.2, 0.14, fill=False, edgecolor=canvas.RED, linewidth=2))
    axes.text(0.35, y, _("today"), va="center_baseline", fontsize=canvas.SMALL)
    axes.add_patch(Rectangle((1.2, y - 0.07), 0.2, 0.14, facecolor="#e9ecef", edgecolor="#b9c2cc"))
    axes.text(1.47, y, _("not a working day"), va="center_baseline", fontsize=canvas.SMALL)
    axes.text(3.2, y, _("✓ carried out      ! late      * only an idea"), va="center_baseline", fontsize=canvas.SMALL)
