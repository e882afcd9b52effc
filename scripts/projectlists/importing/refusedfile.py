"""The rows that were not written, as a workbook beside the file: what stood there, where, and why."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from projectlists.exporting.spreadsheet import fitting
from projectlists.exporting.table import KEY_HEADING
from projectlists.importing.comparing import RowPlan
from projectlists.importing.grid import as_text
from projectlists.importing.tables import FoundTable
from projectlists.language import Language, Text

ENDING = ".refused.xlsx"
_REFUSED = Text(nl="geweigerd", en="refused")
_DOUBTFUL = Text(nl="twijfel", en="doubtful")
# Headings that start with the name of the program are passed over when the file is imported again.
_WHY = Text(nl=f"{KEY_HEADING}: waarom niet overgenomen", en=f"{KEY_HEADING}: why not taken over")
_WHAT = Text(nl=f"{KEY_HEADING}: soort", en=f"{KEY_HEADING}: kind")
_LINE = Text(nl=f"{KEY_HEADING}: regel", en=f"{KEY_HEADING}: line")
_SHEET = Text(nl="Niet overgenomen", en="Not taken over")


def place(path: Path) -> Path:
    """Where the rows of a file that were not written go: `acties.xlsx` → `acties.refused.xlsx`."""
    return path.with_name(path.stem + ENDING)


def write(path: Path, table: FoundTable, rows: tuple[RowPlan, ...], language: Language) -> None:
    """Write the rows, after they were put right they can be imported again as they are."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_SHEET.in_language(language))
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        own = (_WHY, _WHAT, _LINE)
        for column, heading in enumerate([*(text.in_language(language) for text in own), *table.place.headings]):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            kind = _REFUSED if row.outcome == "refused" else _DOUBTFUL
            sheet.write_string(number, 0, fitting(row.reason), wrapped)
            sheet.write_string(number, 1, kind.in_language(language), wrapped)
            sheet.write_number(number, 2, row.line, wrapped)
            for column in range(len(table.place.headings)):
                text = as_text(table.cell(row.line - 1, column))
                sheet.write_string(number, column + len(own), fitting(text), wrapped)
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, len(own) + len(table.place.headings), 18)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(own) + len(table.place.headings) - 1)
