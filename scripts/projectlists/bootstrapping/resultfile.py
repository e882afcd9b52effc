"""The result of a bootstrap as a table for people: one row a project, as XLSX or CSV by the name of the file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from projectlists.bootstrapping.job import ProjectResult
from projectlists.errors import UsageError
from projectlists.exporting.commafile import DELIMITERS, neutral
from projectlists.exporting.spreadsheet import fitting
from projectlists.language import _, current

ENDINGS = (".xlsx", ".csv")


def check(path: Path) -> None:
    """See beforehand whether a result can be written here.

    Raises:
        UsageError: it ends otherwise, or there is no such folder.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(_("{file}: the result is a table; name it .xlsx or .csv.").format(file=path))
    if not path.parent.is_dir():
        raise UsageError(_("There is no folder {folder} to write to.").format(folder=path.parent))


def write(path: Path, results: Iterable[ProjectResult]) -> None:
    """Write the results in the order of the table.

    Raises:
        UsageError: the file cannot be written, because it is open or protected.
    """
    rows: list[Sequence[str | int]] = [
        _headings(),
        *(_cells(result) for result in sorted(results, key=lambda result: result.line)),
    ]
    try:
        if path.suffix.lower() == ".csv":
            _write_csv(path, rows)
        else:
            _write_workbook(path, rows)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise UsageError(_("{file} cannot be written. Is it open in Excel?").format(file=path)) from error


def _headings() -> list[str]:
    return [
        _("Row"),
        _("Key"),
        _("Name"),
        _("Site"),
        _("Result"),
        _("Site made"),
        _("Changes"),
        _("Team rows added"),
        _("Right of the reminder app"),
        _("What to do"),
    ]


def _cells(result: ProjectResult) -> list[str | int]:
    granted = {"granted": _("given"), "already": _("was there"), "refused": _("ask an administrator"), None: ""}
    return [
        result.line,
        result.key,
        result.name,
        result.outcome.site,
        word(result),
        _("yes") if result.created else _("no"),
        result.outcome.applied,
        result.members,
        granted[result.granted],
        result.outcome.error or "",
    ]


def word(result: ProjectResult) -> str:
    """A result in one word."""
    if not result.ok:
        return _("failed")
    return _("done") if result.created or result.outcome.applied or result.members else _("was ready")


def _write_csv(path: Path, rows: Sequence[Sequence[str | int]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=DELIMITERS[current()])
        writer.writerows([neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def _write_workbook(path: Path, rows: Sequence[Sequence[str | int]]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Result"))
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell, wrapped)
                else:
                    sheet.write_string(number, column, fitting(cell), wrapped if number else bold)
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 8, 18)
        sheet.set_column(3, 3, 45)
        sheet.set_column(9, 9, 70)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)
