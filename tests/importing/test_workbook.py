"""Files that are refused, each with a sentence that says what to do; and the other kinds that are read."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from projectlists.definitions.model import Definitions
from projectlists.importing import workbook
from projectlists.importing.workbook import Unreadable, sheets
from tests.importing.books import book, planned

FILES = Path(__file__).parent / "files"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(**parts: bytes) -> bytes:
    """A zip with these parts; `__` in a name stands for a slash."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/"), data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "a.xlsm",
            b"PK",
            r"a\.xlsm can hold macros, and those are not opened\. Save it in Excel as a workbook without",
        ),
        ("a.xlsx", zipped(xl__vbaProject=b"", **{"xl__vbaProject.bin": b"x"}), "a.xlsx can hold macros"),
        ("a.xls", COMPOUND + "_VBA_PROJECT".encode("utf-16-le"), "a.xls can hold macros"),
        ("a.xlsx", COMPOUND + "EncryptedPackage".encode("utf-16-le"), "a.xlsx has a password"),
        ("a.xlsx", b"not a workbook", "a.xlsx is damaged, or is not what its name says"),
        ("a.xlsx", zipped(hello=b"x"), "a.xlsx is damaged"),
        ("a.xlsx", zipped(**{"xl__workbook.xml": b"<workbook"}), "a.xlsx is damaged"),
        ("a.xls", COMPOUND, "a.xls is damaged"),
        ("a.ods", b"PK\x03\x04", "a.ods is damaged"),
        ("a.xlsx", b"", "a.xlsx is damaged"),
        ("a.csv", zipped(hello=b"x"), "a.csv is damaged, or is not what its name says"),
        ("a.docx", b"PK", r"a\.docx is not a kind of file that can be read\. Save it as \.xlsx, \.xls, \.ods, \.csv"),
    ],
)
def test_what_is_not_safe_or_not_readable_is_refused(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(Unreadable, match=sentence):
        sheets(file)


def test_a_file_of_fifty_megabytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with file.open("wb") as hole:
        hole.truncate(50_000_000)

    with pytest.raises(Unreadable, match="too large to read"):
        sheets(file)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1_000_000)
    file = tmp_path / "a.xlsx"
    file.write_bytes(zipped(xl__workbook=bytes(1_000_001)))
    assert file.stat().st_size < 10_000

    with pytest.raises(Unreadable, match="too large to read"):
        sheets(file)


def test_a_workbook_that_was_cut_off_is_damaged(tmp_path: Path) -> None:
    content = book(tmp_path / "a.xlsx", [["Actie"], ["Bel"]]).read_bytes()
    for length in (10, len(content) // 2, len(content) - 10):
        file = tmp_path / f"{length}.xlsx"
        file.write_bytes(content[:length])
        with pytest.raises(Unreadable, match="is damaged"):
            sheets(file)


def test_an_old_excel_file_is_read(definitions: Definitions) -> None:
    plans = planned(FILES / "acties.xls", definitions, "Actions")

    assert [(plan.values["Title"], plan.values["DueDate"]) for plan in plans] == [
        ("Bel de aannemer", date(2026, 4, 3)),
        ("Mail", date(2026, 4, 17)),
    ]
    assert plans[0].values["ActionDetails"] == "café"


def test_an_opendocument_sheet_is_read(definitions: Definitions, tmp_path: Path) -> None:
    cells = [
        ["Nr", "Actie", "Deadline", "%"],
        [1.0, "Bel\nBas", date(2026, 4, 3), 0.4],
        [2.0, "Mail <b>", "3 apr 2026", 1.0],
    ]
    file = tmp_path / "a.ods"
    file.write_bytes(opendocument("Acties", cells))
    plans = planned(file, definitions, "Actions")

    assert [plan.values["Title"] for plan in plans] == ["Bel Bas", "Mail <b>"]
    assert [plan.values["DueDate"] for plan in plans] == [date(2026, 4, 3)] * 2
    assert [plan.values["PercentDone"] for plan in plans] == [40, 100]


def opendocument(name: str, rows: list[list[object]]) -> bytes:
    """The smallest sheet that OpenDocument allows."""

    def cell(value: object) -> str:
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names}><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{lines}</table:table>'
        f"</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        b'<?xml version="1.0"?>'
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>'
    )
    parts = {"content.xml": content.encode(), "META-INF/manifest.xml": manifest}
    return zipped(mimetype=kind, **parts)
