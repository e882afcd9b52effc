"""The administration of the tenant over REST, on its own host: which sites there are (sharepoint-rest.md §2.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import aggregated, answers, bodies, seed, tenantsites
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import (
    CORE,
    access_denied,
    invalid_argument,
    not_implemented,
    refused,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError, Web
from projectlists.sandbox.sharepoint.projection import answer, entry
from projectlists.sandbox.sharepoint.schema import Schema, moment_text

NAMES: Final = (
    "microsoft.online.sharepoint.tenantadministration.tenant",
    "spo.tenant",
    "spointernaluseonly.tenant",
)
_ADMINISTRATION: Final = "Microsoft.Online.SharePoint.TenantAdministration"
_PAGE: Final = 300
_FILTER: Final = frozenset(
    {"Filter", "IncludeDetail", "IncludePersonalSite", "StartIndex", "Template", "GroupIdDefined"}
    | {"ArchiveStatus", "ArchivedBy", "ArchivedTime"}
)
_TERM: Final = re.compile(r"\s*(Url|Title|Template|Owner)\s+-(like|eq)\s+(['\"])(.*)\3\s*", re.IGNORECASE | re.DOTALL)


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer the methods of `_api/Microsoft.Online.SharePoint.TenantAdministration.Tenant`."""
    if call.request.host.partition(":")[0] != call.tenant.admin_host:
        raise not_implemented("the administration of the tenant on another host than its own")
    if not call.caller.scopes & aggregated.ADMINISTERS:
        raise access_denied()
    if rest and rest[0].key == "sites":
        return tenantsites.handle(call, rest, schema)
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
    entries = [entry(tenantsites.resource(call, web)) for web in found[int(start) : end]]
    return answers.collection(call, entries, more={"NextStartIndexFromSharePoint": following})


def _by_url(call: Call, method: Segment, schema: Schema) -> Response:
    url = bodies.arguments(call, method, ("url", "includeDetail")).get("url")
    if not isinstance(url, str):
        raise invalid_argument()
    path = path_of(call, url)
    web = schema.web(path) if path is not None else None
    if web is None or not web.is_ready(call.tenant.clock.now()):
        raise _no_site(url)
    return answer(call, tenantsites.resource(call, web))


def _no_site(url: str) -> ServiceError:
    return ServiceError(404, "-1, Microsoft.Online.SharePoint.Common.SpoNoSiteException", f"Cannot get site {url}.")


def path_of(call: Call, url: str) -> str | None:
    """The server-relative URL of an absolute one on this tenant; None for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise invalid_argument() from None
    return unquote(parts.path).rstrip("/") if parts.hostname == call.tenant.sharepoint_host else None


def _remove(call: Call, method: Segment, schema: Schema) -> Response:
    """`RemoveSite`: a site collection goes to the recycle bin of the tenant."""
    path, url = _given_path(call, method)
    web = schema.web(path) if path is not None else None
    if web is None or not web.is_root:
        raise _no_site(url)
    if not web.url:
        raise refused("The root site of the tenant cannot be deleted.")
    schema.set_deleted(web.site_id, moment_text(call.tenant.clock.now()))
    return _operation(call, "RemoveSite")


def _remove_deleted(call: Call, method: Segment, schema: Schema) -> Response:
    web = _deleted(call, method, schema)
    seed.delete_site(schema, web.site_id)
    return _operation(call, "RemoveDeletedSite")


def _restore_deleted(call: Call, method: Segment, schema: Schema) -> Response:
    web = _deleted(call, method, schema)
    schema.set_deleted(web.site_id, None)
    return _operation(call, "RestoreDeletedSite")


def _given_path(call: Call, method: Segment) -> tuple[str | None, str]:
    url = bodies.arguments(call, method, ("siteUrl",)).get("siteUrl")
    if not isinstance(url, str):
        raise invalid_argument()
    return path_of(call, url), url


def _deleted(call: Call, method: Segment, schema: Schema) -> Web:
    path, url = _given_path(call, method)
    found = next((web for web in schema.deleted_sites() if web.url.lower() == (path or "?").lower()), None)
    if found is None:
        raise ServiceError(404, f"-1, {CORE}", f"Unable to find the deleted site: {url}.")
    return found


def _operation(call: Call, name: str) -> Response:
    shown = {"HasTimedout": False, "IsComplete": True, "PollingInterval": 15000}
    return answers.value(call, name, Complex(shown, f"{_ADMINISTRATION}.SpoOperation"))


def _test(text: str, call: Call) -> Callable[[Web], bool]:
    """What a filter such as `Url -like '/sites/p'` lets pass; one comparison is read."""
    if not text.strip():
        return lambda _web: True
    term = _TERM.fullmatch(text)
    if term is None:
        raise not_implemented(f"the filter {text}")
    name, exact, wanted = term[1].capitalize(), term[2].lower() == "eq", term[4].strip("*").lower()

    def passes(web: Web) -> bool:
        value = str(tenantsites.properties(call, web).get(name, "")).lower()
        return value == wanted if exact else wanted in value

    return passes


_METHODS: Mapping[str, Callable[[Call, Segment, Schema], Response]] = {
    "getsitepropertiesfromsharepointbyfilters": _listed,
    "getsitepropertiesbyurl": _by_url,
    "removesite": _remove,
    "removedeletedsite": _remove_deleted,
    "restoredeletedsite": _restore_deleted,
    "getsiteadministrators": tenantsites.administrators,
    "setsitesecondaryadministrators": tenantsites.set_administrators,
}
