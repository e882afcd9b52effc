"""What a view's XML says beyond its rows: grouping, the board's column, the calendar's columns, whose eyes it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from projectlists.sandbox.sharepoint.records import ViewRecord

Layout = Literal["list", "board", "calendar", "gallery"]
_LAYOUTS: dict[str, Layout] = {"KANBAN": "board", "MODERNCALENDAR": "calendar", "TILES": "gallery"}


@dataclass(frozen=True)
class Shape:
    """How a view lays its rows out (sharepoint-rest.md §5).

    `groups` are internal names, outermost first. `board` is the column whose choices make a board. `period` are the
    start and end column of a query that follows the month shown, empty for one that does not. `uses_me` is whether the
    rows depend on who looks, `uses_today` whether they depend on the day.
    """

    layout: Layout
    groups: tuple[str, ...] = ()
    collapsed: bool = False
    board: str | None = None
    period: tuple[str, ...] = ()
    uses_me: bool = False
    uses_today: bool = False


def shape_of(view: ViewRecord) -> Shape:
    """Read a view's query and view data; what cannot be read counts as absent."""
    query = _parsed(view.query)
    query = next(query.iter("Query"), query)
    grouping = query.find("GroupBy")
    pivots = _parsed(view.properties.get("ViewData")).iter("FieldRef")
    return Shape(
        layout=_LAYOUTS.get(str(view.properties.get("ViewType2") or ""), "list"),
        groups=_names(grouping),
        collapsed=grouping is not None and grouping.get("Collapse", "").upper() == "TRUE",
        board=next((one.get("Name") for one in pivots if one.get("Type") == "KanbanPivotColumn"), None),
        period=_names(next(query.iter("DateRangesOverlap"), None)),
        uses_me=next(query.iter("UserID"), None) is not None,
        uses_today=next(query.iter("Today"), None) is not None,
    )


def _names(holder: Element | None) -> tuple[str, ...]:
    references = holder.findall("FieldRef") if holder is not None else ()
    return tuple(name for one in references if (name := one.get("Name")))


def _parsed(inside: Any) -> Element:
    try:
        root: Element = fromstring(f"<Inside>{inside or ''}</Inside>")
    except (ParseError, DefusedXmlException, ValueError):
        return Element("Inside")
    return root
