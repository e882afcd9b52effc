"""Rows that have an earlier label of a choice get the present one (guide.md §2.0.2).

SharePoint keeps the label in the row. Which rows are concerned is found by reading a list to its end in order of ID,
which no number of rows hinders (sharepoint-rest.md §6.5). A row is written with the ETag it was read with, so that what
somebody changes meanwhile stays; then it gets back when and by whom it was last changed (§6.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from projectlists.errors import AccessRefused, Conflict, FarEndError, Unanswered
from projectlists.farend.batch import VERBOSE, Operation, etag_of, literal
from projectlists.farend.schemawire import choices_change
from projectlists.farend.sharepoint import MEMBERSHIP, Query, SharePointSite
from projectlists.structure.migration import without_earlier
from projectlists.structure.plan import LABELS, Change, Plan
from projectlists.structure.shapes import LIBRARY, ListShape, SiteShape

PAGE = 5000
"""The most rows SharePoint gives at once."""
CHUNK = 100
Labels = str | tuple[str, ...]
"""The value of a column with one choice, or with several."""


@dataclass(frozen=True)
class Rewrite:
    """One value to write: of this column in this row, from one label to another.

    `modified` (an instant) and `editor` (a login name) are of the last change before it. Several choices are a tuple.
    """

    list: str
    library: bool
    item: int
    column: str
    before: Labels
    after: Labels
    etag: str
    modified: str
    editor: str


@dataclass(frozen=True)
class Column:
    """One column whose rows are looked at: what each label has to become."""

    list: str
    library: bool
    name: str
    labels: Mapping[str, str]


def columns_of(plan: Plan, wanted: Sequence[ListShape]) -> list[Column]:
    """The columns of a plan in which labels change."""
    libraries = {shape.key for shape in wanted if shape.template == LIBRARY}
    return [
        Column(change.list, change.list in libraries, change.name, dict(_pairs(change)))
        for change in plan.work
        if change.attribute == LABELS
    ]


def rewrites(site: SharePointSite, columns: Sequence[Column]) -> tuple[Rewrite, ...]:
    """Every value that has to be written; all pages of each list, and nothing when there are no columns.

    Raises:
        FarEndError: a list cannot be read.
    """
    by_list = [
        (key, library, list(group))
        for (key, library), group in groupby(columns, key=lambda column: (column.list, column.library))
    ]
    queries = [query(key, [column.name for column in group], library=library) for key, library, group in by_list]
    rows = site.rows(queries) if queries else []
    return tuple(
        rewrite
        for (_key, _library, group), found in zip(by_list, rows, strict=True)
        for row in found
        for rewrite in _of_row(row, group)
    )


def counted(plan: Plan, found: Iterable[Rewrite], shape: SiteShape) -> Plan:
    """The plan with the number of rows at each change of labels; without labels that neither column nor rows have."""
    by_place: dict[tuple[str, str], list[Rewrite]] = {}
    for rewrite in found:
        by_place.setdefault((rewrite.list, rewrite.column), []).append(rewrite)
    changes: list[Change] = []
    for change in plan.changes:
        if change.attribute != LABELS:
            changes.append(change)
            continue
        there = shape.lists[change.list].field(change.name)
        rows = by_place.get((change.list, change.name), [])
        known = {*((there.choices if there else None) or ()), *(label for row in rows for label in _labels(row.before))}
        pairs = [pair for pair in _pairs(change) if pair[0] in known]
        if pairs:
            earlier, present = zip(*pairs, strict=True)
            changes.append(replace(change, before=earlier, after=present, rows=len(rows)))
    return Plan(tuple(changes))


def _pairs(change: Change) -> Iterable[tuple[str, str]]:
    before, after = (value if isinstance(value, tuple) else () for value in (change.before, change.after))
    return zip(before, after, strict=True)


def _labels(value: Labels) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def write(site: SharePointSite, values: Sequence[Rewrite], failures: list[FarEndError]) -> tuple[Rewrite, ...]:
    """Write the values, a hundred rows in a request, and tell which were written.

    A row that somebody changed since it was read is left; so is, after a lost connection, what may or may not have
    been written: reading again tells. `failures` gets every error.

    Raises:
        AccessRefused: the program may not write here.
    """
    written: list[Rewrite] = []
    by_row = [list(group) for _row, group in groupby(values, key=lambda value: (value.list, value.item))]
    for start in range(0, len(by_row), CHUNK):
        chunk = by_row[start : start + CHUNK]
        try:
            answers = site.run([_writing(site, row) for row in chunk])
        except Unanswered as error:
            failures.append(error)
            continue
        done = [row for row, answer in zip(chunk, answers, strict=True) if answer.error is None]
        for answer in answers:
            if isinstance(answer.error, AccessRefused):
                raise answer.error
            if answer.error is not None and not isinstance(answer.error, Conflict):
                failures.append(answer.error)
        written += [value for row in done for value in row]
        _give_back_marks(site, done)
    return tuple(written)


def finish(
    site: SharePointSite, columns: Sequence[Column], wanted: Sequence[ListShape], found: SiteShape
) -> list[Operation]:
    """The operations that stop offering earlier labels, for the columns in which no row has one any more."""
    left = {(value.list, value.column) for value in rewrites(site, columns)}
    shapes = {shape.key: shape for shape in wanted}
    operations = []
    for column in columns:
        there = found.lists[column.list].field(column.name) if column.list in found.lists else None
        ours = shapes[column.list].field(column.name)
        if there is not None and ours is not None and (column.list, column.name) not in left:
            path = field_path(site, column.list, column.name, library=column.library)
            body = choices_change(ours.type, without_earlier(ours, there))
            operations.append(Operation("MERGE", path, body, headers={"Content-Type": VERBOSE}))
    return operations


def field_path(site: SharePointSite, key: str, column: str, *, library: bool) -> str:
    """The address of a column inside `_api/`."""
    return f"{site.list_path(key, library=library)}/fields/getbyinternalnameortitle({literal(column)})"


def query(key: str, names: Iterable[str], *, library: bool) -> Query:
    """Asks for these columns of every row, and for what is needed to write them back."""
    options = {"$select": ",".join(["Id", "Modified", "Editor/Name", *names]), "$expand": "Editor"}
    return Query(key, library=library, order="ID", options=options, page=PAGE)


def _of_row(row: Mapping[str, Any], columns: Iterable[Column]) -> Iterable[Rewrite]:
    for column in columns:
        before = value_of(row, column.name)
        labels = _labels(before)
        changed = tuple(dict.fromkeys(column.labels.get(label, label) for label in labels))
        if changed != labels:
            after = changed[0] if isinstance(before, str) else changed
            yield rewrite_of(row, (column.list, column.library, column.name), before=before, after=after)


def rewrite_of(row: Mapping[str, Any], place: tuple[str, bool, str], *, before: Labels, after: Labels) -> Rewrite:
    """What is to be written in a row as read with `query`; `place` is the list, whether it is a library, the column."""
    editor = row.get("Editor")
    return Rewrite(
        *place[:2],
        item=int(row.get("Id") or 0),
        column=place[2],
        before=before,
        after=after,
        etag=etag_of(row) or "",
        modified=str(row.get("Modified") or ""),
        editor=str(editor.get("Name") or "") if isinstance(editor, Mapping) else "",
    )


def value_of(row: Mapping[str, Any], column: str) -> Labels:
    """The label in a column as read, or the labels of one that takes several; an empty column is an empty text."""
    value = row.get(column)
    if isinstance(value, Mapping):
        value = value.get("results")
    return tuple(str(label) for label in value) if isinstance(value, list) else str(value or "")


def _writing(site: SharePointSite, row: Sequence[Rewrite]) -> Operation:
    first = row[0]
    body = {value.column: list(value.after) if isinstance(value.after, tuple) else value.after for value in row}
    return site.change(first.list, first.item, body, first.etag, library=first.library)


def _give_back_marks(site: SharePointSite, rows: Sequence[Sequence[Rewrite]]) -> None:
    """Make the last change look as before: it was not a person who worked on the row.

    What is refused here, such as an editor who left, costs no value, so it is no failure.
    """
    operations = []
    for first, *_rest in rows:
        marks = {"Modified": datetime.fromisoformat(first.modified).strftime("%Y-%m-%d %H:%M:%S")}
        if first.editor.startswith(MEMBERSHIP):
            marks["Editor"] = f"[{{'Key':'{first.editor}'}}]"
        body = {
            "formValues": [{"FieldName": name, "FieldValue": text} for name, text in marks.items()],
            "bNewDocumentUpdate": True,
            "datesInUTC": True,
        }
        path = f"{site.list_path(first.list, library=first.library)}/items({first.item})/ValidateUpdateListItem"
        operations.append(Operation("POST", path, body))
    try:
        site.run(operations)
    except Unanswered:
        return
