"""Power and interest: influence upwards, interest to the right, five by five, split at 3 (guide.md §2.2, (2))."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from projectlists.language import _
from projectlists.reporting.pictures import canvas, markers
from projectlists.reporting.pictures.rings import STANCE_SHAPES

_LARGEST = 0.155


@dataclass(frozen=True)
class Standing:
    """One mark: its number in the table, interest and influence from 1 to 5, stance."""

    number: str
    interest: int
    influence: int
    stance: str


@dataclass(frozen=True)
class Matrix:
    """Everything in the picture; names of stances by key."""

    parties: tuple[Standing, ...]
    stance_names: tuple[tuple[str, str], ...]


def draw(matrix: Matrix) -> Figure:
    """The picture."""
    figure, axes = canvas.sheet(7.3)
    canvas.bare(axes)
    axes.set_xlim(-0.35, 5.65)
    axes.set_ylim(-0.55, 5.54)
    axes.set_aspect("equal")
    _field(axes)
    cells = Counter((party.interest, party.influence) for party in matrix.parties)
    side = max((_side(number) for number in cells.values()), default=1)
    radius = min(_LARGEST, 0.92 / side / 2.3)
    placed: Counter[tuple[int, int]] = Counter()
    for party in matrix.parties:
        cell = (party.interest, party.influence)
        x, y = _spot(placed[cell], cells[cell])
        placed[cell] += 1
        size = radius / _LARGEST * canvas.SMALL
        shape = STANCE_SHAPES.get(party.stance, "diamond")
        markers.mark(axes, (party.interest + x, party.influence + y), radius, shape, party.number, size=size)
    places = [(0.62 + 1.25 * number, -0.37) for number in range(4)]
    markers.legend(axes, places, 0.09, [(STANCE_SHAPES[key], name) for key, name in matrix.stance_names])
    return figure


def _field(axes: Axes) -> None:
    for column in range(1, 6):
        for row in range(1, 6):
            cell = Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor="#f7f9fb", edgecolor=canvas.PALE, zorder=1)
            axes.add_patch(cell)
    axes.add_patch(Rectangle((0.5, 0.5), 5, 5, facecolor="none", edgecolor=canvas.LINE, zorder=2))
    for along in (((3, 3), (0.5, 5.5)), ((0.5, 5.5), (3, 3))):
        axes.plot(*along, color=canvas.LINE, linewidth=1.2, linestyle=(0, (5, 3)), zorder=2)
    for number in range(1, 6):
        axes.text(number, 0.33, str(number), ha="center", va="center", fontsize=canvas.NORMAL)
        axes.text(0.36, number, str(number), ha="center", va="center", fontsize=canvas.NORMAL)
    axes.text(3, 0.05, _("interest (1 little, 5 much)"), ha="center", va="center", weight="bold")
    axes.text(0.0, 3, _("influence (1 little, 5 much)"), ha="center", va="center", rotation=90, weight="bold")


def _side(number: int) -> int:
    """How many marks go side by side in a cell that holds so many."""
    side = 1
    while side * side < number:
        side += 1
    return max(side, 2)


def _spot(position: int, number: int) -> tuple[float, float]:
    """Where in its cell a mark goes: rows of equal length, in the middle."""
    if number == 1:
        return 0.0, 0.0
    side = _side(number)
    rows = -(-number // side)
    row, column = divmod(position, side)
    length = side if row < rows - 1 else number - side * (rows - 1)
    step = 0.92 / side
    return (column - (length - 1) / 2) * step, ((rows - 1) / 2 - row) * step
