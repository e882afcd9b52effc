"""Answers as Atom XML: what a caller gets who asks for no JSON (sharepoint-rest.md §1.2).

An entity is an `<entry>`, a page a `<feed>`, the result of a method an element of its name, an error `<m:error>`.
`root` is the absolute URL up to and with `_api/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from projectlists.sandbox.sharepoint.model import ServiceError
from projectlists.sandbox.sharepoint.payload import Collection, Complex, Deferred, Entry

ENTRY_TYPE: Final = "application/atom+xml;type=entry;charset=utf-8"
FEED_TYPE: Final = "application/atom+xml;type=feed;charset=utf-8"
XML_TYPE: Final = "application/xml;charset=utf-8"

_ATOM: Final = "http://www.w3.org/2005/Atom"
_DATA: Final = "http://schemas.microsoft.com/ado/2007/08/dataservices"
_METADATA: Final = f"{_DATA}/metadata"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME: Final = re.compile(r"[^\w.\-]")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", re.ASCII)
_INT32: Final = range(-(2**31), 2**31)

for _prefix, _namespace in (("", _ATOM), ("d", _DATA), ("m", _METADATA)):
    register_namespace(_prefix, _namespace)


def entity(root: str, entry: Entry) -> bytes:
    """One entity."""
    return _document(_entry(root, entry), root)


def feed(root: str, entries: Sequence[Entry], next_link: str | None = None) -> bytes:
    """A page of entities, with the absolute URL of the next page."""
    return _document(_feed(root, entries, next_link), root)


def value(root: str, name: str, result: Any) -> bytes:
    """The result of a method or one property: an element of its name, an entity as such."""
    if isinstance(result, Entry):
        return entity(root, result)
    element = Element(_data_name(name))
    _fill(root, element, result)
    return _document(element)


def error(failure: ServiceError) -> bytes:
    """An error."""
    element = Element(f"{{{_METADATA}}}error")
    SubElement(element, f"{{{_METADATA}}}code").text = failure.code
    message = SubElement(element, f"{{{_METADATA}}}message", {f"{{{_XML}}}lang": "en-US"})
    message.text = _clean(failure.message)
    return _document(element)


def _document(element: Element, base: str = "") -> bytes:
    if base:
        element.set(f"{{{_XML}}}base", base)
    found: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return found


def _entry(root: str, entry: Entry) -> Element:
    element = Element(f"{{{_ATOM}}}entry")
    if entry.etag:
        element.set(f"{{{_METADATA}}}etag", entry.etag)
    _head(element, root + entry.uri)
    scheme = {"term": entry.type_name, "scheme": f"{_DATA}/scheme"}
    SubElement(element, f"{{{_ATOM}}}category", scheme)
    SubElement(element, f"{{{_ATOM}}}link", {"rel": "edit", "href": _clean(entry.uri)})
    content = Element(f"{{{_ATOM}}}content", {"type": "application/xml"})
    properties = SubElement(content, f"{{{_METADATA}}}properties")
    for name, given in entry.properties.items():
        if not _link(root, element, entry, name, given):
            _fill(root, SubElement(properties, _data_name(name)), given)
    element.append(content)
    return element


def _feed(root: str, entries: Sequence[Entry], next_link: str | None) -> Element:
    element = Element(f"{{{_ATOM}}}feed")
    _head(element, root)
    for entry in entries:
        element.append(_entry(root, entry))
    if next_link:
        SubElement(element, f"{{{_ATOM}}}link", {"rel": "next", "href": next_link})
    return element


def _head(element: Element, identity: str) -> None:
    SubElement(element, f"{{{_ATOM}}}id").text = _clean(identity)
    SubElement(element, f"{{{_ATOM}}}title")
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    SubElement(element, f"{{{_ATOM}}}updated").text = moment


def _link(root: str, element: Element, entry: Entry, name: str, given: Any) -> bool:
    """Write a navigation property, expanded or not, as a link; False for any other property."""
    many = isinstance(given, list | tuple) and bool(given) and isinstance(given[0], Entry)
    if not many and not isinstance(given, Entry | Deferred):
        return False
    place = given.uri if isinstance(given, Deferred) else f"{entry.uri}/{name}"
    kind = "feed" if many else "entry"
    attributes = {
        "rel": f"{_DATA}/related/{name}",
        "type": f"application/atom+xml;type={kind}",
        "title": name,
        "href": _clean(place),
    }
    link = SubElement(element, f"{{{_ATOM}}}link", attributes)
    if not isinstance(given, Deferred):
        inline = SubElement(link, f"{{{_METADATA}}}inline")
        inline.append(_feed(root, given, None) if many else _entry(root, given))
    return True


def _fill(root: str, element: Element, given: Any) -> None:
    """Write a value into the element of a property: its type, unless it is a text, and its text or parts."""
    match given:
        case None:
            element.set(f"{{{_METADATA}}}null", "true")
        case Complex():
            element.set(f"{{{_METADATA}}}type", given.type_name)
            _parts(root, element, given.properties)
        case Mapping():
            _parts(root, element, given)
        case Collection():
            _members(root, element, given.values, given.item_type)
        case list() | tuple():
            kind = "Edm.Int32" if given and all(type(one) is int for one in given) else "Edm.String"
            _members(root, element, given, kind)
        case Entry():
            element.append(_entry(root, given))
        case _:
            _plain(element, given)


def _parts(root: str, element: Element, properties: Mapping[str, Any]) -> None:
    for name, given in properties.items():
        if not isinstance(given, Deferred):
            _fill(root, SubElement(element, _data_name(name)), given)


def _members(root: str, element: Element, values: Sequence[Any], item_type: str) -> None:
    element.set(f"{{{_METADATA}}}type", f"Collection({item_type})")
    for one in values:
        _fill(root, SubElement(element, f"{{{_DATA}}}element"), one)


def _plain(element: Element, given: Any) -> None:
    kind, text = "", str(given)
    if isinstance(given, bool):
        kind, text = "Edm.Boolean", text.lower()
    elif isinstance(given, int):
        kind = "Edm.Int32" if given in _INT32 else "Edm.Int64"
    elif isinstance(given, float):
        kind = "Edm.Double"
    elif _MOMENT.fullmatch(text):
        kind = "Edm.DateTime"
    if kind:
        element.set(f"{{{_METADATA}}}type", kind)
    element.text = _clean(text)


def _data_name(name: str) -> str:
    safe = _NOT_NAME.sub(lambda found: f"_x{ord(found[0]):04x}_", name)
    return f"{{{_DATA}}}{safe}"


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
