"""The hidden list of all site collections on the administration's own site (sharepoint-rest.md §2.7).

The admin centre and CLI for Microsoft 365 read it. Here it is computed from the sites there are, deleted ones included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, answers, bodies, hubs, safexml
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.errors import access_denied, invalid_argument, not_implemented
from projectlists.sandbox.sharepoint.model import Call, Segment, Web
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many
from projectlists.sandbox.sharepoint.schema import Schema

TITLE: Final = "DO_NOT_DELETE_SPLIST_TENANTADMIN_AGGREGATED_SITECOLLECTIONS"
ADMINISTERS: Final = frozenset({"Sites.FullControl.All", "AllSites.FullControl"})
"""Rights on the whole tenant; a grant on one site is none."""
_IDS: Final = frozenset({"SiteId", "HubSiteId", "GroupId"})
_LISTS: Final = frozenset({"getbytitle", "getlistbytitle"})

Test = Callable[[Mapping[str, Any]], bool]
_COMPARISONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Eq": str.__eq__,
    "Neq": str.__ne__,
    "BeginsWith": str.startswith,
    "Contains": str.__contains__,
}


def asked(segments: Sequence[Segment]) -> tuple[Segment, ...] | None:
    """What follows the list in the address of a request; None when the request is about something else."""
    rest = [one for one in segments if one.key not in {"web", "lists"}]
    if not rest or rest[0].key not in _LISTS or str(next(iter(rest[0].arguments), "")).upper() != TITLE:
        return None
    return tuple(rest[1:])


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer the list, its items, and `RenderListDataAsStream`. Raises ServiceError: 403, 501."""
    if not call.caller.scopes & ADMINISTERS:
        raise access_denied()
    rows = [facts(call, web) for web in (*schema.sites(), *schema.deleted_sites())]
    if not rest:
        return answer(call, Resource("SP.List", f"Web/Lists/GetByTitle('{TITLE}')", {"Title": TITLE, "Hidden": True}))
    match rest[0].key, call.method:
        case "items", "GET" if len(rest) == 1 and not rest[0].arguments:
            return answer_many(call, (_item(row) for row in rows))
        case "renderlistdataasstream", "POST" if len(rest) == 1:
            return _stream(call, rest[0], rows)
    raise not_implemented(f"{'/'.join(segment.name for segment in rest)} of the list of all sites")


def facts(call: Call, web: Web) -> dict[str, Any]:
    """What the list says of a site collection."""
    administration = web.properties.get("Administration", {})
    return {
        "CreatedBy": web.properties.get("Owner", ""),
        "GroupId": web.properties.get("GroupId", hubs.NONE),
        "HubSiteId": hubs.hub_id(web),
        "LockState": administration.get("LockState", "Unlock"),
        "SiteId": web.site_id,
        "SiteOwnerName": web.properties.get("Owner", ""),
        "SiteUrl": f"https://{call.tenant.sharepoint_host}{web.url or '/'}",
        # 1 is a site that is there.
        "State": 1,
        "TemplateName": web.properties.get("Template", "STS#3"),
        "TimeCreated": web.properties.get("Created"),
        "TimeDeleted": web.deleted_at,
        "Title": web.title,
    }


def _item(row: Mapping[str, Any]) -> Resource:
    return Resource("SP.Data.AggregatedSiteCollectionsListItem", f"Web/Lists/GetByTitle('{TITLE}')/Items", row)


def _stream(call: Call, method: Segment, rows: Sequence[Mapping[str, Any]]) -> Response:
    given = bodies.arguments(call, method, ("parameters",)).get("parameters")
    view = given.get("ViewXml") if isinstance(given, dict) else None
    if not isinstance(view, str):
        raise invalid_argument()
    try:
        root = safexml.parse(view.encode())
    except safexml.UnsafeXml as problem:
        raise invalid_argument() from problem
    where, wanted = root.find("./Query/Where"), [one.get("Name", "") for one in root.findall("./ViewFields/FieldRef")]
    test = _test(where[0]) if where is not None and len(where) else lambda _row: True
    order = root.find("./Query/OrderBy/FieldRef")
    found = [_told(row) for row in rows if test(row)]
    if order is not None:
        descending = str(order.get("Ascending", "")).upper() == "FALSE"
        found.sort(key=lambda row: row.get(order.get("Name", ""), "").lower(), reverse=descending)
    shown = [{name: row[name] for name in (wanted or row) if name in row} for row in found]
    permissions = f"0x{access.EVERYTHING:x}"
    body = {
        "Row": Collection([Complex(row, "SP.KeyValue") for row in shown], "SP.KeyValue"),
        "FirstRow": 1,
        "FolderPermissions": permissions,
        "LastRow": len(shown),
        "RowLimit": len(shown),
    }
    return answers.value(call, "RenderListDataAsStream", Complex(body, "SP.RenderListData"))


def _told(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as a stream writes it: everything a text, ids in capitals and braces."""
    return {
        name: f"{{{str(value).upper()}}}" if name in _IDS else "" if value is None else str(value)
        for name, value in row.items()
    }


def _test(condition: Element) -> Test:
    """What one condition of a view lets pass. Raises ServiceError (501) for one that is not read here."""
    kind = condition.tag
    if kind in {"And", "Or"}:
        parts = [_test(one) for one in condition]
        whole = all if kind == "And" else any
        return lambda row: whole(part(row) for part in parts)
    reference, value = condition.find("FieldRef"), condition.find("Value")
    name = reference.get("Name", "") if reference is not None else ""
    if kind in {"IsNull", "IsNotNull"}:
        return lambda row: (row.get(name) is None) is (kind == "IsNull")
    wanted = _plain(value.text or "" if value is not None else "")
    if kind not in _COMPARISONS:
        raise not_implemented(f"the condition {kind} on the list of all sites")
    compare = _COMPARISONS[kind]
    return lambda row: compare(_plain(str(row.get(name) or "")), wanted)


def _plain(text: str) -> str:
    return re.sub(r"[{}]", "", text).lower()
