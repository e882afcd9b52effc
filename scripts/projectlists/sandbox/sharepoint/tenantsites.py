"""One site collection as the administration of the tenant sees it, and who administers it (sharepoint-rest.md §2.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies, hubs
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.csomtenant import site_properties
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    not_implemented,
    unknown_property,
    unknown_resource,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, Segment, Web
from projectlists.sandbox.sharepoint.principalshapes import MEMBERS, OWNERS, VISITORS
from projectlists.sandbox.sharepoint.projection import Resource, answer, single_property
from projectlists.sandbox.sharepoint.records import USER, Principal
from projectlists.sandbox.sharepoint.schema import Schema, claim, plain_guid

_TYPE: Final = "Microsoft.Online.SharePoint.TenantAdministration.SiteProperties"
_GROUPS: Final = (OWNERS, MEMBERS, VISITORS)


def properties(call: Call, web: Web) -> Mapping[str, Any]:
    """What is shown of a site collection."""
    owner = str(web.properties.get("Owner", ""))
    more = {
        "HubSiteId": hubs.hub_id(web),
        "IsHubSite": hubs.is_hub(web),
        "OwnerLoginName": claim(owner) if owner else "",
        "SiteId": web.site_id,
    }
    return dict(sorted({**site_properties(call.tenant, web), **more}.items()))


def resource(call: Call, web: Web) -> Resource:
    """A site collection as `SiteProperties`."""
    return Resource(_TYPE, f"SPO.Tenant/sites('{web.site_id}')", properties(call, web))


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `SPO.Tenant/sites('…')` (another owner is set there) and `sites/GetSiteUserGroups`."""
    if len(rest) == 2 and rest[1].key == "getsiteusergroups":
        return _user_groups(call, rest[1], schema)
    web = _found(rest[0].arguments[0] if rest[0].arguments else "", schema)
    shown = resource(call, web)
    if len(rest) == 2 and call.method == "GET":
        found = single_property(call, shown, rest[1].key)
        if found is not None:
            return found
    if len(rest) > 1:
        raise not_implemented(f"the tenant's {'/'.join(segment.name for segment in rest)}")
    match call.method:
        case "GET":
            return answer(call, shown)
        case "PATCH" | "MERGE":
            return _change(call, web, schema)
    raise unsupported_verb(_TYPE, call.method)


def administrators(call: Call, method: Segment, schema: Schema) -> Response:
    """Answer `GetSiteAdministrators`: who administers a site collection."""
    web = _found(_site_id(call, method, "siteId"), schema)
    found = [_person(one) for one in schema.principals(web.url, USER) if one.is_admin]
    return answers.value(call, "GetSiteAdministrators", Collection(found, "SP.SiteAdministratorsInfo"))


def set_administrators(call: Call, method: Segment, schema: Schema) -> Response:
    """Answer `SetSiteSecondaryAdministrators`: those named administer a site collection, and its owner."""
    name = "secondaryAdministratorsFieldsData"
    given = bodies.arguments(call, method, (name,)).get(name)
    logins = given.get("secondaryAdministratorLoginNames") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(logins, list):
        raise invalid_argument()
    web = _found(given.get("siteId"), schema)
    with schema.store.transaction():
        wanted = {schema.ensure_user(web.url, str(login)).id for login in logins}
        owner = str(web.properties.get("Owner", "")).lower()
        for one in schema.principals(web.url, USER):
            should = one.id in wanted or (bool(owner) and one.upn == owner)
            if one.is_admin is not should:
                schema.save_principal(replace(one, is_admin=should))
    return answers.value(call, method.name, None)


def _change(call: Call, web: Web, schema: Schema) -> Response:
    given = bodies.entity(call, {_TYPE}).properties
    for name in given:
        if name not in {"Owner", "SetOwnerWithoutUpdatingSecondaryAdmin"}:
            raise unknown_property(name, _TYPE)
    if not isinstance(given.get("Owner"), str):
        raise invalid_argument()
    with schema.store.transaction():
        owner = schema.ensure_user(web.url, given["Owner"])
        schema.save_principal(replace(owner, is_admin=True))
        schema.save_web(replace(web, properties={**web.properties, "Owner": owner.upn}))
    return answers.empty()


def _user_groups(call: Call, method: Segment, schema: Schema) -> Response:
    """Who is in the three groups of a site: 0 owners, 1 members, 2 visitors."""
    asked = str(call.options.get("userGroupIds", "[0,1,2]")).strip("[]").split(",")
    numbers = [int(text) for text in asked if text.strip() in {"0", "1", "2"}]
    web = _found(_site_id(call, method, "siteId"), schema)
    found = [_group(web, _GROUPS[number], schema) for number in numbers]
    return answers.value(call, method.name, Collection(found, "SP.SiteUserGroupsData"))


def _group(web: Web, group_id: int, schema: Schema) -> Complex:
    group = schema.user(web.url, group_id)
    members: Sequence[int] = group.members if group else ()
    people = [_person(found) for one in members if (found := schema.user(web.url, one))]
    return Complex({"userGroup": Collection(people, "SP.SiteUserGroupInfo")}, "SP.SiteUserGroupsData")


def _person(principal: Principal) -> Complex:
    shown = {
        "email": principal.email,
        "loginName": principal.login,
        "name": principal.title,
        "userPrincipalName": principal.upn,
    }
    return Complex(shown, "SP.SiteUserInfo")


def _site_id(call: Call, method: Segment, name: str) -> str:
    given = bodies.arguments(call, method, (name,)).get(name, call.options.get(name, ""))
    return str(given).strip("'")


def _found(given: object, schema: Schema) -> Web:
    wanted = plain_guid(str(given))
    found = next((web for web in schema.sites() if web.site_id == wanted), None)
    if found is None:
        raise unknown_resource(f"sites('{wanted}')")
    return found
