"""What the permissions of sites, lists and items are: scopes, assignments, roles as sets of rights (§8 of the facts).

A scope is `web:{url}`, the id of a list, or `{list}/{item}`. Without assignments of its own it inherits from the one
above. Rights are the bits of `SP.BasePermissions`, high and low half in one number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from projectlists.sandbox.sharepoint.model import collection_url
from projectlists.sandbox.sharepoint.records import SITE_GROUP
from projectlists.sandbox.sharepoint.schema import Schema, everyone_login
from projectlists.sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS sp_unique_scope (scope TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS sp_assignment (
    scope TEXT NOT NULL,
    principal INTEGER NOT NULL,
    role INTEGER NOT NULL,
    PRIMARY KEY (scope, principal, role)
);
CREATE TABLE IF NOT EXISTS sp_role (
    id INTEGER PRIMARY KEY,
    web_url TEXT NOT NULL COLLATE NOCASE REFERENCES sp_web(url) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    description TEXT NOT NULL,
    high TEXT NOT NULL,
    low TEXT NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE (web_url, name)
);
"""


class Role(NamedTuple):
    """A role definition: kind, base permissions (high, low), order, and its name in English and Dutch."""

    kind: int
    high: str
    low: str
    order: int
    english: str
    dutch: str
    description: str = ""

    @property
    def rights(self) -> int:
        """The rights it gives."""
        return (int(self.high) << 32) | int(self.low)


# The id of the first role definition that a site makes itself.
FIRST_OWN = 1073741924
FULL, DESIGN, EDIT, CONTRIBUTE, READ, LIMITED = 1073741829, 1073741828, 1073741830, 1073741827, 1073741826, 1073741825
ROLES: Mapping[int, Role] = {
    FULL: Role(5, "2147483647", "4294967295", 1, "Full Control", "Volledig beheer"),
    DESIGN: Role(4, "432", "1012866047", 32, "Design", "Ontwerpen"),
    EDIT: Role(6, "432", "1011030767", 48, "Edit", "Bewerken"),
    CONTRIBUTE: Role(3, "432", "1011028719", 64, "Contribute", "Bijdragen"),
    READ: Role(2, "176", "138612833", 128, "Read", "Lezen"),
    LIMITED: Role(1, "48", "134287360", 160, "Limited Access", "Beperkte toegang"),
}


def declare(store: Store) -> None:
    """Create the tables when they are not there yet."""
    store.declare(TABLES)


def clear(store: Store) -> None:
    """Empty the tables."""
    declare(store)
    with store.transaction():
        store.execute("DELETE FROM sp_unique_scope")
        store.execute("DELETE FROM sp_assignment")
        store.execute("DELETE FROM sp_role")


def definitions(schema: Schema, web_url: str) -> dict[int, Role]:
    """The role definitions of a site by id: the six that every site has, then those made there."""
    found = schema.store.rows("SELECT * FROM sp_role WHERE web_url = ? ORDER BY id", (collection_url(web_url),))
    own = {
        row["id"]: Role(0, row["high"], row["low"], row["position"], row["name"], row["name"], row["description"])
        for row in found
    }
    return {**ROLES, **own}


def save_definition(schema: Schema, web_url: str, identity: int | None, role: Role) -> int:
    """Make a role definition (None) or change one made before; returns its id, which no other site uses."""
    if identity is None:
        found = schema.store.row("SELECT coalesce(max(id), ?) + 1 AS next FROM sp_role", (FIRST_OWN - 1,))
        identity = int(found["next"]) if found else FIRST_OWN
    schema.store.execute(
        "INSERT INTO sp_role VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " description = excluded.description, high = excluded.high, low = excluded.low, position = excluded.position",
        (identity, collection_url(web_url), role.english, role.description, role.high, role.low, role.order),
    )
    return identity


def delete_definition(schema: Schema, identity: int) -> None:
    """Remove a role definition made on a site; whoever had it has it no more."""
    with schema.store.transaction():
        schema.store.execute("DELETE FROM sp_role WHERE id = ?", (identity,))
        schema.store.execute("DELETE FROM sp_assignment WHERE role = ?", (identity,))


def of_web(web_url: str) -> str:
    """The scope of a site."""
    return f"web:{web_url.lower()}"


def of_webs(web_url: str) -> tuple[str, ...]:
    """The scopes of a site and of those above it, up to the root of the site collection, which never inherits."""
    root = collection_url(web_url)
    chain = [web_url]
    while len(chain[-1]) > len(root):
        chain.append(chain[-1].rpartition("/")[0])
    return tuple(of_web(url) for url in chain)


def of_item(list_id: str, item_id: int) -> str:
    """The scope of an item."""
    return f"{list_id}/{item_id}"


def is_unique(schema: Schema, scope: str) -> bool:
    """Whether something no longer inherits its permissions."""
    return schema.store.row("SELECT 1 FROM sp_unique_scope WHERE scope = ?", (scope,)) is not None


def effective(schema: Schema, chain: Collection[str]) -> str:
    """The scope that counts among one and those above it, from near to far; the farthest inherits from nothing."""
    *near, farthest = chain
    return next((one for one in near if is_unique(schema, one)), farthest)


def unique_items(schema: Schema, list_id: str) -> frozenset[int]:
    """The items of a list with permissions of their own."""
    sql = "SELECT scope FROM sp_unique_scope WHERE scope > ? AND scope < ?"
    # '0' follows '/' in the order of texts.
    found = schema.store.rows(sql, (f"{list_id}/", f"{list_id}0"))
    return frozenset(int(row["scope"].rpartition("/")[2]) for row in found)


def assign(schema: Schema, scope: str, principal: int, role: int) -> None:
    """Give a principal a role; it may have it already."""
    schema.store.execute("INSERT OR IGNORE INTO sp_assignment VALUES (?, ?, ?)", (scope, principal, role))


def withdraw(schema: Schema, scope: str, principal: int, role: int | None) -> None:
    """Take a role from a principal, or with None all of them."""
    sql = "DELETE FROM sp_assignment WHERE scope = ? AND principal = ? AND (? IS NULL OR role = ?)"
    schema.store.execute(sql, (scope, principal, role, role))


def separate(schema: Schema, scope: str, source: str, *, copy: bool, keeper: int | None) -> None:
    """Stop a scope from inheriting: with the assignments of `source`, or with `keeper` alone in full control."""
    with schema.store.transaction():
        schema.store.execute("INSERT INTO sp_unique_scope VALUES (?)", (scope,))
        if copy:
            sql = "INSERT INTO sp_assignment SELECT ?, principal, role FROM sp_assignment WHERE scope = ?"
            schema.store.execute(sql, (scope, source))
        elif keeper is not None:
            assign(schema, scope, keeper, FULL)


def join(schema: Schema, scope: str) -> None:
    """Let a scope inherit again; its own assignments are gone."""
    with schema.store.transaction():
        schema.store.execute("DELETE FROM sp_unique_scope WHERE scope = ?", (scope,))
        schema.store.execute("DELETE FROM sp_assignment WHERE scope = ?", (scope,))


def withdraw_everywhere(schema: Schema, web_url: str, principal: int) -> None:
    """Take all roles from a principal of a site collection, on its sites, lists and items."""
    root = collection_url(web_url)
    schema.store.execute(
        "DELETE FROM sp_assignment WHERE principal = ? AND (scope = ? OR scope LIKE ? OR substr(scope, 1, 36) IN"
        " (SELECT id FROM sp_list WHERE web_url = ? OR web_url LIKE ?))",
        (principal, of_web(root), f"{of_web(root)}/%", root, f"{root}/%"),
    )


def forget(schema: Schema, scope: str) -> None:
    """Drop what is known of a scope, and of the items when it is a list's: the thing itself is gone."""
    for table in ("sp_unique_scope", "sp_assignment"):
        sql = f"DELETE FROM {table} WHERE scope = ? OR (scope > ? AND scope < ?)"  # noqa: S608 - own names
        schema.store.execute(sql, (scope, f"{scope}/", f"{scope}0"))


def assigned(schema: Schema, scope: str) -> list[int]:
    """The principals with a role in a scope."""
    sql = "SELECT DISTINCT principal FROM sp_assignment WHERE scope = ? ORDER BY principal"
    return [row["principal"] for row in schema.store.rows(sql, (scope,))]


def roles(schema: Schema, scope: str, principal: int) -> list[int]:
    """The roles of a principal in a scope."""
    sql = "SELECT role FROM sp_assignment WHERE scope = ? AND principal = ? ORDER BY role"
    return [row["role"] for row in schema.store.rows(sql, (scope, principal))]


def rights(schema: Schema, scope: str, identities: Collection[int]) -> int:
    """What a person, known by several principals, may do in a scope."""
    sql = "SELECT principal, role, high, low FROM sp_assignment LEFT JOIN sp_role ON sp_role.id = role WHERE scope = ?"
    result = 0
    for row in schema.store.rows(sql, (scope,)):
        if row["principal"] in identities:
            known = ROLES.get(row["role"])
            result |= known.rights if known else (int(row["high"]) << 32) | int(row["low"])
    return result


def identities(schema: Schema, web_url: str, principal: int) -> frozenset[int]:
    """All that a person counts as on a site: the person, everyone (guests are not), and the groups these are in."""
    person = schema.user(web_url, principal)
    everyone = schema.user_by_login(web_url, everyone_login(schema.tenant.tenant_id))
    own = {principal}
    if everyone is not None and person is not None and "#ext#" not in person.upn.lower():
        own.add(everyone.id)
    groups = {one.id for one in schema.principals(web_url, SITE_GROUP) if own & set(one.members)}
    return frozenset(own | groups)


def administers(schema: Schema, web_url: str, principal: int) -> bool:
    """Whether somebody is an administrator of the site collection, who may do everything there."""
    found = schema.user(web_url, principal)
    return found is not None and found.is_admin


def reaches_something(schema: Schema, web_url: str, known_as: Collection[int]) -> bool:
    """Whether a person was given anything anywhere on a site, be it one item only."""
    rows = schema.store.rows(
        "SELECT DISTINCT principal FROM sp_assignment WHERE scope = ? OR substr(scope, 1, 36) IN"
        " (SELECT id FROM sp_list WHERE web_url = ? AND recycled IS NULL)",
        (effective(schema, of_webs(web_url)), web_url),
    )
    return any(row["principal"] in known_as for row in rows)
