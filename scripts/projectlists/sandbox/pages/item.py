"""One row: all its columns, its files and its versions."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from projectlists.sandbox.pages import history
from projectlists.sandbox.pages.columns import TITLE_LINKS, Cell, Columns, Viewer
from projectlists.sandbox.pages.history import Step
from projectlists.sandbox.pages.house import House, NotFoundError
from projectlists.sandbox.sharepoint import fieldxml
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import FieldRecord, ListRecord, Web

_STAMPS = ("ID", "Created", "Author", "Modified", "Editor")
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Value:
    """One column: its title, its description and internal name, and what the row holds."""

    title: str
    name: str
    description: str
    cell: Cell


@dataclass(frozen=True)
class Item:
    """One row. `technical` are the columns that people do not see on its page in SharePoint."""

    id: int
    title: str
    values: tuple[Value, ...]
    technical: tuple[Value, ...]
    stamps: tuple[Value, ...]
    files: tuple[tuple[str, int], ...]
    versions: tuple[Step, ...]
    problems: dict[str, str]


def find(house: House, web: Web, record: ListRecord, asked: str) -> Item:
    """The row with an id given as text. Raises NotFoundError."""
    cells = Cells(web, record, house.schema)
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 20 else 0
    row = cells.rows.get(record.id, min(number, _LARGEST_ID))
    if row is None:
        raise NotFoundError
    columns = Columns(cells, Viewer("", house.tenant.clock.now()))

    def value(field: FieldRecord) -> Value:
        return Value(field.title, field.name, str(field.properties.get("Description") or ""), columns.cell(row, field))

    own = [field for field in cells.fields if not field.built_in or field.name == "Title"]
    shown = [field for field in own if _on_page(field)]
    return Item(
        id=row.id,
        title=columns.numbered_title(row),
        values=tuple(value(field) for field in shown if field.name not in TITLE_LINKS),
        technical=tuple(value(field) for field in own if not _on_page(field)),
        stamps=tuple(value(field) for name in _STAMPS if (field := cells.field(name))),
        files=tuple((name, len(content)) for name, content in cells.rows.attached(row).items()),
        versions=history.steps(cells, row),
        problems=columns.problems,
    )


def _on_page(field: FieldRecord) -> bool:
    element: Element = fieldxml.parse(field.xml)
    return not field.hidden and element.get("ShowInDisplayForm", "TRUE").upper() != "FALSE"
