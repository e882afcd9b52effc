"""CAML: the query language of views, `GetItems` and `RenderListDataAsStream` (sharepoint-rest.md §6.9).

Understood are `Where` (And Or Eq Neq Lt Leq Gt Geq IsNull IsNotNull BeginsWith Contains In DateRangesOverlap),
`OrderBy`, `GroupBy`, `RowLimit`, `ViewFields` and `Scope`; `Membership`, `Includes` and `NotIncludes` answer 501. A
scope nobody knows counts as none, as on the service (sharepoint-rest.md §6.9).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from projectlists.sandbox.sharepoint import moments, query, safexml, values
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.conditions import Column, Comparable, Comparison, Condition, Operator, join
from projectlists.sandbox.sharepoint.errors import not_implemented, refused, unknown_group
from projectlists.sandbox.sharepoint.model import FieldRecord, ServiceError
from projectlists.sandbox.sharepoint.query import Order, Page, Position, Search
from projectlists.sandbox.sharepoint.rows import Row

OPERATORS: dict[str, Operator] = {
    "Eq": "eq",
    "Neq": "ne",
    "Lt": "lt",
    "Leq": "le",
    "Gt": "gt",
    "Geq": "ge",
    "BeginsWith": "starts",
    "Contains": "contains",
}


@dataclass(frozen=True)
class Asker:
    """For whom and when: what `<UserID/>` and `<Today/>` stand for; `now` is aware."""

    principal_id: int
    now: datetime


@dataclass(frozen=True)
class ViewQuery:
    """What a view asks for. `row_limit` is None when it has none; `fields` are internal names as written."""

    condition: Condition | None
    order: tuple[Order, ...]
    row_limit: int | None
    fields: tuple[str, ...]
    scope: str = ""
    """In lower case; empty: what stands directly in the folder asked for."""
    group_levels: int = 0


def select(
    cells: Cells, asker: Asker, view_xml: str, *, limit: int | None = None, after: Position | None = None
) -> list[Row]:
    """The rows a view shows. `view_xml` is a `<View>`, a `<Query>`, or the inside of one (a view's `ViewQuery`).

    Raises ServiceError (500) on XML or columns the service does not accept.
    """
    return page(cells, read(cells, asker, view_xml), limit=limit, after=after).rows


def page(
    cells: Cells, asked: ViewQuery, *, limit: int | None = None, after: Position | None = None, folder: str = ""
) -> Page:
    """One page of a view; without any row limit everything, unless that is beyond the list view threshold.

    `folder` is the URL of the folder that is looked into, empty for the root folder.
    """
    size = limit or asked.row_limit
    within = _within(cells, asked.scope, folder)
    found = query.find(cells, Search(size or query.THRESHOLD, asked.condition, asked.order, after, within))
    if size is None and found.last is not None:
        raise query.throttled()
    return found


def _within(cells: Cells, scope: str, folder: str) -> Callable[[Row], bool] | None:
    """The test that a view's scope makes; None when every row passes, as in a list without folders."""
    top = (folder or cells.listing.url).lower()
    if not cells.documents.any() or (scope == "recursiveall" and not folder):
        return None

    def is_folder(row: Row) -> bool:
        place = cells.place(row)
        return place is not None and place.is_folder

    def below(row: Row) -> bool:
        return f"{cells.folder(row).lower()}/".startswith(f"{top}/")

    match scope:
        case "recursive":
            return lambda row: below(row) and not is_folder(row)
        case "recursiveall":
            return below
        case "filesonly":
            return lambda row: cells.folder(row).lower() == top and not is_folder(row)
    return lambda row: cells.folder(row).lower() == top


def read(cells: Cells, asker: Asker, view_xml: str) -> ViewQuery:
    """Read a view's XML. Raises ServiceError (500, 501)."""
    view = _view(view_xml)
    asked = view.find("Query")
    where = asked.find("Where") if asked is not None else None
    condition = None
    if where is not None and len(where):
        if len(where) != 1:
            raise cannot_complete()
        condition = _Reader(cells, asker).condition(where[0])
    order: list[Order] = []
    for place in ("GroupBy", "OrderBy"):
        holder = asked.find(place) if asked is not None else None
        for reference in holder.findall("FieldRef") if holder is not None else ():
            descending = reference.get("Ascending", "TRUE").upper() == "FALSE"
            field = _found(cells, reference)
            if field is None:
                raise unknown_group() if place == "GroupBy" else _not_installed()
            order.append(Order(_shown(cells, field), descending))
    limit = view.findtext("RowLimit", "").strip()
    if limit and not (limit.isascii() and limit.isdigit() and len(limit) < 10):
        raise cannot_complete()
    names = tuple(one.get("Name", "") for one in view.findall("ViewFields/FieldRef"))
    return ViewQuery(
        condition,
        query.until_id(order),
        int(limit) or None if limit else None,
        names,
        view.get("Scope", "").lower(),
        len(view.findall("Query/GroupBy/FieldRef")),
    )


def cannot_complete() -> ServiceError:
    """CAML the service cannot execute."""
    return refused("Cannot complete this action.\n\nPlease try again.")


def _view(view_xml: str) -> Element:
    text = view_xml.strip()
    if not text.startswith("<View"):
        text = f"<View>{text}</View>" if text.startswith("<Query") else f"<View><Query>{text}</Query></View>"
    try:
        root = safexml.parse(text)
    except safexml.UnsafeXml:
        raise cannot_complete() from None
    if root.tag != "View":
        raise cannot_complete()
    return root


def _field(cells: Cells, reference: Element) -> FieldRecord:
    field = _found(cells, reference)
    if field is None:
        raise _not_installed()
    return field


def _found(cells: Cells, reference: Element) -> FieldRecord | None:
    by_name = cells.field(reference.get("Name", ""))
    if by_name is not None or not reference.get("ID"):
        return by_name
    return next((one for one in cells.fields if one.id == reference.get("ID", "").strip("{}").lower()), None)


def _not_installed() -> ServiceError:
    return refused(
        "One or more field types are not installed properly. Go to the list settings page to delete these fields.",
        "-2130575340, Microsoft.SharePoint.SPException",
    )


def _shown(cells: Cells, field: FieldRecord) -> Column:
    """What people see of a column: the name of a person, the shown column of a lookup, the title behind a link."""
    if field.name in {"LinkTitle", "LinkTitleNoMenu"}:
        return Column(cells.field("Title") or field)
    if not values.is_pointer(field):
        return Column(field)
    return Column(
        field, "Title" if field.type in values.PEOPLE else str(field.properties.get("LookupField") or "Title")
    )


@dataclass(frozen=True)
class _Reader:
    cells: Cells
    asker: Asker

    def condition(self, element: Element) -> Condition:
        if element.tag in {"And", "Or"}:
            if len(element) != 2:
                raise cannot_complete()
            return join("and" if element.tag == "And" else "or", [self.condition(one) for one in element])
        if element.tag in {"Membership", "Includes", "NotIncludes"}:
            raise not_implemented(f"CAML <{element.tag}>")
        if element.tag == "DateRangesOverlap":
            return self._overlap(element)
        reference = element.find("FieldRef")
        if reference is None:
            raise cannot_complete()
        field = _field(self.cells, reference)
        if element.tag in {"IsNull", "IsNotNull"}:
            return Comparison(self._column(field), "null" if element.tag == "IsNull" else "present")
        by_id = reference.get("LookupId", "").upper() == "TRUE"
        if element.tag == "In":
            given = element.findall("Values/Value")
            if not given:
                raise cannot_complete()
            return join("or", [self._comparison(field, "eq", one, by_id) for one in given])
        value = element.find("Value")
        if element.tag not in OPERATORS or value is None:
            raise cannot_complete()
        return self._comparison(field, OPERATORS[element.tag], value, by_id)

    def _column(self, field: FieldRecord) -> Column:
        return Column(field) if values.is_pointer(field) else _shown(self.cells, field)

    def _comparison(self, field: FieldRecord, operator: Operator, value: Element, by_id: bool) -> Condition:
        user = value.find("UserID")
        if user is not None:
            return Comparison(Column(field), operator, float(self.asker.principal_id))
        text = (value.text or "").strip()
        if values.is_pointer(field):
            if by_id or value.get("Type") in {"Integer", "Counter"}:
                return Comparison(Column(field), operator, _number(text))
            return Comparison(_shown(self.cells, field), operator, text.casefold())
        column = self._column(field)
        if values.is_moment(field):
            return self._moment(column, operator, value, text)
        if not text and operator in {"eq", "ne"}:
            return Comparison(column, "null" if operator == "eq" else "present")
        return Comparison(column, operator, self._comparable(field, operator, text))

    def _comparable(self, field: FieldRecord, operator: Operator, text: str) -> Comparable:
        if operator in {"starts", "contains"}:
            return text.casefold()
        if field.type in {"Boolean", "Attachments"}:
            return float(text.upper() in {"1", "TRUE", "YES"})
        numeric = field.type in values.NUMBERS or field.name == "FSObjType"
        if numeric or (field.type == "Calculated" and field.properties.get("OutputType") in {9, 10}):
            return _number(text)
        return text.casefold()

    def _moment(self, column: Column, operator: Operator, value: Element, text: str) -> Condition:
        if operator in {"starts", "contains"}:
            raise cannot_complete()
        today = value.find("Today")
        exact = value.get("IncludeTimeValue", "").upper() == "TRUE" and today is None
        try:
            if today is not None:
                day = self._today() + timedelta(days=int(today.get("OffsetDays") or today.get("Offset") or 0))
            else:
                kept = moments.parse(text, self.cells.zone)
                if exact:
                    return Comparison(column, operator, kept)
                day = moments.local(kept, self.cells.zone).date()
            return _on_day(column, operator, self._midnight(day), self._midnight(day + timedelta(days=1)))
        except (ValueError, OverflowError):
            raise cannot_complete() from None

    def _overlap(self, element: Element) -> Condition:
        """`DateRangesOverlap`: rows whose start and end touch the day, week or month of today."""
        references = element.findall("FieldRef")
        value = element.find("Value")
        if len(references) < 2 or value is None or not len(value):
            raise cannot_complete()
        start, end = (Column(_field(self.cells, one)) for one in references[:2])
        first, last = self._period(value[0].tag)
        opens, closes = self._midnight(first), self._midnight(last)
        ends_later = Comparison(end, "ge", opens)
        open_ended = join("and", [Comparison(end, "null"), Comparison(start, "ge", opens)])
        return join("and", [Comparison(start, "lt", closes), join("or", [ends_later, open_ended])])

    def _period(self, name: str) -> tuple[date, date]:
        today = self._today()
        match name:
            case "Today" | "Day" | "Now":
                return today, today + timedelta(days=1)
            case "Week":
                monday = today - timedelta(days=today.weekday())
                return monday, monday + timedelta(days=7)
            case "Month":
                first = today.replace(day=1)
                return first, (first + timedelta(days=32)).replace(day=1)
        raise not_implemented(f"CAML <DateRangesOverlap> over <{name}>")

    def _today(self) -> date:
        return self.asker.now.astimezone(self.cells.zone).date()

    def _midnight(self, day: date) -> str:
        return moments.midnight(day, self.cells.zone)


def _on_day(column: Column, operator: Operator, start: str, following: str) -> Condition:
    """Compare with a whole day of the site: what CAML does without `IncludeTimeValue`."""
    match operator:
        case "eq":
            return join("and", [Comparison(column, "ge", start), Comparison(column, "lt", following)])
        case "ne":
            return join("or", [Comparison(column, "lt", start), Comparison(column, "ge", following)])
        case "le":
            return Comparison(column, "lt", following)
        case "gt":
            return Comparison(column, "ge", following)
    return Comparison(column, operator, start)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise cannot_complete() from None


def as_text(given: Any) -> str:
    """The ViewXml of a request. Raises ServiceError (500) when it is no text."""
    if not isinstance(given, str):
        raise cannot_complete()
    return given
