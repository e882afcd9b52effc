"""The people a site knows (sharepoint-rest.md §2.3)."""

from __future__ import annotations

from dataclasses import replace

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies, principalshapes, scopes
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    no_principal,
    not_implemented,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.records import SECURITY_GROUP, SITE_GROUP, USER, Principal
from projectlists.sandbox.sharepoint.schema import APP_PRINCIPAL, SYSTEM_PRINCIPAL, Schema


def ensure(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `EnsureUser`: a claim, UPN or address in the URL or as `logonName`."""
    if call.method != "POST" or len(rest) > 1:
        raise unsupported_verb("SP.User", call.method)
    given = bodies.arguments(call, rest[0], ("logonName",)).get("logonName")
    if not isinstance(given, str) or not given:
        raise invalid_argument()
    return answer(call, principalshapes.user(schema.ensure_user(call.web.url, given)))


def handle_users(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `siteUsers` and what follows."""
    web = call.web.url
    if len(rest) == 1 and not rest[0].arguments:
        return answer_many(call, users(call, schema))
    method, below = (rest[0], rest[1:]) if rest[0].arguments else (rest[1], rest[2:])
    match method.key:
        case "siteusers":
            found = schema.user_by_login(web, str(address.argument(method, "loginName")))
        case "getbyid":
            found = by_number(address.argument(method, "id"), schema, web)
        case "getbyemail":
            found = schema.user_by_mail(web, str(address.argument(method, "emailAddress")))
        case "getbyloginname":
            found = schema.user_by_login(web, str(address.argument(method, "loginName")))
        case "removebyid":
            found = by_number(address.argument(method, "id"), schema, web)
        case "removebyloginname":
            found = schema.user_by_login(web, str(bodies.arguments(call, method, ("loginName",)).get("loginName")))
        case _:
            raise not_implemented(f"siteUsers/{method.name}")
    if method.key.startswith("remove"):
        if call.method != "POST" or below:
            raise unsupported_verb("SP.UserCollection", call.method)
        _remove(call, _person(found), schema)
        return answers.value(call, method.name, None)
    return one(call, _person(found), below, schema)


def by_id(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetUserById(5)`."""
    found = by_number(address.argument(rest[0], "userId"), schema, call.web.url)
    return one(call, _person(found), rest[1:], schema)


def handle_current(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `CurrentUser`; an app is principal 1073741822 'SharePoint App'."""
    return one(call, schema.user(call.web.url, call.caller.principal_id), rest[1:], schema)


def handle_owner(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `site/owner`: the first of those who administer the site collection."""
    found = next((one for one in _present(call, schema) if one.is_admin), None)
    return one(call, found or schema.user(call.web.url, SYSTEM_PRINCIPAL), rest[1:], schema)


def users(call: Call, schema: Schema) -> list[Resource]:
    """All users and security groups of the site."""
    return [principalshapes.user(one) for one in _present(call, schema)]


def current(call: Call, schema: Schema) -> Resource | None:
    """The caller."""
    found = schema.user(call.web.url, call.caller.principal_id)
    return principalshapes.user(found) if found else None


def one(call: Call, user: Principal | None, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer one user and what follows; None is nobody. Raises ServiceError."""
    if user is None or user.removed:
        raise no_principal()
    if not rest and call.method == "GET":
        return answer(call, principalshapes.user(user))
    if not rest:
        return _change(call, user, schema)
    if rest[0].key == "groups" and len(rest) == 1 and call.method == "GET":
        mine = (each for each in schema.principals(call.web.url, SITE_GROUP) if user.id in each.members)
        return answer_many(call, (principalshapes.group(each, schema) for each in mine))
    found = (
        single_property(call, principalshapes.user(user), rest[0].key)
        if len(rest) == 1 and call.method == "GET"
        else None
    )
    if found is None:
        raise not_implemented(f"a user's {rest[0].name}")
    return found


def _change(call: Call, user: Principal, schema: Schema) -> Response:
    if call.method == "DELETE":
        _remove(call, user, schema)
        return answers.empty(200)
    if call.method not in {"MERGE", "PATCH", "PUT"}:
        raise unsupported_verb("SP.User", call.method)
    given = bodies.entity(call, {"SP.User"}).properties
    places = {"IsSiteAdmin": "is_admin", "Title": "title", "Email": "email"}
    for name, value in given.items():
        if name not in places:
            raise unknown_property(name, "SP.User")
        if type(value) is not (bool if name == "IsSiteAdmin" else str):
            raise wrong_type(name, "Edm.Boolean" if name == "IsSiteAdmin" else "Edm.String")
    schema.save_principal(replace(user, **{places[name]: value for name, value in given.items()}))
    return answers.empty()


def _remove(call: Call, user: Principal | None, schema: Schema) -> None:
    """Take somebody off the site: out of its groups and permissions. Items go on naming who it was."""
    if user is None or user.removed:
        raise no_principal()
    if user.id in {APP_PRINCIPAL, SYSTEM_PRINCIPAL, call.caller.principal_id}:
        raise invalid_argument()
    with schema.store.transaction():
        for group in schema.principals(call.web.url, SITE_GROUP):
            if user.id in group.members:
                schema.save_principal(replace(group, members=tuple(one for one in group.members if one != user.id)))
        scopes.withdraw_everywhere(schema, call.web.url, user.id)
        schema.save_principal(replace(user, removed=True, is_admin=False))


def _present(call: Call, schema: Schema) -> list[Principal]:
    return [one for one in schema.principals(call.web.url, USER, SECURITY_GROUP) if not one.removed]


def by_number(given: object, schema: Schema, web_url: str) -> Principal | None:
    """The user or group with an id, given as a number or a text; None when there is none. Raises ServiceError."""
    text = str(given)
    if not text.isdecimal():
        raise invalid_argument()
    return schema.user(web_url, int(text))


def _person(found: Principal | None) -> Principal | None:
    return found if found and found.kind != SITE_GROUP else None
