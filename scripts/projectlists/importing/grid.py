"""A sheet as it is read from a file: plain cells in rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Raw: TypeAlias = str | int | float | bool | date | datetime | time | timedelta
"""What stands in a cell; an empty one is an empty text."""
Area: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last row and column of merged cells, counted from 0."""


@dataclass(frozen=True)
class Grid:
    """One sheet. `rows` start at the first row of the sheet; `name` is empty for a file without sheets."""

    name: str
    rows: Sequence[Sequence[Raw]]
    merged: tuple[Area, ...] = ()

    def filled(self, row: int) -> list[tuple[int, Raw]]:
        """The cells of a row that hold something, with their columns."""
        return [(column, cell) for column, cell in enumerate(self.rows[row]) if not is_empty(cell)]

    def headings(self) -> set[int]:
        """Rows that are one merged cell over three columns or more: a heading between the rows, no row."""
        return {top for (top, left), (bottom, right) in self.merged if top == bottom and right - left >= 2}

    def with_merged_filled(self) -> Grid:
        """The same sheet with the value of cells that were merged downwards in each row they cover."""
        rows = [list(row) for row in self.rows]
        for (top, left), (bottom, _right) in self.merged:
            if bottom > top and top < len(rows) and left < len(rows[top]):
                for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
                    rows[row] += [""] * (left + 1 - len(rows[row]))
                    if is_empty(rows[row][left]):
                        rows[row][left] = rows[top][left]
        return Grid(self.name, rows, self.merged)


def is_empty(cell: Raw) -> bool:
    """Whether a cell holds nothing to read."""
    return isinstance(cell, str) and not cell.strip()


def as_text(cell: Raw) -> str:  # noqa: PLR0911 - one line a kind of cell
    """A cell as somebody would read it aloud: whole numbers without a point, dates the Dutch way."""
    match cell:
        case bool():
            return "ja" if cell else "nee"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return f"{cell:.15g}".replace(".", ",")
        case datetime() | date():
            return f"{cell.day}-{cell.month}-{cell.year}"
        case time():
            return f"{cell.hour:02}:{cell.minute:02}"
        case timedelta():
            minutes = int(cell.total_seconds() // 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case _:
            return str(cell)


def lines(grid: Grid, first: int, end: int) -> Iterator[int]:
    """The rows from `first` up to `end` that hold something."""
    return (row for row in range(first, min(end, len(grid.rows))) if grid.filled(row))
