"""Smaller methods of lists: reserving an id, who looks a list up, and the libraries a site has one of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, answers, newlists
from projectlists.sandbox.sharepoint.errors import not_implemented, unsupported_verb
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer_many
from projectlists.sandbox.sharepoint.rows import rows_of
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid

# Title, folder and template of a library by the method that makes sure of it.
_LIBRARIES: Final[Mapping[str, tuple[str, str, int]]] = {
    "ensuresitepageslibrary": ("Site Pages", "SitePages", 119),
    "ensuresiteassetslibrary": ("Site Assets", "SiteAssets", 101),
}


def reserve(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `ReserveListItemId`: an id that no other item will get."""
    if call.method != "POST" or len(rest) > 1:
        raise unsupported_verb("SP.List", call.method)
    access.require(call, schema, access.ADD, listing.id)
    with schema.store.transaction():
        return answers.value(call, "ReserveListItemId", rows_of(schema.store).next_id(listing.id))


def related(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetRelatedFields`: the columns of other lists that look this one up."""
    if len(rest) > 1:
        raise not_implemented(f"GetRelatedFields/{rest[1].name}")
    found = [
        Resource(
            "SP.RelatedField",
            f"Web/Lists(guid'{listing.id}')/GetRelatedFields",
            {
                "FieldId": field.id,
                "ListId": other.id,
                "RelationshipDeleteBehavior": field.properties["RelationshipDeleteBehavior"],
                "WebId": call.web.id,
            },
        )
        for other in schema.lists(call.web.url)
        for field in schema.fields(other.id)
        if field.type in {"Lookup", "LookupMulti"}
        and plain_guid(str(field.properties.get("LookupList") or "")) == listing.id
        and access.sees_list(call, schema, other)
    ]
    return answer_many(call, found)


def ensured(call: Call, method: Segment, schema: Schema) -> ListRecord | None:
    """The library that `EnsureSitePagesLibrary` or `EnsureSiteAssetsLibrary` makes sure of; None for other methods."""
    if method.key not in _LIBRARIES:
        return None
    if call.method != "POST":
        raise unsupported_verb("SP.ListCollection", call.method)
    title, url, template = _LIBRARIES[method.key]
    found = schema.list_by_url(call.web.url, url)
    if found is not None:
        return found
    access.require(call, schema, access.MANAGE_LISTS)
    return newlists.create(schema, call.web, title=title, template=template, url=url, properties={})
