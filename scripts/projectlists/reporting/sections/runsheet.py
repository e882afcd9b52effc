"""The run sheet of the next meeting: the day from hour to hour, a lane for each person (guide.md §2.9)."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Reference
from projectlists.language import _, plain
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import dayplan
from projectlists.reporting.project import Project
from projectlists.rules.due import is_open, is_overdue

KEY = "RunSheet"
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_UNTIL_UNKNOWN = 15
"""Minutes that a part without an end takes in the picture."""


def section(project: Project, audience: Audience) -> Section | None:
    """The next meeting as a section; None where the site has no such list, or for a wider audience."""
    if KEY not in project.lists or audience == "wide":
        return None
    title = wording.listed(project.lists[KEY])
    if not project.shows(KEY, audience):
        return Section("runsheet", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    items = [item for item in project.rows(KEY) if item["RunStatus"] != "cancelled"]
    day = next_day(items, project.as_of)
    before = [item for item in items if item["RunPart"] == "preparation" and is_open(definition, item)]
    late = sum(is_overdue(definition, item, project.as_of) for item in before)
    sentences = [_("Preparations to do: {count}, of which {late} overdue.").format(count=len(before), late=late)]
    if day is None:
        return Section("runsheet", title, (*sentences, _("There is no meeting ahead.")))
    parts = of_day(items, day)
    names = {event.title for item in parts if isinstance(event := item["EventRef"], Reference) and event.title}
    about = f"{wording.long_day(day)}: {', '.join(sorted(map(plain, names)))}" if names else wording.long_day(day)
    sentences.insert(0, f"{about}.")
    plan = plan_of(definition, parts)
    picture = Picture(
        "dayplan",
        _("The day from hour to hour"),
        _(
            "A timeline of one day with a lane for each person ({count}). Each part stands in the lane of "
            "who does it, by number. The table below says the same."
        ).format(count=len(plan.lanes)),
        partial(dayplan.draw, plan),
    )
    return Section("runsheet", title, tuple(sentences), (picture,), (_table(definition, parts, day),), legend=True)


def next_day(items: list[Item], today: date) -> date | None:
    """The first day from today on that has parts with a time."""
    days = (
        item.day("DueDate")
        for item in items
        if item["RunPart"] == "on_the_day" and _minute(item, "StartTime") is not None
    )
    return min((day for day in days if day and day >= today), default=None)


def of_day(items: list[Item], day: date) -> list[Item]:
    """The parts of a day that have a time, by time."""
    found = [
        (start, item)
        for item in items
        if item["RunPart"] == "on_the_day"
        and item.day("DueDate") == day
        and (start := _minute(item, "StartTime")) is not None
    ]
    return [item for _start, item in sorted(found, key=lambda pair: (pair[0], pair[1].id))]


def plan_of(definition: ListDefinition, parts: list[Item]) -> dayplan.DayPlan:
    """What the picture shows: who does what, in order of their first part."""
    lanes: dict[str, list[dayplan.Part]] = defaultdict(list)
    for item in parts:
        start = _minute(item, "StartTime") or 0
        end = _minute(item, "EndTime")
        until = end if end is not None and end > start else start + _UNTIL_UNKNOWN
        lanes[_who(item)].append(dayplan.Part(wording.row_number(definition, item), start, until))
    return dayplan.DayPlan(tuple((name, tuple(found)) for name, found in lanes.items()))


def _who(item: Item) -> str:
    person = item.person("RunOwner")
    if person is not None:
        return plain(person.name or person.mail)
    return plain(item.text("ExternalOwner")) or _("Nobody yet")


def _minute(item: Item, name: str) -> int | None:
    found = _TIME.fullmatch(item.text(name).strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def _table(definition: ListDefinition, parts: list[Item], day: date) -> Table:
    rows = tuple(
        (
            wording.row_number(definition, item),
            item.text("StartTime"),
            plain(item.text("EndTime")) or wording.NONE,
            wording.title(item),
            plain(item.text("RunLocation")) or wording.NONE,
            _who(item),
        )
        for item in parts
    )
    headings = (_("Number"), _("From"), _("To"), _("What"), _("Where"), _("Who"))
    return Table(_("Everything of {day}, by time").format(day=wording.day(day)), headings, rows)
