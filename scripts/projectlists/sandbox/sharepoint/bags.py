"""Property bags of sites and folders: read over REST, written over CSOM only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from projectlists.sandbox.sharepoint import names, regions
from projectlists.sandbox.sharepoint.model import Web
from projectlists.sandbox.sharepoint.projection import Resource
from projectlists.sandbox.store import Store

TABLES: Final = """
CREATE TABLE IF NOT EXISTS sp_bag (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, name)
);
"""


def declare(store: Store) -> None:
    """Create the table when it is not there yet."""
    store.declare(TABLES)


def clear(store: Store) -> None:
    """Empty the table."""
    declare(store)
    store.execute("DELETE FROM sp_bag")


def of_web(store: Store, web: Web) -> dict[str, Any]:
    """The properties in a site's bag, by the names they were given."""
    own = {"vti_approvallevels": "", "vti_defaultlanguage": regions.culture(web.language)}
    return {**own, **of_owner(store, web.id)}


def of_owner(store: Store, owner: str) -> dict[str, Any]:
    """The properties that were put into the bag of a site or folder with an id."""
    found = store.rows("SELECT name, value FROM sp_bag WHERE owner = ? ORDER BY name", (owner,))
    return {row["name"]: row["value"] for row in found}


def put(store: Store, owner: str, name: str, value: str | None) -> None:
    """Put a property into a bag; None takes it out."""
    if value is None:
        store.execute("DELETE FROM sp_bag WHERE owner = ? AND name = ?", (owner, name))
    else:
        sql = "INSERT INTO sp_bag VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
        store.execute(sql, (owner, name, value))


def forget(store: Store, owner: str) -> None:
    """Drop a bag: the site or folder is gone."""
    store.execute("DELETE FROM sp_bag WHERE owner = ?", (owner,))


def resource(uri: str, found: Mapping[str, Any]) -> Resource:
    """A bag as `SP.PropertyValues`; names are encoded as those of columns are."""
    return Resource("SP.PropertyValues", uri, {names.of_property(name): value for name, value in found.items()})
