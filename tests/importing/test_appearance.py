"""Colours and hidden rows of a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.importing.appearance import Look, look, name_of
from tests.importing.books import made


def test_colours_and_hidden_rows(tmp_path: Path) -> None:
    def sheet(sheet, formats) -> None:  # type: ignore[no-untyped-def]
        sheet.write_string(1, 0, "a", formats["green"])
        sheet.write_string(2, 0, "b")
        sheet.write_string(2, 1, "klaar", formats["red"])
        sheet.write_string(3, 0, "c")
        sheet.set_row(3, None, None, {"hidden": True})

    file = made(tmp_path / "a.xlsx", {"Blad1": sheet})

    assert look(file, "Blad1", [1, 2, 3], [0, 1]) == Look(frozenset({3}), {1: "92D050", 2: "FF0000"})
    assert look(file, "Blad1", [1, 2], [0, 1]).counted([1, 2]) == {"92D050": 1, "FF0000": 1}
    assert look(file, "No such sheet", [1], [0]) == Look()
    assert look(tmp_path / "a.csv", "", [1], [0]) == Look()


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("92D050", "green"),
        ("00B050", "green"),
        ("C6EFCE", "green"),
        ("FFC000", "orange"),
        ("FFFF00", "orange"),
        ("FFEB9C", "orange"),
        ("FF0000", "red"),
        ("FFC7CE", "red"),
        ("BFBFBF", "grey"),
        ("00B0F0", "blue"),
    ],
)
def test_colours_have_names(colour: str, name: str) -> None:
    assert name_of(colour) == name
