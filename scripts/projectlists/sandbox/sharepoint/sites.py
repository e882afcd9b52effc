"""Site collections: their own resource, and making new ones (sharepoint-rest.md §2.5)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    answers,
    bodies,
    changes,
    copyjobs,
    hubs,
    people,
    recyclebin,
    regions,
    seed,
    unused,
    webrooms,
    webs,
)
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import invalid_argument, not_implemented, unknown_property, unsupported_verb
from projectlists.sandbox.sharepoint.model import Call, Segment, Web, collection_url
from projectlists.sandbox.sharepoint.projection import Resource, answer, single_property
from projectlists.sandbox.sharepoint.schema import TIME_ZONES, Schema, plain_guid

DEFAULT_ZONE = 4
NOT_FOUND, PROVISIONING, READY, FAILED, TAKEN = range(5)
_TEMPLATES = frozenset({"STS#3", "SITEPAGEPUBLISHING#0"})
_ADDRESS = re.compile(r"/(sites|teams)/[A-Za-z0-9_\-.]+")
_CREATION = frozenset(
    {"Title", "Url", "Lcid", "Owner", "WebTemplate", "Description", "Classification", "ShareByEmailEnabled"}
    | {"SiteDesignId", "WebTemplateExtensionId", "HubSiteId", "SensitivityLabel", "TimeZoneId"}
)


def site(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `_api/site`, from whichever of its sites it is asked."""
    if not call.web.is_root:
        root = schema.web(collection_url(call.web.url))
        call = replace(call, web=root or call.web)
    elsewhere = _below(call, rest, schema) if rest else None
    if elsewhere is not None:
        return elsewhere
    if call.method != "GET":
        raise not_implemented(f"{call.method} of a site collection")
    web = call.web
    shown = Resource(
        "SP.Site",
        "Site",
        {
            "AllowDesigner": True,
            "CurrentChangeToken": changes.of_site(web).newest(schema),
            "Classification": "",
            "GroupId": web.properties.get("GroupId", hubs.NONE),
            "HubSiteId": hubs.hub_id(web),
            "Id": web.site_id,
            "IsHubSite": hubs.is_hub(web),
            "PrimaryUri": call.web_absolute_url,
            "ReadOnly": web.lock_state == "ReadOnly",
            "ServerRelativeUrl": web.url or "/",
            "ShareByEmailEnabled": False,
            "Url": call.web_absolute_url,
            "WriteLocked": web.lock_state != "Unlock",
        },
        links={"RootWeb": lambda: webs.resource(call, schema)},
    )
    if not rest:
        return answer(call, shown)
    found = single_property(call, shown, rest[0].key) if len(rest) == 1 else None
    if found is None:
        raise not_implemented(f"_api/site/{rest[0].name}")
    return found


def _below(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response | None:
    """What stands below a site collection and is no property of it."""
    first = rest[0]
    if first.key == "rootweb":
        return webrooms.handle(call, rest[1:], schema)
    if first.key in unused.NAMES:
        return unused.handle(call, rest)
    # The bin of the root site; those of sub-sites are their own here.
    room = {"recyclebin": recyclebin.handle, "owner": people.handle_owner, "getchanges": _changes}.get(first.key)
    if room is not None:
        return room(call, rest, schema)
    if len(rest) > 1:
        return None
    if first.key in hubs.METHODS:
        return hubs.change(call, first, schema)
    return copyjobs.handle(call, first, schema) if first.key in copyjobs.METHODS else None


def _changes(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if len(rest) > 1:
        raise not_implemented(f"_api/site/GetChanges/{rest[1].name}")
    inside = [web for web in schema.webs() if web.site_id == call.web.site_id]
    return webrooms.changed(call, changes.of_site(call.web), inside, rest[0], schema)


def exists(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `SP.Site.Exists`: whether there is a site collection at a URL."""
    if rest or call.method != "POST":
        raise unsupported_verb("SP.Site", call.method)
    given = bodies.arguments(call, call.segments[0], ("url",)).get("url")
    if not isinstance(given, str):
        raise invalid_argument()
    path = path_of(given, call)
    return answers.value(call, "Exists", path is not None and schema.web(path) is not None)


def manager(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `_api/spSiteManager`: Create, Status, Delete. A site is ready at once unless `limits` says otherwise."""
    method = rest[0] if len(rest) == 1 else None
    match method.key if method else "":
        case "create" if method and call.method == "POST":
            return _create(call, method, schema)
        case "status" if method and call.method == "GET":
            given = bodies.arguments(call, method, ("url",)).get("url") if method.called else call.options.get("url")
            path = path_of(str(given).strip("'"), call)
            found = schema.web(path) if path is not None else None
            return _status(call, "Status", progress(call, found), found)
        case "delete" if method and call.method == "POST":
            return _delete(call, method, schema)
    raise not_implemented(f"_api/spSiteManager/{'/'.join(segment.name for segment in rest)}")


def _create(call: Call, method: Segment, schema: Schema) -> Response:
    if call.method != "POST":
        raise unsupported_verb("Microsoft.SharePoint.Portal.SPSiteManager", call.method)
    given = bodies.arguments(call, method, ("request",)).get("request")
    if not isinstance(given, dict):
        raise invalid_argument()
    for name in given:
        if name not in _CREATION:
            raise unknown_property(name, "Microsoft.SharePoint.Portal.SPSiteCreationRequest")
    path = path_of(str(given.get("Url", "")), call)
    language = given.get("Lcid", 1033)
    template = given.get("WebTemplate", "SITEPAGEPUBLISHING#0")
    zone = given.get("TimeZoneId", DEFAULT_ZONE)
    wrong = (
        path is None
        or not _ADDRESS.fullmatch(path)
        or not given.get("Title")
        or str(template) not in _TEMPLATES
        or not isinstance(language, int)
        or regions.culture(language) is None
        or not isinstance(zone, int)
        or zone not in TIME_ZONES
        # An app owns no site: whoever will must be named (sharepoint-rest.md §2.5).
        or not given.get("Owner")
        or schema.people.user(str(given["Owner"]).rpartition("|")[2]) is None
    )
    if wrong or path is None:
        return _status(call, "Create", FAILED, None)
    if schema.is_taken(path):
        return _status(call, "Create", TAKEN, None)
    made = seed.create_site(
        schema.tenant,
        url=path,
        title=str(given["Title"]),
        language=language,
        time_zone_id=zone,
        template=template,
        people=schema.people,
        owner=str(given["Owner"]).rpartition("|")[2],
        open_to_all=False,
        ready_after=timedelta(seconds=schema.tenant.site_creation_seconds),
    )
    return _status(call, "Create", progress(call, made), made)


def _delete(call: Call, method: Segment, schema: Schema) -> Response:
    given = plain_guid(str(bodies.arguments(call, method, ("siteId",)).get("siteId")))
    found = next((web for web in schema.sites() if web.site_id == given), None)
    if found is None or not found.url:
        # The root site of the tenant stays.
        raise invalid_argument()
    seed.delete_site(schema, found.site_id)
    return answers.value(call, "Delete", None)


def progress(call: Call, web: Web | None) -> int:
    """The SiteStatus of a site: not found, provisioning or ready (§2.5)."""
    if web is None:
        return NOT_FOUND
    return READY if web.is_ready(call.tenant.clock.now()) else PROVISIONING


def path_of(url: str, call: Call) -> str | None:
    """The server-relative URL of an absolute one on this tenant; None for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme != "https" or parts.hostname != call.tenant.sharepoint_host:
        return None
    return unquote(parts.path).rstrip("/")


def _status(call: Call, method_name: str, status: int, web: Web | None) -> Response:
    shown: dict[str, Any] = {"SiteId": "", "SiteStatus": status, "SiteUrl": ""}
    if web is not None and status == READY:
        shown |= {"SiteId": web.site_id, "SiteUrl": f"https://{call.tenant.sharepoint_host}{web.url}"}
    return answers.value(call, method_name, Complex(shown, "Microsoft.SharePoint.Portal.SPSiteCreationResponse"))
