"""Rows to an Excel workbook: one sheet for each list, written line by line so that memory stays flat.

Accessible (guide.md §6.8): one title row that stays in sight, no merged cells, sheets named after their lists, the
title of the site as the title of the document. Choices come from a hidden sheet: a list inside the rule itself ends at
255 characters. Text is always written as text, so nothing in it becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from projectlists.definitions.model import ListField
from projectlists.exporting.cells import Cell, choice_labels
from projectlists.exporting.table import Table
from projectlists.item import Item
from projectlists.language import Language, Text

LONGEST_TEXT = 32_767
"""Characters in a cell; more is cut off, and the cut is marked."""
CUT = " […]"
LONGEST_NAME = 31
FIRST_DAY = date(1900, 3, 1)
"""Before this day Excel counts differently from the calendar, so an older date is written as text."""
SPARE_ROWS = 1000
"""Rows below the last in which choices are offered too."""
CHOICES = Text(nl="Keuzes", en="Choices")
_WIDTHS = {"Note": 50.0, "Title": 45.0, "User": 22.0, "Lookup": 30.0, "MultiChoice": 28.0, "URL": 30.0, "Text": 22.0}
_DEFAULT_WIDTH = 16.0
_DATE = {"nl": "d-m-yyyy", "en": "d mmm yyyy"}
_ISO = "yyyy-mm-dd"


def write(path: Path, title: str, tables: Iterable[tuple[Table, Iterable[Item]]], *, iso: bool = False) -> None:
    """Write a workbook with a sheet for each table. `title` is that of the site.

    With `iso` dates are shown as year-month-day, as an archive wants them (guide.md §6.5).
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"title": title})
        formats = _Formats(workbook, iso=iso)
        names: set[str] = set()
        choices: list[tuple[ListField, Language]] = []
        for table, items in tables:
            sheet = workbook.add_worksheet(_sheet_name(table.title, names))
            last = _fill(sheet, table, items, formats)
            _offer(sheet, table, last, choices)
        if choices:
            _write_choices(workbook, choices, names, formats)


class _Formats:
    """The few ways in which cells look."""

    def __init__(self, workbook: Workbook, *, iso: bool) -> None:
        self._workbook = workbook
        self._iso = iso
        self.heading = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E7E6E6"}
        )
        self.filled_by_tool = workbook.add_format(
            {"bold": True, "italic": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E7E6E6"}
        )
        self._made: dict[str, Format] = {}

    def of(self, field: ListField, language: Language) -> Format:
        """How the cells of a column look."""
        pattern = _pattern(field, _ISO if self._iso else _DATE[language])
        if pattern not in self._made:
            self._made[pattern] = self._workbook.add_format(
                {"num_format": pattern, "valign": "top", "text_wrap": pattern == "@"}
            )
        return self._made[pattern]


def _pattern(field: ListField, day: str) -> str:
    match field.type if field.type != "Calculated" else field.result_type or "Text":
        case "DateTime":
            return day
        case "Currency":
            return '"€" #,##0.00;"€" -#,##0.00'
        case "Number":
            return "0" if field.decimals == 0 else "General"
        case _:
            return "@"


def _fill(sheet: Worksheet, table: Table, items: Iterable[Item], formats: _Formats) -> int:
    """The title row and the rows; the number of the last one, from 0."""
    columns = table.columns
    looks = [formats.of(field, table.language) for field in columns]
    text = formats.of(columns[0], table.language)
    headings, first = table.headings, len(table.leading)
    key = len(headings) - 1
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, first, _WIDTHS["URL"])
    for position, field in enumerate(columns, first):
        sheet.set_column(position, position, _width(field))
    sheet.set_column(key, key, 20, None, {"hidden": True})
    keep_in_sight(sheet, 2)  # the number and the title, or the file
    ours = (at for at, field in enumerate(columns, first) if field.managed or field.type == "Calculated")
    read_only = {*range(first), key, *ours}
    for position, heading in enumerate(headings):
        look = formats.filled_by_tool if position in read_only else formats.heading
        sheet.write_string(0, position, heading, look)
    last = 0
    for last, item in enumerate(items, start=1):
        for position, (cell, look) in enumerate(zip(table.cells(item), [*[text] * first, *looks, text], strict=True)):
            _write_cell(sheet, last, position, cell, look)
    sheet.autofilter(0, 0, max(last, 1), key - 1)
    return last


def keep_in_sight(sheet: Worksheet, columns: int) -> None:
    """Keep the headings and the first columns in sight, on the screen and on every page of paper."""
    sheet.freeze_panes(1, columns)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_print_scale(70)  # all columns on one page would leave nothing to read
    sheet.print_across()
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, columns - 1)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, look: Format) -> None:
    if isinstance(cell, date) and cell >= FIRST_DAY:
        sheet.write_datetime(row, column, cell, look)
    elif isinstance(cell, date):
        sheet.write_string(row, column, cell.isoformat(), look)
    elif isinstance(cell, str):
        sheet.write_string(row, column, fitting(cell), look)
    elif cell is not None:
        sheet.write_number(row, column, cell, look)


def fitting(text: str) -> str:
    """A text as far as a cell can hold it."""
    # The format counts in UTF-16, where some signs take two places.
    if len(text) <= LONGEST_TEXT // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    kept = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", errors="ignore")
    return kept + CUT


def _width(field: ListField) -> float:
    return _WIDTHS.get("Title" if field.name == "Title" else field.type, _DEFAULT_WIDTH)


def _offer(sheet: Worksheet, table: Table, last: int, choices: list[tuple[ListField, Language]]) -> None:
    """Let the cells of choice columns offer what can be chosen; another word is warned about, not forbidden."""
    for position, field in enumerate(table.columns, len(table.leading)):
        labels = choice_labels(field, table.language)
        if not labels:
            continue
        column = xl_col_to_name(len(choices), col_abs=True)
        choices.append((field, table.language))
        source = f"='{CHOICES.in_language(table.language)}'!{column}$2:{column}${len(labels) + 1}"
        rule = {"validate": "list", "source": source, "error_type": "warning"}
        sheet.data_validation(1, position, last + SPARE_ROWS, position, rule)


def _write_choices(
    workbook: Workbook, choices: list[tuple[ListField, Language]], names: set[str], formats: _Formats
) -> None:
    language = choices[0][1]
    sheet = workbook.add_worksheet(_sheet_name(CHOICES.in_language(language), names))
    sheet.hide()
    for row, cells in enumerate(_side_by_side(choices)):
        for column, cell in cells:
            sheet.write_string(row, column, cell, formats.heading if row == 0 else None)


def _side_by_side(choices: list[tuple[ListField, Language]]) -> Iterator[list[tuple[int, str]]]:
    """Columns of choices as lines, each under the title of its column."""
    columns = [(field.title.in_language(language), *choice_labels(field, language)) for field, language in choices]
    for row in range(max(len(column) for column in columns)):
        yield [(number, column[row]) for number, column in enumerate(columns) if row < len(column)]


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel takes: 31 characters at most, some signs left out, each name once whatever its case."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '") or "-"
    name, number = plain[:LONGEST_NAME], 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name
