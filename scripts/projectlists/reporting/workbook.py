"""The overview as an Excel file: one sheet for projects, one for milestones, risks and dependencies each.

Every text is written as text: nothing in it becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from projectlists.exporting.spreadsheet import keep_in_sight
from projectlists.language import _, current
from projectlists.reporting import lights
from projectlists.reporting.portfolio import Portfolio, Shown, Summary, dependency_table, risk_table

Cell = str | int | float | date | None
_WIDEST = 60
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(whole: Portfolio, path: Path) -> None:
    """Write the file. Raises OSError where that cannot be done."""
    made = _Workbook(path, _("Overview of projects"))
    names = tuple(lights.aspect_names().values())
    headings = (
        _("Project"),
        _("Site"),
        *names,
        _("Open actions"),
        _("Actions overdue"),
        _("Very high risks"),
        _("Next milestone"),
        _("Planned"),
        _("Expected"),
        _("Budget"),
        _("Forecast"),
        _("Over the budget"),
        _("Could not be read"),
    )
    made.sheet(_("Projects"), headings, [_row(each, len(names)) for each in whole.projects])
    milestones: list[Sequence[Cell]] = [
        (each.name, found.number, found.title, found.planned, found.expected, (found.expected - found.planned).days)
        for each in whole.projects
        for found in (*([each.next] if each.next else []), *each.outside)
    ]
    headings = (
        _("Project"),
        _("Number"),
        _("Milestone"),
        _("Planned"),
        _("Expected"),
        _("Slip in days"),
    )
    made.sheet(_("Milestones"), headings, milestones)
    for name, table in ((_("Risks"), risk_table(whole)), (_("Dependencies"), dependency_table(whole))):
        if table:
            made.sheet(name, table.headings, table.rows)
    made.close()


def _row(each: Summary, aspects: int) -> Sequence[Cell]:
    if each.reason:
        return (each.name, each.url, *[None] * (aspects + 9), each.reason)
    shown = [_light(light) for light in each.lights] or [None] * aspects
    coming, money = each.next, each.money
    return (
        each.name,
        each.url,
        *shown,
        each.open_actions,
        each.overdue,
        each.high_risks,
        coming.title if coming else None,
        coming.planned if coming else None,
        coming.expected if coming else None,
        money.budget if money else None,
        money.forecast if money else None,
        money.overrun if money else None,
        None,
    )


def _light(light: Shown) -> str | None:
    if light.colour is None:
        return None
    names = lights.colour_names()
    if light.warning:
        return _("{light} (lists: {suggested})").format(light=names[light.colour], suggested=names[light.warning])
    word = names[light.colour]
    return word if light.reported else _("{light} (suggested)").format(light=word)


class _Workbook:
    """One file being written."""

    def __init__(self, path: Path, title: str) -> None:
        self._book: Any = xlsxwriter.Workbook(str(path), _OPTIONS)
        self._book.set_properties({"title": title, "author": "", "comments": ""})
        self._head = self._book.add_format({"bold": True, "bg_color": "#E3EDF4", "text_wrap": True, "valign": "top"})
        self._text = self._book.add_format({"text_wrap": True, "valign": "top"})
        day = "d-m-yyyy" if current() == "nl" else "d mmm yyyy"
        self._day = self._book.add_format({"num_format": day, "valign": "top", "align": "left"})
        self._count = self._book.add_format({"valign": "top"})
        self._money = self._book.add_format({"num_format": '"€" #,##0;"€" -#,##0', "valign": "top"})
        self._share = self._book.add_format({"num_format": "0.0%", "valign": "top"})

    def sheet(self, name: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """A sheet with a fixed heading row and a filter."""
        page = self._book.add_worksheet(name[:31].replace("/", "-").replace("'", "’"))
        for column, heading in enumerate(headings):
            page.write_string(0, column, heading, self._head)
            longest = max((len(str(row[column] or "")) for row in rows), default=0)
            page.set_column(column, column, min(max(longest, len(heading), 9) + 2, _WIDEST))
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                self._write(page, number, column, value, headings[column])
        keep_in_sight(page, 1)
        page.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)

    def close(self) -> None:
        """Put it on disk."""
        self._book.close()

    def _write(self, page: Any, row: int, column: int, value: Cell, heading: str) -> None:
        if isinstance(value, str):
            page.write_string(row, column, value, self._text)
        elif isinstance(value, date):
            page.write_datetime(row, column, value, self._day)
        elif isinstance(value, float):
            page.write_number(row, column, value, self._share if heading == _("Over the budget") else self._money)
        elif value is not None:
            page.write_number(row, column, value, self._count)
