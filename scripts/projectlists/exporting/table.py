"""A list as a table: its columns in order, and a row as cells. Pure.

The last column holds the key by which a row finds its way back: list, number, site, and version at the time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.exporting.cells import Cell, Rendering
from projectlists.item import Item
from projectlists.language import Language, Text

NUMBER_HEADING = Text(nl="Rijnummer", en="Row number")
FILE_HEADING = Text(nl="Bestandsnaam", en="File name")
KEY_HEADING = "projectlists"
_KEY = re.compile(r"(?P<list>\w+)/(?P<number>\d+)/(?P<site>[^/]*)/(?P<etag>.+)", re.DOTALL)


@dataclass(frozen=True)
class RowKey:
    """Which row of which site, in which version, a line of a file is. `etag` is the service's own opaque text."""

    list: str
    number: int
    site: str
    etag: str

    def __str__(self) -> str:
        return f"{self.list}/{self.number}/{self.site}/{self.etag}"


def row_key(text: str) -> RowKey | None:
    """The key in a cell; None when the cell holds none."""
    found = _KEY.fullmatch(text.strip())
    return RowKey(found["list"], int(found["number"]), found["site"], found["etag"]) if found else None


@dataclass(frozen=True)
class Table:
    """One list on its way to a file. `site` is the site's id."""

    definition: ListDefinition
    rendering: Rendering
    site: str

    @property
    def language(self) -> Language:
        """The language of the site."""
        return self.rendering.language

    @property
    def title(self) -> str:
        """The title of the list."""
        return self.definition.title.in_language(self.language)

    @property
    def columns(self) -> tuple[ListField, ...]:
        """The columns of the list, between what tells which row it is and the key."""
        return self.definition.fields

    @property
    def leading(self) -> tuple[str, ...]:
        """The headings of what tells which row it is: its number, and the name of the file in a library."""
        texts = (NUMBER_HEADING, FILE_HEADING) if self.definition.kind == "library" else (NUMBER_HEADING,)
        return tuple(text.in_language(self.language) for text in texts)

    @property
    def headings(self) -> tuple[str, ...]:
        """The title row."""
        own = (field.title.in_language(self.language) for field in self.columns)
        return (*self.leading, *own, KEY_HEADING)

    def cells(self, item: Item) -> tuple[Cell, ...]:
        """One row, below the headings."""
        values = (self.rendering.cell(field, item[field.name]) for field in self.columns)
        key = RowKey(self.definition.key, item.id, self.site, item.etag)
        file = (item.file or None,) if self.definition.kind == "library" else ()
        return (f"{self.definition.letter}-{item.id}", *file, *values, str(key))
