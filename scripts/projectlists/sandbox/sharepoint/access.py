"""What a caller may do with a site, a list or an item: what the token allows, and for people their own rights too.

An app on its own has what its grant on the site gives, whatever inherits (identity-mail-teams.md §2.2). A person has
the intersection of the app's scope and what the person was given (§2.1). What a person cannot see is absent: it is
not listed, and addressed directly it does not exist.
"""

from __future__ import annotations

from collections.abc import Callable

from projectlists.sandbox.sharepoint import scopes
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.documents import Documents
from projectlists.sandbox.sharepoint.errors import access_denied
from projectlists.sandbox.sharepoint.model import Call, ListRecord
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import Schema

# The bits of SP.BasePermissions that operations ask for.
VIEW, ADD, EDIT, DELETE = 0x1, 0x2, 0x4, 0x8
CANCEL_CHECKOUT = 0x100
MANAGE_LISTS = 0x800
MANAGE_PERMISSIONS = 0x2000000
MANAGE_WEB = 0x40000000
EVERYTHING = (2147483647 << 32) | 4294967295

OWN_ITEMS, NO_ITEMS = 2, 4
"""Values of `ReadSecurity` and `WriteSecurity` beside 1, all items (sharepoint-rest.md §3.2)."""

Sight = Callable[[Row], bool]


def rights(call: Call, schema: Schema, *chain: str) -> int:
    """The caller's rights on what has these scopes, from near to far; without any, on the site."""
    return rights_of(call, schema, None, *chain)


def rights_of(call: Call, schema: Schema, principal: int | None, *chain: str) -> int:
    """The rights of another person of the site, or with None those of the caller."""
    if principal is None and call.caller.app_only:
        return call.caller.ceiling
    scope = scopes.effective(schema, (*chain, *scopes.of_webs(call.web.url)))
    known_as = scopes.identities(schema, call.web.url, call.caller.principal_id if principal is None else principal)
    person = call.caller.principal_id if principal is None else principal
    held = EVERYTHING if scopes.administers(schema, call.web.url, person) else scopes.rights(schema, scope, known_as)
    return held & call.caller.ceiling if principal is None else held


def may(call: Call, schema: Schema, wanted: int, *chain: str) -> bool:
    """Whether the caller has a right."""
    return rights(call, schema, *chain) & wanted == wanted


def require(call: Call, schema: Schema, wanted: int, *chain: str) -> None:
    """Refuse a caller without a right. Raises ServiceError (403)."""
    if not may(call, schema, wanted, *chain):
        raise access_denied()


def shown(held: int) -> Complex:
    """Rights as the service writes them: two halves, as texts."""
    return Complex({"High": str(held >> 32), "Low": str(held & 0xFFFFFFFF)}, "SP.BasePermissions")


def enters(call: Call, schema: Schema) -> bool:
    """Whether the caller may be on the site at all: people need to have been given something there."""
    if call.caller.app_only:
        return True
    if scopes.administers(schema, call.web.url, call.caller.principal_id):
        return True
    known_as = scopes.identities(schema, call.web.url, call.caller.principal_id)
    return scopes.reaches_something(schema, call.web.url, known_as)


def sees_list(call: Call, schema: Schema, listing: ListRecord) -> bool:
    """Whether the caller can see a list: because of its rights, or because of one item in it."""
    if may(call, schema, VIEW, listing.id):
        return True
    if call.caller.app_only:
        return False
    return any(
        may(call, schema, VIEW, scopes.of_item(listing.id, item), listing.id)
        for item in scopes.unique_items(schema, listing.id)
    )


def sight(call: Call, schema: Schema, listing: ListRecord) -> Sight | None:
    """A test of which items the caller can see; None when it is all of them."""
    if call.caller.app_only:
        return None
    held = rights(call, schema, listing.id)
    own_only = listing.properties.get("ReadSecurity", 1) == OWN_ITEMS and not held & MANAGE_LISTS
    default = bool(held & VIEW)
    exceptions = _exceptions(call, schema, listing, default=default)
    if default and not exceptions and not own_only:
        return None
    author = call.caller.principal_id
    return lambda row: (row.id in exceptions) is not default and (not own_only or row.author == author)


def _exceptions(call: Call, schema: Schema, listing: ListRecord, *, default: bool) -> frozenset[int]:
    """The items for which the answer is another than for the list: their scope is their own or a folder's."""
    unique = scopes.unique_items(schema, listing.id)
    if not unique:
        return frozenset()
    documents = Documents(schema.store, listing.id)
    touched = set(unique)
    for item in unique:
        place = documents.of(item)
        if place is not None and place.is_folder:
            touched |= {child.id for child in documents.below(place.url)}
    return frozenset(item for item in touched if may(call, schema, VIEW, *chain(schema, listing, item)) is not default)


def chain(schema: Schema, listing: ListRecord, item_id: int) -> tuple[str, ...]:
    """The scopes of an item up to its list: its own, those of the folders it is in, the list's."""
    documents = Documents(schema.store, listing.id)
    found = [scopes.of_item(listing.id, item_id)]
    place = documents.of(item_id)
    while place is not None and place.folder.lower() != listing.url.lower():
        place = documents.at(place.folder)
        if place is not None:
            found.append(scopes.of_item(listing.id, place.id))
    return (*found, listing.id)


def require_item(call: Call, schema: Schema, listing: ListRecord, row: Row, wanted: int) -> None:
    """Refuse a caller who may not do that with an item. Raises ServiceError (403).

    `WriteSecurity` holds for people who do not manage the list (sharepoint-rest.md §3.2).
    """
    held = rights(call, schema, *chain(schema, listing, row.id))
    if held & wanted != wanted:
        raise access_denied()
    rule = listing.properties.get("WriteSecurity", 1)
    if call.caller.app_only or held & MANAGE_LISTS:
        return
    if rule == NO_ITEMS or (rule == OWN_ITEMS and row.author != call.caller.principal_id):
        raise access_denied()


def require_new(call: Call, schema: Schema, listing: ListRecord, folder: str) -> None:
    """Refuse a caller who may not add items to a list, or to a folder in it. Raises ServiceError (403)."""
    place = Documents(schema.store, listing.id).at(folder)
    require(call, schema, ADD, *(chain(schema, listing, place.id) if place else (listing.id,)))
