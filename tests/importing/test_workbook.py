"""Files that are refused, each with a sentence that says what to do; and the other kinds that are read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from projectlists.importing import workbook
from projectlists.importing.workbook import Unreadable, sheets
from tests.importing.books import book

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
