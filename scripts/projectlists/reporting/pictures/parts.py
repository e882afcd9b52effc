"""Rows of bars that each have parts, one after another: how many of which kind, and how many in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from projectlists.language import _
from projectlists.reporting.pictures import canvas

_NAMES = 2.05
_TOP, _BOTTOM = 0.1, 0.42
_STEP, _LINE = 0.34, 0.26
_LETTER = 0.075
"""About as wide as a letter is, in inches."""


@dataclass(frozen=True)
class Look:
    """How a part looks: its tint, its pattern, and the colour of the figure in it."""

    tint: str
    pattern: str = ""
    letters: str = canvas.INK


BY_URGENCY = (Look(canvas.RED, "xxxx", canvas.PAPER), Look("#f1c27d", "////"), Look("#9cc3dd"))
"""Late, soon, later."""
BY_PROGRESS = (
    Look("#cfe6d6"),
    Look("#9cc3dd", "\\\\\\\\"),
    Look("#f1c27d", "////"),
    Look(canvas.PAPER),
    Look("#d5dae0", "...."),
)
"""From finished to not begun; the last is for what fell away."""
UNKNOWN = Look(canvas.PAPER, "xx")


@dataclass(frozen=True)
class Parts:
    """Rows by name with a count for each part; what the parts are called and look like; what the bold figure is."""

    rows: tuple[tuple[str, tuple[int, ...]], ...]
    kinds: tuple[tuple[str, Look], ...]
    total: str


def counted(rows: Iterable[tuple[str, Sequence[object]]], kinds: Sequence[tuple[str, str, Look]], total: str) -> Parts:
    """Rows of states, counted by kind: its key, its name and how it looks. What has no known state is a kind apart."""
    keys = [key for key, _name, _look in kinds]
    found = [(name, [list(states).count(key) for key in keys], len(states)) for name, states in rows]
    shown = [(name, look) for _key, name, look in kinds]
    if any(sum(counts) < all_of_them for _name, counts, all_of_them in found):
        shown.append((_("not filled in"), UNKNOWN))
        found = [(name, [*counts, every - sum(counts)], every) for name, counts, every in found]
    return Parts(tuple((name, tuple(counts)) for name, counts, _every in found), tuple(shown), total)


def draw(parts: Parts) -> Figure:
    """The picture."""
    bottom = _TOP + _STEP * len(parts.rows)
    height = bottom + _BOTTOM + _places(parts)[-1][1]
    figure, axes = canvas.plain_sheet(height)
    most = max((sum(counts) for _name, counts in parts.rows), default=1) or 1
    unit = (canvas.WIDTH - _NAMES - 0.5) / most
    for number, (name, counts) in enumerate(parts.rows):
        y = _TOP + _STEP * number
        axes.text(0.06, y + _STEP / 2, canvas.line_of(name, 28), va="center_baseline", fontsize=canvas.SMALL)
        x = _NAMES
        for count, (_name, look) in zip(counts, parts.kinds, strict=True):
            if count:
                _part(axes, (x, y + 0.05), (count * unit, _STEP - 0.1), look, str(count))
                x += count * unit
        total = str(sum(counts))
        axes.text(x + 0.08, y + _STEP / 2, total, va="center_baseline", weight="bold", fontsize=canvas.NORMAL)
    _legend(axes, parts, bottom + 0.15)
    return figure


def _places(parts: Parts) -> list[tuple[float, float]]:
    """Where the entries of the legend begin, the bold figure last: from left to right, then on a next line."""
    x, y = 0.1, 0.0
    found = []
    for name in (*(name for name, _look in parts.kinds), parts.total):
        wide = 0.36 + _LETTER * len(name)
        if x > 0.1 and x + wide > canvas.WIDTH:
            x, y = 0.1, y + _LINE
        found.append((x, y))
        x += wide + 0.3
    return found


def _legend(axes: Axes, parts: Parts, top: float) -> None:
    *kinds, (right, down) = _places(parts)
    for (x, y), (name, look) in zip(kinds, parts.kinds, strict=True):
        _part(axes, (x, top + y), (0.28, 0.17), look)
        axes.text(x + 0.36, top + y + 0.085, name, va="center_baseline", fontsize=canvas.SMALL)
    axes.text(right, top + down + 0.085, parts.total, va="center_baseline", fontsize=canvas.SMALL, color=canvas.INK)


def _part(axes: Axes, corner: tuple[float, float], size: tuple[float, float], look: Look, words: str = "") -> None:
    width, height = size
    edge = "#ffffff55" if look.tint == canvas.RED else "#00000040"
    pattern = {"facecolor": look.tint, "edgecolor": edge, "hatch": look.pattern, "linewidth": 0, "zorder": 2}
    axes.add_patch(Rectangle(corner, width, height, **pattern))  # type: ignore[arg-type]
    axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=canvas.INK, linewidth=0.7, zorder=3))
    if words:
        axes.text(
            corner[0] + width / 2,
            corner[1] + height / 2,
            words,
            ha="center",
            va="center_baseline",
            fontsize=canvas.SMALL,
            weight="bold",
            color=look.letters,
            zorder=4,
            bbox={"facecolor": look.tint, "edgecolor": "none", "pad": 1.2} if look.pattern else None,
        )
