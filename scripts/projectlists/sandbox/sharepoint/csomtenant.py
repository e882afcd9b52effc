"""The administration of the tenant in CSOM: sites listed, looked up, made and renamed, on the admin host only."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from projectlists.sandbox.sharepoint.csommoments import told_moment
from projectlists.sandbox.sharepoint.csomobjects import Thing
from projectlists.sandbox.sharepoint.csomrequest import Path
from projectlists.sandbox.sharepoint.errors import ARGUMENT, CORE, access_denied, invalid_argument, not_implemented
from projectlists.sandbox.sharepoint.model import Call, ServiceError, Web
from projectlists.sandbox.sharepoint.recycled import KEPT
from projectlists.sandbox.sharepoint.schema import Schema, ticks
from projectlists.sandbox.tenant import Tenant

TENANT_TYPE: Final = "268004ae-ef6b-4e9b-8425-127220d84719"
_OBJECTS: Final = "908bed80-a04a-4433-b4a0-883d9847d110"
_ROOM: Final = "Microsoft.Online.SharePoint.TenantAdministration"
TENANT, SITE, SITES, OPERATION = (
    f"{_ROOM}.{name}" for name in ("Tenant", "SiteProperties", "SPOSitePropertiesEnumerable", "SpoOperation")
)
DELETED, DELETED_SITES = f"{_ROOM}.DeletedSiteProperties", f"{_ROOM}.SPODeletedSitePropertiesEnumerable"
# Rights on the whole tenant; a grant on one site is none.
_ADMINISTERS: Final = frozenset({"Sites.FullControl.All", "AllSites.FullControl"})
_IDENTITY: Final = re.compile(rf"[^|]*\|{_OBJECTS}:[0-9a-f-]{{36}}\n(?P<rest>.+)", re.DOTALL | re.IGNORECASE)
LOCK_STATES: Final = ("Unlock", "ReadOnly", "NoAccess")
# What may be set of a site, with the value of a new one. The title and `LockState` may be
# too, and have an effect; the rest is kept and shown.
_SETTABLE: Final[Mapping[str, Any]] = {
    "AllowSelfServiceUpgrade": True,
    "DenyAddAndCustomizePages": 2,
    "DisableFlows": 0,
    "SharingCapability": 0,
    "SocialBarOnSitePagesDisabled": False,
    "StorageMaximumLevel": 26214400,
    "StorageWarningLevel": 25574400,
    "UserCodeMaximumLevel": 300,
    "UserCodeWarningLevel": 200,
}


def site_properties(tenant: Tenant, web: Web) -> dict[str, Any]:
    """What the administration shows of a site, over CSOM and over REST."""
    properties = {
        **_SETTABLE,
        "Lcid": web.language,
        "LockIssue": None,
        "LockState": "Unlock",
        "Owner": web.properties.get("Owner", ""),
        "Status": "Active",
        "Template": web.properties.get("Template", "STS#3"),
        "TimeZoneId": web.time_zone_id,
        "Title": web.title,
        "Url": f"https://{tenant.sharepoint_host}{web.url}",
        "WebsCount": 1,
        **web.properties.get("Administration", {}),
    }
    return dict(sorted(properties.items()))


class TenantObjects:
    """Finds and changes the objects of the administration."""

    def __init__(self, call: Call, schema: Schema, rest: Callable[..., Any]) -> None:
        self._call = call
        self._schema = schema
        self._rest = rest
        self._pages: dict[str, Any] = {}

    def itself(self) -> Thing:
        """The tenant. Raises ServiceError for callers without the right, and on other hosts."""
        self._admit()
        return Thing(TENANT, identity="\nTenant")

    def by_identity(self, identity: str) -> Thing | None:
        """A site or an operation by the identity an earlier answer gave; None for identities of another kind."""
        found = _IDENTITY.fullmatch(identity)
        if found is None:
            return None
        self._admit()
        kind, _, key = found["rest"].partition("\n")
        if kind == "SiteProperties":
            return self._site(unquote(key))
        if kind == "SpoOperation":
            return Thing(OPERATION, identity=f"\n{found['rest']}")
        return self.itself() if kind == "Tenant" else None

    def identity(self, trace: str, thing: Thing) -> str | None:
        """The identity of an object of the administration; None for any other."""
        return f"{trace}|{_OBJECTS}:{self._call.tenant.tenant_id}{thing.identity}" if self.owns(thing) else None

    def owns(self, thing: Thing) -> bool:
        """Whether an object is one of the administration."""
        return thing.type_name.startswith(_ROOM)

    def method(self, parent: Thing, path: Path) -> Thing | None:
        """Carry out a method that gives an object; None when there is no such method here."""
        match parent.type_name.removeprefix(f"{_ROOM}."), path.name, path.parameters:
            case "Tenant", "GetSitePropertiesFromSharePointByFilters", (dict() as given,):
                return self._listed(given)
            case "Tenant", "GetSitePropertiesByUrl", (str() as url, _):
                return self._site(url)
            case "Tenant", "SetSiteAdmin", (str() as url, str() as login, bool() as should):
                return self._set_admin(url, login, should=should)
            case "Tenant", "CreateSite", (dict() as given,):
                return self._create(given)
            case "SiteProperties", "Update", ():
                return self._update(parent)
        return self._bin_method(parent, path)

    def _bin_method(self, parent: Thing, path: Path) -> Thing | None:
        """Carry out a method of the tenant that is about deleted sites, or deletes one."""
        match parent.type_name.removeprefix(f"{_ROOM}."), path.name, path.parameters:
            case "Tenant", "GetDeletedSitePropertiesByUrl", (str() as url,):
                return self._deleted(url)
            case "Tenant", "GetDeletedSitePropertiesFromSharePoint", (_,):
                return Thing(DELETED_SITES, identity="\nSPODeletedSitePropertiesEnumerable\n0")
            case "Tenant", "RemoveDeletedSite" | "RemoveSite" | "RestoreDeletedSite" as name, (str() as url,):
                self._rest("POST", f"{TENANT}/{name}", {"siteUrl": url})
                return self._operation(name, url)
        return None

    def shown(self, trace: str, thing: Thing, wanted: tuple[str, ...] | None) -> dict[str, Any] | None:
        """The properties a query gets of an object of the administration; None for any other object."""
        match thing.type_name.removeprefix(f"{_ROOM}."):
            case "Tenant":
                found: dict[str, Any] = {"RootSiteUrl": f"https://{self._call.tenant.sharepoint_host}"}
            case "SiteProperties":
                found = site_properties(self._call.tenant, self._web(thing.uri))
            case "SpoOperation":
                found = {"IsComplete": self._complete(thing), "PollingInterval": 15000}
            case "DeletedSiteProperties":
                found = self._deleted_facts(thing.uri)
            case "SPODeletedSitePropertiesEnumerable":
                return self._deleted_ones(trace)
            case "SPOSitePropertiesEnumerable":
                return self._enumerated(trace, thing)
            case _:
                return None
        return {name: value for name, value in found.items() if wanted is None or name in wanted}

    def _admit(self) -> None:
        if self._call.request.host.partition(":")[0] != self._call.tenant.admin_host:
            raise not_implemented("the administration of the tenant on another host than its own")
        if not self._call.caller.scopes & _ADMINISTERS:
            raise access_denied()

    def _web(self, url: str) -> Web:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise invalid_argument() from None
        web = self._schema.web(unquote(parts.path)) if parts.hostname == self._call.tenant.sharepoint_host else None
        if web is None or not web.is_ready(self._call.tenant.clock.now()):
            raise ServiceError(
                404, "-1, Microsoft.Online.SharePoint.Common.SpoNoSiteException", f"Cannot get site {url}."
            )
        return web

    def _site(self, url: str) -> Thing:
        return _site_thing(f"https://{self._call.tenant.sharepoint_host}{self._web(url).url}")

    def _listed(self, given: Mapping[str, Any]) -> Thing:
        found = self._rest("POST", f"{TENANT}/getSitePropertiesFromSharePointByFilters", {"speFilter": dict(given)})
        thing = Thing(SITES, identity=f"\nSPOSitePropertiesEnumerable\n{given.get('StartIndex') or '0'}")
        self._pages[thing.identity] = found
        return thing

    def _enumerated(self, trace: str, thing: Thing) -> dict[str, Any]:
        page = self._pages[thing.identity]
        children = [
            {"_ObjectType_": SITE, "_ObjectIdentity_": self.identity(trace, _site_thing(each["Url"])), **each}
            for each in page["value"]
        ]
        following = page["NextStartIndexFromSharePoint"]
        return {"NextStartIndex": -1, "NextStartIndexFromSharePoint": following, "_Child_Items_": children}

    def _deleted(self, url: str) -> Thing:
        if all(self._url(web) != url.rstrip("/") for web in self._schema.deleted_sites()):
            raise ServiceError(404, f"-1, {CORE}", f"Unable to find the deleted site: {url}.")
        return Thing(DELETED, url.rstrip("/"), f"\nDeletedSiteProperties\n{quote(url.rstrip('/'), safe='').lower()}")

    def _deleted_facts(self, url: str) -> dict[str, Any]:
        web = next(web for web in self._schema.deleted_sites() if self._url(web) == url)
        deleted = datetime.fromisoformat(str(web.deleted_at))
        left = KEPT - (self._call.tenant.clock.now() - deleted)
        return {
            "DaysRemaining": max(0, left.days),
            "DeletionTime": told_moment(deleted),
            "SiteId": f"/Guid({web.site_id})/",
            "Status": "Recycled",
            "StorageMaximumLevel": _SETTABLE["StorageMaximumLevel"],
            "Url": url,
        }

    def _deleted_ones(self, trace: str) -> dict[str, Any]:
        children = [
            {
                "_ObjectType_": DELETED,
                "_ObjectIdentity_": self.identity(trace, self._deleted(self._url(web))),
                **self._deleted_facts(self._url(web)),
            }
            for web in self._schema.deleted_sites()
        ]
        return {"NextStartIndex": -1, "_Child_Items_": children}

    def _url(self, web: Web) -> str:
        return f"https://{self._call.tenant.sharepoint_host}{web.url}"

    def _update(self, site: Thing) -> Thing:
        web = self._web(site.uri)
        title, changes = web.title, dict(web.properties.get("Administration", {}))
        for name, value in site.pending.items():
            if name == "Title" and isinstance(value, str):
                title = value
            elif name == "LockState" and value in LOCK_STATES:
                changes[name] = value
            elif name in _SETTABLE and isinstance(value, int | float):
                changes[name] = type(_SETTABLE[name])(value)
            else:
                raise not_implemented(f"changing {name} of a site")
        self._schema.save_web(replace(web, title=title, properties={**web.properties, "Administration": changes}))
        site.pending.clear()
        return self._operation("SetSite", site.uri)

    def _create(self, given: Mapping[str, Any]) -> Thing:
        url = str(given.get("Url", ""))
        request = {
            "Title": given.get("Title"),
            "Url": url,
            "Lcid": given.get("Lcid"),
            "Owner": given.get("Owner"),
            "WebTemplate": given.get("Template"),
            "TimeZoneId": given.get("TimeZoneId"),
        }
        status = self._rest("POST", "SPSiteManager/Create", {"request": request})["SiteStatus"]
        if status == 4:
            code = "-2147024713, Microsoft.SharePoint.SPException"
            raise ServiceError(409, code, f"A site already exists at url {url}.")
        if status == 3:
            raise ServiceError(400, ARGUMENT, "Value does not fall within the expected range.")
        return self._operation("CreateSite", url)

    def _set_admin(self, url: str, login: str, *, should: bool) -> Thing:
        web = self._web(url)
        person = self._schema.ensure_user(web.url, login)
        self._schema.save_principal(replace(person, is_admin=should))
        return self._operation("SetSiteAdmin", url)

    def _operation(self, name: str, url: str) -> Thing:
        moment = ticks(self._call.tenant.clock.now())
        parts = ("", "SpoOperation", name, str(moment), quote(url, safe="").lower(), str(uuid.UUID(int=0)))
        return Thing(OPERATION, identity="\n".join(parts))

    def _complete(self, operation: Thing) -> bool:
        _, _, name, _, url, *_ = (*operation.identity.split("\n"), "", "", "")
        if name != "CreateSite":
            return True
        found = self._rest("GET", f"SPSiteManager/Status?url='{url}'")
        return bool(found["SiteStatus"] == 2)


def _site_thing(url: str) -> Thing:
    return Thing(SITE, url, f"\nSiteProperties\n{quote(url, safe='').lower()}")
