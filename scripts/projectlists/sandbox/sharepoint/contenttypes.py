"""A list's content types, to be read: one for its items or files and one for folders (sharepoint-rest.md §4.7, §6.2).

Clients ask for them before they add an item, to check a name the caller gave.
"""

from __future__ import annotations

from dataclasses import replace

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import not_implemented, unknown_resource
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema

_GROUPS = {
    "Document": "Document Content Types",
    "Folder": "Folder Content Types",
    "Item": "List Content Types",
    "System": "_Hidden",
}
_PARENTS = {"Document": "0x0101", "Folder": "0x0120", "Item": "0x01"}


def handle(call: Call, listing: ListRecord, rest: tuple[Segment, ...], _schema: Schema) -> Response:
    """Answer a list's `…/ContentTypes` and one of them with its properties."""
    return _answer(call, of_list(listing), rest)


def handle_web(call: Call, rest: tuple[Segment, ...], _schema: Schema) -> Response:
    """Answer `web/ContentTypes`: the three that the lists here are made from."""
    return _answer(call, [_of_site(call.web.url, name) for name in _PARENTS], rest)


def _answer(call: Call, found: list[Resource], rest: tuple[Segment, ...]) -> Response:
    if call.method not in {"GET", "HEAD"}:
        raise not_implemented("changing content types")
    if len(rest) == 1 and not rest[0].called:
        return answer_many(call, found)
    method, below = (rest[0], rest[1:]) if rest[0].called else (rest[1], rest[2:])
    if method.key not in {"contenttypes", "getbyid"}:
        raise not_implemented(f"ContentTypes/{method.name}")
    wanted = str(address.argument(method, "id"))
    chosen = next((one for one in found if str(one.properties["StringId"]).lower() == wanted.lower()), None)
    if chosen is None:
        raise unknown_resource(f"ContentTypes('{wanted}')")
    if not below:
        return answer(call, chosen)
    part = single_property(call, chosen, below[0].key) if len(below) == 1 else None
    if part is None:
        raise not_implemented(f"a content type's {'/'.join(segment.name for segment in below)}")
    return part


def of_list(listing: ListRecord) -> list[Resource]:
    """The content types of a list, the one of new items first."""
    own = listing.id.replace("-", "").upper()
    first = ("Document", f"0x010100{own}") if listing.is_library else ("Item", f"0x0100{own}")
    return [_resource(listing, *one) for one in (first, ("Folder", f"0x012000{own}"))]


def _resource(listing: ListRecord, name: str, identity: str) -> Resource:
    uri = f"Web/Lists(guid'{listing.id}')/ContentTypes('{identity}')"
    shown = _shape(uri, name, identity, listing.url)
    return replace(shown, links={"Parent": lambda: _of_site(listing.web_url, name)})


def _of_site(web_url: str, name: str) -> Resource:
    """A content type of the site, such as a list's own is made from."""
    shown = _shape(f"Web/ContentTypes('{_PARENTS[name]}')", name, _PARENTS[name], web_url or "/")
    above = None if name == "Item" else "Item"
    return replace(shown, links={"Parent": lambda: _of_site(web_url, above) if above else _system(web_url)})


def _system(web_url: str) -> Resource:
    """The content type that all others come from."""
    return _shape("Web/AvailableContentTypes('0x')", "System", "0x", web_url or "/")


def _shape(uri: str, name: str, identity: str, scope: str) -> Resource:
    return Resource(
        "SP.ContentType",
        uri,
        {
            "Description": f"Create a new {name.lower()}.",
            "DisplayFormTemplateName": "ListForm",
            "DisplayFormUrl": "",
            "DocumentTemplate": "",
            "DocumentTemplateUrl": "",
            "EditFormTemplateName": "ListForm",
            "EditFormUrl": "",
            "Group": _GROUPS[name],
            "Hidden": False,
            "Id": Complex({"StringValue": identity}, "SP.ContentTypeId"),
            "JSLink": "",
            "Name": name,
            "NewFormTemplateName": "ListForm",
            "NewFormUrl": "",
            "ReadOnly": False,
            "Scope": scope,
            "Sealed": False,
            "StringId": identity,
        },
    )
