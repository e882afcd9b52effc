"""Rows to CSV, as Excel opens it: UTF-8 with a mark in front, semicolons and decimal commas for a Dutch site.

Text that a spreadsheet would take for a formula gets an apostrophe in front, which the import takes away again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from projectlists.exporting.cells import Cell
from projectlists.exporting.table import Table
from projectlists.item import Item
from projectlists.language import Language

DELIMITERS: dict[Language, str] = {"nl": ";", "en": ","}
_DANGEROUS = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What starts a formula; the last four are the wide forms of the first four, which some spreadsheets take for them."""


def write(path: Path, table: Table, items: Iterable[Item], *, form: Language | None = None) -> None:
    """Write one table. `form` is the language whose delimiter, dates and decimal sign are used: that of the site.

    English gives ISO dates, as an archive wants them (guide.md §6.5).
    """
    form = form or table.language
    with path.open("w", encoding="utf-8-sig", newline="", errors="surrogatepass") as file:
        writer = csv.writer(file, delimiter=DELIMITERS[form])
        writer.writerow(table.headings)
        for item in items:
            writer.writerow(written(cell, form) for cell in table.cells(item))


def written(cell: Cell, language: Language) -> str:
    """A cell as it stands in a CSV file of that language."""
    if isinstance(cell, date):
        return f"{cell.day}-{cell.month}-{cell.year:04}" if language == "nl" else cell.isoformat()
    if isinstance(cell, float):
        return repr(cell).replace(".", ",") if language == "nl" else repr(cell)
    return "" if cell is None else neutral(str(cell)) if isinstance(cell, str) else str(cell)


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `original` gives it back."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def original(text: str) -> str:
    """The text that `neutral` was given."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text
