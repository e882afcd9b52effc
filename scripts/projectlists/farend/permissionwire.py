"""Groups, roles and assignments on the wire, both ways (sharepoint-rest.md §2.3, §8). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from projectlists.definitions.model import ListDefinition
from projectlists.errors import AccessRefused, Missing
from projectlists.farend.batch import Answer, Operation
from projectlists.language import Language
from projectlists.structure.permissions import (
    CORE_TEAM,
    CORE_TEAM_TITLE,
    Assignment,
    SitePermissions,
    core_team_description,
    core_team_of,
)

_GROUPS = {
    "owners": "AssociatedOwnerGroup",
    "members": "AssociatedMemberGroup",
    "visitors": "AssociatedVisitorGroup",
}
_ROLES = {2: "read", 3: "contribute", 4: "design", 5: "full_control", 6: "edit"}
"""Role keys by `RoleTypeKind`; their names come in the language of the site (§8)."""
_LIMITED = 1  # the service gives it by itself to whoever has something further down

ON_A_SITE = (
    Operation(
        "GET",
        "web",
        query={
            "$select": ",".join(f"{name}/Id" for name in _GROUPS.values()),
            "$expand": ",".join(_GROUPS.values()),
        },
    ),
    Operation("GET", "web/SiteGroups", query={"$select": "Id,Title,Description"}),
    Operation("GET", "web/RoleDefinitions", query={"$select": "Id,RoleTypeKind"}),
)
"""What a site has, whatever its lists; `on_lists` are asked in the same batch."""


def on_lists(definitions: Iterable[ListDefinition], paths: Mapping[str, str]) -> dict[str, Operation]:
    """The questions for the lists that declare permissions of their own, by key."""
    return {
        definition.key: Operation(
            "GET",
            f"{paths[definition.key]}/RoleAssignments",
            query={"$expand": "Member,RoleDefinitionBindings"},
        )
        for definition in definitions
        if definition.permissions
    }


def site_permissions(
    site: Sequence[Answer], lists: Mapping[str, Answer], own: Collection[str]
) -> SitePermissions | None:
    """What a site has; `own` are the keys of the lists with permissions of their own. None when it may not be read."""
    if any(isinstance(answer.error, AccessRefused) for answer in (*site, *lists.values())):
        return None
    web, groups, roles = (answer.checked() for answer in site)
    numbers = {key: _id(web.entity.get(name)) for key, name in _GROUPS.items()}
    numbers[CORE_TEAM] = core_team_of(
        [(_id(group), str(group.get("Title") or ""), str(group.get("Description") or "")) for group in groups.entries]
    )
    return SitePermissions(
        groups={key: number for key, number in numbers.items() if number},
        roles=role_numbers(roles),
        lists={
            key: tuple(_assignments(answer.checked().entries))
            for key, answer in lists.items()
            if key in own and not isinstance(answer.error, Missing)
        },
    )


def role_numbers(roles: Answer) -> dict[str, int]:
    """The numbers of the roles that every site has, by key, from an answer about `web/RoleDefinitions`."""
    return {_ROLES[kind]: _id(role) for role in roles.checked().entries if (kind := role.get("RoleTypeKind")) in _ROLES}


def _assignments(entries: Iterable[Mapping[str, Any]]) -> Iterable[Assignment]:
    for entry in entries:
        member, bindings = entry.get("Member"), entry.get("RoleDefinitionBindings")
        if isinstance(bindings, Mapping):
            bindings = bindings.get("results")
        kinds = [role.get("RoleTypeKind") for role in bindings or () if isinstance(role, Mapping)]
        # A role that people made themselves has no kind; it is shown as one.
        roles = tuple(_ROLES.get(int(kind or 0), "other") for kind in kinds if kind != _LIMITED)
        if roles:
            title = member.get("Title") if isinstance(member, Mapping) else ""
            yield Assignment(int(entry.get("PrincipalId") or 0), str(title or ""), roles)


def _id(entity: object) -> int:
    return int(entity.get("Id") or 0) if isinstance(entity, Mapping) else 0


def core_team_creation(language: Language) -> Operation:
    """The operation that makes the group of the core team, without anybody in it."""
    body = {"Title": CORE_TEAM_TITLE.in_language(language), "Description": core_team_description(language)}
    return Operation("POST", "web/SiteGroups", body)


def own_permissions(path: str) -> Operation:
    """The operation that gives a list permissions of its own, at first for nobody."""
    body = {"copyRoleAssignments": False, "clearSubscopes": True}
    return Operation("POST", f"{path}/BreakRoleInheritance", body)


def assignment(path: str, principal: int, role: int) -> Operation:
    """The operation that gives a group a role; it may be repeated (§8)."""
    return Operation("POST", f"{path}/RoleAssignments/AddRoleAssignment(principalId={principal},roleDefId={role})")


def roles_held(path: str) -> tuple[Operation, Operation]:
    """The operations that tell whether a list has permissions of its own, and who has which roles there."""
    return (
        Operation("GET", path, query={"$select": "HasUniqueRoleAssignments"}),
        Operation("GET", f"{path}/RoleAssignments", query={"$expand": "RoleDefinitionBindings", "$top": "5000"}),
    )


def held(assignments: Answer) -> tuple[tuple[int, int, str], ...]:
    """Who has which role: the numbers of both, and the key of the role (`other` for one that people made)."""
    found = []
    for entry in assignments.checked().entries:
        bindings = entry.get("RoleDefinitionBindings")
        if isinstance(bindings, Mapping):
            bindings = bindings.get("results")
        for role in bindings or ():
            kind = int(role.get("RoleTypeKind") or 0)
            if kind != _LIMITED:
                found.append((int(entry.get("PrincipalId") or 0), _id(role), _ROLES.get(kind, "other")))
    return tuple(found)


def copied_permissions(path: str) -> Operation:
    """The operation that gives a list permissions of its own, at first those it had from the site."""
    return Operation("POST", f"{path}/BreakRoleInheritance", {"copyRoleAssignments": True, "clearSubscopes": False})


def inherited_permissions(path: str) -> Operation:
    """The operation that gives a list the permissions of the site again."""
    return Operation("POST", f"{path}/ResetRoleInheritance")


def withdrawal(path: str, principal: int, role: int) -> Operation:
    """The operation that takes a role from a person or group."""
    return Operation("POST", f"{path}/RoleAssignments/RemoveRoleAssignment(principalId={principal},roleDefId={role})")
