"""Lists made read-only by their permissions, and put back as they were (sharepoint-rest.md §2.3, §8).

Who manages the site keeps that, so that personal data can still be cleaned up; everybody else may only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from projectlists.definitions.model import ListDefinition
from projectlists.errors import AccessRefused, ProjectListsError
from projectlists.farend import permissionwire
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import _

READ, MANAGES = "read", "full_control"
Roles = Mapping[str, tuple[tuple[int, int], ...] | None]


def present(site: SharePointSite, lists: Sequence[ListDefinition]) -> Roles:
    """Who has which role on each list, by numbers; None for a list with the permissions of the site. One request."""
    operations = [operation for one in lists for operation in permissionwire.roles_held(_path(site, one))]
    answers = site.run(operations)
    found: dict[str, tuple[tuple[int, int], ...] | None] = {}
    for definition, own, assignments in zip(lists, answers[::2], answers[1::2], strict=True):
        if own.checked().entity.get("HasUniqueRoleAssignments"):
            held = permissionwire.held(assignments)
            found[definition.key] = tuple((principal, role) for principal, role, _key in held)
        else:
            found[definition.key] = None
    return found


def lock(site: SharePointSite, lists: Sequence[ListDefinition], before: Roles) -> None:
    """Leave everybody but managers with reading only. It may be repeated.

    `before` is what `present` gave when nothing was locked yet: a list with the permissions of the site gets its own.

    Raises:
        ProjectListsError: the app may not change permissions here.
        FarEndError: it did not work; do it again.
    """
    now = present(site, lists)
    inheriting = [one for one in lists if before.get(one.key) is None and now[one.key] is None]
    _done(site, [permissionwire.copied_permissions(_path(site, one)) for one in inheriting])
    reading = _role(site, READ)
    answers = site.run([permissionwire.roles_held(_path(site, one))[1] for one in lists])
    operations: list[Operation] = []
    for definition, answer in zip(lists, answers, strict=True):
        operations += _reduced(_path(site, definition), permissionwire.held(answer), reading)
    _done(site, operations)


def unlock(site: SharePointSite, lists: Sequence[ListDefinition], before: Roles) -> None:
    """Put back the permissions of before. It may be repeated; roles that people gave since then stay.

    Raises:
        ProjectListsError: the app may not change permissions here.
        FarEndError: it did not work; do it again.
    """
    reading = _role(site, READ)
    operations: list[Operation] = []
    for definition in lists:
        if definition.key not in before:
            continue
        path, roles = _path(site, definition), before[definition.key]
        if roles is None:
            operations.append(permissionwire.inherited_permissions(path))
            continue
        operations += [permissionwire.assignment(path, principal, role) for principal, role in roles]
        readers = {principal for principal, role in roles if role == reading}
        operations += [
            permissionwire.withdrawal(path, principal, reading)
            for principal in dict.fromkeys(principal for principal, _role in roles)
            if principal not in readers
        ]
    _done(site, operations)


def _reduced(path: str, held: Sequence[tuple[int, int, str]], reading: int) -> Iterator[Operation]:
    managers = {principal for principal, _role, key in held if key == MANAGES}
    readers = {principal for principal, _role, key in held if key == READ}
    for principal, role, key in held:
        if principal in managers or key == READ:
            continue
        if principal not in readers:
            readers.add(principal)
            yield permissionwire.assignment(path, principal, reading)
        yield permissionwire.withdrawal(path, principal, role)


def _role(site: SharePointSite, key: str) -> int:
    (answer,) = site.run([Operation("GET", "web/RoleDefinitions", query={"$select": "Id,RoleTypeKind"})])
    return permissionwire.role_numbers(answer)[key]


def _done(site: SharePointSite, operations: Sequence[Operation]) -> None:
    for answer in site.run(operations):
        if isinstance(answer.error, AccessRefused):
            raise ProjectListsError(
                _(
                    "The app may not change permissions on {site}. Ask a SharePoint administrator to give it the role "
                    "fullcontrol there, and run the same command again."
                ).format(site=site.url)
            ) from answer.error
        answer.checked()


def _path(site: SharePointSite, definition: ListDefinition) -> str:
    return site.list_path(definition.key, library=definition.kind == "library")
