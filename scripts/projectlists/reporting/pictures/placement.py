"""Where marks go so that none lies on another, nor on an arrow. Pure geometry, in data units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot


@dataclass(frozen=True)
class Place:
    """A possible position, with the point its arrow ends at. `cost` is how far it is from the wished position."""

    x: float
    y: float
    end: tuple[float, float] | None = None
    cost: float = 0.0


@dataclass(frozen=True)
class Box:
    """A rectangle that must stay free: centre and half sizes."""

    x: float
    y: float
    half_width: float
    half_height: float

    def covers(self, point: tuple[float, float], margin: float) -> bool:
        """Whether a point lies in it, or nearer to it than `margin`."""
        return abs(point[0] - self.x) < self.half_width + margin and abs(point[1] - self.y) < self.half_height + margin


def spread(wishes: Sequence[Sequence[Place]], distance: float, boxes: Sequence[Box] = ()) -> tuple[list[Place], bool]:
    """One place for each wish, `distance` apart where that can be, and whether it could.

    One after another takes the place that costs least: lying on another mark costs most, crossing an arrow less,
    being close a little.
    """
    taken: list[Place] = []
    clear = True
    for places in wishes:
        best = min(places, key=lambda place: _cost(place, taken, distance, boxes))
        clear = clear and not (
            any(hypot(best.x - other.x, best.y - other.y) < distance * 0.98 for other in taken)
            or any(box.covers((best.x, best.y), distance / 2) for box in boxes)
        )
        taken.append(best)
    return taken, clear


def _cost(place: Place, taken: Sequence[Place], distance: float, boxes: Sequence[Box]) -> float:
    cost = place.cost
    for box in boxes:
        cost += 500 * box.covers((place.x, place.y), distance / 2)
        cost += 100 * (place.end is not None and box.covers(place.end, distance / 4))
    for other in taken:
        gap = hypot(place.x - other.x, place.y - other.y)
        if gap < distance:
            cost += 1000 * (2 - gap / distance)
        elif gap < 1.6 * distance:
            cost += 1.6 - gap / distance
        if other.end and _gap((place.x, place.y), (other.x, other.y), other.end) < 0.62 * distance:
            cost += 60
        if place.end and _gap((other.x, other.y), (place.x, place.y), place.end) < 0.62 * distance:
            cost += 60
        if place.end and other.end:
            apart = min(_gap(place.end, (other.x, other.y), other.end), _gap(other.end, (place.x, place.y), place.end))
            cost += 40 * (apart < 0.5 * distance)
    return cost


def _gap(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Distance of a point to a line between two points."""
    across, up = end[0] - start[0], end[1] - start[1]
    length = across * across + up * up or 1.0
    along = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length
    along = min(max(along, 0.0), 1.0)
    return hypot(point[0] - start[0] - along * across, point[1] - start[1] - along * up)
