"""The people and groups a site knows (sharepoint-rest.md §2.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    long_description,
    no_group,
    no_principal,
    not_implemented,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.records import SECURITY_GROUP, SITE_GROUP, USER, Principal
from projectlists.sandbox.sharepoint.schema import Schema

# Which group of the site has which part; `seed` makes them in this order.
OWNERS, VISITORS, MEMBERS = 3, 4, 5
_ASSOCIATED = {
    "associatedownergroup": OWNERS,
    "associatedvisitorgroup": VISITORS,
    "associatedmembergroup": MEMBERS,
}
LONGEST_DESCRIPTION = 512


def ensure(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `EnsureUser`: a claim, UPN or address in the URL or as `logonName`."""
    if call.method != "POST" or len(rest) > 1:
        raise unsupported_verb("SP.User", call.method)
    given = bodies.arguments(call, rest[0], ("logonName",)).get("logonName")
    if not isinstance(given, str) or not given:
        raise invalid_argument()
    return answer(call, resource(schema.ensure_user(call.web.url, given)))


def handle_users(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `siteUsers` and what follows."""
    web = call.web.url
    if len(rest) == 1 and not rest[0].called:
        return answer_many(call, users(call, schema))
    method, below = (rest[0], rest[1:]) if rest[0].called and rest[0].arguments else (rest[1], rest[2:])
    match method.key:
        case "siteusers":
            found = schema.user_by_login(web, str(address.argument(method, "loginName")))
        case "getbyid":
            found = _number(address.argument(method, "id"), schema, web)
        case "getbyemail":
            found = schema.user_by_mail(web, str(address.argument(method, "emailAddress")))
        case "getbyloginname":
            found = schema.user_by_login(web, str(address.argument(method, "loginName")))
        case _:
            raise not_implemented(f"siteUsers/{method.name}")
    return _user(call, _person(found), below, schema)


def by_id(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetUserById(5)`."""
    found = _number(address.argument(rest[0], "userId"), schema, call.web.url)
    return _user(call, _person(found), rest[1:], schema)


def handle_current(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `CurrentUser`; an app is principal 1073741822 'SharePoint App'."""
    return _user(call, schema.user(call.web.url, call.caller.principal_id), rest[1:], schema)


def handle_groups(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `siteGroups` and what follows."""
    if rest[0].called and rest[0].arguments:
        return _group(call, _group_by_id(call, rest[0], schema), rest[1:], schema)
    if len(rest) == 1:
        return _create_group(call, schema) if call.method == "POST" else answer_many(call, groups(call, schema))
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


def users(call: Call, schema: Schema) -> list[Resource]:
    """All users and security groups of the site."""
    return [resource(one) for one in schema.principals(call.web.url, USER, SECURITY_GROUP)]


def groups(call: Call, schema: Schema) -> list[Resource]:
    """All SharePoint groups of the site."""
    return [group_resource(one, schema) for one in schema.principals(call.web.url, SITE_GROUP)]


def current(call: Call, schema: Schema) -> Resource | None:
    """The caller."""
    found = schema.user(call.web.url, call.caller.principal_id)
    return resource(found) if found else None


def associated(call: Call, schema: Schema, key: str) -> Resource | None:
    """One of the three groups a site has."""
    found = schema.user(call.web.url, _ASSOCIATED[key])
    return group_resource(found, schema) if found else None


def resource(user: Principal) -> Resource:
    """A user as `SP.User`."""
    identity: Any = None
    if user.upn:
        identity = Complex(
            {"NameId": f"{user.id:016x}", "NameIdIssuer": "urn:federation:microsoftonline"}, "SP.UserIdInfo"
        )
    return Resource(
        "SP.User",
        f"Web/GetUserById({user.id})",
        {
            "Email": user.email,
            "Expiration": "",
            "Id": user.id,
            "IsEmailAuthenticationGuestUser": False,
            "IsHiddenInUI": False,
            "IsShareByEmailGuestUser": False,
            "IsSiteAdmin": False,
            "LoginName": user.login,
            "PrincipalType": user.kind,
            "Title": user.title,
            "UserId": identity,
            "UserPrincipalName": user.upn or None,
        },
    )


def group_resource(group: Principal, schema: Schema) -> Resource:
    """A SharePoint group as `SP.Group`."""

    def members() -> list[Resource]:
        found = (schema.user(group.web_url, one) for one in group.members)
        return [resource(one) for one in found if one]

    return Resource(
        "SP.Group",
        f"Web/SiteGroups/GetById({group.id})",
        {
            "AllowMembersEditMembership": group.id == MEMBERS,
            "AllowRequestToJoinLeave": False,
            "AutoAcceptRequestToJoinLeave": False,
            "Description": group.description,
            "Id": group.id,
            "IsHiddenInUI": False,
            "LoginName": group.login,
            "OnlyAllowMembersViewMembership": False,
            "PrincipalType": SITE_GROUP,
            "RequestToJoinLeaveEmailSetting": "",
            "Title": group.title,
        },
        links={"Users": members},
    )


def either(principal: Principal, schema: Schema) -> Resource:
    """A user or group as itself."""
    return group_resource(principal, schema) if principal.kind == SITE_GROUP else resource(principal)


def _user(call: Call, user: Principal | None, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if user is None:
        raise no_principal()
    if not rest and call.method == "GET":
        return answer(call, resource(user))
    if not rest:
        raise not_implemented(f"{call.method} of a user")
    if rest[0].key == "groups" and len(rest) == 1 and call.method == "GET":
        mine = (one for one in schema.principals(call.web.url, SITE_GROUP) if user.id in one.members)
        return answer_many(call, (group_resource(one, schema) for one in mine))
    found = single_property(call, resource(user), rest[0].key) if len(rest) == 1 and call.method == "GET" else None
    if found is None:
        raise not_implemented(f"a user's {rest[0].name}")
    return found


def _group(call: Call, group: Principal, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if not rest:
        return _group_itself(call, group, schema)
    if rest[0].key == "users":
        return _members(call, group, rest, schema)
    if rest[0].key == "owner" and len(rest) == 1 and call.method == "GET":
        owner = schema.user(call.web.url, OWNERS)
        return answer(call, group_resource(owner or group, schema))
    found = None
    if len(rest) == 1 and call.method == "GET":
        found = single_property(call, group_resource(group, schema), rest[0].key)
    if found is None:
        raise not_implemented(f"a group's {rest[0].name}")
    return found


def _group_itself(call: Call, group: Principal, schema: Schema) -> Response:
    match call.method:
        case "GET":
            return answer(call, group_resource(group, schema))
        case "MERGE" | "PATCH" | "PUT":
            given = bodies.entity(call, {"SP.Group"}).properties
            title, description = _group_texts(given, group.title, group.description)
            schema.save_principal(replace(group, title=title, description=description))
            return answers.empty()
        case "DELETE":
            schema.delete_principal(group)
            return answers.empty(200)
    raise unsupported_verb("SP.Group", call.method)


def _create_group(call: Call, schema: Schema) -> Response:
    given = bodies.entity(call, {"SP.Group"}).properties
    title, description = _group_texts(given, "", "")
    if any(one.title.lower() == title.lower() for one in schema.principals(call.web.url, SITE_GROUP)):
        raise ServiceError(
            500,
            "-2130575293, Microsoft.SharePoint.SPException",
            f"The specified name is already in use. Please try again with a new name: {title}.",
        )
    made = schema.add_principal(call.web.url, login=title, kind=SITE_GROUP, title=title, description=description)
    return answer(call, group_resource(made, schema), 201)


def _group_texts(given: Any, title: str, description: str) -> tuple[str, str]:
    for name in given:
        if name not in {"Title", "Description"}:
            raise unknown_property(name, "SP.Group")
    title, description = given.get("Title", title), given.get("Description", description)
    if not isinstance(title, str) or not title.strip():
        raise invalid_argument()
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION:
        raise long_description()
    return title, description


def _members(call: Call, group: Principal, rest: tuple[Segment, ...], schema: Schema) -> Response:
    web = call.web.url
    if len(rest) == 1:
        if call.method == "POST":
            return _add_member(call, group, schema)
        found = (schema.user(web, one) for one in group.members)
        return answer_many(call, (resource(one) for one in found if one))
    method = rest[1]
    match method.key:
        case "removebyid" | "getbyid":
            member = _number(address.argument(method, "id"), schema, web)
        case "removebyloginname" | "getbyloginname":
            member = schema.user_by_login(web, str(address.argument(method, "loginName")))
        case "getbyemail":
            member = schema.user_by_mail(web, str(address.argument(method, "emailAddress")))
        case _:
            raise not_implemented(f"a group's Users/{method.name}")
    if member is None or member.id not in group.members:
        raise no_principal()
    if method.key.startswith("get"):
        return _user(call, member, rest[2:], schema)
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
    return answer(call, resource(member), 201)


def _group_by_id(call: Call, segment: Segment, schema: Schema) -> Principal:
    found = _number(address.argument(segment, "id"), schema, call.web.url)
    if found is None or found.kind != SITE_GROUP:
        raise no_group()
    return found


def _group_by_name(call: Call, segment: Segment, schema: Schema) -> Principal:
    wanted = str(address.argument(segment, "name")).lower()
    found = next((one for one in schema.principals(call.web.url, SITE_GROUP) if one.title.lower() == wanted), None)
    if found is None:
        raise no_group()
    return found


def _number(given: object, schema: Schema, web_url: str) -> Principal | None:
    text = str(given)
    if not text.isdecimal():
        raise invalid_argument()
    return schema.user(web_url, int(text))


def _person(found: Principal | None) -> Principal | None:
    return found if found and found.kind != SITE_GROUP else None
