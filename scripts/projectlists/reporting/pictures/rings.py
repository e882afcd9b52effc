"""Rings of influence: four rings, four sectors, a numbered mark for each party, an arrow to where it should be.

guide.md §1.7 and §2.2, "Picture" (1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from projectlists.language import _
from projectlists.reporting.pictures import canvas, markers
from projectlists.reporting.pictures.placement import Box, Place, spread

RINGS = ("decide", "cooperate", "advise", "informed")
ROLES = ("decision_maker", "influencer", "implementer", "user")
"""In the order in which a party with several roles is given its sector (guide.md §2.2)."""
_EDGES = (0.0, 2.0, 3.1, 4.1, 5.1)
_SECTORS = {"decision_maker": 90, "influencer": 0, "user": 180, "implementer": 270}
"""Where each sector begins, in degrees; it is a quarter."""
_TINTS = ("#c6d8e6", "#dbe6ef", "#ebf1f6", "#f7f9fb")
_LARGEST, _SMALLEST = 0.235, 0.12
_STANCES = ("positive", "neutral", "negative", "unknown")
STANCE_SHAPES = dict(zip(_STANCES, ("circle", "square", "triangle", "diamond"), strict=True))


@dataclass(frozen=True)
class Party:
    """One mark: its number in the table, its sector, its ring now, the ring wished for, its stance."""

    number: str
    role: str
    ring: str
    desired: str
    stance: str


@dataclass(frozen=True)
class Rings:
    """Everything in the picture; names of rings, roles and stances by key."""

    parties: tuple[Party, ...]
    ring_names: tuple[tuple[str, str], ...]
    role_names: tuple[tuple[str, str], ...]
    stance_names: tuple[tuple[str, str], ...]


def draw(rings: Rings) -> Figure:
    """The picture."""
    figure, axes = canvas.sheet(8.1)
    canvas.bare(axes)
    axes.set_xlim(-5.9, 5.9)
    axes.set_ylim(-7.2, 6.07)
    axes.set_aspect("equal")
    for radius, tint in zip(reversed(_EDGES[1:]), reversed(_TINTS), strict=True):
        axes.add_patch(Circle((0, 0), radius, facecolor=tint, edgecolor=canvas.LINE, linewidth=0.9, zorder=1))
    for x, y in ((1, 0), (0, 1)):
        axes.plot((-5.1 * x, 5.1 * x), (-5.1 * y, 5.1 * y), color=canvas.LINE, linewidth=0.9, zorder=1)
    boxes = _names(axes, rings)
    places, radius = _places(rings.parties, boxes)
    size = min(canvas.NORMAL, radius / _LARGEST * canvas.SMALL)
    for party, place in zip(rings.parties, places, strict=True):
        if place.end:
            arrow = FancyArrowPatch(
                (place.x, place.y),
                place.end,
                arrowstyle="-|>",
                mutation_scale=13,
                linewidth=1.6,
                color=canvas.INK,
                shrinkA=0,
                shrinkB=0,
                zorder=4,
            )
            axes.add_patch(arrow)
        shape = STANCE_SHAPES.get(party.stance, "diamond")
        markers.mark(axes, (place.x, place.y), radius, shape, party.number, size=size)
    _legend(axes, rings)
    return figure


def _names(axes: Axes, rings: Rings) -> list[Box]:
    """Write the names of rings along the axis upwards, and of sectors in the corners; what they cover."""
    boxes = []
    for (_key, name), outer in zip(rings.ring_names, _EDGES[1:], strict=True):
        middle = outer - 0.34
        axes.text(
            0,
            middle,
            name,
            ha="center",
            va="center",
            fontsize=canvas.SMALL,
            weight="bold",
            zorder=3,
            bbox={"facecolor": canvas.PAPER, "edgecolor": canvas.LINE, "linewidth": 0.6, "pad": 2},
        )
        boxes.append(Box(0, middle, 0.075 * len(name) + 0.05, 0.16))
    corners = {"decision_maker": (-5.7, 5.6, "left"), "influencer": (5.7, 5.6, "right")}
    corners |= {"user": (-5.7, -5.6, "left"), "implementer": (5.7, -5.6, "right")}
    for key, name in rings.role_names:
        x, y, side = corners[key]
        axes.text(x, y, name, ha=side, va="center", fontsize=canvas.LARGE, weight="bold", color=canvas.INK)
    return boxes


def _places(parties: Sequence[Party], boxes: Sequence[Box]) -> tuple[list[Place], float]:
    """The largest marks that lie free of each other, and where."""
    radius = _LARGEST
    while True:
        places, clear = spread(_wishes(parties), 2.2 * radius, boxes)
        if clear or radius < _SMALLEST:
            return places, radius
        radius *= 0.88


def _wishes(parties: Sequence[Party]) -> list[list[Place]]:
    """For each party the places in its cell, those at its own share of the sector costing least."""
    sectors: dict[str, list[Party]] = defaultdict(list)
    for party in parties:
        sectors[party.role].append(party)
    wishes = []
    for party in parties:
        among = sectors[party.role]
        share = (among.index(party) + 0.5) / len(among)
        inner, outer = _band(party.ring)
        rows = (0.5, 0.26, 0.74) if party.ring != "decide" else (0.62, 0.36, 0.84)
        wishes.append(
            [
                _place(party, radius=inner + row * (outer - inner), share=step / 36, wished=share, row=number)
                for number, row in enumerate(rows)
                for step in range(1, 36)
            ]
        )
    return wishes


def _place(party: Party, *, radius: float, share: float, wished: float, row: int) -> Place:
    angle = radians(_SECTORS[party.role] + 90 * share)
    end = None
    if party.desired != party.ring:
        inner, outer = _band(party.desired)
        away = outer - 0.3 * (outer - inner) if outer < radius else inner + 0.3 * (outer - inner)
        end = (away * cos(angle), away * sin(angle))
    cost = 3 * abs(share - wished) + 0.4 * row
    return Place(radius * cos(angle), radius * sin(angle), end, cost)


def _band(ring: str) -> tuple[float, float]:
    place = RINGS.index(ring)
    return _EDGES[place], _EDGES[place + 1]


def _legend(axes: Axes, rings: Rings) -> None:
    step = 11.4 / 4
    places = [(-5.5 + step * number, -6.3) for number in range(4)]
    entries = [(STANCE_SHAPES[key], name) for key, name in rings.stance_names]
    markers.legend(axes, places, 0.17, entries)
    arrow = FancyArrowPatch(
        (-5.7, -6.85), (-5.05, -6.85), arrowstyle="-|>", mutation_scale=13, linewidth=1.6, color=canvas.INK
    )
    axes.add_patch(arrow)
    axes.text(-4.9, -6.85, _("from the ring now to the desired ring"), va="center_baseline", fontsize=canvas.NORMAL)
