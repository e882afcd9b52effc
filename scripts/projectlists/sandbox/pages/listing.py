"""One list through one of its views: rows, groups, board or month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property

from projectlists.sandbox.pages.columns import TITLE_LINKS, Cell, Columns, Viewer
from projectlists.sandbox.pages.house import House
from projectlists.sandbox.pages.viewdata import Shape, shape_of
from projectlists.sandbox.pages.visit import Visit
from projectlists.sandbox.sharepoint import caml, display, query, render
from projectlists.sandbox.sharepoint.caml import Asker, ViewQuery
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import FieldRecord, ListRecord, ServiceError, Web
from projectlists.sandbox.sharepoint.records import USER, Principal, ViewRecord
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import APP_PRINCIPAL

_ALWAYS_PRESENT = ("ID", "UniqueId", "ContentTypeId", "FSObjType", "PermMask")
"""What comes with every row, whatever the columns of the view."""
_NOBODY = 0
"""The id of someone the site does not know; no row can name them."""


@dataclass(frozen=True)
class Line:
    """One row as it is shown: the value of each column of the view."""

    id: int
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """Rows that share a value. `number` counts all of them in the view, also those on other pages."""

    column: str
    label: str
    number: int
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Rows:
    """One page of rows. `total` is of the whole view where it is known, `further` the query text of the next page."""

    rows: tuple[Row, ...]
    first: int
    total: int | None
    further: str
    refusal: str = ""

    @property
    def last(self) -> int:
        """The place of the last row."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True)
class Listing:
    """A list, one of its views, and who looks at it when."""

    house: House
    web: Web
    record: ListRecord
    view: ViewRecord
    visit: Visit
    asked_month: date | None = None

    @cached_property
    def cells(self) -> Cells:
        """The list's columns and rows."""
        return Cells(self.web, self.record, self.house.schema)

    @cached_property
    def shape(self) -> Shape:
        """How the view lays its rows out."""
        return shape_of(self.view)

    @property
    def description(self) -> str:
        """What the list is for, as its maker put it."""
        return str(self.record.properties.get("Description") or "")

    @cached_property
    def views(self) -> tuple[ViewRecord, ...]:
        """The views people can choose."""
        return tuple(one for one in self.house.schema.views(self.record.id) if not one.properties.get("Hidden"))

    @cached_property
    def fields(self) -> tuple[FieldRecord, ...]:
        """The columns of the view, in its order."""
        return tuple(field for name in self.view.fields if (field := self.cells.field(name)))

    # Who and when

    @cached_property
    def people(self) -> tuple[Principal, ...]:
        """The people the site knows, by name."""
        found = (one for one in self.house.schema.principals(self.web.url, USER) if one.id < APP_PRINCIPAL)
        return tuple(sorted(found, key=lambda one: one.title.casefold()))

    @cached_property
    def me(self) -> Principal | None:
        """Through whose eyes: the person asked for, else the first by name."""
        asked = self.visit.option("me").lower()
        named = next((one for one in self.people if asked and one.upn == asked), None)
        return named or (self.people[0] if self.people else None)

    @cached_property
    def today(self) -> date:
        """The day on the site."""
        return self.house.tenant.clock.now().astimezone(self.cells.zone).date()

    @cached_property
    def month(self) -> date:
        """The first of the month that a calendar shows."""
        return (self.asked_month or self.today).replace(day=1)

    @cached_property
    def columns(self) -> Columns:
        """What each column of a row shows."""
        address = self.me.email if self.me and self.shape.uses_me else ""
        linked = ("Title",) if TITLE_LINKS & set(self.view.fields) else ()
        present = frozenset({*self.view.fields, *linked, *_ALWAYS_PRESENT})
        return Columns(self.cells, Viewer(address, self.house.tenant.clock.now()), present)

    @cached_property
    def asker(self) -> Asker:
        """Whom and when the view's query is for; a calendar asks about the month it shows."""
        now = self.house.tenant.clock.now()
        if self.shape.period and not self.shape.uses_today and self.month != self.today.replace(day=1):
            now = datetime.combine(self.month, time(12), self.cells.zone)
        return Asker(self.me.id if self.me else _NOBODY, now)

    # Rows

    def page(self) -> Rows:
        """The rows of the page asked for, as many as the view shows at once."""
        try:
            asked = render.of_view(self.cells, self.asker, self.view)
            place = query.position(self.visit.request.query, asked.order, self.cells)
            found = caml.page(self.cells, asked, after=place)
        except ServiceError as problem:
            return Rows((), 1, None, "", problem.message)
        first = self._first_row() if place else 1
        following = first + len(found.rows)
        further = f"{query.token(found.last, asked.order)}&PageFirstRow={following}" if found.last else ""
        return Rows(tuple(found.rows), first, self._total(asked, found.rows, first, further), further)

    def all(self) -> Rows:
        """All rows of the view up to the list view threshold, for a calendar."""
        try:
            asked = render.of_view(self.cells, self.asker, self.view)
            found = caml.page(self.cells, asked, limit=query.THRESHOLD)
        except ServiceError as problem:
            return Rows((), 1, None, "", problem.message)
        return Rows(tuple(found.rows), 1, None if found.last else len(found.rows), "")

    def _first_row(self) -> int:
        given = self.visit.option("PageFirstRow")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 8 else 1

    def _total(self, asked: ViewQuery, rows: Sequence[Row], first: int, further: str) -> int | None:
        if first == 1 and not further:
            return len(rows)
        whole = self._whole(asked)
        return None if whole is None else len(whole)

    def _whole(self, asked: ViewQuery) -> list[Row] | None:
        if self.cells.rows.count(self.record.id) > query.THRESHOLD:
            return None
        return caml.page(self.cells, replace(asked, row_limit=None), limit=query.THRESHOLD).rows

    def line(self, row: Row) -> Line:
        """A row with the values of the view's columns."""
        shown = tuple(self.columns.cell(row, field) for field in self.fields)
        return Line(row.id, self.columns.title(row), shown)

    # Groups

    def grouped(self, rows: Sequence[Row]) -> tuple[Group, ...]:
        """The rows of a page under the values they are grouped by; counts are those of the whole view."""
        fields = [field for name in self.shape.groups if (field := self.cells.field(name))]
        counted: Counter[tuple[str, ...]] = Counter()
        whole = self._whole(render.of_view(self.cells, self.asker, self.view))
        for row in rows if whole is None else whole:
            labels = tuple(display.text(self.cells, row, field) for field in fields)
            counted.update(labels[:depth] for depth in range(1, len(labels) + 1))
        return self._groups(rows, fields, (), counted)

    def _groups(
        self,
        rows: Sequence[Row],
        fields: Sequence[FieldRecord],
        above: tuple[str, ...],
        counted: Counter[tuple[str, ...]],
    ) -> tuple[Group, ...]:
        field, *below = fields
        shared: dict[str, list[Row]] = {}
        for row in rows:
            shared.setdefault(display.text(self.cells, row, field), []).append(row)
        return tuple(
            Group(
                column=field.title,
                label=label,
                number=counted[(*above, label)],
                groups=self._groups(members, below, (*above, label), counted) if below else (),
                lines=() if below else tuple(self.line(row) for row in members),
            )
            for label, members in shared.items()
        )
