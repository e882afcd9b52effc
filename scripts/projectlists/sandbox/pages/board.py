"""A view as a board: a column per choice, a card per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projectlists.sandbox.pages.columns import TITLE_LINKS, Cell
from projectlists.sandbox.pages.listing import Listing
from projectlists.sandbox.sharepoint import display
from projectlists.sandbox.sharepoint.rows import Row


@dataclass(frozen=True)
class Card:
    """One row: its title, and the other columns of the view that have a value."""

    id: int
    title: Cell
    values: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Lane:
    """One column of the board; the label is empty for rows without a value."""

    label: str
    cards: tuple[Card, ...]


def lanes(listing: Listing, rows: Sequence[Row]) -> tuple[Lane, ...]:
    """The board of a view: its choices in order, then values that are no choice any more, then rows without one.

    A view whose board column is missing has a single lane.
    """
    pivot = listing.cells.field(listing.shape.board or "")
    held: dict[str, list[Row]] = {}
    for choice in (pivot.properties.get("Choices") or ()) if pivot else ():
        held[choice] = []
    for row in rows:
        held.setdefault(display.text(listing.cells, row, pivot) if pivot else "", []).append(row)
    # Rows without a value stand last, whichever came first.
    if "" in held:
        held[""] = held.pop("")
    board = pivot.name if pivot else ""
    return tuple(Lane(label, tuple(_card(listing, row, board) for row in members)) for label, members in held.items())


def _card(listing: Listing, row: Row, board: str) -> Card:
    columns = listing.columns
    link = next((field for field in listing.fields if field.name in TITLE_LINKS), listing.cells.field("Title"))
    title = columns.cell(row, link) if link else Cell("text", str(row.id))
    others = [field for field in listing.fields if field.name not in {*TITLE_LINKS, "Title", board}]
    shown = ((field.title, columns.cell(row, field)) for field in others)
    return Card(row.id, title, tuple((name, cell) for name, cell in shown if cell.kind != "empty"))
