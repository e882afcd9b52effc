"""A file to sheets: Excel, OpenDocument and CSV. What is not safe or not readable is refused in one sentence.

Nothing in a file is carried out: formulas are read as the values they had when the file was saved, and a workbook with
macros is refused. python-calamine reads values; colours and hidden rows are not its business (`appearance.py`).
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from projectlists.errors import ProjectListsError
from projectlists.exporting.commafile import original
from projectlists.importing.grid import Grid, Raw
from projectlists.language import _

EXTENSIONS = (".xlsx", ".xls", ".ods", ".csv")
LARGEST_BYTES = 25_000_000
LARGEST_UNPACKED = 400_000_000
"""A workbook is a zip: a small one can unpack to more than memory holds."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DELIMITERS = ";,\t|"


class Unreadable(ProjectListsError):
    """The file cannot be read, or should not be."""


def sheets(path: Path) -> tuple[Grid, ...]:
    """The visible sheets of a file, in order.

    Raises:
        Unreadable: too large, damaged, protected by a password, with macros, or of another kind.
    """
    kind = path.suffix.lower()
    if kind in {".xlsm", ".xltm", ".xlam", ".xlsb"}:
        raise _with_macros(path)
    if kind not in EXTENSIONS:
        raise Unreadable(
            _("{file} is not a kind of file that can be read. Save it as {known}.").format(
                file=path.name, known=", ".join(EXTENSIONS)
            )
        )
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _too_large(path)
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(
            _("{file} cannot be opened: {reason}.").format(file=path, reason=error.strerror or error)
        ) from error
    return (_comma_sheet(path, content),) if kind == ".csv" else _workbook_sheets(path, content)


def _workbook_sheets(path: Path, content: bytes) -> tuple[Grid, ...]:
    _guard(path, content)
    try:
        with CalamineWorkbook.from_object(io.BytesIO(content)) as book:
            found = [
                (about.name, book.get_sheet_by_name(about.name))
                for about in book.sheets_metadata
                if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible
            ]
            return tuple(
                Grid(name, sheet.to_python(skip_empty_area=False), tuple(sheet.merged_cell_ranges or ()))
                for name, sheet in found
            )
    except PasswordError as error:
        raise _protected(path) from error
    except (CalamineError, ValueError, OSError) as error:
        raise _damaged(path) from error


def _guard(path: Path, content: bytes) -> None:
    """Look at the outside of a workbook before it is read."""
    if content.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _protected(path)
        if "_VBA_PROJECT".encode("utf-16-le") in content:
            raise _with_macros(path)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            entries = parts.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _damaged(path) from error
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise _too_large(path)
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise _with_macros(path)


def _comma_sheet(path: Path, content: bytes) -> Grid:
    if content.startswith((b"PK\x03\x04", _COMPOUND)):
        raise _damaged(path)
    text = _decoded(content)
    first, _end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[4], rest
    else:
        delimiter = _delimiter(text)
    try:
        rows: list[list[Raw]] = [
            [original(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise _damaged(path) from error
    return Grid("", rows)


def _decoded(content: bytes) -> str:
    """The text of a CSV file: with a mark in front as that says, else UTF-8, else what Windows writes here."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The sign that splits most lines into the same number of cells, at least two."""
    sample = text[:50_000]

    def regularity(delimiter: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
        usual = max(counts, key=lambda count: (count > 1, counts.count(count)), default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=regularity)


def _damaged(path: Path) -> Unreadable:
    return Unreadable(
        _("{file} is damaged, or is not what its name says. Open it in Excel and save it again as .xlsx.").format(
            file=path.name
        )
    )


def _protected(path: Path) -> Unreadable:
    return Unreadable(_("{file} has a password. Take the password off in Excel and save it.").format(file=path.name))


def _with_macros(path: Path) -> Unreadable:
    return Unreadable(
        _(
            "{file} can hold macros, and those are not opened. Save it in Excel as a workbook without macros (.xlsx)."
        ).format(file=path.name)
    )


def _too_large(path: Path) -> Unreadable:
    return Unreadable(
        _("{file} is too large to read. Leave out pictures and other sheets, or divide it into parts.").format(
            file=path.name
        )
    )
