"""Where the table is: the title row, the rows below it, and what is no row (guide.md §2.0.12). Pure.

Titles and logos stand above a table, totals and legends below it, headings between its rows, and other tables beside it
or further down. Of several tables the best-matching one is taken; the others are named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from projectlists.definitions.model import ListField
from projectlists.exporting.table import KEY_HEADING, row_key
from projectlists.importing.grid import Grid, Raw, as_text, lines
from projectlists.importing.headings import ColumnMapping, Fit, Headings, Strength
from projectlists.importing.words import normal

_SAMPLE = 200
"""Rows that are looked at to see what a column holds."""
_TOTAL = re.compile(
    r"((sub|eind)? ?totaal|totalen|(sub|grand) ?total|total)"
    r"( (generaal|algemeen|project|kosten|uren|budget|excl.*|incl.*|fase.*|[€\d].*))?"
)
_FOOTER = re.compile(
    r"^(legenda|legend|bron|source|versie|version|bijgewerkt|laatst (bijgewerkt|gewijzigd)|last updated|opgesteld|"
    r"afgedrukt|printed|pagina|page)\b"
)
Readable = Callable[[ListField, Sequence[Raw]], float]
"""The share of cells that a column of the list can read, from 0 to 1; 1 for no cells."""
TitleRow = Callable[[Sequence[str]], bool]
"""Whether the texts of a row are the headings of a table."""
_LOOKED_FURTHER = 30
"""Rows in which a title row is looked for when no row holds two known headings."""


@dataclass(frozen=True)
class Place:
    """A table in a file: a sheet, its title row and the row after its last one, counted from 0."""

    grid: Grid
    header: int
    end: int

    @property
    def headings(self) -> list[str]:
        """The title row as text."""
        return [" ".join(as_text(cell).split()) for cell in self.grid.rows[self.header]]

    @property
    def name(self) -> str:
        """Where it is, for people: the sheet and the number of the title row as Excel counts."""
        return f"{self.grid.name}:{self.header + 1}" if self.grid.name else str(self.header + 1)


@dataclass(frozen=True)
class FoundTable:
    """The table that is read: where it is, what its columns mean, its rows, and what was passed over.

    `skipped` counts totals, headings between rows, repeated title rows and legends; `others` names the tables left out.
    """

    place: Place
    mapping: ColumnMapping
    rows: tuple[int, ...]
    skipped: int
    others: tuple[str, ...]

    def cell(self, row: int, column: int) -> Raw:
        """One cell; empty beyond the last column of the row."""
        cells = self.place.grid.rows[row]
        return cells[column] if column < len(cells) else ""


def found_table(
    grids: Sequence[Grid],
    headings: Headings,
    readable: Readable,
    elsewhere: TitleRow = lambda _texts: False,
) -> FoundTable | None:
    """The best-matching table of a file; None when no row looks like a title row of this list.

    `elsewhere` tells whether a row is the title row of another list: there a table ends.
    """
    filled = [grid.with_merged_filled() for grid in grids]
    foreign = {
        id(grid): [row for row in lines(grid, 0, len(grid.rows)) if _above(grid, row, elsewhere)] for grid in filled
    }
    places = [place for grid in filled for place in _places(grid, headings, foreign[id(grid)])]
    if not places:
        places = [place for grid in filled for place in _places_guessed(grid, headings)]
    mapped = [(place, headings.mapping(place.headings, _fit(place, readable))) for place in places]
    scored = [
        (_score(place, mapping, headings), -number, place, mapping)
        for number, (place, mapping) in enumerate(mapped)
        if mapping.matches
    ]
    if not scored:
        return None
    best, _number, place, mapping = max(scored, key=lambda each: each[:2])
    if best < 0:
        return None
    rows, skipped = _rows(place, mapping)
    others = [each for score, _number, each, _mapping in scored if each is not place and score >= 0]
    others += [
        Place(grid, row, row)
        for grid in filled
        for row in foreign[id(grid)]
        if not (grid is place.grid and row == place.header) and KEY_HEADING not in _texts(grid, row)
    ]
    names = tuple(sorted({each.name for each in others}))
    return FoundTable(place, mapping, tuple(rows), skipped, names)


def _fit(place: Place, readable: Readable) -> Fit:
    """How well the cells below a heading suit a column of the list, looked at in the first rows."""
    rows = list(lines(place.grid, place.header + 1, place.end))[:_SAMPLE]
    columns: dict[int, list[Raw]] = {}
    for row in rows:
        for column, cell in place.grid.filled(row):
            columns.setdefault(column, []).append(cell)
    return lambda field, column: readable(field, columns.get(column, ()))


def _above(grid: Grid, row: int, elsewhere: TitleRow) -> bool:
    """Whether a row stands above a table of another list: nothing before it, and only headings of that list in it."""
    return (row == 0 or not grid.filled(row - 1)) and elsewhere([as_text(cell) for _column, cell in grid.filled(row)])


def _places(grid: Grid, headings: Headings, foreign: Sequence[int]) -> list[Place]:
    """Tables whose title row holds two declared headings or more, and mostly those."""
    headers = []
    for row in lines(grid, 0, len(grid.rows)):
        cells = [cell for _column, cell in grid.filled(row)]
        texts = [cell for cell in cells if isinstance(cell, str) and len(cell) < 80]
        known = sum(headings.known(cell) for cell in texts)
        if known >= 2 and 2 * known >= len(cells):
            headers.append(row)
    return _places_between(grid, headers, foreign)


def _places_guessed(grid: Grid, headings: Headings) -> list[Place]:
    """Where no row is sure: rows near the top of which some heading resembles one of the list's."""
    headers = [
        row
        for row in lines(grid, 0, min(_LOOKED_FURTHER, len(grid.rows)))
        if any(match.field == "Title" for match in headings.mapping([as_text(cell) for cell in grid.rows[row]]).matches)
    ][:1]
    return _places_between(grid, headers)


def _places_between(grid: Grid, headers: list[int], stops: Sequence[int] = ()) -> list[Place]:
    """Each title row starts a table, except one that repeats the title row above it."""
    starts: list[int] = []
    for row in headers:
        if not starts or _texts(grid, row) != _texts(grid, starts[-1]):
            starts.append(row)
    ends = [*stops, len(grid.rows)]
    return [
        Place(grid, start, min(end, *(stop for stop in ends if stop > start)))
        for start, end in pairwise([*starts, len(grid.rows)])
    ]


def _texts(grid: Grid, row: int) -> list[str]:
    return [normal(as_text(cell)) for _column, cell in grid.filled(row)]


def _score(place: Place, mapping: ColumnMapping, headings: Headings) -> float:
    """How much a table looks like the list; an export of another list is not it."""
    definition = headings.definition
    # A declared heading says which list it is, whichever of its columns the contents decide on.
    least = {match: Strength.SYNONYM if headings.known(match.heading) else match.strength for match in mapping.matches}
    score = float(sum(max(match.strength, least[match]) for match in mapping.matches))
    score += 5 if any(match.field == "Title" for match in mapping.matches) else 0
    if place.grid.name and normal(place.grid.name) in {normal(definition.title.nl), normal(definition.title.en)}:
        score += 3
    if mapping.key is not None:
        keys = (row_key(as_text(cell)) for cell in _column(place, mapping.key))
        lists = {key.list for key in keys if key}
        score += 1000 if definition.key in lists else -1000 if lists else 0
    return score


def _column(place: Place, column: int) -> list[Raw]:
    rows = place.grid.rows[place.header + 1 : place.end]
    return [row[column] for row in rows if column < len(row)]


def _rows(place: Place, mapping: ColumnMapping) -> tuple[list[int], int]:
    """The rows of a table, and how many lines were passed over."""
    grid = place.grid
    header, between = _texts(grid, place.header), grid.headings()
    # A line with nothing but its number is one that somebody numbered ahead.
    columns = {match.column for match in mapping.matches if match.field != "ImportKey"}
    rows, skipped = [], 0
    for row in lines(grid, place.header + 1, place.end):
        filled = grid.filled(row)
        first = normal(as_text(filled[0][1]))
        alone = len(filled) == 1
        if (
            row in between
            or _texts(grid, row) == header
            or _TOTAL.fullmatch(first)
            or (alone and _FOOTER.match(first))
            or not any(column in columns for column, _cell in filled)
        ):
            skipped += 1
        else:
            rows.append(row)
    return rows, skipped
