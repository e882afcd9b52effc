"""What one column of one row shows on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from projectlists.sandbox.graph.text import from_html
from projectlists.sandbox.pages import formatting, operations
from projectlists.sandbox.pages.formatting import Formatter, Part
from projectlists.sandbox.pages.operations import ExpressionError
from projectlists.sandbox.sharepoint import display, moments, values
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import FieldRecord
from projectlists.sandbox.sharepoint.rows import Row

TITLE_LINKS = frozenset({"LinkTitle", "LinkTitleNoMenu"})
NUMERIC = frozenset({"Number", "Currency", "Counter", "Integer"})
_WITH_DISPLAY_VALUE = NUMERIC | {"Boolean", "Calculated"}
"""Besides dates: the types whose value formatting can also read as people see it (`displayValue`)."""
Kind = Literal[
    "empty", "text", "lines", "choice", "people", "references", "link", "moment", "number", "truth", "formatted"
]


@dataclass(frozen=True)
class Reference:
    """A row of another list: its text and its page (server-relative, with the id apart)."""

    text: str
    path: str
    id: int


@dataclass(frozen=True)
class Cell:
    """One value. `moment` is its date for machines, `part` what formatting made of it."""

    kind: Kind
    text: str = ""
    texts: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    href: str = ""
    moment: str = ""
    truth: bool = False
    part: Part | None = None


@dataclass(frozen=True)
class Viewer:
    """Through whose eyes and when: what `@me` and `@now` stand for. `address` is empty for nobody in particular."""

    address: str
    now: datetime


class Columns:
    """The columns of one list for one page.

    `present` are the internal names that formatting can read, None for all: in a view it knows no other columns than
    those of the view. `problems` tells per column title why its formatting is not shown.
    """

    def __init__(self, cells: Cells, viewer: Viewer, present: frozenset[str] | None = None) -> None:
        self.cells = cells
        self.viewer = viewer
        self.present = present
        self.problems: dict[str, str] = {}
        self._formatters: dict[str, Formatter | None] = {}

    def cell(self, row: Row, field: FieldRecord) -> Cell:
        """The value of a column, as its formatting says where it has one."""
        plain = self._plain(row, self._source(field))
        part = self._formatted(row, field)
        if part is None or (part.blank and plain.kind == "empty"):
            return plain
        return Cell("formatted", part=part)

    def heading(self, field: FieldRecord) -> str:
        """The title over a column; a linked title is called as the title itself."""
        return self._source(field).title

    def is_numeric(self, field: FieldRecord) -> bool:
        """Whether a column shows bare numbers, which align on the right."""
        calculated = field.type == "Calculated" and field.properties.get("OutputType") in {9, 10}
        return (field.type in NUMERIC or calculated) and self._formatter(field) is None

    def title(self, row: Row) -> str:
        """The row's title as plain words, its number when it has none."""
        title = self.cells.field("Title")
        shown = display.text(self.cells, row, title) if title else ""
        return shown or str(row.id)

    def numbered_title(self, row: Row) -> str:
        """The row's title as its formatting has it (`A-12 …`), in plain words."""
        title = self.cells.field("Title")
        part = self._formatted(row, title) if title else None
        return (part.words if part else "") or self.title(row)

    def _source(self, field: FieldRecord) -> FieldRecord:
        if field.name in TITLE_LINKS:
            return self.cells.field("Title") or field
        if field.name in {"LinkFilename", "LinkFilenameNoMenu"}:
            return self.cells.field("FileLeafRef") or field
        return field

    def _plain(self, row: Row, field: FieldRecord) -> Cell:
        kept = self.cells.kept(row, field)
        if kept is None or kept == "":
            return Cell("empty")
        text = display.text(self.cells, row, field)
        if values.is_moment(field) and not str(kept).startswith("#"):
            local = moments.local(kept, self.cells.zone)
            machine = local.date().isoformat() if values.date_only(field) else kept
            return Cell("moment", text, moment=machine)
        if values.is_pointer(field):
            return self._pointer(field, ids_of(kept))
        return _simple(field, kept, text)

    def _pointer(self, field: FieldRecord, ids: list[int]) -> Cell:
        labels = tuple(self.cells.label(field, one) or f"#{one}" for one in ids)
        text = "; ".join(labels)
        if field.type in values.PEOPLE:
            return Cell("people", text, texts=labels)
        target = self.cells.target(field)
        path = f"{target.listing.url}/DispForm.aspx" if target else ""
        pairs = zip(labels, ids, strict=True)
        return Cell("references", text, references=tuple(Reference(label, path, one) for label, one in pairs))

    # Formatting

    def _formatted(self, row: Row, field: FieldRecord) -> Part | None:
        source = self._source(field)
        formatter = self._formatter(field) or (self._formatter(source) if source is not field else None)
        if formatter is None:
            return None
        try:
            return formatter.part(_Reader(self, row, source).read) or Part()
        except ExpressionError as problem:
            self.problems[field.title] = str(problem)
            return None

    def _formatter(self, field: FieldRecord) -> Formatter | None:
        if field.id not in self._formatters:
            text = str(field.properties.get("CustomFormatter") or "").strip()
            found = None
            if text.strip("{} \n"):
                try:
                    found = formatting.read_formatter(text)
                except ExpressionError as problem:
                    self.problems[field.title] = str(problem)
            self._formatters[field.id] = found
        return self._formatters[field.id]


def ids_of(kept: Any) -> list[int]:
    """The ids that a column of people or lookups holds, whether it takes one or several."""
    if kept is None:
        return []
    return list(kept) if isinstance(kept, list) else [kept]


def _simple(field: FieldRecord, kept: Any, text: str) -> Cell:
    """The value of a column without people, lookups and dates."""
    match kept:
        case bool():
            return Cell("truth", text, truth=kept)
        case list():
            return Cell("choice", text, texts=tuple(kept))
        case {"Url": url, "Description": description}:
            return Cell("link", description or url, href=url if formatting.is_address(url) else "")
        case float() | int():
            return Cell("number", text)
    if field.type == "Choice":
        return Cell("choice", text, texts=(text,))
    if field.properties.get("RichText"):
        text = from_html(text)
    return Cell("lines" if field.type == "Note" else "text", text)


def _member_of(value: Any, member: str) -> Any:
    if not member or value == "":
        return value
    if isinstance(value, list):
        return [_member_of(one, member) for one in value]
    if not isinstance(value, Mapping) or member not in value:
        raise ExpressionError(f"the value has no '{member}'")
    return value[member]


@dataclass(frozen=True)
class _Reader:
    """Gives formatting the values of a row."""

    columns: Columns
    row: Row
    field: FieldRecord

    def read(self, reference: str) -> Any:
        """The value of `@currentField…`, `[$Column…]`, `[!Column.DisplayName]`, `@me`, `@now` or `@currentWeb`."""
        cells = self.columns.cells
        if reference.startswith("["):
            name, _, member = reference[2:-1].partition(".")
            field = cells.field(name)
            if field is None:
                raise ExpressionError(f"there is no column '{name}'")
            if reference[1] == "!":
                return field.title
            present = self.columns.present
            known = present is None or field.name == self.field.name or field.name in present
            return self._member(field, member) if known else ""
        name, _, member = reference.removeprefix("@").partition(".")
        match name:
            case "currentField":
                return self._member(self.field, member)
            case "me":
                return self.columns.viewer.address
            case "now":
                return self._moment(self.columns.viewer.now)
            case "currentWeb":
                return f"https://{cells.schema.tenant.sharepoint_host}{cells.web.url}"
        raise ExpressionError(f"'{reference}' is not known here")

    def _value(self, field: FieldRecord) -> Any:
        cells = self.columns.cells
        kept = cells.kept(self.row, field)
        if values.is_moment(field) and isinstance(kept, str) and not kept.startswith("#"):
            return self._moment(datetime.fromisoformat(kept))
        if values.is_pointer(field):
            several = [self._pointed(field, one) for one in ids_of(kept)]
            return several if isinstance(kept, list) else next(iter(several), "")
        if isinstance(kept, dict):
            return {"url": kept["Url"], "desc": kept["Description"]}
        if kept is None:
            return ""
        return float(kept) if isinstance(kept, int) and not isinstance(kept, bool) else kept

    def _pointed(self, field: FieldRecord, target: int) -> Mapping[str, str]:
        def member(name: str) -> str:
            return str(self.columns.cells.member(field, target, name) or "")

        if field.type not in values.PEOPLE:
            return {"lookupId": str(target), "lookupValue": self.columns.cells.label(field, target)}
        return {
            "id": str(target),
            "title": member("Title"),
            "email": member("EMail"),
            "sip": member("SipAddress"),
            "department": member("Department"),
            "jobTitle": member("JobTitle"),
            "picture": "",
        }

    def _member(self, field: FieldRecord, member: str) -> Any:
        value = self._value(field)
        if member == "displayValue" and (values.is_moment(field) or field.type in _WITH_DISPLAY_VALUE):
            return "" if value == "" else display.text(self.columns.cells, self.row, field)
        return _member_of(value, member)

    def _moment(self, moment: datetime) -> Any:
        cells = self.columns.cells
        return operations.local_moment(moment, cells.zone, display.locale_of(cells.web.locale_id))
