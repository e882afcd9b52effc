"""How each list stands: open, due soon, overdue; and the few figures at the top (guide.md §3, home page)."""

from __future__ import annotations

from datetime import timedelta

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, KeyNumber, Section, Table
from projectlists.reporting.project import Project
from projectlists.reporting.sections import planning, risks
from projectlists.rules.due import deadline, is_awake, is_open, is_overdue

SOON = timedelta(days=7)
_LISTS = ("Actions", "Milestones", "Decisions", "CommunicationCalendar", "Risks", "Commitments", "Stakeholders")


def section(project: Project, audience: Audience) -> Section:
    """A row for each list that works with deadlines."""
    rows = []
    for key in _LISTS:
        if project.shows(key, audience):
            definition = project.lists[key]
            counts = (open_rows(project, key), due_rows(project, key), overdue_rows(project, key))
            rows.append((wording.listed(definition), *map(str, counts)))
    headings = (_("List"), _("Open"), _("Due within 7 days"), _("Overdue"))
    table = Table(_("Open, due and overdue, by list"), headings, tuple(rows), numeric=frozenset({1, 2, 3}))
    unread = [f"{project.lists[key].title.in_language(project.language)}: {why}" for key, why in project.unread.items()]
    return Section("standing", _("How the lists stand"), tuple(unread), tables=(table,))


def open_rows(project: Project, key: str) -> int:
    """Rows that are not closed."""
    return sum(is_open(project.lists[key], item) for item in project.rows(key)) if key in project.lists else 0


def overdue_rows(project: Project, key: str) -> int:
    """Rows whose deadline has passed while they are open (guide.md §2.0.6)."""
    found = project.lists.get(key)
    return sum(is_overdue(found, item, project.as_of) for item in project.rows(key)) if found else 0


def due_rows(project: Project, key: str) -> int:
    """Rows with a deadline from the day of the report up to a week later."""
    found = project.lists.get(key)
    return sum(_is_due(found, item, project) for item in project.rows(key)) if found else 0


def _is_due(definition: ListDefinition, item: Item, project: Project) -> bool:
    day = deadline(definition, item, project.as_of)
    return day is not None and project.as_of <= day <= project.as_of + SOON and is_awake(definition, item)


def numbers(project: Project, audience: Audience) -> tuple[KeyNumber, ...]:
    """At most five figures that somebody should see first."""
    found = []
    if project.shows("Actions", audience):
        late = overdue_rows(project, "Actions")
        found += [
            KeyNumber(_("Open actions"), str(open_rows(project, "Actions"))),
            KeyNumber(_("Actions due within 7 days"), str(due_rows(project, "Actions"))),
            KeyNumber(
                _("Actions overdue"), str(late), _("Needs attention") if late else _("Nothing is late"), alert=late > 0
            ),
        ]
    if project.shows("Risks", audience):
        high = high_risks(project)
        note = _("Score of 15 or more")
        found.append(KeyNumber(_("Very high risks"), str(high), note, alert=high > 0))
    coming = planning.next_milestone(project)
    if coming is not None:
        day = planning.expected(coming)
        name = wording.title(coming, 60)
        late_words = _("was due: {milestone}").format(milestone=name) if day < project.as_of else name
        found.append(KeyNumber(_("Next milestone"), wording.day(day), late_words, alert=day < project.as_of))
    return tuple(found)


def high_risks(project: Project) -> int:
    """Threats with a score of 15 or more that could still happen."""
    return sum(risks.score(item) >= risks.HIGH and not risks.is_opportunity(item) for item in risks.live_risks(project))
