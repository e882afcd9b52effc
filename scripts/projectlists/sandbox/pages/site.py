"""One site: its lists and libraries, the people and groups it knows."""

from __future__ import annotations

from dataclasses import dataclass

from projectlists.sandbox.pages.house import House
from projectlists.sandbox.sharepoint.model import ListRecord, Web
from projectlists.sandbox.sharepoint.records import SITE_GROUP, USER, Principal, ViewRecord
from projectlists.sandbox.sharepoint.rows import rows_of
from projectlists.sandbox.sharepoint.schema import APP_PRINCIPAL


@dataclass(frozen=True)
class ListEntry:
    """One list with its number of rows and the view it opens with."""

    record: ListRecord
    description: str
    number: int
    view: ViewRecord | None
    hidden: bool


@dataclass(frozen=True)
class GroupEntry:
    """One group of the site with the people in it."""

    group: Principal
    members: tuple[Principal, ...]


@dataclass(frozen=True)
class Site:
    """What a site holds."""

    web: Web
    lists: tuple[ListEntry, ...]
    libraries: tuple[ListEntry, ...]
    groups: tuple[GroupEntry, ...]
    people: tuple[Principal, ...]


def read(house: House, web: Web) -> Site:
    """What a site holds now."""
    schema, rows = house.schema, rows_of(house.tenant.store)
    entries = [
        ListEntry(
            record=record,
            description=str(record.properties.get("Description") or ""),
            number=rows.count(record.id),
            view=next((view for view in schema.views(record.id) if view.is_default), None),
            hidden=bool(record.properties.get("Hidden")),
        )
        for record in schema.lists(web.url)
    ]
    people = [one for one in schema.principals(web.url, USER) if one.id < APP_PRINCIPAL and not one.removed]
    by_id = {one.id: one for one in people}
    groups = [
        GroupEntry(group, tuple(by_id[member] for member in group.members if member in by_id))
        for group in schema.principals(web.url, SITE_GROUP)
    ]
    return Site(
        web=web,
        lists=tuple(entry for entry in entries if not entry.record.is_library),
        libraries=tuple(entry for entry in entries if entry.record.is_library),
        groups=tuple(groups),
        people=tuple(sorted(people, key=lambda one: one.title.casefold())),
    )
