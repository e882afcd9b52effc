"""The administration of the tenant over REST, on its own host: which sites there are (sharepoint-rest.md §2.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies, hubs
from projectlists.sandbox.sharepoint.answers import Entry
from projectlists.sandbox.sharepoint.csomtenant import site_properties
from projectlists.sandbox.sharepoint.errors import (
    access_denied,
    invalid_argument,
    not_implemented,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError, Web
from projectlists.sandbox.sharepoint.schema import Schema

NAME: Final = "microsoft.online.sharepoint.tenantadministration.tenant"
_ADMINISTRATION: Final = "Microsoft.Online.SharePoint.TenantAdministration"
_TYPE: Final = f"{_ADMINISTRATION}.SiteProperties"
_PAGE: Final = 300
# Rights on the whole tenant; a grant on one site is none.
_ADMINISTERS: Final = frozenset({"Sites.FullControl.All", "AllSites.FullControl"})
_FILTER: Final = frozenset(
    {"Filter", "IncludeDetail", "IncludePersonalSite", "StartIndex", "Template", "GroupIdDefined"}
    | {"ArchiveStatus", "ArchivedBy", "ArchivedTime"}
)
_TERM: Final = re.compile(r"\s*(Url|Title|Template|Owner)\s+-(like|eq)\s+(['\"])(.*)\3\s*", re.IGNORECASE | re.DOTALL)


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer the methods of `_api/Microsoft.Online.SharePoint.TenantAdministration.Tenant`."""
    if call.request.host.partition(":")[0] != call.tenant.admin_host:
        raise not_implemented("the administration of the tenant on another host than its own")
    if not call.caller.scopes & _ADMINISTERS:
        raise access_denied()
    method = rest[0] if len(rest) == 1 else None
    if method is None or method.key not in _METHODS:
        raise not_implemented(f"the tenant's {'/'.join(segment.name for segment in rest) or 'own resource'}")
    if call.method != "POST":
        raise unsupported_verb(f"{_ADMINISTRATION}.Tenant", call.method)
    return _METHODS[method.key](call, method, schema)


def _listed(call: Call, method: Segment, schema: Schema) -> Response:
    """All sites, 300 at a time; `NextStartIndexFromSharePoint` says where the next ones begin, null at the end."""
    given = bodies.arguments(call, method, ("speFilter",)).get("speFilter")
    if not isinstance(given, dict):
        raise invalid_argument()
    for name in given:
        if name not in _FILTER:
            raise unknown_property(name, f"{_ADMINISTRATION}.SPOSitePropertiesEnumerableFilter")
    start = str(given.get("StartIndex") or "0")
    if not (start.isascii() and start.isdecimal()) or len(start) > 9:
        raise invalid_argument()
    test = _test(str(given.get("Filter") or ""), call)
    template = str(given.get("Template") or "")
    found = [
        web
        for web in schema.sites()
        if web.is_ready(call.tenant.clock.now()) and template in {"", web.properties.get("Template")} and test(web)
    ]
    end = int(start) + _PAGE
    following = str(end) if end < len(found) else None
    entries = [_entry(call, web) for web in found[int(start) : end]]
    return answers.collection(call, entries, more={"NextStartIndexFromSharePoint": following})


def _by_url(call: Call, method: Segment, schema: Schema) -> Response:
    url = bodies.arguments(call, method, ("url", "includeDetail")).get("url")
    if not isinstance(url, str):
        raise invalid_argument()
    try:
        parts = urlsplit(url)
    except ValueError:
        raise invalid_argument() from None
    web = schema.web(unquote(parts.path)) if parts.hostname == call.tenant.sharepoint_host else None
    if web is None or not web.is_ready(call.tenant.clock.now()):
        raise ServiceError(404, "-1, Microsoft.Online.SharePoint.Common.SpoNoSiteException", f"Cannot get site {url}.")
    entry = _entry(call, web)
    return answers.entity(call, entry.properties, type_name=entry.type_name, uri=entry.uri)


def _test(text: str, call: Call) -> Callable[[Web], bool]:
    """What a filter such as `Url -like '/sites/p'` lets pass; one comparison is read."""
    if not text.strip():
        return lambda _web: True
    term = _TERM.fullmatch(text)
    if term is None:
        raise not_implemented(f"the filter {text}")
    name, exact, wanted = term[1].capitalize(), term[2].lower() == "eq", term[4].strip("*").lower()

    def passes(web: Web) -> bool:
        value = str(_properties(call, web).get(name, "")).lower()
        return value == wanted if exact else wanted in value

    return passes


def _properties(call: Call, web: Web) -> Mapping[str, Any]:
    hub = {"HubSiteId": hubs.hub_id(web), "IsHubSite": hubs.is_hub(web), "SiteId": web.site_id}
    return dict(sorted({**site_properties(call.tenant, web), **hub}.items()))


def _entry(call: Call, web: Web) -> Entry:
    return Entry(_properties(call, web), _TYPE, f"{NAME}/sites('{web.site_id}')")


_METHODS: Mapping[str, Callable[[Call, Segment, Schema], Response]] = {
    "getsitepropertiesfromsharepointbyfilters": _listed,
    "getsitepropertiesbyurl": _by_url,
}
