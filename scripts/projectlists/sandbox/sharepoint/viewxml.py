"""A view's definition as XML: `ListViewXml`, and what `SetViewXml` puts in its place (sharepoint-rest.md §5)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from projectlists.sandbox.sharepoint import safexml
from projectlists.sandbox.sharepoint.errors import refused
from projectlists.sandbox.sharepoint.records import ViewRecord

_REMEMBERED: Final = 1024


# A view is shown several times before it changes: when it is made, listed and changed.
@lru_cache(_REMEMBERED)
def write(view: ViewRecord) -> str:
    """The view as one `<View>` element."""
    kept = view.properties
    root = Element(
        "View",
        {
            "Name": f"{{{view.id.upper()}}}",
            **({"DefaultView": "TRUE"} if view.is_default else {}),
            **({"Hidden": "TRUE"} if kept.get("Hidden") else {}),
            "MobileView": "TRUE",
            "Type": str(kept.get("ViewType", "HTML")),
            "DisplayName": view.title,
            "Url": view.url,
            "Level": "1",
            "BaseViewID": "1",
            "ContentTypeID": "0x",
            "ImageUrl": "/_layouts/15/images/generic.png?rev=47",
        },
    )
    root.append(_query(view.query))
    columns = SubElement(root, "ViewFields")
    for name in view.fields:
        SubElement(columns, "FieldRef", {"Name": name})
    limit = SubElement(root, "RowLimit", {"Paged": "TRUE" if kept.get("Paged", True) else "FALSE"})
    limit.text = str(view.row_limit)
    for name in ("Aggregations", "ViewData"):
        if kept.get(name):
            root.append(_parse(f"<{name}>{kept[name]}</{name}>"))
    if kept.get("CustomFormatter"):
        SubElement(root, "CustomFormatter").text = str(kept["CustomFormatter"])
    if kept.get("ViewType2"):
        SubElement(root, "ViewType2").text = str(kept["ViewType2"])
    return tostring(root, encoding="unicode")


def read(view: ViewRecord, xml: str) -> ViewRecord:
    """The view with the definition of another XML; what the XML leaves out gets the value of a new view."""
    root = _parse(xml)
    if root.tag != "View":
        raise refused("The view XML must have View as its root.")
    limit = root.find("RowLimit")
    properties: dict[str, Any] = {
        name: kept for name, kept in view.properties.items() if name in {"ViewType", "PersonalView"}
    }
    properties["ViewQuery"] = _inside(root.find("Query"))
    rows = (limit.text or "").strip() if limit is not None else ""
    if limit is not None and rows.isascii() and rows.isdecimal() and len(rows) < 10:
        properties["RowLimit"] = int(rows)
        properties["Paged"] = limit.get("Paged", "FALSE").upper() == "TRUE"
    for name in ("Aggregations", "ViewData"):
        if root.find(name) is not None:
            properties[name] = _inside(root.find(name))
    for name in ("CustomFormatter", "ViewType2"):
        found = root.find(name)
        if found is not None and found.text:
            properties[name] = found.text
    columns = tuple(one.get("Name", "") for one in root.iterfind("ViewFields/FieldRef"))
    return replace(view, fields=columns, properties=properties)


@lru_cache(_REMEMBERED)
def _query(text: str) -> Element:
    """The query of a view, which nobody changes: the views of a fleet ask the same on every site."""
    return _parse(f"<Query>{text}</Query>")


def field_references(view: ViewRecord) -> str:
    """The columns as `<FieldRef Name="…" />` elements."""
    return "".join(map(_field_reference, view.fields))


@lru_cache(_REMEMBERED)
def _field_reference(name: str) -> str:
    return tostring(Element("FieldRef", {"Name": name}), encoding="unicode")


def check_query(query: str) -> None:
    """Refuse a query that is not well-formed XML."""
    _parse(f"<Query>{query}</Query>")


def inside_query(query: str) -> str:
    """The inside of `<Query>`: of the text itself, or of a whole `<View>` given in its place."""
    root = _parse(f"<Query>{query}</Query>")
    whole = root.find("View")
    if whole is not None:
        return _inside(whole.find("Query"))
    return _inside(root.find("Query")) if root.find("Query") is not None else query


def _inside(element: Element | None) -> str:
    if element is None:
        return ""
    return (element.text or "").strip() + "".join(tostring(child, encoding="unicode").strip() for child in element)


def _parse(xml: str) -> Element:
    try:
        return safexml.parse(xml)
    except safexml.UnsafeXml as problem:
        raise refused(f"The view XML cannot be read: {problem}") from problem
