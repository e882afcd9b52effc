"""Actions: agreed against done, and what is open, due this week and overdue (guide.md §2.1).

Who has how much open is for the team's own work: no ranking, so names go by the alphabet, and a wider audience sees
totals only (guide.md §2.1 "Picture", §6.6 rule 8).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _, plain
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import bars, burnup
from projectlists.reporting.project import Project
from projectlists.rules.calendar import last_of_week
from projectlists.rules.due import deadline, is_open, is_overdue

KEY = "Actions"
WEEKS = 26
"""Weeks in the burn-up at most."""


def section(project: Project, audience: Audience) -> Section:
    """The subject as a section; a sentence when there is no list."""
    title = project.title_of(KEY, _("Action list"))
    if not project.shows(KEY, audience):
        return Section("actions", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    items = [item for item in project.rows(KEY) if item["ActionStatus"] != "cancelled"]
    if not items:
        return Section("actions", title, (_("There are no actions in the list."),))
    open_ones = [item for item in items if is_open(definition, item)]
    late = [item for item in open_ones if is_overdue(definition, item, project.as_of)]
    progress = burn_up(items, project.as_of)
    rows = loads(definition, open_ones, project.as_of, audience)
    last = progress.weeks[-1]
    pictures = [
        Picture(
            "burnup",
            _("Agreed and done, by week"),
            _(
                "Two lines over time, in weeks: {weeks}. Actions up to the last week: agreed {agreed}, done "
                "{done}, open {open}. The table below says the same."
            ).format(weeks=len(progress.weeks), agreed=last.agreed, done=last.done, open=last.agreed - last.done),
            partial(burnup.draw, progress),
        )
    ]
    if open_ones:
        by_owner = audience == "team"
        pictures.append(
            Picture(
                "loads",
                _("Open actions by owner") if by_owner else _("Open actions"),
                _(
                    "Bars with the open actions: {late} overdue, {soon} due this week, {later} due later. "
                    "The table below says the same."
                ).format(
                    late=sum(row.late for row in rows.rows),
                    soon=sum(row.soon for row in rows.rows),
                    later=sum(row.later for row in rows.rows),
                ),
                partial(bars.draw_loads, rows),
            )
        )
    sentences = (
        _("Open actions: {count}, of which {late} overdue. Cancelled actions do not count.").format(
            count=len(open_ones), late=len(late)
        ),
    )
    tables = [*([_late_table(definition, late, project, audience)] if late else []), _week_table(progress)]
    if open_ones:
        tables.append(_load_table(rows, audience))
    return Section("actions", title, sentences, tuple(pictures), tuple(tables))


def burn_up(items: list[Item], as_of: date) -> burnup.BurnUp:
    """Agreed and done at the end of each ISO week up to that of the report, at most half a year back."""
    agreed = [day for item in items if (day := item.day("RaisedOn") or item.created_on) <= as_of]
    done = [
        day
        for item in items
        if item["ActionStatus"] == "done" and (day := item.day("ActionDoneOn") or item.modified_on) <= as_of
    ]
    end = last_of_week(as_of)
    first = max(min(agreed, default=as_of), end - timedelta(weeks=WEEKS - 1))
    weeks = []
    sunday = last_of_week(first)
    while sunday <= end:
        week = _("wk {number}").format(number=sunday.isocalendar().week)
        weeks.append(burnup.Week(week, sum(day <= sunday for day in agreed), sum(day <= sunday for day in done)))
        sunday += timedelta(weeks=1)
    return burnup.BurnUp(tuple(weeks))


def loads(definition: ListDefinition, items: list[Item], as_of: date, audience: Audience) -> bars.Loads:
    """Open actions by owner in alphabetical order, those without one last; for a wider audience all together."""
    week = last_of_week(as_of)
    rows: dict[tuple[int, str], list[Item]] = defaultdict(list)
    for item in items:
        rows[_owner(item) if audience == "team" else (0, _("All open actions"))].append(item)
    found = []
    for (_place, name), of_name in sorted(rows.items()):
        days = [deadline(definition, item, as_of) for item in of_name]
        late = sum(day is not None and day < as_of for day in days)
        soon = sum(day is not None and as_of <= day <= week for day in days)
        found.append(bars.Load(name, late, soon, len(days) - late - soon))
    return bars.Loads(tuple(found))


def _owner(item: Item) -> tuple[int, str]:
    person = item.person("ActionOwner")
    if person is not None:
        return 0, plain(person.name or person.mail)
    external = plain(item.text("ExternalOwner"))
    return (1, _("{name} (external)").format(name=external)) if external else (2, _("Without an owner"))


def _late_table(definition: ListDefinition, late: list[Item], project: Project, audience: Audience) -> Table:
    headings = [_("Number"), _("Action"), _("Deadline"), _("Working days late")]
    rows = []
    for item in sorted(late, key=lambda item: (deadline(definition, item, project.as_of) or project.as_of, item.id)):
        due = deadline(definition, item, project.as_of) or project.as_of
        days = str(project.calendar.between(due, project.as_of))
        row = [wording.row_number(definition, item), wording.title(item), wording.day(due), days]
        rows.append((*row, _owner(item)[1]) if audience == "team" else tuple(row))
    if audience == "team":
        headings.append(_("Owner"))
    return Table(_("Overdue actions"), tuple(headings), tuple(rows), numeric=frozenset({3}))


def _week_table(progress: burnup.BurnUp) -> Table:
    rows = tuple((week.name, str(week.agreed), str(week.done), str(week.agreed - week.done)) for week in progress.weeks)
    headings = (_("Week"), _("Agreed"), _("Done"), _("Still open"))
    return Table(_("Agreed and done at the end of each week"), headings, rows, numeric=frozenset({1, 2, 3}))


def _load_table(rows: bars.Loads, audience: Audience) -> Table:
    cells = tuple(
        (row.name, str(row.late + row.soon + row.later), str(row.late), str(row.soon), str(row.later))
        for row in rows.rows
    )
    name = _("Owner") if audience == "team" else _("Which")
    headings = (name, _("Open"), _("Overdue"), _("Due this week"), _("Due later"))
    return Table(_("Open actions"), headings, cells, numeric=frozenset({1, 2, 3, 4}))
