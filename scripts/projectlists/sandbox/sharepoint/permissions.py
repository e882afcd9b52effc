"""Who may do what with a site, a list or an item: role definitions, assignments, inheritance (sharepoint-rest.md §8).

What they mean for a caller is weighed in `access`; where they are kept is `scopes`.
"""

from __future__ import annotations

from dataclasses import dataclass

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    access,
    address,
    answers,
    bodies,
    principalshapes,
    roledefinitions,
    rows,
    scopes,
)
from projectlists.sandbox.sharepoint.errors import (
    inherits,
    invalid_argument,
    no_item,
    no_principal,
    not_implemented,
    refused,
    unknown_resource,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.principalshapes import MEMBERS, OWNERS, VISITORS
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.sharepoint.scopes import EDIT, FULL, READ

_QUESTIONS = frozenset({"getusereffectivepermissions", "doesuserhavepermissions"})
_BREAK = ("copyRoleAssignments", "clearSubscopes")
_WORDS = _QUESTIONS | {"roleassignments", "breakroleinheritance", "resetroleinheritance"}


def seed_web(schema: Schema, web_url: str) -> None:
    """Give the three groups of a new site their roles."""
    for principal, role in ((OWNERS, FULL), (VISITORS, READ), (MEMBERS, EDIT)):
        scopes.assign(schema, scopes.of_web(web_url), principal, role)


def concerns(rest: tuple[Segment, ...]) -> bool:
    """Whether the segments below a list lead to permissions, of the list or of one of its items."""
    return any(segment.key in _WORDS for segment in rest)


@dataclass(frozen=True)
class Securable:
    """What has permissions: its own scope, its address, and the scopes above it from near to far."""

    scope: str
    uri: str
    parents: tuple[str, ...] = ()

    def effective(self, schema: Schema) -> str:
        """The scope whose assignments count: its own, or the nearest one above that does not inherit."""
        return scopes.effective(schema, (self.scope, *self.parents))

    def own(self, schema: Schema) -> str:
        """Its own scope. Raises ServiceError while it still inherits."""
        if self.effective(schema) != self.scope:
            raise inherits()
        return self.scope


def handle_web(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer the permissions of the site; only a sub-site can inherit them."""
    scope, *above = scopes.of_webs(call.web.url)
    securable = Securable(scope, "Web", tuple(above))
    if rest[0].key in _QUESTIONS:
        return _question(call, securable, rest, schema)
    if rest[0].key == "roleassignments":
        return _assignments(call, securable, rest, schema)
    if not above:
        raise refused("The root web of a site collection cannot inherit permissions.")
    if len(rest) > 1 or call.method != "POST":
        raise unsupported_verb("SP.SecurableObject", call.method)
    if rest[0].key == "resetroleinheritance":
        scopes.join(schema, scope)
        return answers.value(call, "ResetRoleInheritance", None)
    given = bodies.arguments(call, rest[0], _BREAK)
    with schema.store.transaction():
        _break(call, securable, schema, copy=bool(given.get(_BREAK[0], False)))
        if given.get(_BREAK[1], False):
            _clear_below(call, schema)
    return answers.value(call, "BreakRoleInheritance", None)


def _clear_below(call: Call, schema: Schema) -> None:
    """Let all lists and items of a site inherit from it again."""
    for listing in schema.lists(call.web.url):
        scopes.join(schema, listing.id)
        for one in scopes.unique_items(schema, listing.id):
            scopes.join(schema, scopes.of_item(listing.id, one))


def handle_below(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer the permissions of a list, or of an item addressed in any way."""
    place = next(at for at, segment in enumerate(rest) if segment.key in _WORDS)
    uri, above = f"Web/Lists(guid'{listing.id}')", scopes.of_webs(call.web.url)
    securable = Securable(listing.id, uri, above)
    if place:
        securable = _item(call, listing, _item_id(call, listing, rest[:place], schema), schema)
    method = rest[place]
    if method.key in _QUESTIONS:
        return _question(call, securable, rest[place:], schema)
    if call.method != "GET":
        access.require(call, schema, access.MANAGE_PERMISSIONS, securable.scope, *securable.parents)
    if method.key == "roleassignments":
        return _assignments(call, securable, rest[place:], schema)
    if len(rest) > place + 1 or call.method != "POST":
        raise unsupported_verb("SP.SecurableObject", call.method)
    if method.key == "resetroleinheritance":
        scopes.join(schema, securable.scope)
        return answers.value(call, "ResetRoleInheritance", None)
    given = bodies.arguments(call, method, _BREAK)
    copy, clear = (bool(given.get(name, False)) for name in _BREAK)
    with schema.store.transaction():
        _break(call, securable, schema, copy=copy)
        if clear and not place:
            for one in scopes.unique_items(schema, listing.id):
                scopes.join(schema, scopes.of_item(listing.id, one))
    return answers.value(call, "BreakRoleInheritance", None)


def of_document(call: Call, listing: ListRecord, item: int, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer the permissions of an item that was reached through its file or folder."""
    return handle_below(call, listing, (Segment("Items", (item,), called=True), *rest), schema)


def _break(call: Call, securable: Securable, schema: Schema, *, copy: bool) -> None:
    """Without a copy only the caller is left, in full control; an app on its own leaves nobody (§8)."""
    source = securable.effective(schema)
    if source != securable.scope:
        keeper = None if call.caller.app_only else call.caller.principal_id
        scopes.separate(schema, securable.scope, source, copy=copy, keeper=keeper)


def _question(call: Call, securable: Securable, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetUserEffectivePermissions('login')` and `DoesUserHavePermissions`."""
    method, chain = rest[0], (securable.scope, *securable.parents)
    if len(rest) > 1:
        raise not_implemented(f"{method.name}/{rest[1].name}")
    if method.key == "doesuserhavepermissions":
        mask = bodies.arguments(call, method, ("permissionMask",)).get("permissionMask")
        if not isinstance(mask, dict):
            raise invalid_argument()
        high, low = (_whole(mask.get(half)) for half in ("High", "Low"))
        return answers.value(call, "DoesUserHavePermissions", access.may(call, schema, (high << 32) | low, *chain))
    login = bodies.arguments(call, method, ("userName",)).get("userName")
    person = schema.user_by_login(call.web.url, str(login)) or schema.ensure_user(call.web.url, str(login))
    return answers.value(
        call, "GetUserEffectivePermissions", access.shown(access.rights_of(call, schema, person.id, *chain))
    )


def of_list(call: Call, listing: ListRecord, schema: Schema) -> list[Resource]:
    """The role assignments that count for a list."""
    securable = Securable(listing.id, f"Web/Lists(guid'{listing.id}')", scopes.of_webs(call.web.url))
    return _listed(call, securable, schema)


def of_item(call: Call, listing: ListRecord, item: int, schema: Schema) -> list[Resource]:
    """The role assignments that count for an item."""
    return _listed(call, _item(call, listing, item, schema), schema)


def _item(call: Call, listing: ListRecord, item: int, schema: Schema) -> Securable:
    chain = access.chain(schema, listing, item)
    uri = f"Web/Lists(guid'{listing.id}')/Items({item})"
    return Securable(chain[0], uri, (*chain[1:], *scopes.of_webs(call.web.url)))


def _item_id(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> int:
    last = rest[-1]
    given = str(address.argument(last, "id"))
    if last.key not in {"items", "getitembyid", "getbyid"} or not given.isdecimal():
        raise not_implemented(f"permissions of {'/'.join(segment.name for segment in rest)}")
    row = rows.rows_of(schema.store).get(listing.id, int(given)) if len(given) < 19 else None
    test = access.sight(call, schema, listing)
    if row is None or (test is not None and not test(row)):
        raise no_item()
    return int(given)


def _assignments(call: Call, securable: Securable, rest: tuple[Segment, ...], schema: Schema) -> Response:
    first = rest[0]
    if first.arguments:
        return _one_assignment(call, securable, rest, schema)
    if len(rest) == 1:
        return answer_many(call, _listed(call, securable, schema))
    if rest[1].key == "getbyprincipalid":
        return _one_assignment(call, securable, rest[1:], schema)
    method = rest[1]
    if method.key not in {"addroleassignment", "removeroleassignment"} or call.method != "POST":
        raise not_implemented(f"RoleAssignments/{method.name}")
    given = bodies.arguments(call, method, ("principalId", "roleDefId"))
    principal = _whole(given.get("principalId"))
    if schema.user(call.web.url, principal) is None:
        raise no_principal()
    role = None if given.get("roleDefId") is None else _whole(given["roleDefId"])
    if method.key == "removeroleassignment":
        scopes.withdraw(schema, securable.own(schema), principal, role)
        return answers.value(call, "RemoveRoleAssignment", None)
    if role is None or role not in scopes.definitions(schema, call.web.url):
        raise invalid_argument()
    scopes.assign(schema, securable.own(schema), principal, role)
    return answers.value(call, "AddRoleAssignment", None)


def _one_assignment(call: Call, securable: Securable, rest: tuple[Segment, ...], schema: Schema) -> Response:
    principal = _whole(rest[0].arguments[0] if rest[0].arguments else None)
    every = _listed(call, securable, schema)
    found = next((one for one in every if one.properties["PrincipalId"] == principal), None)
    if found is None:
        raise unknown_resource(f"RoleAssignments({principal})")
    if len(rest) == 1 and call.method == "DELETE":
        scopes.withdraw(schema, securable.own(schema), principal, None)
        return answers.empty(200)
    if call.method != "GET":
        raise unsupported_verb("SP.RoleAssignment", call.method)
    part = answer(call, found) if len(rest) == 1 else single_property(call, found, rest[1].key)
    if part is None or len(rest) > 2:
        raise not_implemented(f"a role assignment's {rest[1].name}")
    return part


def _listed(call: Call, securable: Securable, schema: Schema) -> list[Resource]:
    scope = securable.effective(schema)
    found = scopes.assigned(schema, scope)
    return [_assignment(call, scope, f"{securable.uri}/RoleAssignments", one, schema) for one in found]


def _assignment(call: Call, scope: str, uri: str, principal: int, schema: Schema) -> Resource:
    def member() -> Resource | None:
        found = schema.user(call.web.url, principal)
        return principalshapes.either(found, schema) if found else None

    def bindings() -> list[Resource]:
        known = {one.properties["Id"]: one for one in roledefinitions.all_of(call, schema)}
        return [known[role] for role in scopes.roles(schema, scope, principal)]

    return Resource(
        "SP.RoleAssignment",
        f"{uri}/GetByPrincipalId({principal})",
        {"PrincipalId": principal},
        links={"Member": member, "RoleDefinitionBindings": bindings},
    )


def _whole(given: object) -> int:
    # Clients also send these numbers in quotes (sharepoint-rest.md §1.1).
    text = str(given)
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise invalid_argument()
    return int(text)
