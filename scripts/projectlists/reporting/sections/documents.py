"""The project's file: documents by kind and status, and what is not filled in (guide.md §2.10). No name of a file."""

from __future__ import annotations

from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import parts
from projectlists.reporting.project import Project

KEY = "ProjectDocuments"
_ORDER = ("adopted", "to_adopt", "review", "draft", "obsolete")


def section(project: Project, audience: Audience) -> Section | None:
    """The subject as a section; None where the site has no such library or nothing is in it."""
    if KEY not in project.lists:
        return None
    title = wording.listed(project.lists[KEY])
    if not project.shows(KEY, audience):
        return Section("documents", title, (project.absence(KEY, title, audience),))
    definition, items = project.lists[KEY], project.rows(KEY)
    if not items:
        return Section("documents", title, (_("There are no documents in the library."),))
    bare = (
        sum(item.person("DocOwner") is None for item in items),
        sum(not item["ConfidentialityLevel"] for item in items),
        sum(not item["RetentionYears"] and not item["RetentionForever"] for item in items),
    )
    sentence = _(
        "Documents: {count}. Without an owner: {owner}. Without a confidentiality level: {level}. "
        "Without a retention period: {retention}."
    ).format(count=len(items), owner=bare[0], level=bare[1], retention=bare[2])
    found = by_kind(definition, items)
    picture = Picture(
        "documents",
        _("Documents by kind and status"),
        _("A bar for each kind of document ({count}), in parts by status. The table below says the same.").format(
            count=len(found.rows)
        ),
        partial(parts.draw, found),
    )
    table = Table(
        _("Documents by kind and status"),
        (_("Kind"), *(name for name, _look in found.kinds)),
        tuple((name, *map(str, counts)) for name, counts in found.rows),
        numeric=frozenset(range(1, len(found.kinds) + 1)),
    )
    return Section("documents", title, (sentence,), (picture,), (table,))


def by_kind(definition: ListDefinition, items: tuple[Item, ...]) -> parts.Parts:
    """What the picture shows: the kinds there are, in the order of the choices."""
    kinds = definition.field("DocType")
    keys = [choice.key for choice in kinds.choices] if kinds else []
    unknown = sorted({str(item["DocType"] or "") for item in items} - set(keys))
    rows = []
    for key in (*keys, *unknown):
        of_kind = [item["DocStatus"] for item in items if str(item["DocType"] or "") == key]
        if of_kind:
            rows.append((wording.label(definition, "DocType", key) if key else _("Not filled in"), of_kind))
    states = [
        (state, wording.label(definition, "DocStatus", state), look)
        for state, look in zip(_ORDER, parts.BY_PROGRESS, strict=True)
    ]
    return parts.counted(rows, states, _("bold: all of them"))
