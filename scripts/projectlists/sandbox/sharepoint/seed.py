"""Sites as new ones are: two libraries, three groups, the app and the system, a few links (contract.md §4)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from projectlists.sandbox.sharepoint import bags, navigation, newlists, permissions, rows, scopes, tables
from projectlists.sandbox.sharepoint import principalshapes as groups
from projectlists.sandbox.sharepoint.model import Web
from projectlists.sandbox.sharepoint.records import SECURITY_GROUP, SITE_GROUP, USER, People, Principal
from projectlists.sandbox.sharepoint.schema import (
    APP_PRINCIPAL,
    SYSTEM_PRINCIPAL,
    TIME_ZONES,
    Schema,
    everyone_login,
    moment_text,
)
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Tenant

DUTCH = 1043
_GROUPS = {
    DUTCH: ("Eigenaren van {}", "Bezoekers van {}", "Leden van {}"),
    1033: ("{} Owners", "{} Visitors", "{} Members"),
}
_LINKS = {DUTCH: ("Startpagina", "Documenten", "Pagina's"), 1033: ("Home", "Documents", "Pages")}


_EVERYONE = {DUTCH: "Iedereen behalve externe gebruikers", 1033: "Everyone except external users"}


class _Nobody:
    """A directory without people: making a site needs none."""

    def user(self, upn_or_id: str) -> None:
        """Nobody."""


def create_site(
    tenant: Tenant,
    *,
    url: str,
    title: str,
    language: int,
    time_zone_id: int = 4,
    template: str = "STS#3",
    people: People | None = None,
    owner: str | None = None,
    open_to_all: bool = True,
    ready_after: timedelta = timedelta(),
    group_id: str | None = None,
) -> Web:
    """Make a site collection at a server-relative URL such as `/sites/demo`; returns its root site.

    `language` is a locale id (1033 or 1043, others get English names), `time_zone_id` one of `TIME_ZONES`. Ids follow
    from the tenant and the URL, so that a reset tenant has the ids it had. The root site of the tenant is made along
    with the first site. `owner` (UPN) becomes an owner of the site; `open_to_all` makes everyone in the organisation a
    member, as on a public team site (of the root site: a visitor). `ready_after` is how long it is not there yet;
    `group_id` is the group in the directory that the site belongs to.

    Raises ValueError for an unknown time zone or a URL that is taken.
    """
    if time_zone_id not in TIME_ZONES:
        raise ValueError(f"Time zone {time_zone_id} is not one of {sorted(TIME_ZONES)}.")
    schema = Schema(tenant, people or _Nobody())
    navigation.declare(tenant.store)
    scopes.declare(tenant.store)
    bags.declare(tenant.store)
    rows.rows_of(tenant.store)
    if schema.web("") is None and url.strip("/"):
        create_site(tenant, url="", title=tenant.name.capitalize(), language=language, template="SITEPAGEPUBLISHING#0")
    if schema.is_taken(url):
        raise ValueError(f"There already is a site at {url}.")
    namespace = uuid.UUID(tenant.tenant_id)
    web = Web(
        id=str(uuid.uuid5(namespace, f"web:{url.lower()}")),
        site_id=str(uuid.uuid5(namespace, f"site:{url.lower()}")),
        url=url.rstrip("/"),
        title=title,
        language=language,
        time_zone_id=time_zone_id,
        locale_id=language,
        properties={
            "Created": moment_text(tenant.clock.now()),
            "Template": template,
            "Owner": owner or "",
            **({"GroupId": group_id} if group_id else {}),
            # A site that was there at once stays there when the clock is set back.
            **({"ReadyAt": (tenant.clock.now() + ready_after).isoformat()} if ready_after else {}),
        },
    )
    with tenant.store.transaction():
        schema.save_web(web)
        _principals(schema, web, owner, open_to_all=open_to_all)
        _libraries(schema, web)
    return web


def delete_site(schema: Schema, site_id: str) -> None:
    """Delete a site collection with everything on it."""
    with schema.store.transaction():
        schema.set_deleted(site_id, None)
        for web in reversed(schema.webs()):
            if web.site_id == site_id:
                delete_web(schema, web.url)


def delete_web(schema: Schema, web_url: str) -> None:
    """Delete one site with its lists; those below it must be gone before."""
    with schema.store.transaction():
        for listing in schema.lists(web_url):
            scopes.forget(schema, listing.id)
        scopes.forget(schema, scopes.of_web(web_url))
        if web := schema.web(web_url):
            bags.forget(schema.store, web.id)
        schema.delete_web(web_url)


def create_sub_site(
    schema: Schema, parent: Web, *, name: str, title: str, language: int, template: str, description: str
) -> Web:
    """Make a site below another one, with its two libraries. It inherits the permissions of the one above."""
    url = f"{parent.url}/{name}"
    namespace = uuid.UUID(schema.tenant.tenant_id)
    web = Web(
        id=str(uuid.uuid5(namespace, f"web:{url.lower()}")),
        site_id=parent.site_id,
        url=url,
        title=title,
        language=language,
        time_zone_id=parent.time_zone_id,
        locale_id=language,
        properties={
            "Created": moment_text(schema.tenant.clock.now()),
            "Description": description,
            "Template": template,
        },
    )
    with schema.store.transaction():
        schema.save_web(web)
        _libraries(schema, web)
    return web


def clear(store: Store) -> None:
    """Empty everything SharePoint keeps: no site is left."""
    rows.clear(store)
    navigation.clear(store)
    scopes.clear(store)
    bags.clear(store)
    tables.clear(store)


def _principals(schema: Schema, web: Web, owner: str | None, *, open_to_all: bool) -> None:
    names = _GROUPS.get(web.language, _GROUPS[1033])
    for identity, name in enumerate(names, start=3):
        title = name.format(web.title)
        schema.add_principal(web.url, login=title, kind=SITE_GROUP, title=title, principal_id=identity)
    schema.add_principal(
        web.url,
        login="i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint",
        kind=USER,
        title="SharePoint App",
        principal_id=APP_PRINCIPAL,
    )
    schema.add_principal(
        web.url, login="SHAREPOINT\\system", kind=USER, title="System Account", principal_id=SYSTEM_PRINCIPAL
    )
    permissions.seed_web(schema, web.url)
    everyone = schema.add_principal(
        web.url,
        login=everyone_login(schema.tenant.tenant_id),
        kind=SECURITY_GROUP,
        title=_EVERYONE.get(web.language, _EVERYONE[1033]),
    )
    if open_to_all:
        _join(schema, web, groups.MEMBERS if web.url else groups.VISITORS, everyone)
    if owner is not None:
        person = schema.ensure_user(web.url, owner)
        _join(schema, web, groups.OWNERS, person)
        # The service makes whoever a site is given to its first administrator.
        schema.save_principal(replace(person, is_admin=True))


def _join(schema: Schema, web: Web, group_id: int, member: Principal) -> None:
    group = schema.user(web.url, group_id)
    if group is not None:
        schema.save_principal(replace(group, members=(*group.members, member.id)))


def _libraries(schema: Schema, web: Web) -> None:
    home, documents, pages = _LINKS.get(web.language, _LINKS[1033])
    navigation.add(schema, web.url, parent=navigation.QUICK_LAUNCH, title=home, url=web.url or "/")
    # The title of the two libraries is the same in every language here, as contract.md §4 names them.
    shared = newlists.create(
        schema, web, title="Documents", template=101, url="Shared Documents", properties={"EnableFolderCreation": True}
    )
    site_pages = newlists.create(
        schema, web, title="Site Pages", template=119, url="SitePages", properties={"EnableMinorVersions": True}
    )
    for title, listing in ((documents, shared), (pages, site_pages)):
        navigation.add(
            schema, web.url, parent=navigation.QUICK_LAUNCH, title=title, url=schema.views(listing.id)[0].url
        )
