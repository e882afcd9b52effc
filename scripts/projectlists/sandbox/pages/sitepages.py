"""Pages under a site's own addresses: the site, its lists through their views, their rows."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from projectlists.sandbox.http import Response
from projectlists.sandbox.pages import board, html, item, month, site
from projectlists.sandbox.pages.house import House, NotFoundError
from projectlists.sandbox.pages.listing import Listing, Rows
from projectlists.sandbox.pages.visit import Visit
from projectlists.sandbox.pages.words import Words
from projectlists.sandbox.sharepoint.model import ListRecord, Web
from projectlists.sandbox.sharepoint.records import ViewRecord

ROOT_SITE: Final = "/root"
"""The page of the tenant's root site, whose own address is that of the first page here."""
_ROW_PAGES: Final = frozenset({"dispform.aspx", "editform.aspx"})


def page(house: House, visit: Visit, path: str) -> Response:
    """The page at a decoded path without a slash at the end. Raises NotFoundError."""
    web = house.web_at("" if path == ROOT_SITE else path)
    if web is None:
        raise NotFoundError
    if path in {web.url, ROOT_SITE}:
        return html.page(house.tenant, visit, "site.html", section="/", site=site.read(house, web))
    record = _list_at(house, web, path)
    page_name = path[len(record.url) :].strip("/").lower()
    if page_name in _ROW_PAGES:
        found = item.find(house, web, record, visit.option("ID"))
        return html.page(house.tenant, visit, "item.html", section="/", web=web, record=record, item=found)
    return _view_page(house, visit, web, record, _view_at(house, record, path, page_name))


def _list_at(house: House, web: Web, path: str) -> ListRecord:
    parts = path.split("/")
    below = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    found = next((record for url in below if url and (record := house.schema.list_by_url(web.url, url))), None)
    if found is None:
        raise NotFoundError
    return found


def _view_at(house: House, record: ListRecord, path: str, page_name: str) -> ViewRecord:
    for view in house.schema.views(record.id):
        if view.url.lower() == path.lower() or (not page_name and view.is_default):
            return view
    raise NotFoundError


def _view_page(house: House, visit: Visit, web: Web, record: ListRecord, view: ViewRecord) -> Response:
    listing = Listing(house, web, record, view, visit, month.asked(visit.option("month")))
    common: dict[str, Any] = {"section": "/", "listing": listing, "layout_note": "", "numbered": True}
    if listing.shape.layout == "calendar":
        rows = listing.all()
        drawn = month.month(listing, rows.rows)
        return html.page(house.tenant, visit, "month.html", **common | {"numbered": False}, rows=rows, month=drawn)
    rows = listing.page()
    common |= {"rows": rows, "further": _further(visit, rows)}
    if listing.shape.layout == "board":
        return html.page(house.tenant, visit, "board.html", **common, lanes=board.lanes(listing, rows.rows))
    if listing.shape.layout == "gallery":
        common["layout_note"] = Words(visit.language)("list.gallery")
    grouped = bool(listing.shape.groups) and bool(rows.rows)
    return html.page(
        house.tenant,
        visit,
        "list.html",
        **common,
        groups=listing.grouped(rows.rows) if grouped else (),
        lines=[] if grouped else [listing.line(row) for row in rows.rows],
    )


def _further(visit: Visit, rows: Rows) -> str:
    """The address of the next rows."""
    kept = {"me": visit.option("me")}
    return visit.link(visit.path, {**kept, **dict(parse_qsl(rows.further, keep_blank_values=True))})
