"""Where the schema of all sites is kept: sites, lists, fields, views, principals, titles per culture."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from projectlists.sandbox.sharepoint.model import ListRecord, Web
from projectlists.sandbox.sharepoint.records import Principal, ViewRecord
from projectlists.sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS sp_web (
    url TEXT PRIMARY KEY COLLATE NOCASE,
    id TEXT NOT NULL UNIQUE,
    site_id TEXT NOT NULL,
    title TEXT NOT NULL,
    language INTEGER NOT NULL,
    time_zone_id INTEGER NOT NULL,
    locale_id INTEGER NOT NULL,
    properties TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sp_list (
    id TEXT PRIMARY KEY,
    web_url TEXT NOT NULL COLLATE NOCASE REFERENCES sp_web(url) ON DELETE CASCADE,
    url TEXT NOT NULL COLLATE NOCASE,
    title TEXT NOT NULL COLLATE NOCASE,
    base_template INTEGER NOT NULL,
    entity_type_name TEXT NOT NULL,
    item_type_name TEXT NOT NULL,
    version INTEGER NOT NULL,
    item_count INTEGER NOT NULL,
    last_item_modified TEXT NOT NULL,
    last_item_deleted TEXT NOT NULL,
    fields_stamp TEXT NOT NULL,
    recycled TEXT,
    properties TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sp_list_by_title ON sp_list (web_url, title);
CREATE INDEX IF NOT EXISTS sp_list_by_url ON sp_list (web_url, url);
CREATE TABLE IF NOT EXISTS sp_field (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    xml TEXT NOT NULL,
    PRIMARY KEY (list_id, id)
);
CREATE TABLE IF NOT EXISTS sp_view (
    id TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    fields TEXT NOT NULL,
    properties TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sp_view_by_list ON sp_view (list_id, position);
CREATE TABLE IF NOT EXISTS sp_principal (
    web_url TEXT NOT NULL COLLATE NOCASE REFERENCES sp_web(url) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    login TEXT NOT NULL COLLATE NOCASE,
    kind INTEGER NOT NULL,
    title TEXT NOT NULL COLLATE NOCASE,
    email TEXT NOT NULL COLLATE NOCASE,
    properties TEXT NOT NULL,
    PRIMARY KEY (web_url, id),
    UNIQUE (web_url, login)
);
CREATE TABLE IF NOT EXISTS sp_title (
    owner TEXT NOT NULL,
    resource TEXT NOT NULL,
    culture TEXT NOT NULL COLLATE NOCASE,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, resource, culture)
);
"""
_REMEMBERED: Final = 2048
NAMES = ("sp_title", "sp_principal", "sp_view", "sp_field", "sp_list", "sp_web")


def declare(store: Store) -> None:
    """Create the tables when they are not there yet."""
    store.declare(TABLES)


def clear(store: Store) -> None:
    """Empty the tables: no site is left."""
    declare(store)
    with store.transaction():
        for name in NAMES:
            store.execute(f"DELETE FROM {name}")  # noqa: S608 - the names are the literals above


@lru_cache(_REMEMBERED)
def _properties(text: str) -> Mapping[str, Any]:
    """What a kept JSON object says: the same texts are read again with every request. Nobody may change it."""
    return MappingProxyType(json.loads(text))


def web_of(row: sqlite3.Row) -> Web:
    """The site a row stands for."""
    return Web(
        id=row["id"],
        site_id=row["site_id"],
        url=row["url"],
        title=row["title"],
        language=row["language"],
        time_zone_id=row["time_zone_id"],
        locale_id=row["locale_id"],
        properties=_properties(row["properties"]),
    )


def list_of(row: sqlite3.Row) -> ListRecord:
    """The list a row stands for; what is counted per list stands among its properties."""
    properties = {
        **_properties(row["properties"]),
        "ItemCount": row["item_count"],
        "LastItemModifiedDate": row["last_item_modified"],
        "LastItemUserModifiedDate": row["last_item_modified"],
        "LastItemDeletedDate": row["last_item_deleted"],
        "Version": row["version"],
    }
    return ListRecord(
        id=row["id"],
        web_url=row["web_url"],
        url=row["url"],
        title=row["title"],
        base_template=row["base_template"],
        entity_type_name=row["entity_type_name"],
        item_type_name=row["item_type_name"],
        properties=properties,
    )


def view_of(row: sqlite3.Row) -> ViewRecord:
    """The view a row stands for."""
    return ViewRecord(
        id=row["id"],
        list_id=row["list_id"],
        title=row["title"],
        url=row["url"],
        is_default=bool(row["is_default"]),
        fields=tuple(json.loads(row["fields"])),
        properties=_properties(row["properties"]),
    )


def principal_of(row: sqlite3.Row) -> Principal:
    """The user or group a row stands for."""
    details = _properties(row["properties"])
    return Principal(
        id=row["id"],
        web_url=row["web_url"],
        login=row["login"],
        kind=row["kind"],
        title=row["title"],
        email=row["email"],
        **{**details, "members": tuple(details.get("members", ()))},
    )
