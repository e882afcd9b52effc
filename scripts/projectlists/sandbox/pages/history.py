"""The versions of a row: who saved it when, and what changed (sharepoint-rest.md §6.11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from projectlists.sandbox.sharepoint import display
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import FieldRecord
from projectlists.sandbox.sharepoint.rows import Row, Version


@dataclass(frozen=True)
class Change:
    """One column with its value before and after; empty texts stand for no value."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One saved version. `first` is set for the one that made the row; the oldest kept one has no changes to show."""

    number: int
    moment: str
    person: str
    first: bool
    oldest: bool
    changes: tuple[Change, ...]


def steps(cells: Cells, row: Row) -> tuple[Step, ...]:
    """The kept versions, newest first."""
    versions = cells.rows.versions(row)
    fields = [field for field in cells.fields if field.id in {name for one in versions for name in one.values}]
    return tuple(
        Step(
            number=version.major,
            moment=version.modified,
            person=_person(cells, version.editor),
            first=version.major == 1,
            oldest=older is None,
            changes=_changes(cells, row, fields, older, version) if older else (),
        )
        for version, older in zip_longest(versions, versions[1:])
    )


def _changes(cells: Cells, row: Row, fields: list[FieldRecord], older: Version, newer: Version) -> tuple[Change, ...]:
    before, after = (replace(row, values=version.values) for version in (older, newer))
    changed = [field for field in fields if older.values.get(field.id) != newer.values.get(field.id)]
    return tuple(
        Change(field.title, display.text(cells, before, field), display.text(cells, after, field)) for field in changed
    )


def _person(cells: Cells, principal_id: int) -> str:
    found = cells.schema.user(cells.web.url, principal_id)
    return found.title if found else f"#{principal_id}"
