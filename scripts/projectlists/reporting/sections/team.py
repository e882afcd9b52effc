"""Who steers and who is in the team (guide.md §2.12), and how far the project start-up is (§2.13)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _, plain
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import parts, triangle
from projectlists.reporting.project import Project

KEY, START_UP = "TeamRoles", "StartUpChecklist"
MOST = 30
"""Members around the triangle; all of them stand in the table."""
_CLIENTS = ("political_client", "official_client")
_LEADERS = ("project_manager", "programme_manager", "process_manager", "assignment_manager", "area_manager")


def section(project: Project, audience: Audience) -> Section | None:
    """The team as a section; None where the site has no such list."""
    if KEY not in project.lists:
        return None
    title = wording.listed(project.lists[KEY])
    if not project.shows(KEY, audience):
        return Section("team", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    here = [item for item in project.rows(KEY) if item["TeamStatus"] != "left"]
    if not here:
        return Section("team", title, (_("There is nobody in the team yet."),))
    found = triangle_of(project, definition, here)
    empty = [seat.role for seat in found.corners if seat.names == wording.NONE]
    sentences = [_("Members: {count}.").format(count=len(here))]
    if empty:
        sentences.append(_("Nobody is filled in for: {roles}.").format(roles=", ".join(empty)))
    if len(here) > len(found.team) + 3:
        sentences.append(_("The picture shows the first {count} members.").format(count=MOST))
    picture = Picture(
        "triangle",
        _("Steering triangle and team"),
        _(
            "A triangle of who steers: {top} at the top, {left} and {right} below. Others of the team around "
            "it: {count}. The table below says the same."
        ).format(
            top=found.corners[0].role, left=found.corners[1].role, right=found.corners[2].role, count=len(found.team)
        ),
        partial(triangle.draw, found),
    )
    return Section("team", title, tuple(sentences), (picture,), (_table(definition, here),))


def triangle_of(project: Project, definition: ListDefinition, here: list[Item]) -> triangle.Triangle:
    """What the picture shows. The one who leads has the role of the profile, else another role that leads."""
    by_role = {str(item["TeamRole"]) for item in here}
    leading = next((role for role in (project.profile.escalation_role, *_LEADERS) if role in by_role), None)
    roles = (*_CLIENTS, leading or project.profile.escalation_role)
    political, official, manager = (_seat(definition, role, here) for role in roles)
    others = [item for item in here if item["TeamRole"] not in roles]
    return triangle.Triangle(
        (political, official, manager), tuple(triangle.Seat(wording.title(item), _who(item)) for item in others[:MOST])
    )


def _seat(definition: ListDefinition, role: str, here: Iterable[Item]) -> triangle.Seat:
    names = [_who(item) for item in here if item["TeamRole"] == role]
    return triangle.Seat(wording.label(definition, "TeamRole", role), ", ".join(names) or wording.NONE)


def _who(item: Item) -> str:
    person = item.person("TeamMember")
    name = plain(person.name or person.mail) if person else plain(item.text("ExternalName")) or wording.NONE
    return _("{name} (away)").format(name=name) if item["TeamStatus"] == "paused" else name


def _table(definition: ListDefinition, here: list[Item]) -> Table:
    rows = tuple(
        (
            wording.title(item),
            wording.label(definition, "TeamRole", item["TeamRole"]),
            _who(item),
            plain(item.text("TeamUnit")) or wording.NONE,
        )
        for item in here
    )
    headings = (_("Role in the team"), _("Role"), _("Person or organisation"), _("Department"))
    return Table(_("Everybody in the team"), headings, rows)


def start_up(project: Project, audience: Audience) -> Section | None:
    """The project start-up as a section; None where the site has no such list or nothing is in it."""
    if START_UP not in project.lists:
        return None
    title = wording.listed(project.lists[START_UP])
    if not project.shows(START_UP, audience):
        return Section("startup", title, (project.absence(START_UP, title, audience),))
    definition = project.lists[START_UP]
    items = [item for item in project.rows(START_UP) if item["PsuStatus"] != "not_needed"]
    if not items:
        return Section("startup", title, (_("There are no topics in the list."),))
    looks = (parts.BY_PROGRESS[0], parts.BY_PROGRESS[1], parts.BY_PROGRESS[3])
    states = [
        (state, wording.label(definition, "PsuStatus", state), look)
        for state, look in zip(("agreed", "in_progress", "open"), looks, strict=True)
    ]
    field = definition.field("PsuElement")
    rows = [
        (
            wording.label(definition, "PsuElement", choice.key),
            [item["PsuStatus"] for item in items if item["PsuElement"] == choice.key],
        )
        for choice in (field.choices if field else ())
    ]
    drawn = parts.counted(rows, states, _("bold: all topics"))
    agreed = sum(item["PsuStatus"] == "agreed" for item in items)
    picture = Picture(
        "startup",
        _("Start-up by element"),
        _("A bar for each element ({count}). Topics agreed: {agreed} of {all}. The table below says the same.").format(
            count=len(rows), agreed=agreed, all=len(items)
        ),
        partial(parts.draw, drawn),
    )
    table = Table(
        _("Topics by element"),
        (_("Element"), *(name for name, _look in drawn.kinds)),
        tuple((name, *map(str, counts)) for name, counts in drawn.rows),
        numeric=frozenset(range(1, len(drawn.kinds) + 1)),
    )
    sentence = _("Agreed: {agreed} of {all} topics.").format(agreed=agreed, all=len(items))
    return Section("startup", title, (sentence,), (picture,), (table,))
