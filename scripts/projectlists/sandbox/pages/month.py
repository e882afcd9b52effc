"""A view as a calendar: one month, weeks from Monday, with the rows on their days (guide.md §6.2)."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projectlists.sandbox.pages.columns import TITLE_LINKS
from projectlists.sandbox.pages.listing import Listing
from projectlists.sandbox.sharepoint import display, moments
from projectlists.sandbox.sharepoint.model import FieldRecord
from projectlists.sandbox.sharepoint.rows import Row

_FIRST_YEAR, _LAST_YEAR = 1900, 8900
"""Years the service keeps dates of (sharepoint-rest.md §6.6)."""


@dataclass(frozen=True)
class Entry:
    """One row on one day. `detail` is what stands under its title; `continues` is set after its first day."""

    id: int
    title: str
    detail: str
    continues: bool


@dataclass(frozen=True)
class Day:
    """One day of the month's table."""

    date: date
    inside: bool
    today: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Week:
    """One row of the month's table, with its ISO week number."""

    number: int
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Month:
    """One month. `number` counts the rows in it; neighbours are None at the ends of time."""

    first: date
    weeks: tuple[Week, ...]
    before: date | None
    after: date | None
    number: int


def asked(text: str) -> date | None:
    """The first of the month in an option such as `2026-12`; None when it is none."""
    year, _, month = text.partition("-")
    if not (year.isascii() and year.isdigit() and month.isascii() and month.isdigit()):
        return None
    if not (_FIRST_YEAR <= int(year) < _LAST_YEAR and 1 <= int(month) <= 12):
        return None
    return date(int(year), int(month), 1)


def month(listing: Listing, rows: Sequence[Row]) -> Month:
    """The month that a listing shows, with those of the given rows that touch it."""
    first = listing.month
    weeks = calendar.Calendar(calendar.MONDAY).monthdatescalendar(first.year, first.month)
    start, end = _dates(listing)
    detail = _detail(listing, (start, end))
    held: dict[date, list[Entry]] = {}
    placed: set[int] = set()
    for row in rows:
        opens = _day(listing, row, start) or _day(listing, row, end)
        if opens is None:
            continue
        closes = _day(listing, row, end) or opens
        title = listing.columns.numbered_title(row)
        note = display.text(listing.cells, row, detail) if detail else ""
        for day in _days(max(opens, weeks[0][0]), min(closes, weeks[-1][-1])):
            held.setdefault(day, []).append(Entry(row.id, title, note, day != opens))
            if day.month == first.month:
                placed.add(row.id)
    return Month(
        first=first,
        weeks=tuple(
            Week(days[0].isocalendar().week, tuple(_shown(listing, day, held.get(day, ())) for day in days))
            for days in weeks
        ),
        before=asked((first - timedelta(days=1)).strftime("%Y-%m")),
        after=asked((first + timedelta(days=31)).strftime("%Y-%m")),
        number=len(placed),
    )


def _shown(listing: Listing, day: date, entries: Sequence[Entry]) -> Day:
    return Day(day, day.month == listing.month.month, day == listing.today, tuple(entries))


def _dates(listing: Listing) -> tuple[FieldRecord | None, FieldRecord | None]:
    """The columns that a row starts and ends by: those of the query's period, else the view's first two columns."""
    names = listing.shape.period or listing.view.fields[:2]
    found = [listing.cells.field(name) for name in names[:2]]
    start, end = (one if one and one.type == "DateTime" else None for one in (*found, None, None)[:2])
    return start, end


def _detail(listing: Listing, dates: Sequence[FieldRecord | None]) -> FieldRecord | None:
    """The column under the title: the first of the view that is neither a date of the row nor its title."""
    known = {one.name for one in dates if one} | TITLE_LINKS | {"Title"}
    return next((field for field in listing.fields if field.name not in known), None)


def _day(listing: Listing, row: Row, field: FieldRecord | None) -> date | None:
    kept = listing.cells.kept(row, field) if field else None
    return moments.local(kept, listing.cells.zone).date() if kept else None


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
