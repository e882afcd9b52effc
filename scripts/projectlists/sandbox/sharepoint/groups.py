"""The SharePoint groups of a site: made, changed, filled, removed (sharepoint-rest.md §2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies, people, principalshapes
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    long_description,
    no_group,
    no_principal,
    not_implemented,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError
from projectlists.sandbox.sharepoint.principalshapes import MEMBERS, OWNERS, SETTINGS, VISITORS
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.records import SITE_GROUP, Principal
from projectlists.sandbox.sharepoint.schema import Schema

_ASSOCIATED = {
    "associatedownergroup": OWNERS,
    "associatedvisitorgroup": VISITORS,
    "associatedmembergroup": MEMBERS,
}
LONGEST_DESCRIPTION = 512


def handle_groups(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `siteGroups` and what follows."""
    if rest[0].called and rest[0].arguments:
        return _group(call, _group_by_id(call, rest[0], schema), rest[1:], schema)
    if len(rest) == 1:
        return _create_group(call, schema) if call.method == "POST" else answer_many(call, all_of(call, schema))
    method = rest[1]
    match method.key:
        case "getbyid":
            return _group(call, _group_by_id(call, method, schema), rest[2:], schema)
        case "getbyname":
            return _group(call, _group_by_name(call, method, schema), rest[2:], schema)
        case "removebyid" if call.method == "POST":
            schema.delete_principal(_group_by_id(call, method, schema))
            return answers.value(call, "RemoveById", None)
        case "removebyloginname" if call.method == "POST":
            schema.delete_principal(_group_by_name(call, method, schema))
            return answers.value(call, "RemoveByLoginName", None)
    raise not_implemented(f"siteGroups/{method.name}")


def handle_associated(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `AssociatedOwnerGroup`, `AssociatedMemberGroup` and `AssociatedVisitorGroup`."""
    found = schema.user(call.web.url, _ASSOCIATED[rest[0].key])
    if found is None:
        raise no_group()
    return _group(call, found, rest[1:], schema)


def all_of(call: Call, schema: Schema) -> list[Resource]:
    """All SharePoint groups of the site."""
    return [principalshapes.group(one, schema) for one in schema.principals(call.web.url, SITE_GROUP)]


def associated(call: Call, schema: Schema, key: str) -> Resource | None:
    """One of the three groups a site has."""
    found = schema.user(call.web.url, _ASSOCIATED[key])
    return principalshapes.group(found, schema) if found else None


def _group(call: Call, group: Principal, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if not rest:
        return _group_itself(call, group, schema)
    if rest[0].key == "users":
        return _members(call, group, rest, schema)
    if rest[0].key == "setuserasowner" and len(rest) == 1 and call.method == "POST":
        owner = bodies.arguments(call, rest[0], ("ownerId",)).get("ownerId")
        chosen = people.by_number(owner, schema, call.web.url)
        if chosen is None:
            raise no_principal()
        schema.save_principal(replace(group, settings={**group.settings, "Owner": chosen.id}))
        return answers.value(call, "SetUserAsOwner", None)
    found = None
    if len(rest) == 1 and call.method == "GET":
        found = single_property(call, principalshapes.group(group, schema), rest[0].key)
    if found is None:
        raise not_implemented(f"a group's {rest[0].name}")
    return found


def _group_itself(call: Call, group: Principal, schema: Schema) -> Response:
    match call.method:
        case "GET":
            return answer(call, principalshapes.group(group, schema))
        case "MERGE" | "PATCH" | "PUT":
            given = bodies.entity(call, {"SP.Group"}).properties
            changed = _changed(given, group)
            if changed.title.lower() != group.title.lower():
                _refuse_taken(call, changed.title, schema)
            schema.save_principal(changed)
            return answers.empty()
        case "DELETE":
            schema.delete_principal(group)
            return answers.empty(200)
    raise unsupported_verb("SP.Group", call.method)


def _create_group(call: Call, schema: Schema) -> Response:
    given = bodies.entity(call, {"SP.Group"}).properties
    wanted = _changed(given, Principal(0, call.web.url, "", SITE_GROUP, ""))
    _refuse_taken(call, wanted.title, schema)
    with schema.store.transaction():
        made = schema.add_principal(call.web.url, login=wanted.title, kind=SITE_GROUP, title=wanted.title)
        # Whoever makes a group owns it, unless that is an app.
        owner = {} if call.caller.app_only else {"Owner": call.caller.principal_id}
        made = replace(made, description=wanted.description, settings={**wanted.settings, **owner})
        schema.save_principal(made)
    return answer(call, principalshapes.group(made, schema), 201)


def _refuse_taken(call: Call, title: str, schema: Schema) -> None:
    if any(one.title.lower() == title.lower() for one in schema.principals(call.web.url, SITE_GROUP)):
        raise ServiceError(
            500,
            "-2130575293, Microsoft.SharePoint.SPException",
            f"The specified name is already in use. Please try again with a new name: {title}.",
        )


def _changed(given: Mapping[str, Any], group: Principal) -> Principal:
    """A group with what a body names; the rest as it was. Raises ServiceError."""
    for name in given:
        if name not in {"Title", "Description", *SETTINGS}:
            raise unknown_property(name, "SP.Group")
    title, description = given.get("Title", group.title), given.get("Description", group.description)
    if not isinstance(title, str) or not title.strip():
        raise invalid_argument()
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION:
        raise long_description()
    settings = {name: value for name, value in given.items() if name in SETTINGS}
    for name, value in settings.items():
        if type(value) is not type(SETTINGS[name]):
            raise wrong_type(name, "Edm.Boolean" if isinstance(SETTINGS[name], bool) else "Edm.String")
    return replace(group, title=title, description=description, settings={**group.settings, **settings})


def _members(call: Call, group: Principal, rest: tuple[Segment, ...], schema: Schema) -> Response:
    web = call.web.url
    if len(rest) == 1:
        if call.method == "POST":
            return _add_member(call, group, schema)
        found = (schema.user(web, one) for one in group.members)
        return answer_many(call, (principalshapes.user(one) for one in found if one))
    method = rest[1]
    match method.key:
        case "removebyid" | "getbyid":
            member = people.by_number(address.argument(method, "id"), schema, web)
        case "removebyloginname" | "getbyloginname":
            member = schema.user_by_login(web, str(address.argument(method, "loginName")))
        case "getbyemail":
            member = schema.user_by_mail(web, str(address.argument(method, "emailAddress")))
        case _:
            raise not_implemented(f"a group's Users/{method.name}")
    if member is None or member.id not in group.members:
        raise no_principal()
    if method.key.startswith("get"):
        return people.one(call, member, rest[2:], schema)
    if call.method != "POST":
        raise unsupported_verb("SP.UserCollection", call.method)
    schema.save_principal(replace(group, members=tuple(one for one in group.members if one != member.id)))
    return answers.value(call, method.name, None)


def _add_member(call: Call, group: Principal, schema: Schema) -> Response:
    given = bodies.entity(call, {"SP.User"}).properties
    login = given.get("LoginName")
    if not isinstance(login, str):
        raise invalid_argument()
    with schema.store.transaction():
        try:
            member = schema.ensure_user(call.web.url, login)
        except ServiceError as problem:
            raise no_principal() from problem
        if member.id not in group.members:
            schema.save_principal(replace(group, members=(*group.members, member.id)))
    return answer(call, principalshapes.user(member), 201)


def _group_by_id(call: Call, segment: Segment, schema: Schema) -> Principal:
    found = people.by_number(address.argument(segment, "id"), schema, call.web.url)
    if found is None or found.kind != SITE_GROUP:
        raise no_group()
    return found


def _group_by_name(call: Call, segment: Segment, schema: Schema) -> Principal:
    wanted = str(address.argument(segment, "name")).lower()
    found = next((one for one in schema.principals(call.web.url, SITE_GROUP) if one.title.lower() == wanted), None)
    if found is None:
        raise no_group()
    return found
