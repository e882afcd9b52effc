"""Numbered marks in four shapes, and the legend that explains them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

from matplotlib.axes import Axes
from matplotlib.patches import Circle, Patch, RegularPolygon

from projectlists.reporting.pictures.canvas import BLUE, INK, NORMAL, PAPER, PURPLE, RED, SOFT


@dataclass(frozen=True)
class Shape:
    """How a mark looks: a form with a colour. `corners` 0 is a circle; `turn` is in radians.

    `room` is how much smaller three figures must be to stay inside.
    """

    corners: int
    turn: float
    swell: float
    colour: str
    drop: float = 0.0
    room: float = 0.85


SHAPES = {
    "circle": Shape(0, 0, 1.0, BLUE),
    "square": Shape(4, pi / 4, 1.22, SOFT),
    "triangle": Shape(3, 0, 1.42, RED, drop=0.22, room=0.68),
    "diamond": Shape(4, 0, 1.3, PURPLE),
}


def mark(
    axes: Axes, at: tuple[float, float], radius: float, shape: str, text: str, *, size: float, upwards: int = 1
) -> None:
    """A mark of a radius in data units with a text in it; `size` is that of the letters in points.

    `upwards` is -1 on a sheet whose y grows downwards.
    """
    x, y = at
    axes.add_patch(_form(x, y, radius, SHAPES[shape], upwards))
    shown = SHAPES[shape]
    axes.text(
        x,
        y - upwards * shown.drop * radius,
        text,
        ha="center",
        va="center_baseline",
        fontsize=size * (1 if len(text) < 3 else shown.room),
        color=PAPER,
        weight="bold",
        zorder=6,
    )


def legend(
    axes: Axes,
    places: Sequence[tuple[float, float]],
    radius: float,
    entries: Sequence[tuple[str, str]],
    *,
    upwards: int = 1,
) -> None:
    """Shapes with their meaning, each at a place."""
    for (x, y), (shape, meaning) in zip(places, entries, strict=True):
        axes.add_patch(_form(x, y, radius, SHAPES[shape], upwards))
        axes.text(x + radius * 1.9, y, meaning, ha="left", va="center_baseline", fontsize=NORMAL, color=INK)


def _form(x: float, y: float, radius: float, shape: Shape, upwards: int) -> Patch:
    look = {"facecolor": shape.colour, "edgecolor": PAPER, "linewidth": 1.0, "zorder": 5}
    if shape.corners == 0:
        return Circle((x, y), radius, **look)
    return RegularPolygon(
        (x, y), shape.corners, radius=radius * shape.swell, orientation=shape.turn + (0 if upwards > 0 else pi), **look
    )
