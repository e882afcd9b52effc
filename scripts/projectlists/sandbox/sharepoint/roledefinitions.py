"""Permission levels of a site: the six that every site has, and those made there (sharepoint-rest.md §8)."""

from __future__ import annotations

from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, answers, bodies, scopes
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    long_description,
    no_role,
    not_implemented,
    refused,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.groups import LONGEST_DESCRIPTION
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.sharepoint.scopes import LIMITED, ROLES, Role

DUTCH = 1043
TYPE = "SP.RoleDefinition"
_KEYS = {"getbyid": "Id", "roledefinitions": "Id", "getbyname": "Name", "getbytype": "RoleTypeKind"}
_SETTABLE = frozenset({"Name", "Description", "BasePermissions", "Order"})


def all_of(call: Call, schema: Schema) -> list[Resource]:
    """All role definitions of the site, names in its language."""
    return [_resource(call, identity, role) for identity, role in scopes.definitions(schema, call.web.url).items()]


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `RoleDefinitions` and what follows. Own ones are made, changed and removed."""
    found = all_of(call, schema)
    if len(rest) == 1 and not rest[0].arguments:
        return _create(call, schema) if call.method == "POST" else answer_many(call, found)
    method, below = (rest[0], rest[1:]) if rest[0].arguments else (rest[1], rest[2:])
    given = method.arguments[0] if method.arguments else None
    key = _KEYS.get(method.key)
    if key is None or len(below) > 1:
        raise not_implemented(f"RoleDefinitions/{method.name}")
    chosen = next((one for one in found if str(one.properties[key]).lower() == str(given).lower()), None)
    if chosen is None:
        raise no_role(given)
    if below:
        part = single_property(call, chosen, below[0].key) if call.method == "GET" else None
        if part is None:
            raise not_implemented(f"a role definition's {below[0].name}")
        return part
    return _itself(call, chosen, schema)


def _itself(call: Call, chosen: Resource, schema: Schema) -> Response:
    if call.method == "GET":
        return answer(call, chosen)
    if call.method not in {"MERGE", "PATCH", "PUT", "DELETE"}:
        raise unsupported_verb(TYPE, call.method)
    access.require(call, schema, access.MANAGE_PERMISSIONS)
    identity = chosen.properties["Id"]
    if identity in ROLES:
        raise refused("You cannot change or delete a permission level that every site has.")
    if call.method == "DELETE":
        scopes.delete_definition(schema, identity)
        return answers.empty(200)
    before = scopes.definitions(schema, call.web.url)[identity]
    scopes.save_definition(schema, call.web.url, identity, _read(call, schema, before))
    return answers.empty()


def _create(call: Call, schema: Schema) -> Response:
    access.require(call, schema, access.MANAGE_PERMISSIONS)
    role = _read(call, schema, None)
    identity = scopes.save_definition(schema, call.web.url, None, role)
    return answer(call, _resource(call, identity, role), 201)


def _read(call: Call, schema: Schema, before: Role | None) -> Role:
    """A role definition from a body, what it does not name as before."""
    given = bodies.entity(call, {TYPE}).properties
    for name in given:
        if name not in _SETTABLE:
            raise unknown_property(name, TYPE)
    name = given.get("Name", before.english if before else None)
    description = given.get("Description", before.description if before else "")
    order = given.get("Order", before.order if before else 2147483647)
    if not isinstance(name, str) or not name.strip() or not isinstance(order, int):
        raise invalid_argument()
    # The service has one limit for groups and roles (§1.8).
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION:
        raise long_description()
    if any(_is_named(role, name) for role in scopes.definitions(schema, call.web.url).values() if role != before):
        raise refused(f"A permission level with the name '{name}' already exists.")
    high, low = (before.high, before.low) if before else ("0", "0")
    if "BasePermissions" in given:
        high, low = (_half(given["BasePermissions"], half) for half in ("High", "Low"))
    return Role(0, high, low, order, name, name, description)


def _is_named(role: Role, name: str) -> bool:
    return name.lower() in {role.english.lower(), role.dutch.lower()}


def _half(given: Any, half: str) -> str:
    text = str(given.get(half)) if isinstance(given, dict) else ""
    if not (text.isascii() and text.isdecimal()) or int(text[:11]) > 0xFFFFFFFF:
        raise invalid_argument()
    return str(int(text))


def _resource(call: Call, identity: int, role: Role) -> Resource:
    return Resource(
        TYPE,
        f"Web/RoleDefinitions({identity})",
        {
            "BasePermissions": Complex({"High": role.high, "Low": role.low}, "SP.BasePermissions"),
            "Description": role.description,
            "Hidden": identity == LIMITED,
            "Id": identity,
            # Localised with the site, so that clients which ask by name are found out (§8).
            "Name": role.dutch if call.web.language == DUTCH else role.english,
            "Order": role.order,
            "RoleTypeKind": role.kind,
        },
    )
