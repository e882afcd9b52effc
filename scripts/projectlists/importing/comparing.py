"""What the rows of a file would do to a list. Pure.

A row is found again by the key of an export, else by its original number, else by a number made from its title. A cell
that looks as it would be exported now was not edited. An empty cell empties a column only in an export that came back;
in somebody's own list it says nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.exporting.cells import Cell, Rendering
from projectlists.exporting.commafile import written
from projectlists.exporting.spreadsheet import fitting
from projectlists.exporting.table import FILE_HEADING, RowKey
from projectlists.importing.grid import Raw, as_text, is_empty
from projectlists.importing.people import identity
from projectlists.importing.privacy import doubt_of
from projectlists.importing.reading import Column, Reader, Reading
from projectlists.importing.words import normal
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.language import _, day_in_words

Outcome = Literal["new", "changed", "unchanged", "doubtful", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("new", "changed", "unchanged", "doubtful", "refused")
NUMBER = "ImportKey"
MADE_NUMBER = "x-"
"""What a number starts with that was made from a title."""


@dataclass(frozen=True)
class FileRow:
    """One row of the file. `line` counts as Excel does; `cells` are by internal name, of the mapped columns only.

    `file` is the name of the document that a row for a library is about.
    """

    line: int
    cells: Mapping[str, Raw]
    key: RowKey | None = None
    file: str = ""

    def filled(self, name: str) -> bool:
        """Whether the row says something in a column."""
        return not is_empty(self.cells.get(name, ""))

    def text(self, name: str) -> str:
        """A cell as text."""
        return as_text(self.cells.get(name, "")).strip()


@dataclass(frozen=True)
class RowPlan:
    """What one row of the file does. `values` is what would be written, for a doubtful row if somebody says so."""

    line: int
    outcome: Outcome
    values: Mapping[str, Value] = attribute(default_factory=dict)
    item: Item | None = None
    reasons: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it is doubtful or refused, in sentences."""
        return " ".join(self.reasons)


@dataclass(frozen=True)
class Comparison:
    """What is known when rows are compared. `site` is the site's id."""

    reader: Reader
    rendering: Rendering
    columns: Mapping[str, Column]
    existing: Sequence[Item]
    site: str

    @property
    def definition(self) -> ListDefinition:
        """The list."""
        return self.reader.definition

    def plans(self, rows: Iterable[FileRow]) -> tuple[RowPlan, ...]:
        """What each row does, in order."""
        seen: dict[str, int] = {}
        plans = []
        for row in self._numbered(rows):
            who = f"#{row.key.number}" if row.key else row.file.casefold() or row.text(NUMBER).casefold()
            if who in seen and (row.filled("Title") or row.file):
                reason = (
                    _("This row is there twice: line {line} counts, this one does not.")
                    if row.key or row.file
                    else _(
                        "The number {number} is there twice: line {line} counts, this one does not. Give this row a "
                        "number of its own."
                    )
                )
                reason = reason.format(line=seen[who], number=row.text(NUMBER)[:60])
                plans.append(RowPlan(row.line, "refused", reasons=(reason,)))
            else:
                seen.setdefault(who, row.line)
                plans.append(self._plan(row))
        return tuple(plans)

    def _numbered(self, rows: Iterable[FileRow]) -> Iterator[FileRow]:
        """Every row with its key or its number: a key of elsewhere is none, a missing number is made."""
        titles = Counter[str]()
        for row in rows:
            own = row.key if row.key and (row.key.site, row.key.list) == (self.site, self.definition.key) else None
            if own is not None or row.filled(NUMBER):
                yield replace(row, key=own)
                continue
            title = normal(row.text("Title"))
            titles[title] += 1
            made = made_number(self.definition, title, titles[title])
            yield replace(row, key=None, cells={**row.cells, NUMBER: made})

    def _plan(self, row: FileRow) -> RowPlan:
        if row.key is not None:
            return self._returned(row, row.key, self._by_id.get(row.key.number))
        if row.file:
            return self._document(row)
        number = row.text(NUMBER)
        matches = self._by_number.get(number.casefold(), ())
        if not matches:
            made = number.startswith(MADE_NUMBER)
            return self._addition(row, self._unnumbered.get(normal(row.text("Title"))) if made else None)
        if len(matches) == 1:
            return self._update(row, matches[0], clears=False)
        calls = ", ".join(f"{self.definition.letter}-{item.id}" for item in matches)
        reason = _("The number {number} belongs to several rows: {rows}.").format(number=number, rows=calls)
        return RowPlan(row.line, "refused", reasons=(reason,))

    def _document(self, row: FileRow) -> RowPlan:
        """A row that tells about a document of a library by the name of its file."""
        matches = [item for item in self.existing if item.file.casefold() == row.file.casefold()]
        if len(matches) == 1:
            return self._update(row, matches[0], clears=False)
        calls = ", ".join(f"{self.definition.letter}-{item.id}" for item in matches)
        reason = (
            _("Several folders hold a file {file}: {rows}. Use an export to tell them apart.")
            if matches
            else _("The library has no file {file}. Upload it first, then import again.")
        )
        return RowPlan(row.line, "refused", reasons=(reason.format(file=row.file, rows=calls),))

    @cached_property
    def _by_id(self) -> dict[int, Item]:
        return {item.id: item for item in self.existing}

    @cached_property
    def _by_number(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.existing:
            if item.text(NUMBER):
                found.setdefault(item.text(NUMBER).casefold(), []).append(item)
        return found

    @cached_property
    def _unnumbered(self) -> dict[str, Item]:
        return {normal(item.text("Title")): item for item in self.existing if not item.text(NUMBER)}

    def _returned(self, row: FileRow, key: RowKey, item: Item | None) -> RowPlan:
        """A row of an export that came back."""
        if item is None:
            reason = _("This row is no longer in the list. To add it again, empty its cell in the column projectlists.")
            return RowPlan(row.line, "refused", reasons=(reason,))
        plan = self._update(row, item, clears=True)
        if item.etag == key.etag or plan.outcome in {"unchanged", "refused"}:
            return plan
        titles = ", ".join(
            field.title.in_language(self.rendering.language)
            for field in map(self.definition.field, plan.values)
            if field
        )
        reason = _(
            "This row was changed in SharePoint after the export, on {day}, so nothing of it is overwritten. "
            "These columns differ: {columns}. Export again and make your changes there."
        ).format(day=day_in_words(item.modified_on), columns=titles)
        return RowPlan(row.line, "refused", item=item, reasons=(reason,))

    def _update(self, row: FileRow, item: Item, *, clears: bool) -> RowPlan:
        """A row that is in the list already."""
        if "Title" in self.columns and not row.filled("Title") and self._required("Title"):
            return self._without_title(row)
        values: dict[str, Value] = {}
        doubts: list[str] = []
        kept: list[tuple[Column, str]] = []
        for name, column in self.columns.items():
            if name not in row.cells or self._looks_same(column.field, row.cells[name], item):
                continue
            if not row.filled(name):
                if clears and not is_none(item[name]):
                    values[name] = None
                    doubts += [_missing(column)] if column.field.required else []
                continue
            reading = self._read(column, row.cells[name])
            if not is_none(reading.value) and not same(reading.value, item[name]):
                values[name] = reading.value
            self._keep(column, reading, kept, doubts)
        self._note(values, kept, doubts, item)
        if not values:
            return RowPlan(row.line, "unchanged", item=item)
        doubts += filter(None, [doubt_of(self.definition, {**item.values, **values})])
        return RowPlan(row.line, "doubtful" if doubts else "changed", values, item, tuple(doubts))

    def _addition(self, row: FileRow, namesake: Item | None) -> RowPlan:
        """A row that is not in the list yet."""
        if not row.filled("Title"):
            return self._without_title(row)
        if self.definition.kind == "library":
            reason = _(
                "A document is added by uploading its file. To fill in what is known of it, put the names of the files "
                "in a column with the heading “{heading}”."
            ).format(heading=FILE_HEADING.in_language(self.rendering.language))
            return RowPlan(row.line, "refused", reasons=(reason,))
        values: dict[str, Value] = {}
        doubts: list[str] = []
        kept: list[tuple[Column, str]] = []
        explained: set[str] = set()
        for name, column in self.columns.items():
            if not row.filled(name):
                continue
            reading = self._read(column, row.cells[name])
            if not is_none(reading.value):
                values[name] = reading.value
            self._keep(column, reading, kept, doubts)
            explained |= {name} if reading.doubt else set()
        values[NUMBER] = row.text(NUMBER)[:255]
        self._complete(row, values, doubts, explained)
        doubts += filter(None, [doubt_of(self.definition, values)])
        self._note(values, kept, doubts, None)
        if namesake is not None:
            call = f"{self.definition.letter}-{namesake.id}"
            doubts.append(_("A row with this title is there already ({row}), without a number.").format(row=call))
        return RowPlan(row.line, "doubtful" if doubts else "new", values, None, tuple(doubts))

    def _complete(self, row: FileRow, values: dict[str, Value], doubts: list[str], explained: Collection[str]) -> None:
        """Give a new row what it must have: the default, else it stays empty and is doubtful.

        `explained` are the columns of which is said already why there is nothing in them.
        """
        for field in self.definition.fields:
            if not field.required or field.name in values or field.type == "Calculated":
                continue
            default = _default(field, self.reader.today)
            column = self.columns.get(field.name)
            if default is not None:
                values[field.name] = default
            elif column is None:
                doubts.append(_("{column} is not in the file.").format(column=self._title(field)))
            elif field.name in explained:
                continue
            elif field.type == "DateTime" and row.filled(field.name):
                sentence = _("{column}: “{text}” is not an exact date, so the column stays empty.")
                doubts.append(sentence.format(column=column.heading, text=row.text(field.name)[:60]))
            else:
                doubts.append(_missing(column))

    def _read(self, column: Column, cell: Raw) -> Reading:
        if column.field.name == NUMBER:
            return Reading(as_text(cell).strip()[:255])
        return self.reader.read(column, cell)

    def _keep(self, column: Column, reading: Reading, kept: list[tuple[Column, str]], doubts: list[str]) -> None:
        if reading.kept:
            kept.append((column, reading.kept))
        if reading.doubt:
            doubts.append(reading.doubt)

    def _note(
        self, values: dict[str, Value], kept: Sequence[tuple[Column, str]], doubts: list[str], item: Item | None
    ) -> None:
        """Put text that no column could hold into the note, each line once."""
        note = next((field.name for field in self.definition.fields if field.type == "Note"), None)
        if note is None:
            doubts += [
                _("{column}: “{text}” is left out, because this list has no note.").format(
                    column=column.heading, text=text
                )
                for column, text in kept
            ]
            return
        before = values.get(note, item[note] if item else None)
        text = before if isinstance(before, str) else ""
        lines = [f"{column.heading}: {' '.join(words.split())}" for column, words in kept]
        missing = [line for line in lines if line not in _lines(text)]
        if missing:
            values[note] = "\n".join([*([text] if text else []), *missing])
        if item is not None and note in values and same(values[note], item[note]):
            del values[note]  # an earlier import put it there

    def _looks_same(self, field: ListField, cell: Raw, item: Item) -> bool:
        return looks_same(cell, self.rendering.cell(field, item[field.name]), self.rendering)

    def _required(self, name: str) -> bool:
        field = self.definition.field(name)
        return field is not None and field.required

    def _without_title(self, row: FileRow) -> RowPlan:
        column = self.columns.get("Title")
        field = self.definition.field("Title")
        heading = column.heading if column else self._title(field) if field else "Title"
        reason = _("There is nothing in the column {column}, so it is not clear what this row is.").format(
            column=heading
        )
        return RowPlan(row.line, "refused", reasons=(reason,))

    def _title(self, field: ListField) -> str:
        return field.title.in_language(self.rendering.language)


def made_number(definition: ListDefinition, title: str, occurrence: int) -> str:
    """A number for a row that has none, made from its title; the second row with a title gets another."""
    digest = hashlib.sha256(f"{definition.key}\n{title}\n{occurrence}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{MADE_NUMBER}{digest[:12]}"


def looks_same(cell: Raw, rendered: Cell, rendering: Rendering) -> bool:
    """Whether a cell is what an export would write now, in a workbook or in CSV."""
    if rendered is None or rendered == "":
        return is_empty(cell)
    if isinstance(rendered, str):
        return isinstance(cell, str) and _plain(cell) in {_plain(rendered), _plain(fitting(rendered))}
    if isinstance(cell, str):
        return cell.strip() == written(rendered, rendering.language)
    if isinstance(rendered, date):
        return as_text(cell) == as_text(rendered)
    return isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell) == float(rendered)


def same(read: Value, current: Value) -> bool:
    """Whether a value that was read is the one the list has."""
    match read, current:
        case Person(), Person():
            return identity(read) == identity(current)
        case Reference(), Reference():
            return read.id == current.id
        case Link(), Link():
            return read.url == current.url
        case tuple(), tuple():
            return set(read) == set(current)
        case str(), str():
            return _plain(read) == _plain(current)
        case _:
            return read == current


def absent(definition: ListDefinition, names: Collection[str], today: date) -> tuple[ListField, ...]:
    """Columns that a new row must have, that are not among these names and have no default."""
    return tuple(
        field
        for field in definition.fields
        if field.required
        and field.type != "Calculated"
        and field.name not in names
        and field.name != NUMBER
        and _default(field, today) is None
    )


def is_none(value: Value) -> bool:
    """Whether a column holds nothing."""
    return value is None or value in ("", ())


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}


def _missing(column: Column) -> str:
    return _("{column} is empty.").format(column=column.heading)


def _default(field: ListField, today: date) -> Value:
    default = field.default
    if field.type == "DateTime" and isinstance(default, str) and default.startswith("today"):
        return today + timedelta(days=int(default.removeprefix("today") or 0))
    return default
