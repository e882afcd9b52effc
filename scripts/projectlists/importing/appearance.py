"""What a workbook shows beside its values: rows that are hidden, and rows that are coloured (guide.md §2.0.12).

Only .xlsx tells this to openpyxl; other files say nothing. What cannot be read is no reason to stop: the values are
there.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LARGEST_UNPACKED = 60_000_000
"""openpyxl needs many times the size of the file; a larger one is read without its looks."""
_WHITE = frozenset({"FFFFFF", "000000"})
_THEME = {4: "4472C4", 5: "ED7D31", 6: "A5A5A5", 7: "FFC000", 8: "5B9BD5", 9: "70AD47"}
"""The accents of the usual Office theme, by their number."""


@dataclass(frozen=True)
class Look:
    """Rows counted from 0. `colours` holds the fill of a coloured row as `RRGGBB`."""

    hidden: frozenset[int] = frozenset()
    colours: Mapping[int, str] = field(default_factory=dict)

    def counted(self, rows: Iterable[int]) -> Mapping[str, int]:
        """How many of these rows have which colour, most frequent first."""
        return dict(Counter(self.colours[row] for row in rows if row in self.colours).most_common())


def look(path: Path, sheet: str, rows: Sequence[int], columns: Sequence[int]) -> Look:
    """How rows of a sheet look; their colour is that of the first coloured cell of `columns`, in that order."""
    if path.suffix.lower() != ".xlsx" or not rows or _size(path) > LARGEST_UNPACKED:
        return Look()
    from openpyxl import load_workbook  # noqa: PLC0415 - only some files need it

    try:
        shown = load_workbook(path, data_only=True)[sheet]
    except Exception:  # a library that stumbles over a look must not stop the values
        return Look()
    hidden = frozenset(row for row in rows if shown.row_dimensions[row + 1].hidden)
    colours = {}
    for row in rows:
        found = (_colour(shown.cell(row + 1, column + 1)) for column in columns)
        colour = next(filter(None, found), None)
        if colour:
            colours[row] = colour
    return Look(hidden, colours)


def _size(path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as parts:
            return sum(entry.file_size for entry in parts.infolist())
    except (OSError, zipfile.BadZipFile):
        return LARGEST_UNPACKED + 1


def _colour(cell: Any) -> str | None:
    fill = cell.fill
    if fill is None or fill.fill_type != "solid":
        return None
    colour = fill.fgColor
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        found = colour.rgb[-6:].upper()
    elif colour.type == "theme":
        found = _THEME.get(colour.theme, "")
    else:
        found = ""
    return found if found and found not in _WHITE else None


def name_of(colour: str) -> str:
    """What people call a colour: green, orange, red, grey, blue, or other."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    if max(red, green, blue) - min(red, green, blue) < 24:
        return "grey"
    if green >= red and green >= blue:
        return "green" if green - red > 16 else "orange"
    if red >= green and red >= blue:
        return "orange" if green > 0.55 * red and blue < 0.85 * green else "red"
    return "blue"
