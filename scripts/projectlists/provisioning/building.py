"""A plan as operations, in three phases of one batch each (architecture.md decision 6). Pure.

Columns that look up another list need its id, which is known only once the list is there; calculated columns and
formulas name other columns; views show all of them. Hence the order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from projectlists.definitions.model import IMPORT_KEY, ListDefinition
from projectlists.farend.batch import VERBOSE, Operation, literal
from projectlists.farend.permissionwire import assignment, core_team_creation, own_permissions
from projectlists.farend.schemawire import (
    field_change,
    field_creation,
    list_change,
    list_creation,
    list_path,
    view_change,
    view_creation,
    view_fields,
)
from projectlists.farend.translationwire import text_setting
from projectlists.farend.wire import values_for
from projectlists.structure.migration import names_one_of
from projectlists.structure.permissions import CORE_TEAM, OWN, SitePermissions
from projectlists.structure.plan import LABELS, LIST_ATTRIBUTES, TRANSLATED, Change, Plan
from projectlists.structure.settings import LIST, Settings
from projectlists.structure.shapes import LIBRARY, FieldShape, ListShape, SiteShape
from projectlists.structure.translations import other_language, translations_of

_FORMULAS = frozenset({"formula", "validation", "validation_message"})
_FIELD_ATTRIBUTES = ("title", "description", "required", "indexed", "unique", "default", "maximum_length", "formatter")
_VERBOSE = {"Content-Type": VERBOSE}


@dataclass(frozen=True)
class Building:
    """What is to be built: the plan, and what the site holds and must hold."""

    plan: Plan
    wanted: Sequence[ListShape]
    found: SiteShape
    settings: Settings
    site_path: str
    definitions: Mapping[str, ListDefinition]
    permissions: SitePermissions | None = None

    def lists_and_plain_columns(self) -> list[Operation]:
        """Phase 1: new lists under their key, their titles, and every column that needs nothing else."""
        return [operation for shape in self._touched() for operation in self._first(shape)]

    def dependent_columns(self, ids: Mapping[str, str]) -> list[Operation]:
        """Phase 2: lookups, calculated columns and formulas. `ids` are list ids by key."""
        return [operation for shape in self._touched() for operation in self._second(shape, ids)]

    def groups(self) -> list[Operation]:
        """With phase 1: the group that permissions name and the site does not have."""
        changes = [change for change in self.plan.work if change.kind == "permission"]
        if self.permissions is None or CORE_TEAM in self.permissions.groups:
            return []
        return [core_team_creation(self.settings.language)] if any(one.name == CORE_TEAM for one in changes) else []

    def own_permissions(self, core_team: int) -> list[Operation]:
        """With phase 2, before there are rows: permissions of their own. `core_team` is a group just made, or 0."""
        return [operation for shape in self._touched() for operation in self._permissions(shape, core_team)]

    def _permissions(self, shape: ListShape, core_team: int) -> Iterator[Operation]:
        changes = self._changes(shape.key, "permission")
        if self.permissions is None:
            return
        if any(change.attribute == OWN for change in changes):
            yield own_permissions(self._path(shape))
        groups = {CORE_TEAM: core_team, **self.permissions.groups}
        for change in changes:
            principal, role = groups.get(change.name), self.permissions.roles.get(str(change.after))
            if change.attribute != OWN and principal and role:
                yield assignment(self._path(shape), principal, role)

    def views_and_texts(self) -> list[Operation]:
        """Phase 3: views, and texts in the other language."""
        operations = [operation for shape in self._touched() for operation in self._third(shape)]
        return [*operations, *self._texts()]

    def rows(self, zone: ZoneInfo) -> dict[str, list[Operation]]:
        """Phase 3 as well, by list: the rows that lists start with."""
        return {shape.key: rows for shape in self._touched() if (rows := list(self._rows(shape, zone)))}

    def _touched(self) -> Iterator[ListShape]:
        lists = {change.list for change in self.plan.work}
        return (shape for shape in self.wanted if shape.key in lists)

    def _changes(self, key: str, kind: str) -> list[Change]:
        return [
            change
            for change in self.plan.work
            if change.list == key and change.kind == kind and change.attribute not in TRANSLATED
        ]

    def _path(self, shape: ListShape) -> str:
        return list_path(self.site_path, shape.key, library=shape.template == LIBRARY)

    def _first(self, shape: ListShape) -> Iterator[Operation]:
        path = self._path(shape)
        attributes = _attributes(self._changes(shape.key, "list"))
        if shape.key not in self.found.lists:
            yield Operation("POST", "web/lists", list_creation(shape))
            # A new list may keep more versions than the least we ask; reading back tells.
            attributes = [
                name for name in LIST_ATTRIBUTES if getattr(shape, name) is not None and name != "version_limit"
            ]
        plain = [name for name in attributes if name not in _FORMULAS]
        if plain:
            yield Operation("MERGE", path, list_change(shape, plain, _titles(shape)))
        for wanted, changes in self._columns(shape):
            if changes[0].verb == "create":
                if not _dependent(wanted):
                    yield _creation(path, wanted, "", _titles(shape))
            else:
                attributes = _attributes(changes)
                if shape.key not in self.found.lists:  # a column that a new list has of itself
                    attributes = [name for name in _FIELD_ATTRIBUTES if getattr(wanted, name) not in {None, ""}]
                plain = [name for name in attributes if name not in _FORMULAS]
                yield from self._column_change(shape, wanted, plain, _earlier_labels(changes))

    def _second(self, shape: ListShape, ids: Mapping[str, str]) -> Iterator[Operation]:
        path, titles = self._path(shape), _titles(shape)
        for wanted, changes in self._columns(shape):
            if changes[0].verb == "create":
                if _dependent(wanted) and (not wanted.lookup or wanted.lookup in ids):
                    yield _creation(path, wanted, ids.get(wanted.lookup or "", ""), titles)
            else:
                formulas = [name for name in _attributes(changes) if name in _FORMULAS]
                yield from self._column_change(shape, wanted, formulas)
        yield from self._retitled(shape)
        attributes = _attributes(self._changes(shape.key, "list"))
        if shape.key not in self.found.lists and shape.validation:
            attributes = ["validation", "validation_message"]
        formulas = [name for name in attributes if name in _FORMULAS and getattr(shape, name) is not None]
        if formulas:
            yield Operation("MERGE", path, list_change(shape, formulas, titles))

    def _retitled(self, shape: ListShape) -> Iterator[Operation]:
        """Formulas name columns by title: those that name one whose title changes are written once more."""
        changes = [change for change in self._changes(shape.key, "field") if change.verb == "update"]
        titled = {change.name for change in changes if change.attribute == "title" and change.before is not None}
        written = {(change.name, change.attribute) for change in changes}
        for wanted in shape.fields:
            formulas = [
                name
                for name in ("formula", "validation")
                if names_one_of(getattr(wanted, name), titled) and (wanted.name, name) not in written
            ]
            yield from self._column_change(shape, wanted, formulas)
        if names_one_of(shape.validation, titled):
            yield Operation("MERGE", self._path(shape), list_change(shape, ["validation"], _titles(shape)))

    def _columns(self, shape: ListShape) -> Iterator[tuple[FieldShape, list[Change]]]:
        for name, changes in groupby(self._changes(shape.key, "field"), key=lambda change: change.name):
            wanted = shape.field(name)
            if wanted is not None:
                yield wanted, list(changes)

    def _column_change(
        self, shape: ListShape, wanted: FieldShape, attributes: Sequence[str], earlier: Sequence[str] = ()
    ) -> Iterator[Operation]:
        there = self.found.lists.get(shape.key)
        found = there.field(wanted.name) if there else None
        if found and earlier:  # offered until no row has one, so that a run that is interrupted can be resumed
            found = replace(found, choices=tuple(dict.fromkeys((*(found.choices or ()), *earlier))))
        path = f"{self._path(shape)}/fields/getbyinternalnameortitle({literal(wanted.name)})"
        body = field_change(wanted, found, attributes, _titles(shape))
        if body:
            yield Operation("MERGE", path, body, headers=_VERBOSE)
        if "in_forms" in attributes:
            yield Operation("POST", f"{path}/setshowinnewform(false)")
            yield Operation("POST", f"{path}/setshowineditform(false)")

    def _third(self, shape: ListShape) -> Iterator[Operation]:
        path = self._path(shape)
        there = self.found.lists.get(shape.key)
        for key, group in groupby(self._changes(shape.key, "view"), key=lambda change: change.key):
            changes = list(group)
            wanted = shape.view(key)
            if wanted is None:
                continue
            if changes[0].verb == "create":
                yield Operation("POST", f"{path}/views/add", view_creation(wanted))
                later = [*(["title"] if wanted.title != wanted.key else []), *(["totals"] if wanted.totals else [])]
                if later:
                    named = f"{path}/views/getbytitle({literal(wanted.key)})"
                    yield Operation("MERGE", named, view_change(wanted, later))
                continue
            view = there.view(key) if there else None
            address = f"{path}/views(guid{literal(view.id if view else '')})"
            attributes = _attributes(changes)
            body = view_change(wanted, attributes)
            if body:
                yield Operation("MERGE", address, body)
            if "fields" in attributes:
                yield Operation("POST", f"{address}/viewfields/removeallviewfields")
                for name in view_fields(wanted):
                    yield Operation("POST", f"{address}/viewfields/addviewfield({literal(name)})")

    def _texts(self) -> Iterator[Operation]:
        paths = {shape.key: self._path(shape) for shape in self.wanted}
        language = other_language(self.settings.language)
        for place, text in translations_of(self.plan).items():
            yield text_setting(paths[place.list], place, language, text)

    def _rows(self, shape: ListShape, zone: ZoneInfo) -> Iterator[Operation]:
        missing = {change.name for change in self._changes(shape.key, "row")}
        for row in shape.rows or ():
            if row.key in missing:
                body = values_for(self.definitions[shape.key], self.settings.language, zone, row.values)
                yield Operation("POST", f"{self._path(shape)}/items", {**body, IMPORT_KEY: row.key}, once=True)

    def settings_row(self, failed: Collection[str]) -> list[Operation]:
        """Last: the site's own settings, without the lists that could not be given their rows."""
        if not self._changes(LIST, "row"):
            return []
        kept = tuple(key for key in self.settings.filled if key not in failed)
        body = replace(self.settings, filled=kept).body()
        path = f"{list_path(self.site_path, LIST)}/items"
        if self.settings.id:
            return [Operation("MERGE", f"{path}({self.settings.id})", body, self.settings.etag)]
        return [Operation("POST", path, body)]


def _creation(path: str, shape: FieldShape, lookup_id: str, titles: Mapping[str, str]) -> Operation:
    return Operation("POST", f"{path}/fields/createfieldasxml", field_creation(shape, lookup_id, titles))


def _dependent(shape: FieldShape) -> bool:
    return shape.type in {"Lookup", "Calculated"}


def _attributes(changes: Iterable[Change]) -> list[str]:
    return [change.attribute for change in changes if change.attribute]


def _earlier_labels(changes: Iterable[Change]) -> tuple[str, ...]:
    labels = (change.before for change in changes if change.attribute == LABELS)
    return tuple(label for found in labels if isinstance(found, tuple) for label in found)


def _titles(shape: ListShape) -> dict[str, str]:
    return {wanted.name: wanted.title for wanted in shape.fields if wanted.title}
