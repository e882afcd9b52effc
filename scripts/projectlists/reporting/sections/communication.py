"""Communication: the calendar of the coming weeks and a lane for each audience (guide.md §2.3)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import calendar, lanes
from projectlists.reporting.project import Project
from projectlists.rules.due import is_open, is_overdue

KEY = "CommunicationCalendar"
BACK, AHEAD = timedelta(days=28), timedelta(days=91)
"""How much of the calendar is shown, before and after the day of the report; what is late stays in the table."""


def section(project: Project, audience: Audience) -> Section:
    """The subject as a section; a sentence when there is no list."""
    title = project.title_of(KEY, _("Communication calendar"))
    if not project.shows(KEY, audience):
        return Section("communication", title, (project.absence(KEY, title, audience),))
    definition, today = project.lists[KEY], project.as_of
    standing = [item for item in project.rows(KEY) if item["CommStatus"] != "cancelled"]
    near = [item for item in standing if _days(item, today - BACK, today + AHEAD)]
    late = [item for item in standing if is_overdue(definition, item, today)]
    told = [item for item in standing if item in near or item in late]
    if not told:
        return Section("communication", title, (_("There are no communication moments around this day."),))
    ahead = [item for item in near if (item.day("CommDate") or today) >= today and is_open(definition, item)]
    sentences = (
        _("Moments to come in the next three months: {count}. Late: {late}.").format(count=len(ahead), late=len(late)),
    )
    quarter = quarter_of(project, definition, near)
    by_audience = lanes_of(definition, near, today)
    pictures = (
        Picture(
            "calendar",
            _("Calendar of the coming thirteen weeks"),
            _(
                "A calendar with a row for each week and a cell for each day, from {first}. Cells with one or "
                "more moments, by number: {count}. The table below says the same."
            ).format(first=wording.day(quarter.monday), count=len(quarter.tags)),
            partial(calendar.draw, quarter),
        ),
        Picture(
            "lanes",
            _("Moments by audience"),
            _(
                "A timeline from {first} to {last} with a lane for each audience ({count}). A moment stands in "
                "the lane of every audience it is meant for. The table below says the same."
            ).format(
                first=wording.day(by_audience.first),
                last=wording.day(by_audience.last),
                count=len(by_audience.lanes),
            ),
            partial(lanes.draw, by_audience),
        ),
    )
    tables = (_table(project, definition, told),)
    return Section("communication", title, sentences, pictures if near else (), tables, legend=True)


def quarter_of(project: Project, definition: ListDefinition, items: list[Item]) -> calendar.Quarter:
    """What the calendar shows: thirteen weeks from this Monday."""
    monday = project.as_of - timedelta(days=project.as_of.weekday())
    days = [monday + timedelta(days=number) for number in range(calendar.WEEKS * 7)]
    tags: dict[date, list[str]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.id):
        for moment in _days(item, days[0], days[-1]):
            tags[moment].append(_tag(project, definition, item))
    return calendar.Quarter(
        monday,
        project.as_of,
        frozenset(moment for moment in days if not project.calendar.is_working_day(moment)),
        {moment: tuple(found) for moment, found in tags.items()},
    )


def lanes_of(definition: ListDefinition, items: list[Item], today: date) -> lanes.Lanes:
    """What the lanes show: those audiences that something is meant for, in the order of the choices."""
    field = definition.field("CommAudience")
    found: dict[str, list[lanes.Dot]] = {choice.key: [] for choice in field.choices} if field else {}
    for item in items:
        moment, audience = item.day("CommDate"), item["CommAudience"]
        for key in audience if isinstance(audience, tuple) and audience else ("",):
            if moment and moment >= today - BACK:
                found.setdefault(key, []).append(lanes.Dot(str(item.id), moment, _state(definition, item, today)))
    return lanes.Lanes(
        tuple(
            (wording.label(definition, "CommAudience", key) if key else _("Without an audience"), tuple(dots))
            for key, dots in found.items()
            if dots
        ),
        today - BACK,
        today + AHEAD,
        today,
    )


def _state(definition: ListDefinition, item: Item, today: date) -> str:
    if not is_open(definition, item):
        return "done"
    if is_overdue(definition, item, today):
        return "late"
    return "approved" if item["CommStatus"] == "approved" else "coming"


def _tag(project: Project, definition: ListDefinition, item: Item) -> str:
    signs = {"done": "✓", "late": "!"}
    sign = signs.get(_state(definition, item, project.as_of), "*" if item["CommStatus"] == "idea" else "")
    return wording.row_number(definition, item) + sign


def _days(item: Item, first: date, last: date) -> list[date]:
    """The days of a moment in a period."""
    begin = item.day("CommDate")
    if begin is None:
        return []
    end = min(max(item.day("CommEndDate") or begin, begin), last)
    begin = max(begin, first)
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def _table(project: Project, definition: ListDefinition, items: list[Item]) -> Table:
    rows = tuple(
        (
            wording.row_number(definition, item),
            wording.day(item.day("CommDate")),
            wording.title(item),
            wording.label(definition, "CommAudience", item["CommAudience"]),
            wording.label(definition, "CommChannel", item["CommChannel"]),
            wording.label(definition, "CommStatus", item["CommStatus"])
            + (" " + _("(late)") if is_overdue(definition, item, project.as_of) else ""),
        )
        for item in sorted(items, key=lambda item: (item.day("CommDate") or project.as_of, item.id))
    )
    headings = (_("Number"), _("Date"), _("Moment"), _("Audience"), _("Channel"), _("Status"))
    return Table(_("Moments from four weeks ago to three months ahead, and all that are late"), headings, rows)
