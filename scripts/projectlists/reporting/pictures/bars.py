"""Rows of bars: what people have open, and amounts of money one inside another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.pictures import canvas, parts

_NAMES = 2.05
_WORDS = 1.5
_TOP = 0.1


@dataclass(frozen=True)
class Load:
    """The open rows of one name: late, due this week, later or without a date."""

    name: str
    late: int
    soon: int
    later: int


@dataclass(frozen=True)
class Loads:
    """The rows in order."""

    rows: tuple[Load, ...]


def draw_loads(loads: Loads) -> Figure:
    """Open, due this week and overdue (guide.md §2.1, "Picture")."""
    rows = tuple((row.name, (row.late, row.soon, row.later)) for row in loads.rows)
    names = (_("overdue"), _("due this week"), _("due later"))
    return parts.draw(parts.Parts(rows, tuple(zip(names, parts.BY_URGENCY, strict=True)), _("bold: all that is open")))


@dataclass(frozen=True)
class Amounts:
    """One row of money in euros: the whole, what is committed of it, what is invoiced, what it will be.

    `apart` starts a group of its own, such as the item for the unforeseen.
    """

    name: str
    whole: float
    committed: float | None
    invoiced: float
    forecast: float | None
    apart: bool = False


@dataclass(frozen=True)
class Budget:
    """The rows in order, and what the whole is called: the budget, or the order."""

    rows: tuple[Amounts, ...]
    whole: str
    invoiced: bool = True


def draw_budget(budget: Budget) -> Figure:
    """Budget, committed, invoiced and forecast in one bar each (guide.md §2.7, §2.8, "Picture")."""
    step, gap = 0.46, 0.16
    height = _TOP + step * len(budget.rows) + gap * sum(row.apart for row in budget.rows) + 0.95
    figure, axes = canvas.plain_sheet(height)
    most = max((max(row.whole, row.committed or 0, row.invoiced, row.forecast or 0) for row in budget.rows), default=1)
    unit = (canvas.WIDTH - _NAMES - _WORDS) / (most or 1)
    y = _TOP
    for row in budget.rows:
        if row.apart:
            axes.plot((0.06, canvas.WIDTH - 0.06), (y + gap / 2,) * 2, color=canvas.LINE, linewidth=0.8)
            y += gap
        _amounts(axes, row, y, step, unit)
        y += step
    axes.plot((_NAMES, _NAMES), (_TOP, y), color=canvas.LINE, linewidth=0.9, zorder=1)
    _money_scale(axes, most, unit, y)
    _money_legend(axes, budget, height)
    return figure


def _amounts(axes: Axes, row: Amounts, y: float, step: float, unit: float) -> None:
    middle = y + step / 2
    axes.text(0.06, middle, canvas.line_of(row.name, 29), va="center_baseline", fontsize=canvas.SMALL)
    _whole(axes, (_NAMES, middle - 0.16), row.whole * unit, 0.32)
    if row.committed is not None:
        _committed(axes, (_NAMES, middle - 0.1), row.committed * unit, 0.2)
    axes.add_patch(Rectangle((_NAMES, middle - 0.04), row.invoiced * unit, 0.08, facecolor=canvas.INK, zorder=4))
    words = wording.money(row.whole)
    short = row.forecast is not None and row.forecast > row.whole
    if row.forecast is not None:
        _forecast(axes, _NAMES + row.forecast * unit, middle)
        if short:
            words = _("shortage {amount}").format(amount=wording.money(row.forecast - row.whole))
    axes.text(
        canvas.WIDTH - 0.06,
        middle,
        words,
        ha="right",
        va="center_baseline",
        fontsize=canvas.SMALL - 0.5,
        color=canvas.RED if short else canvas.INK,
        weight="bold" if short else "normal",
    )


def _whole(axes: Axes, corner: tuple[float, float], width: float, height: float) -> None:
    axes.add_patch(Rectangle(corner, width, height, facecolor="#e3edf4", edgecolor=canvas.BLUE, linewidth=1, zorder=2))


def _committed(axes: Axes, corner: tuple[float, float], width: float, height: float) -> None:
    look: dict[str, Any] = {
        "facecolor": "#9cc3dd",
        "edgecolor": canvas.BLUE,
        "linewidth": 0.6,
        "hatch": "////",
        "zorder": 3,
    }
    axes.add_patch(Rectangle(corner, width, height, **look))


def _forecast(axes: Axes, x: float, y: float, half: float = 0.19) -> None:
    axes.plot((x, x), (y - half, y + half), color=canvas.PURPLE, linewidth=2, zorder=5)
    tip = Line2D([x], [y - half], marker="v", markersize=5.5, markerfacecolor=canvas.PURPLE, markeredgecolor="none")
    tip.set_zorder(6)
    axes.add_line(tip)


def _money_scale(axes: Axes, most: float, unit: float, y: float) -> None:
    for amount in _round_amounts(most):
        x = _NAMES + amount * unit
        axes.plot((x, x), (_TOP, y), color="#d5dae0", linewidth=0.7, zorder=0.5)
        axes.text(x, y + 0.05, wording.money(amount), ha="center", va="top", fontsize=canvas.SMALL - 0.7)


def _round_amounts(most: float) -> Sequence[float]:
    """Zero and at most four round amounts up to the most."""
    size = 10.0 ** (len(str(int(max(most, 1)))) - 1)
    step = next(part * size for part in (0.25, 0.5, 1, 2, 2.5, 5) if most / (part * size) < 5)
    return [step * number for number in range(int(most // step) + 1)]


def _money_legend(axes: Axes, budget: Budget, height: float) -> None:
    y = height - 0.25
    names = [budget.whole]
    _whole(axes, (0.1, y - 0.1), 0.3, 0.2)
    x = [0.1]
    if any(row.committed is not None for row in budget.rows):
        names.append(_("committed"))
        x.append(1.95)
        _committed(axes, (1.95, y - 0.075), 0.3, 0.15)
    if budget.invoiced:
        names.append(_("invoiced"))
        x.append(3.55)
        axes.add_patch(Rectangle((3.55, y - 0.04), 0.3, 0.08, facecolor=canvas.INK))
    if any(row.forecast is not None for row in budget.rows):
        names.append(_("forecast at completion"))
        x.append(5.0)
        _forecast(axes, 5.25, y + 0.02, half=0.1)
    for across, name in zip(x, names, strict=True):
        axes.text(across + 0.38, y, name, va="center_baseline", fontsize=canvas.SMALL)
