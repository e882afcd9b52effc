"""Workbooks as people keep them, made by the tests; and what an import would make of one, without a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from projectlists.definitions.model import Definitions
from projectlists.exporting.cells import Rendering, shared_names
from projectlists.importing import workbook
from projectlists.importing.comparing import Comparison, RowPlan
from projectlists.importing.headings import Headings
from projectlists.importing.job import columns_of, file_rows, other_title_row
from projectlists.importing.people import KnownPeople
from projectlists.importing.reading import Reader
from projectlists.importing.tables import FoundTable, found_table
from projectlists.item import Item, Person
from projectlists.language import Language
from tests.rows import row

TODAY = date(2026, 3, 26)  # a Thursday in week 13
JAN = Person(11, "Jan de Vries", "j.devries@gemeente.example", "i:0#.f|membership|j.devries@gemeente.example")
KARIN = Person(12, "Karin Bos", "k.bos@gemeente.example", "i:0#.f|membership|k.bos@gemeente.example")
SAMIRA = Person(13, "Samira El Amrani", "s.elamrani@gemeente.example", "i:0#.f|membership|s.elamrani@gemeente.example")
JAN_TWO = Person(14, "Jan Smit", "j.smit@gemeente.example", "i:0#.f|membership|j.smit@gemeente.example")
PEOPLE = (JAN, KARIN, SAMIRA, JAN_TWO)
TEAM = (
    row(1, Title="Projectmanager", TeamRole="project_manager", TeamMember=KARIN, TeamStatus="active"),
    row(2, Title="Adviseur groen", TeamRole="member", TeamMember=SAMIRA, TeamStatus="active"),
)


def book(path: Path, rows: Sequence[Sequence[object]], name: str = "Blad1", *, top: int = 0, left: int = 0) -> Path:
    """A workbook of one sheet with these cells from row `top`, column `left`; None leaves a cell empty."""
    return made(path, {name: lambda sheet, formats: fill(sheet, formats, rows, top=top, left=left)})


def made(path: Path, sheets: Mapping[str, Callable[[Worksheet, Mapping[str, object]], object]]) -> Path:
    """A workbook whose sheets are filled by functions; formats: `date`, `percent`, `green`, `red`."""
    with xlsxwriter.Workbook(path) as workbook_:
        formats = {
            "date": workbook_.add_format({"num_format": "dd-mm-yyyy"}),
            "percent": workbook_.add_format({"num_format": "0%"}),
            "green": workbook_.add_format({"bg_color": "#92D050"}),
            "red": workbook_.add_format({"bg_color": "#FF0000"}),
        }
        for name, fill_sheet in sheets.items():
            fill_sheet(workbook_.add_worksheet(name), formats)
    return path


def fill(
    sheet: Worksheet,
    formats: Mapping[str, object],
    rows: Sequence[Sequence[object]],
    *,
    top: int = 0,
    left: int = 0,
) -> None:
    """Put cells on a sheet."""
    for number, cells in enumerate(rows, start=top):
        for column, cell in enumerate(cells, start=left):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, formats["date"])
            elif isinstance(cell, str) and cell.startswith("=") and not cell.startswith("=="):
                sheet.write_formula(number, column, cell, None, 7)
            elif isinstance(cell, str):
                sheet.write_string(number, column, cell.removeprefix("=") if cell.startswith("==") else cell)
            elif cell is not None:
                sheet.write(number, column, cell)


def found(
    path: Path, definitions: Definitions, key: str, *, said: Mapping[str, str | None] | None = None
) -> FoundTable:
    """The table of a list in a file."""
    reader = _reader(definitions, key)
    table = found_table(
        workbook.sheets(path), Headings(reader.definition, said), reader.share, other_title_row(definitions, key)
    )
    assert table is not None
    return table


def planned(
    path: Path,
    definitions: Definitions,
    key: str,
    *,
    existing: Sequence[Item] = (),
    people: Sequence[Person] = PEOPLE,
    targets: Mapping[str, Sequence[Item]] | None = None,
    language: Language = "nl",
) -> list[RowPlan]:
    """What every row of a file would do to a list that holds `existing`."""
    table = found(path, definitions, key)
    reader = _reader(definitions, key, people=people, targets=targets)
    columns = {column.field.name: column for column in columns_of(reader.definition, table)}
    rendering = Rendering(definitions, language, shared_names(people))
    return list(Comparison(reader, rendering, columns, existing, "site-1").plans(file_rows(table, reader.definition)))


def _reader(
    definitions: Definitions,
    key: str,
    *,
    people: Sequence[Person] = PEOPLE,
    targets: Mapping[str, Sequence[Item]] | None = None,
) -> Reader:
    known = KnownPeople(people, TEAM, definitions.lists["TeamRoles"])
    return Reader(definitions.lists[key], definitions, "nl", TODAY, known, targets or {})
