"""Lessons by what they are about and how far they are (guide.md §2.14)."""

from __future__ import annotations

from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _, plain
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import parts
from projectlists.reporting.project import Project

KEY = "Evaluations"
_ORDER = ("embedded", "shared", "answered", "open")


def section(project: Project, audience: Audience) -> Section | None:
    """The subject as a section; None where the site has no such list."""
    if KEY not in project.lists:
        return None
    title = wording.listed(project.lists[KEY])
    if not project.shows(KEY, audience):
        return Section("lessons", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    rows = [item for item in project.rows(KEY) if item["EvalStatus"] != "dropped"]
    lessons = [item for item in rows if item["EvalKind"] == "lesson"]
    asked = [item for item in rows if item["EvalKind"] == "question"]
    answered = sum(item["EvalStatus"] != "open" for item in asked)
    sentence = _("Lessons: {lessons}. Evaluation questions answered: {answered} of {asked}.").format(
        lessons=len(lessons), answered=answered, asked=len(asked)
    )
    if not lessons:
        return Section("lessons", title, (sentence,))
    found = by_domain(definition, lessons)
    picture = Picture(
        "lessons",
        _("Lessons by subject and status"),
        _(
            "A bar for each subject ({count}), in parts by status. A lesson about several subjects counts "
            "for each. The table below says the same."
        ).format(count=len(found.rows)),
        partial(parts.draw, found),
    )
    return Section("lessons", title, (sentence,), (picture,), (_table(definition, lessons),))


def by_domain(definition: ListDefinition, lessons: list[Item]) -> parts.Parts:
    """What the picture shows: every subject, and the lessons without one."""
    field = definition.field("EvalDomain")
    rows = [
        (
            wording.label(definition, "EvalDomain", (choice.key,)),
            [item["EvalStatus"] for item in lessons if choice.key in _domains(item)],
        )
        for choice in (field.choices if field else ())
    ]
    without = [item["EvalStatus"] for item in lessons if not _domains(item)]
    if without:
        rows.append((_("Not filled in"), without))
    kinds = [
        (state, wording.label(definition, "EvalStatus", state), look)
        for state, look in zip(_ORDER, parts.BY_PROGRESS, strict=False)
    ]
    return parts.counted(rows, kinds, _("bold: all of them"))


def _domains(item: Item) -> tuple[str, ...]:
    found = item["EvalDomain"]
    return found if isinstance(found, tuple) else ()


def _table(definition: ListDefinition, lessons: list[Item]) -> Table:
    rows = tuple(
        (
            wording.row_number(definition, item),
            wording.title(item),
            wording.label(definition, "EvalDomain", item["EvalDomain"]),
            wording.label(definition, "EvalStatus", item["EvalStatus"]),
            plain(item.text("EmbeddedIn")) or wording.NONE,
        )
        for item in lessons
    )
    return Table(_("All lessons"), (_("Number"), _("Lesson"), _("About"), _("Status"), _("Embedded in")), rows)
