"""The steering triangle with the team around it (guide.md §2.12, "Picture")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from projectlists.reporting.pictures import canvas

_WIDE, _HIGH = 2.15, 0.52
_CORNERS = ((canvas.WIDTH / 2, 0.4), (1.32, 2.1), (canvas.WIDTH - 1.32, 2.1))
_TEAM_TOP, _ROW, _COLUMNS = 2.85, 0.55, 3


@dataclass(frozen=True)
class Seat:
    """A role, and who has it."""

    role: str
    names: str


@dataclass(frozen=True)
class Triangle:
    """The three of the triangle, the first at the top, and the others of the team in order."""

    corners: tuple[Seat, Seat, Seat]
    team: tuple[Seat, ...]


def draw(triangle: Triangle) -> Figure:
    """The picture."""
    lines = -(-len(triangle.team) // _COLUMNS)
    height = _TEAM_TOP - 0.2 + lines * _ROW
    figure, axes = canvas.plain_sheet(height)
    axes.add_patch(Polygon(_CORNERS, closed=True, facecolor="#e3edf4", edgecolor=canvas.BLUE, linewidth=1.6, zorder=1))
    for place, seat in zip(_CORNERS, triangle.corners, strict=True):
        _seat(axes, place, seat, (_WIDE, _HIGH), leading=True)
    wide = (canvas.WIDTH - 0.2) / _COLUMNS
    for number, seat in enumerate(triangle.team):
        place = (0.1 + wide * (number % _COLUMNS + 0.5), _TEAM_TOP + _ROW * (number // _COLUMNS))
        _seat(axes, place, seat, (wide - 0.14, _ROW - 0.1), leading=False)
    return figure


def _seat(axes: Axes, at: tuple[float, float], seat: Seat, size: Sequence[float], *, leading: bool) -> None:
    wide, high = size
    axes.add_patch(
        FancyBboxPatch(
            (at[0] - wide / 2, at[1] - high / 2),
            wide,
            high,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=canvas.PAPER,
            edgecolor=canvas.BLUE if leading else canvas.LINE,
            linewidth=1.8 if leading else 0.8,
            zorder=2,
        )
    )
    words = ((canvas.line_of(seat.role, 30), "bold", -0.1), (canvas.line_of(seat.names, 33), "normal", 0.12))
    for text, weight, down in words:
        axes.text(
            at[0],
            at[1] + down,
            text,
            ha="center",
            va="center_baseline",
            fontsize=canvas.SMALL - 0.7,
            weight=weight,
            zorder=3,
        )
