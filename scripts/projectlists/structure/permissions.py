"""Who may do what with lists that have permissions of their own: compared with what a site has. Pure.

The groups that are declared are managed. Who else was given access by people is reported and left (decision 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from projectlists.definitions.model import Permission
from projectlists.language import Language, Text, _
from projectlists.structure.plan import Change
from projectlists.structure.shapes import ListShape

CORE_TEAM = "core_team"
CORE_TEAM_TITLE = Text(nl="Kernteam", en="Core team")
OWN = "own"
"""The attribute that tells whether a list has permissions of its own."""


@dataclass(frozen=True)
class Assignment:
    """What a person or group may do: its number on the site, its title, its roles by key (sharepoint-rest.md §8)."""

    principal: int
    title: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class SitePermissions:
    """What a site has: groups and roles by key with their numbers, and the assignments of lists with their own.

    A list that is not in `lists` has the permissions of the site.
    """

    groups: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[Assignment, ...]] = field(default_factory=dict)


def core_team_description(language: Language) -> str:
    """The description of the group; its key in brackets tells it again when people give it another title."""
    texts = Text(
        nl=f"Wie de stakeholders van dit project ziet en bijhoudt. [{CORE_TEAM}]",
        en=f"Who sees and keeps the stakeholders of this project. [{CORE_TEAM}]",
    )
    return texts.in_language(language)


def core_team_of(groups: Sequence[tuple[int, str, str]]) -> int:
    """The number of the core team among a site's groups, given with title and description; 0 when it is not there.

    Known by the key in its description, else by the title that people know.
    """
    titles = {CORE_TEAM_TITLE.nl.casefold(), CORE_TEAM_TITLE.en.casefold()}
    marked = [number for number, _title, description in groups if f"[{CORE_TEAM}]" in description]
    titled = [number for number, title, _description in groups if title.casefold() in titles]
    return next(iter((*marked, *titled)), 0)


def permission_changes(
    wanted: Sequence[ListShape], found: SitePermissions | None, language: Language
) -> Iterator[Change]:
    """What must change before the declared groups have their roles; `found` is None when it could not be read."""
    for shape in wanted:
        if not shape.permissions:
            continue
        if found is None:
            reason = _(
                "The permissions of this site cannot be read. Ask an administrator to give this app the role "
                "fullcontrol on the site."
            )
            yield Change("refuse", "permission", shape.key, shape.key, OWN, None, True, reason=reason)
        else:
            yield from _of_list(shape, found, language)


def _of_list(shape: ListShape, found: SitePermissions, language: Language) -> Iterator[Change]:
    assigned = found.lists.get(shape.key)
    if assigned is None:
        yield Change("update", "permission", shape.key, shape.key, OWN, False, True)
    for permission in shape.permissions:
        yield from _of_group(shape.key, permission, assigned or (), found, language)
    declared: dict[str, str] = {permission.group: permission.role for permission in shape.permissions}
    keys = {number: key for key, number in found.groups.items()}
    for one in assigned or ():
        key = keys.get(one.principal, "")
        extra = tuple(role for role in one.roles if role != declared.get(key))
        # A role that is missing is a change already; only what comes on top of the declared one is somebody's wish.
        if extra and (key not in declared or len(extra) < len(one.roles)):
            yield Change("report", "permission", shape.key, one.title, before=extra, reason=_given())


def _of_group(
    key: str, wanted: Permission, assigned: Sequence[Assignment], found: SitePermissions, language: Language
) -> Iterator[Change]:
    number = found.groups.get(wanted.group)
    if number is None and wanted.group != CORE_TEAM:
        reason = _("This site has no group of {group}. Make one in the site's permissions, then run again.").format(
            group=wanted.group
        )
        yield Change("refuse", "permission", key, wanted.group, after=wanted.role, reason=reason)
        return
    if number is None:
        title = CORE_TEAM_TITLE.in_language(language)
        reason = _("A new group, {title}. Only its people and the owners see this list: add them to it.").format(
            title=title
        )
        yield Change("create", "permission", key, wanted.group, after=wanted.role, reason=reason)
        return
    roles = next((one.roles for one in assigned if one.principal == number), ())
    if not roles:
        yield Change("create", "permission", key, wanted.group, after=wanted.role)
    elif wanted.role not in roles:
        yield Change("update", "permission", key, wanted.group, "role", roles, wanted.role)


def _given() -> str:
    return _("Given by people: left as it is. Take it away in the list's settings when it is not meant.")
