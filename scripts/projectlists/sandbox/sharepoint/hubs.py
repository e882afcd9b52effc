"""Hub sites: made, listed, joined, left (sharepoint-rest.md §2.6). A hub's id is that of its site collection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    not_implemented,
    refused,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError, Web
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid

NONE = "00000000-0000-0000-0000-000000000000"
METHODS = frozenset({"registerhubsite", "unregisterhubsite", "joinhubsite"})
# What can be set of a hub, with the value of a new one; None is a text that is not there.
_SETTABLE: Mapping[str, Any] = {
    "Description": None,
    "HideNameInNavigation": False,
    "LogoUrl": None,
    "RequiresJoinApproval": False,
    "Title": None,
}


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `_api/hubSites`, `hubSites/GetById('…')` and what follows."""
    first = call.segments[0]
    if first.arguments:
        return _one(call, _hub(first, schema), rest, schema)
    if not rest:
        return answer_many(call, (_resource(call, web) for web in schema.sites() if is_hub(web)))
    if rest[0].key == "getbyid":
        return _one(call, _hub(rest[0], schema), rest[1:], schema)
    raise not_implemented(f"_api/hubSites/{rest[0].name}")


def change(call: Call, method: Segment, schema: Schema) -> Response:
    """Answer `_api/site/RegisterHubSite`, `UnRegisterHubSite` and `JoinHubSite('…')`."""
    if call.method != "POST":
        raise unsupported_verb("SP.Site", call.method)
    match method.key:
        case "registerhubsite":
            if is_hub(call.web):
                raise refused("This site is already a HubSite.")
            made = _kept(call.web, {"Title": call.web.title}, call.web.site_id)
            schema.save_web(made)
            return answer(call, _resource(call, made))
        case "unregisterhubsite":
            if not is_hub(call.web):
                raise _unknown(call.web.site_id)
            with schema.store.transaction():
                for web in schema.webs():
                    if hub_id(web) == call.web.site_id:
                        schema.save_web(_kept(web, None, NONE))
            return answers.value(call, "UnRegisterHubSite", None)
    # The documentation gives the id in the URL, a client in the body (§2.6).
    wanted = plain_guid(str(bodies.arguments(call, method, ("hubSiteId",)).get("hubSiteId")))
    if is_hub(call.web):
        raise refused("A hub site cannot join another one this way.")
    if wanted != NONE and _found(wanted, schema) is None:
        raise _unknown(wanted)
    schema.save_web(_kept(call.web, None, wanted))
    return answers.empty()


def data(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `_api/web/HubSiteData`: what a site shows of its hub, as JSON in a text; null outside a hub."""
    if len(rest) > 1 or call.method not in {"GET", "POST"}:
        raise unsupported_verb("SP.Web", call.method)
    hub = _found(hub_id(call.web), schema)
    if hub is None:
        return answers.value(call, rest[0].name, None)
    shown = _facts(call, hub)
    text = {
        "themeKey": None,
        "name": shown["Title"],
        "url": shown["SiteUrl"],
        "logoUrl": shown["LogoUrl"],
        "usesMetadataNavigation": False,
        "navigation": [],
        "isNavAudienceTargeted": False,
        "requiresJoinApproval": shown["RequiresJoinApproval"],
        "hideNameInNavigation": shown["HideNameInNavigation"],
        "parentHubSiteId": NONE,
        "relatedHubSiteIds": [hub.site_id],
    }
    return answers.value(call, rest[0].name, json.dumps(text))


def is_hub(web: Web) -> bool:
    """Whether a site is a hub."""
    return web.properties.get("Hub") is not None


def hub_id(web: Web) -> str:
    """The hub a site belongs to (a hub to itself); zeros for none."""
    return str(web.properties.get("HubSiteId", NONE))


def _kept(web: Web, hub: Mapping[str, Any] | None, identity: str) -> Web:
    return replace(web, properties={**web.properties, "Hub": hub, "HubSiteId": identity})


def _found(identity: str, schema: Schema) -> Web | None:
    return next((web for web in schema.sites() if web.site_id == identity and is_hub(web)), None)


def _hub(segment: Segment, schema: Schema) -> Web:
    wanted = plain_guid(str(address.argument(segment, "hubSiteId")))
    found = _found(wanted, schema)
    if found is None:
        raise _unknown(wanted)
    return found


def _unknown(identity: str) -> ServiceError:
    return ServiceError(
        404,
        "-1, Microsoft.SharePoint.Client.ResourceNotFoundException",
        f"The specified hub site with id {identity} does not exist",
    )


def _one(call: Call, hub: Web, rest: tuple[Segment, ...], schema: Schema) -> Response:
    shown = _resource(call, hub)
    if not rest and call.method == "GET":
        return answer(call, shown)
    if not rest and call.method in {"MERGE", "PATCH", "PUT"}:
        given = bodies.entity(call, {"SP.HubSite"}).properties
        for name, value in given.items():
            if name not in _SETTABLE:
                raise unknown_property(name, "SP.HubSite")
            expected = bool if isinstance(_SETTABLE[name], bool) else str
            if type(value) is not expected:
                raise wrong_type(name, "Edm.Boolean" if expected is bool else "Edm.String")
        if not given.get("Title", "-"):
            raise invalid_argument()
        schema.save_web(_kept(hub, {**hub.properties["Hub"], **given}, hub.site_id))
        return answers.empty()
    found = single_property(call, shown, rest[0].key) if len(rest) == 1 and call.method == "GET" else None
    if found is None:
        raise not_implemented(f"{call.method} of a hub site")
    return found


def _resource(call: Call, hub: Web) -> Resource:
    return Resource("SP.HubSite", f"HubSites/GetById('{hub.site_id}')", _facts(call, hub))


def _facts(call: Call, hub: Web) -> dict[str, Any]:
    facts = {
        **_SETTABLE,
        "EnablePermissionsSync": False,
        "ID": hub.site_id,
        "ParentHubSiteId": NONE,
        "PermissionsSyncTag": 0,
        "SiteDesignId": NONE,
        "SiteId": hub.site_id,
        "SiteUrl": f"https://{call.tenant.sharepoint_host}{hub.url}",
        "Targets": None,
        "TenantInstanceId": NONE,
        **hub.properties["Hub"],
    }
    return dict(sorted(facts.items()))
