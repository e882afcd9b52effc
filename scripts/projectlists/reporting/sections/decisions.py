"""Decisions: taken and still to be taken, against the phase gates (guide.md §2.4).

A wider audience does not see what is confidential (guide.md §6.4).
"""

from __future__ import annotations

from datetime import date
from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import decisions
from projectlists.reporting.project import Project
from projectlists.reporting.sections import planning
from projectlists.rules.due import is_overdue

KEY = "Decisions"
MOST = 40
"""Decisions in one picture; of more, those nearest to the day of the report."""
_CLOSED_TO_MANY = frozenset({"confidential", "strict"})
_STATES = {"preparing": "ahead", "submitted": "ahead", "taken": "taken", "executed": "executed"}


def section(project: Project, audience: Audience) -> Section | None:
    """The subject as a section; None where the site has no such list."""
    if KEY not in project.lists:
        return None
    title = wording.listed(project.lists[KEY])
    if not project.shows(KEY, audience):
        return Section("decisions", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    shown = [
        item
        for item in project.rows(KEY)
        if audience == "team" or str(item["ConfidentialityLevel"]) not in _CLOSED_TO_MANY
    ]
    if not shown:
        return Section("decisions", title, (_("There are no decisions in the list."),))
    states = [_STATES.get(str(item["DecisionStatus"]), "ended") for item in shown]
    late = sum(is_overdue(definition, item, project.as_of) for item in shown)
    sentences = [
        _("Still to be taken: {ahead}. To be carried out: {taken}, of which {late} overdue.").format(
            ahead=states.count("ahead"), taken=states.count("taken"), late=late
        )
    ]
    hidden = len(project.rows(KEY)) - len(shown)
    if hidden:
        sentences.append(_("Confidential decisions are left out here: {count}.").format(count=hidden))
    line = line_of(project, definition, shown)
    pictures = (
        Picture(
            "decisions",
            _("Decisions and phase gates"),
            _(
                "A timeline with decisions ({count}), each on the day it was or will be taken. Phase gates "
                "({gates}) are lines across. The table below says the same."
            ).format(count=len(line.rows), gates=len(line.gates)),
            partial(decisions.draw, line),
        ),
    )
    return Section("decisions", title, tuple(sentences), pictures if line.rows else (), (_table(definition, shown),))


def day_of(item: Item) -> date | None:
    """When a decision was taken, else when its paper is due."""
    return item.day("DecisionDate") or item.day("SubmissionDueOn")


def line_of(project: Project, definition: ListDefinition, items: list[Item]) -> decisions.Decisions:
    """What the picture shows: decisions with a day, by day, and the phase gates that are not cancelled."""
    dated = [(day, item) for item in items if (day := day_of(item))]
    nearest = sorted(dated, key=lambda pair: abs((pair[0] - project.as_of).days))[:MOST]
    rows = tuple(
        decisions.Taken(
            wording.row_number(definition, item),
            wording.title(item),
            day,
            _STATES.get(str(item["DecisionStatus"]), "ended"),
        )
        for day, item in sorted(nearest, key=lambda pair: (pair[0], pair[1].id))
    )
    return decisions.Decisions(rows, _gates(project, rows), project.as_of)


def _gates(project: Project, rows: tuple[decisions.Taken, ...]) -> tuple[tuple[str, date], ...]:
    if not rows or planning.KEY not in project.lists:
        return ()
    found = (
        (wording.row_number(project.lists[planning.KEY], item), planning.expected(item))
        for item in project.rows(planning.KEY)
        if item["MilestoneKind"] == "phase_gate" and item["MilestoneStatus"] != "cancelled"
    )
    return tuple(sorted(found, key=lambda gate: (gate[1], gate[0])))


def _table(definition: ListDefinition, items: list[Item]) -> Table:
    rows = tuple(
        (
            wording.row_number(definition, item),
            wording.title(item),
            wording.label(definition, "DecisionBody", item["DecisionBody"]),
            wording.day(day_of(item)),
            wording.label(definition, "DecisionStatus", item["DecisionStatus"]),
            wording.day(item.day("DueDate")),
        )
        for item in sorted(items, key=lambda item: (day_of(item) or date.max, item.id))
    )
    headings = (_("Number"), _("Decision"), _("Taken by"), _("Day"), _("Status"), _("Carry out by"))
    return Table(_("All decisions, by day; before it is taken, the day its paper is due"), headings, rows)
