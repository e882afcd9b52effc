"""A field's schema XML: read into a record, changed property by property, written back (sharepoint-rest.md §4.5)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from projectlists.sandbox.sharepoint import safexml
from projectlists.sandbox.sharepoint.errors import bad_request, invalid_argument, refused
from projectlists.sandbox.sharepoint.fieldtypes import KINDS, Property, properties_of
from projectlists.sandbox.sharepoint.model import FieldRecord

BUILT_IN_SOURCE = "http://schemas.microsoft.com/sharepoint/v3"
_REMEMBERED: Final = 4096


def parse(xml: str) -> Element:
    """Read one `<Field>` element. Raises ServiceError when it is none, or not XML."""
    try:
        element = safexml.parse(xml)
    except safexml.UnsafeXml as problem:
        raise refused(f"The schema XML of the field cannot be read: {problem}") from problem
    if element.tag != "Field":
        raise invalid_argument()
    return element


def text(element: Element) -> str:
    """The XML as it is kept and shown."""
    return tostring(element, encoding="unicode")


# A change to one column makes the others of its list read again, and every list starts with the same ones.
@lru_cache(_REMEMBERED)
def read(list_id: str, xml: str) -> FieldRecord:
    """The record a schema XML stands for. The XML must have an `ID`, a `Name` and a `Type`."""
    return replace(_record(xml), list_id=list_id)


@lru_cache(_REMEMBERED)
def _record(xml: str) -> FieldRecord:
    element = parse(xml)
    type_name = element.get("Type", "")
    properties = {one.name: get(element, one) for one in properties_of(type_name)}
    return FieldRecord(
        id=element.get("ID", "").strip("{}").lower(),
        list_id="",
        name=element.get("Name", ""),
        type=type_name,
        kind=KINDS.get(type_name, 0),
        title=properties["Title"] or element.get("Name", ""),
        required=properties["Required"],
        hidden=properties["Hidden"],
        read_only=properties["ReadOnlyField"],
        indexed=properties["Indexed"],
        unique=properties["EnforceUniqueValues"],
        xml=xml,
        built_in=element.get("SourceID") == BUILT_IN_SOURCE,
        properties=properties,
    )


def get(element: Element, one: Property) -> Any:
    """The value of a REST property in the XML."""
    child_name, _, attribute = one.place.partition("@")
    holder = element.find(child_name) if child_name else element
    if one.form == "choices":
        return [] if holder is None else [choice.text or "" for choice in holder.findall("CHOICE")]
    raw = None if holder is None else (holder.get(attribute) if attribute else holder.text or "")
    if raw is None:
        return one.default
    return _value(one, raw)


def put(element: Element, one: Property, value: Any) -> None:
    """Write the value of a REST property into the XML; None takes it out. Raises ServiceError on a wrong type."""
    child_name, _, attribute = one.place.partition("@")
    if one.form == "choices":
        _put_choices(element, one, value)
        return
    raw = None if value is None else _raw(one, value)
    if not child_name:
        _put_attribute(element, attribute, raw)
        return
    child = element.find(child_name)
    if raw is None:
        if child is not None and not attribute:
            element.remove(child)
        elif child is not None:
            child.attrib.pop(attribute, None)
        return
    if child is None:
        child = SubElement(element, child_name)
    if attribute:
        child.set(attribute, raw)
    else:
        child.text = raw


def _put_attribute(element: Element, name: str, raw: str | None) -> None:
    if raw is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, raw)


def _put_choices(element: Element, one: Property, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(choice, str) for choice in value):
        raise wrong_type(one.name, "Collection(Edm.String)")
    holder = element.find(one.place)
    if holder is None:
        holder = SubElement(element, one.place)
    for child in list(holder):
        holder.remove(child)
    for choice in value:
        SubElement(holder, "CHOICE").text = choice


def wrong_type(name: str, expected: str) -> Exception:
    """The refusal of a value that is not of the property's type."""
    return bad_request(f"Cannot convert the value of the property '{name}' to the expected type '{expected}'.")


def _value(one: Property, raw: str) -> Any:
    try:
        match one.form:
            case "bool":
                return raw.upper() in {"TRUE", "1"}
            case "int":
                return int(raw)
            case "float":
                return float(raw)
            case "code":
                return one.codes.get(raw, one.default)
            case _:
                return raw
    except ValueError as problem:
        raise refused(f"The attribute of the field for '{one.name}' has an invalid value: '{raw}'.") from problem


def _raw(one: Property, value: Any) -> str:
    match one.form:
        case "bool" if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        case "float" if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value:.15g}"
        case "code" if isinstance(value, int) and not isinstance(value, bool):
            word = next((word for word, code in one.codes.items() if code == value), None)
            if word is None:
                raise invalid_argument()
            return word
        case "text" if isinstance(value, str):
            return value
    names = {"bool": "Edm.Boolean", "int": "Edm.Int32", "float": "Edm.Double", "code": "Edm.Int32"}
    raise wrong_type(one.name, names.get(one.form, "Edm.String"))
