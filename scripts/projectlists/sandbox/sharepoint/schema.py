"""What exists on the sites: webs, lists, fields, views and people, read and changed in one place.

Both halves of the service build on it: the schema rooms (lists, fields, views, people) and the content rooms (items).
A field's truth is its schema XML, as on the real service; everything else about it is read from there.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from projectlists.sandbox.sharepoint import fieldxml, tables
from projectlists.sandbox.sharepoint.columns import Columns
from projectlists.sandbox.sharepoint.errors import duplicate_list, unknown_user
from projectlists.sandbox.sharepoint.model import FieldRecord, ListRecord, Web, collection_url
from projectlists.sandbox.sharepoint.records import USER, People, Principal, ViewRecord
from projectlists.sandbox.tenant import Tenant

# SharePoint's time zone ids and the zone each one names (sharepoint-rest.md §2.2).
TIME_ZONES: Mapping[int, str] = {
    2: "Europe/London",
    3: "Europe/Paris",
    4: "Europe/Amsterdam",
    13: "America/Los_Angeles",
    93: "UTC",
}
APP_PRINCIPAL = 1073741822
SYSTEM_PRINCIPAL = 1073741823
_LISTS = 512
IDS = range(2**31)
"""What an id of a person, a group or a link can be; the store takes no number of more than 64 bits."""


def zone(web: Web) -> ZoneInfo:
    """The time zone of a site: date-only values are its midnights (sharepoint-rest.md §6.6)."""
    return ZoneInfo(TIME_ZONES[web.time_zone_id])


def claim(upn: str) -> str:
    """The login name of a person on a site."""
    return f"i:0#.f|membership|{upn.lower()}"


def everyone_login(tenant_id: str) -> str:
    """The login name of "Everyone except external users"."""
    return f"c:0-.f|rolemanager|spo-grid-all-users/{tenant_id}"


def moment_text(moment: datetime) -> str:
    """A moment as the service writes it: `2026-12-01T08:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ticks(moment: datetime) -> int:
    """A moment in .NET ticks, as change tokens carry it (sharepoint-rest.md §6.10)."""
    return int(moment.timestamp() * 1000) * 10_000 + 621_355_968_000_000_000


class Schema:
    """The sites of a tenant. Every change is committed when the outermost `transaction` of the store ends."""

    def __init__(self, tenant: Tenant, people: People) -> None:
        self.tenant = tenant
        self.store = tenant.store
        self.people = people
        # Keyed by the list's stamp: a changed or rolled-back set of fields never meets an old entry.
        self._fields: dict[str, tuple[str, tuple[FieldRecord, ...]]] = {}
        self._columns = lru_cache(maxsize=_LISTS)(self._columns_at)
        tables.declare(self.store)

    # Sites

    def webs(self) -> tuple[Web, ...]:
        """All sites, by URL, sub-sites among them; not those that were deleted."""
        return tuple(web for web in self._all_webs() if web.deleted_at is None)

    def deleted_sites(self) -> tuple[Web, ...]:
        """The root sites of site collections that wait in the recycle bin of the tenant, by URL."""
        return tuple(web for web in self._all_webs() if web.deleted_at is not None and web.is_root)

    def set_deleted(self, site_id: str, moment: str | None) -> None:
        """Put a site collection into the recycle bin of the tenant (with the moment), or take it out (None)."""
        with self.store.transaction():
            for web in self._all_webs():
                if web.site_id == site_id:
                    kept = {name: value for name, value in web.properties.items() if name != "DeletedAt"}
                    self.save_web(replace(web, properties={**kept, **({"DeletedAt": moment} if moment else {})}))

    def _all_webs(self) -> tuple[Web, ...]:
        return tuple(tables.web_of(row) for row in self.store.rows("SELECT * FROM sp_web ORDER BY url"))

    def sites(self) -> tuple[Web, ...]:
        """The root sites of all site collections, by URL."""
        return tuple(web for web in self.webs() if web.is_root)

    def sub_sites(self, web_url: str) -> tuple[Web, ...]:
        """The sites directly below one, by URL."""
        inside = (web for web in self.webs() if not web.is_root)
        return tuple(web for web in inside if web.url.rpartition("/")[0].lower() == web_url.lower())

    def web(self, url: str) -> Web | None:
        """The site at a server-relative URL; the root site is the empty text."""
        row = self.store.row("SELECT * FROM sp_web WHERE url = ?", (url.rstrip("/"),))
        found = tables.web_of(row) if row else None
        return found if found and found.deleted_at is None else None

    def is_taken(self, url: str) -> bool:
        """Whether there is a site at a URL, be it a deleted one."""
        return self.store.row("SELECT 1 FROM sp_web WHERE url = ?", (url.rstrip("/"),)) is not None

    def save_web(self, web: Web) -> None:
        """Add a site, or replace what is known of it."""
        self.store.execute(
            "INSERT INTO sp_web VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET title = excluded.title,"
            " language = excluded.language, time_zone_id = excluded.time_zone_id, locale_id = excluded.locale_id,"
            " properties = excluded.properties",
            (
                web.url,
                web.id,
                web.site_id,
                web.title,
                web.language,
                web.time_zone_id,
                web.locale_id,
                json.dumps(dict(web.properties)),
            ),
        )

    def delete_web(self, url: str) -> None:
        """Delete a site with its lists, people and links."""
        self.store.execute("DELETE FROM sp_web WHERE url = ?", (url,))

    # Lists

    def lists(self, web_url: str) -> tuple[ListRecord, ...]:
        """The lists of a site in order of title."""
        found = self.store.rows(
            "SELECT * FROM sp_list WHERE web_url = ? AND recycled IS NULL ORDER BY title", (web_url,)
        )
        return tuple(tables.list_of(row) for row in found)

    def list_by_id(self, web_url: str, list_id: str) -> ListRecord | None:
        """A list by its id, with or without braces."""
        return self._one_list(web_url, "id", plain_guid(list_id))

    def list_by_title(self, web_url: str, title: str) -> ListRecord | None:
        """A list by its title in the site's language, whatever the case."""
        return self._one_list(web_url, "title", title)

    def list_by_url(self, web_url: str, url: str) -> ListRecord | None:
        """A list by its root folder: server-relative or relative to the site (sharepoint-rest.md §2.1)."""
        path = url.rstrip("/")
        server_relative = path if path.startswith("/") else f"{web_url}/{path}"
        return self._one_list(web_url, "url", server_relative)

    def add_list(self, record: ListRecord, field_xml: Sequence[str]) -> None:
        """Add a list with the fields it starts with."""
        now = moment_text(self.tenant.clock.now())
        with self.store.transaction():
            self.store.execute(
                "INSERT INTO sp_list VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, NULL, ?)",
                (
                    record.id,
                    record.web_url,
                    record.url,
                    record.title,
                    record.base_template,
                    record.entity_type_name,
                    record.item_type_name,
                    now,
                    now,
                    uuid.uuid4().hex,
                    json.dumps(dict(record.properties)),
                ),
            )
            for position, xml in enumerate(field_xml):
                identity = fieldxml.read(record.id, xml).id
                self.store.execute("INSERT INTO sp_field VALUES (?, ?, ?, ?)", (record.id, identity, position, xml))

    def update_list(self, list_id: str, *, title: str, properties: Mapping[str, Any]) -> None:
        """Replace a list's title and properties; its version (the ETag) goes up."""
        own = {name: value for name, value in properties.items() if name not in _COUNTED}
        self.store.execute(
            "UPDATE sp_list SET title = ?, properties = ?, version = version + 1 WHERE id = ?",
            (title, json.dumps(own), list_id),
        )

    def delete_list(self, list_id: str) -> None:
        """Delete a list with its fields and views."""
        self.store.execute("DELETE FROM sp_list WHERE id = ?", (list_id,))

    def recycle_list(self, list_id: str) -> str:
        """Take a list out of sight; returns the id of the entry in the recycle bin."""
        entry = str(uuid.uuid4())
        self.store.execute("UPDATE sp_list SET recycled = ? WHERE id = ?", (entry, list_id))
        return entry

    def restore_list(self, web_url: str, entry: str) -> bool:
        """Bring a list back from the recycle bin; False when the entry is none of a list.

        Raises ServiceError when its title has been taken meanwhile.
        """
        row = self.store.row("SELECT id, title FROM sp_list WHERE web_url = ? AND recycled = ?", (web_url, entry))
        if row is None:
            return False
        if self.list_by_title(web_url, row["title"]):
            raise duplicate_list()
        self.store.execute("UPDATE sp_list SET recycled = NULL WHERE id = ?", (row["id"],))
        return True

    def touch_list(self, list_id: str, item_delta: int = 0) -> None:
        """Count items added or removed and note the moment; call it in the transaction of the change."""
        now = moment_text(self.tenant.clock.now())
        self.store.execute(
            "UPDATE sp_list SET item_count = item_count + ?, last_item_modified = ?,"
            " last_item_deleted = CASE WHEN ? < 0 THEN ? ELSE last_item_deleted END WHERE id = ?",
            (item_delta, now, item_delta, now, list_id),
        )

    # Fields

    def fields(self, list_id: str) -> tuple[FieldRecord, ...]:
        """All fields of a list, the built-in ones of sharepoint-rest.md §4.7 first; kept until one changes."""
        return self._fields_at(list_id, self._stamp(list_id))

    def columns(self, list_id: str) -> Columns:
        """The fields of a list by their names; kept for the lists asked last, until a field changes."""
        return self._columns(list_id, self._stamp(list_id))

    def _columns_at(self, list_id: str, stamp: str) -> Columns:
        return Columns(self._fields_at(list_id, stamp))

    def _fields_at(self, list_id: str, stamp: str) -> tuple[FieldRecord, ...]:
        kept = self._fields.get(list_id)
        if kept and kept[0] == stamp:
            return kept[1]
        found = self.store.rows("SELECT xml FROM sp_field WHERE list_id = ? ORDER BY position", (list_id,))
        records = tuple(fieldxml.read(list_id, row["xml"]) for row in found)
        self._fields[list_id] = (stamp, records)
        return records

    def field(self, list_id: str, internal_name_or_title: str) -> FieldRecord | None:
        """A field by internal name, else by display title; case does not matter."""
        wanted = internal_name_or_title.lower()
        fields = self.fields(list_id)
        by_name = next((one for one in fields if one.name.lower() == wanted), None)
        return by_name or next((one for one in fields if one.title.lower() == wanted), None)

    def field_by_id(self, list_id: str, field_id: str) -> FieldRecord | None:
        """A field by its id."""
        wanted = plain_guid(field_id)
        return next((one for one in self.fields(list_id) if one.id == wanted), None)

    def save_field(self, record: FieldRecord) -> None:
        """Add a field, or replace the one with its id. The record's XML is what is kept."""
        with self.store.transaction():
            self.store.execute(
                "INSERT INTO sp_field VALUES"
                " (?, ?, (SELECT coalesce(max(position), 0) + 1 FROM sp_field WHERE list_id = ?), ?)"
                " ON CONFLICT (list_id, id) DO UPDATE SET xml = excluded.xml",
                (record.list_id, record.id, record.list_id, record.xml),
            )
            self._changed_fields(record.list_id)

    def delete_field(self, record: FieldRecord) -> None:
        """Remove a field from its list and from the list's views."""
        with self.store.transaction():
            self.store.execute("DELETE FROM sp_field WHERE list_id = ? AND id = ?", (record.list_id, record.id))
            for view in self.views(record.list_id):
                if record.name in view.fields:
                    kept = [name for name in view.fields if name != record.name]
                    self.store.execute("UPDATE sp_view SET fields = ? WHERE id = ?", (json.dumps(kept), view.id))
            self._changed_fields(record.list_id)

    def _changed_fields(self, list_id: str) -> None:
        self.store.execute(
            "UPDATE sp_list SET fields_stamp = ?, version = version + 1 WHERE id = ?", (uuid.uuid4().hex, list_id)
        )

    def _stamp(self, list_id: str) -> str:
        row = self.store.row("SELECT fields_stamp FROM sp_list WHERE id = ?", (list_id,))
        return str(row["fields_stamp"]) if row else ""

    # Views

    def views(self, list_id: str) -> tuple[ViewRecord, ...]:
        """The views of a list in order of creation."""
        found = self.store.rows("SELECT * FROM sp_view WHERE list_id = ? ORDER BY position", (list_id,))
        return tuple(tables.view_of(row) for row in found)

    def save_view(self, view: ViewRecord) -> None:
        """Add a view, or replace it. A default view takes that place from the others."""
        with self.store.transaction():
            if view.is_default:
                self.store.execute("UPDATE sp_view SET is_default = 0 WHERE list_id = ?", (view.list_id,))
            self.store.execute(
                "INSERT INTO sp_view VALUES"
                " (?, ?, (SELECT coalesce(max(position), 0) + 1 FROM sp_view WHERE list_id = ?), ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET title = excluded.title, is_default = excluded.is_default,"
                " fields = excluded.fields, properties = excluded.properties",
                (
                    view.id,
                    view.list_id,
                    view.list_id,
                    view.title,
                    view.url,
                    view.is_default,
                    json.dumps(view.fields),
                    json.dumps(dict(view.properties)),
                ),
            )

    def delete_view(self, view_id: str) -> None:
        """Remove a view."""
        self.store.execute("DELETE FROM sp_view WHERE id = ?", (view_id,))

    # People: a site collection knows them, whichever of its sites is asked

    def principals(self, web_url: str, *kinds: int) -> tuple[Principal, ...]:
        """The users and groups a site knows, of the given kinds or all."""
        found = self.store.rows("SELECT * FROM sp_principal WHERE web_url = ? ORDER BY id", (collection_url(web_url),))
        return tuple(tables.principal_of(row) for row in found if not kinds or row["kind"] in kinds)

    def user(self, web_url: str, principal_id: int) -> Principal | None:
        """A user or group by its id on the site."""
        if principal_id not in IDS:
            return None
        row = self.store.row(
            "SELECT * FROM sp_principal WHERE web_url = ? AND id = ?", (collection_url(web_url), principal_id)
        )
        return tables.principal_of(row) if row else None

    def user_by_login(self, web_url: str, login: str) -> Principal | None:
        """A user or group by its claim."""
        row = self.store.row(
            "SELECT * FROM sp_principal WHERE web_url = ? AND login = ?", (collection_url(web_url), login)
        )
        return tables.principal_of(row) if row else None

    def user_by_mail(self, web_url: str, mail: str) -> Principal | None:
        """A user the site already knows, by address."""
        row = self.store.row(
            "SELECT * FROM sp_principal WHERE web_url = ? AND kind = 1 AND email = ?", (collection_url(web_url), mail)
        )
        return tables.principal_of(row) if row and mail else None

    def ensure_user(self, web_url: str, login_or_upn_or_mail: str) -> Principal:
        """The site's principal for a person; added from the directory at first (sharepoint-rest.md §2.3).

        Raises ServiceError when neither the site nor the directory knows the person.
        """
        known = self.user_by_login(web_url, login_or_upn_or_mail)
        if known:
            return self._back(known)
        name = login_or_upn_or_mail.rpartition("|")[2]
        person = self.people.user(name)
        if person is None:
            # Somebody who left the directory still resolves where the site has met them (sharepoint-rest.md §2.3).
            left = self.user_by_login(web_url, claim(name))
            if left is None:
                raise unknown_user(login_or_upn_or_mail)
            return self._back(left)
        login = claim(person.upn)
        with self.store.transaction():
            found = self.user_by_login(web_url, login)
            return (
                self._back(found)
                if found
                else self.add_principal(
                    web_url,
                    login=login,
                    kind=USER,
                    title=person.name,
                    email=person.mail or "",
                    upn=person.upn.lower(),
                    job_title=person.job_title or "",
                    department=person.department or "",
                )
            )

    def _back(self, principal: Principal) -> Principal:
        """Somebody who was removed from the site is there again when named anew."""
        if not principal.removed:
            return principal
        found = replace(principal, removed=False)
        self.save_principal(found)
        return found

    def add_principal(
        self,
        web_url: str,
        *,
        login: str,
        kind: int,
        title: str,
        email: str = "",
        principal_id: int | None = None,
        **details: Any,
    ) -> Principal:
        """Add a user or group with the next id of the site collection, or with a given one."""
        web_url = collection_url(web_url)
        with self.store.transaction():
            if principal_id is None:
                row = self.store.row(
                    "SELECT max(id) AS last FROM sp_principal WHERE web_url = ? AND id < ?", (web_url, APP_PRINCIPAL)
                )
                principal_id = (row["last"] or 0) + 1 if row else 1
            self.store.execute(
                "INSERT INTO sp_principal VALUES (?, ?, ?, ?, ?, ?, ?)",
                (web_url, principal_id, login, kind, title, email, json.dumps(details)),
            )
        found = self.user(web_url, principal_id)
        assert found is not None  # noqa: S101 - inserted above
        return found

    def save_principal(self, principal: Principal) -> None:
        """Replace what a site knows of a user or group."""
        names = ("upn", "job_title", "department", "description", "is_admin", "removed")
        details = {name: getattr(principal, name) for name in names}
        details |= {"members": list(principal.members), "settings": dict(principal.settings)}
        self.store.execute(
            "UPDATE sp_principal SET title = ?, email = ?, properties = ? WHERE web_url = ? AND id = ?",
            (principal.title, principal.email, json.dumps(details), principal.web_url, principal.id),
        )

    def delete_principal(self, principal: Principal) -> None:
        """Remove a user or group from the site."""
        self.store.execute("DELETE FROM sp_principal WHERE web_url = ? AND id = ?", (principal.web_url, principal.id))

    def _one_list(self, web_url: str, column: str, value: str) -> ListRecord | None:
        row = self.store.row(
            f"SELECT * FROM sp_list WHERE web_url = ? AND {column} = ? AND recycled IS NULL",  # noqa: S608 - own names
            (web_url, value),
        )
        return tables.list_of(row) if row else None


_COUNTED = frozenset(
    {"ItemCount", "LastItemModifiedDate", "LastItemUserModifiedDate", "LastItemDeletedDate", "Version"}
)


def plain_guid(text: str) -> str:
    """A GUID without braces in lower case; other texts only lose braces and case."""
    return text.strip("{}").lower()
