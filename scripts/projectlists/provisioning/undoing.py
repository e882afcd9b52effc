"""Values that a migration rewrote, kept in a file, and put back from it where nobody changed them since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from projectlists.errors import FarEndError, ProjectListsError, UsageError
from projectlists.farend.batch import VERBOSE, Operation
from projectlists.farend.schemawire import choices_change
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import _
from projectlists.modelfile import Frozen
from projectlists.provisioning import migrating
from projectlists.provisioning.migrating import Rewrite
from projectlists.structure.shapes import SiteShape

_Count = Annotated[int, Field(gt=0)]


class KeptColumn(Frozen):
    """A column as it was: its type and the choices it offered."""

    list: str
    library: bool
    column: str
    type: str
    choices: tuple[str, ...]


class KeptValue(Frozen):
    """One value of one row: what it was and what it became."""

    list: str
    item: _Count
    column: str
    old: str | tuple[str, ...]
    new: str | tuple[str, ...]


class Undo(Frozen):
    """Everything a migration of one site rewrites. `site` is its URL."""

    site: str
    columns: tuple[KeptColumn, ...]
    values: tuple[KeptValue, ...]

    def as_text(self) -> str:
        """The content of an undo file."""
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class UndoResult:
    """What was put back, and how many values were left because somebody changed them since or their row is gone."""

    site: str
    restored: int = 0
    left: int = 0
    failure: ProjectListsError | None = None

    def as_json(self) -> dict[str, Any]:
        """As in a JSON result."""
        return {
            "site": self.site,
            "ok": self.failure is None,
            "error": None if self.failure is None else str(self.failure),
            "restored": self.restored,
            "left": self.left,
        }


def undo_of(url: str, values: Iterable[Rewrite], shape: SiteShape) -> Undo:
    """What has to be kept before these values are written."""
    kept = tuple(values)
    places = dict.fromkeys((value.list, value.library, value.column) for value in kept)
    columns = []
    for key, library, name in places:
        found = shape.lists[key].field(name)
        if found is not None:
            columns.append(
                KeptColumn(list=key, library=library, column=name, type=found.type, choices=found.choices or ())
            )
    return Undo(
        site=url,
        columns=tuple(columns),
        values=tuple(
            KeptValue(list=value.list, item=value.item, column=value.column, old=value.before, new=value.after)
            for value in kept
        ),
    )


def read(path: Path) -> Undo:
    """The content of an undo file.

    Raises:
        UsageError: it is not there, or it is no undo file.
    """
    try:
        return Undo.model_validate_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError):
        raise UsageError(
            _("{file} cannot be read as an undo file. Give a file that provision wrote.").format(file=path)
        ) from None


def undo(site: SharePointSite, kept: Undo) -> UndoResult:
    """Offer the earlier choices again, and put back every value that is still what the migration made of it.

    The definition is not changed by this: as long as it asks for the new labels, the next plan shows them again.
    Never raises an expected error: it stands in the result.
    """
    failures: list[FarEndError] = []
    try:
        back, still_used = _present(site, kept)
        _offer(site, kept, still_used)
        written = migrating.write(site, back, failures)
    except ProjectListsError as error:
        return UndoResult(site.url, left=len(kept.values), failure=error)
    return UndoResult(site.url, len(written), len(kept.values) - len(written), failures[0] if failures else None)


def _present(site: SharePointSite, kept: Undo) -> tuple[list[Rewrite], dict[tuple[str, str], set[str]]]:
    """The values to put back; and by list and column, the labels of rows that stay as they are."""
    by_list = [(place, list(group)) for place, group in groupby(kept.columns, key=lambda one: (one.list, one.library))]
    queries = [
        migrating.query(key, [one.column for one in group], library=library) for (key, library), group in by_list
    ]
    then = {(value.list, value.item, value.column): value for value in kept.values}
    back: list[Rewrite] = []
    stay: dict[tuple[str, str], set[str]] = {}
    for (_place, group), rows in zip(by_list, site.rows(queries), strict=True):
        for row, column in ((row, column) for row in rows for column in group):
            present = migrating.value_of(row, column.column)
            value = then.get((column.list, int(row.get("Id") or 0), column.column))
            if value is not None and value.new == present:
                place = (column.list, column.library, column.column)
                back.append(migrating.rewrite_of(row, place, before=present, after=value.old))
            else:
                stay.setdefault((column.list, column.column), set()).update(
                    (present,) if isinstance(present, str) else present
                )
    return back, stay


def _offer(site: SharePointSite, kept: Undo, still_used: Mapping[tuple[str, str], set[str]]) -> None:
    """Offer the earlier choices, those that people added since, and a new label only where a row keeps it."""
    paths = [migrating.field_path(site, column.list, column.column, library=column.library) for column in kept.columns]
    now = site.run([Operation("GET", path) for path in paths])
    operations = []
    for column, path, answer in zip(kept.columns, paths, now, strict=True):
        new = _new_labels(kept, column) - still_used.get((column.list, column.column), set())
        offered = [str(label) for label in answer.checked().entity.get("Choices") or ()]
        labels = [*column.choices, *(label for label in offered if label not in {*column.choices, *new})]
        operations.append(
            Operation("MERGE", path, choices_change(column.type, labels), headers={"Content-Type": VERBOSE})
        )
    for answer in site.run(operations):
        answer.checked()


def _new_labels(kept: Undo, column: KeptColumn) -> set[str]:
    values = (value.new for value in kept.values if (value.list, value.column) == (column.list, column.column))
    labels = {label for value in values for label in ((value,) if isinstance(value, str) else value)}
    return labels - set(column.choices)
