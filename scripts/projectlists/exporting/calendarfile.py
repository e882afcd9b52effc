"""Rows to a calendar (ICS): a deadline is a whole day, a communication moment or a run sheet line has its time.

Times are Dutch (guide.md §6.3) and written in UTC, so they are right on both sides of a clock change. An appointment
keeps its UID and counts up with its row, so that importing again moves it instead of doubling it
(identity-mail-teams.md §11). Names of people are left out: calendars travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from icalendar import Calendar, Event

from projectlists.definitions.model import ListDefinition
from projectlists.exporting.table import Table
from projectlists.item import Item
from projectlists.mail.rows import item_url
from projectlists.rules.calendar import AMSTERDAM

_NOT_FOR_CALENDARS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Moment:
    """The columns that say when: a day, its last day, and the time from and until on it."""

    day: str
    last_day: str = ""
    start: str = ""
    end: str = ""


_TIMED = {
    "CommunicationCalendar": _Moment("CommDate", last_day="CommEndDate", start="CommTime"),
    "RunSheet": _Moment("DueDate", start="StartTime", end="EndTime"),
}


def has_dates(definition: ListDefinition) -> bool:
    """Whether a list has anything for a calendar."""
    return definition.due is not None


def write(path: Path, title: str, site: str, tables: Iterable[tuple[Table, Iterable[Item]]]) -> None:
    """Write one calendar, row by row. `title` is that of the site, `site` its address."""
    calendar = Calendar()
    calendar.add("prodid", "-//projectlists//projectlists//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _clean(title))
    head, end, tail = calendar.to_ical().partition(b"END:VCALENDAR")
    with path.open("wb") as file:
        file.write(head)
        for table, items in tables:
            for item in items:
                event = _event(table, item, site)
                if event is not None:
                    file.write(event.to_ical())
        file.write(end + tail)


def _event(table: Table, item: Item, site: str) -> Event | None:
    definition = table.definition
    moment = _TIMED.get(definition.key) or _Moment(definition.due or "")
    day = item.day(moment.day)
    if day is None:
        return None
    event = Event()
    event.add("uid", f"{definition.key.lower()}-{item.id}@{table.site}")
    event.add("dtstamp", item.modified.astimezone(UTC))
    event.add("last-modified", item.modified.astimezone(UTC))
    event.add("sequence", int(item.modified.timestamp()) // 60)  # minutes: seconds do not fit in it after 2038
    event.add("url", item_url(site, definition, item.id))
    event.add("summary", _clean(f"{definition.letter}-{item.id} {item.text('Title')}".strip()))
    event.add("categories", [table.title])
    start = _time(item.text(moment.start))
    last_day = max(day, item.day(moment.last_day) or day)
    if start is None:
        event.add("dtstart", day)
        event.add("dtend", last_day + _DAY)
        event.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
        event.add("x-microsoft-cdo-busystatus", "FREE")
    else:
        begins = _instant(day, start)
        event.add("dtstart", begins)
        until = _time(item.text(moment.end))
        if last_day > day:
            event.add("dtend", _instant(last_day + _DAY, time()))
        elif until is not None and _instant(day, until) > begins:
            event.add("dtend", _instant(day, until))
    field = definition.field(definition.status.field) if definition.status else None
    if field is not None and item[field.name]:
        shown = table.rendering.cell(field, item[field.name])
        event.add("description", _clean(f"{field.title.in_language(table.language)}: {shown}"))
        event.add("status", "CANCELLED" if item[field.name] == "cancelled" else "CONFIRMED")
    return event


def _time(text: str) -> time | None:
    found = _TIME.match(text.strip())
    return time(int(found[1]), int(found[2])) if found else None


def _instant(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, AMSTERDAM).astimezone(UTC)


def _clean(text: str) -> str:
    """A text without the signs that a calendar file cannot hold."""
    return _NOT_FOR_CALENDARS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
