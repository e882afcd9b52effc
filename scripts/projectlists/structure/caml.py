"""Conditions, order and grouping of a view as CAML, the inside of `<Query>` (sharepoint-rest.md §5, §6.9). Pure.

`<And>` and `<Or>` take exactly two members. `[Today]+7` is `<Today OffsetDays="7"/>`, `[Me]` is `<UserID/>`, and a
choice stands as its label in the language of the site (guide.md §2.0.2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring
from xml.sax.saxutils import escape, quoteattr

from projectlists.definitions.condition import All, Condition, Related, Test, is_field_name
from projectlists.definitions.model import ListDefinition, ListField
from projectlists.definitions.viewmodel import View
from projectlists.item import in_full
from projectlists.language import Language

_NUMBERS = {"at_least": "Geq", "at_most": "Leq", "above": "Gt", "below": "Lt"}
_COMPARISONS = {"before": "Lt", "until": "Leq", "since": "Geq", "after": "Gt", "same_day": "Eq", **_NUMBERS}
_RELATIVE = re.compile(r"^today([+-]\d+)?$")
_BUILT_IN = {"ID": "Counter", "Created": "DateTime", "Modified": "DateTime", "Author": "User", "Editor": "User"}
_DEFAULTS = {"Ascending": "TRUE", "LookupId": "FALSE", "Collapse": "FALSE"}


def query(definition: ListDefinition, view: View, language: Language) -> str:
    """The `ViewQuery` of a view: grouping, order and filter.

    Raises:
        ValueError: the filter compares two columns or looks into another list, which CAML cannot (guide.md §2.2).
    """
    root = Element("Query")
    if view.group:
        group = SubElement(root, "GroupBy", Collapse="FALSE", GroupLimit="30")
        for name in view.group:
            SubElement(group, "FieldRef", Name=name)
    if view.sort:
        order = SubElement(root, "OrderBy")
        for sort in view.sort:
            attributes = {"Name": sort.field} | ({"Ascending": "FALSE"} if sort.descending else {})
            SubElement(order, "FieldRef", attributes)
    tests = [_overlap(view.start, view.end or view.start)] if view.layout == "calendar" and view.start else []
    if view.filter is not None:
        tests.append(_condition(view.filter, definition, language))
    if tests:
        SubElement(root, "Where").append(_nested("And", tests))
    return normalised("".join(tostring(child, encoding="unicode") for child in root))


def normalised(query_xml: str) -> str:
    """A query in one spelling, so that two can be compared: attribute order, spaces, quotes and defaults do not count.

    It is valid itself, and is what `query` gives.

    Text that is no XML is returned without the spaces around it.
    """
    try:
        # S314: comes over TLS from the tenant's own site; expat 2.4 and later refuses entity bombs.
        root = fromstring(f"<Query>{query_xml}</Query>")  # noqa: S314
    except ParseError:
        return query_xml.strip()
    children = list(root)
    if any((text or "").strip() for text in (root.text, *(child.tail for child in children))):
        return query_xml.strip()
    if len(children) == 1 and children[0].tag in {"Query", "View"}:
        children = list(children[0].find("Query") or children[0])
    return "".join(_plain(child) for child in sorted(children, key=lambda child: child.tag))


def same(left: str, right: str) -> bool:
    """Whether two normalised queries ask the same.

    Whether a value is called a text or a choice makes no difference: SharePoint's own pages write Text for a choice.
    """
    return left.replace('Type="Choice"', 'Type="Text"') == right.replace('Type="Choice"', 'Type="Text"')


def _plain(element: Element) -> str:
    kept = {
        name: value
        for name, value in element.attrib.items()
        if _DEFAULTS.get(name) != value.upper() and not (element.tag == "UserID" and name == "Type")
    }
    attributes = "".join(f" {name}={quoteattr(kept[name])}" for name in sorted(kept))
    inside = escape((element.text or "").strip()) + "".join(_plain(child) for child in element)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>" if inside else f"<{element.tag}{attributes} />"


def _overlap(start: str, end: str) -> Element:
    """What a calendar asks for: the rows that touch the month shown (§5)."""
    overlap = Element("DateRangesOverlap")
    SubElement(overlap, "FieldRef", Name=start)
    SubElement(overlap, "FieldRef", Name=end)
    SubElement(SubElement(overlap, "Value", Type="DateTime"), "Month")
    return overlap


def _condition(condition: Condition, definition: ListDefinition, language: Language) -> Element:
    if isinstance(condition, Test):
        return _test(condition, definition.field(condition.field), language)
    if isinstance(condition, Related):
        raise ValueError(f"a view cannot look into another list: {condition.list}")  # noqa: TRY004 - not about types
    tag, parts = ("And", condition.all) if isinstance(condition, All) else ("Or", condition.any)
    return _nested(tag, [_condition(part, definition, language) for part in parts])


def _test(test: Test, field: ListField | None, language: Language) -> Element:
    operator, operand = test.operator, test.operand
    if operator == "empty":
        return _presence(test.field, empty=bool(operand))
    if operator == "is_me":
        comparison = _reference("Eq" if operand else "Neq", test.field)
        SubElement(SubElement(comparison, "Value", Type="Integer"), "UserID")
        return comparison
    if operator in {"equals", "one_of"}:
        values = operand if operator == "one_of" else (operand,)
        return _nested("Or", [_equality("Eq", test, value, field, language) for value in values])
    if operator in {"not_equals", "none_of"}:
        values = operand if operator == "none_of" else (operand,)
        unequal = _nested("And", [_equality("Neq", test, value, field, language) for value in values])
        # `matches` lets an empty field through here; CAML's Neq alone would not.
        return unequal if field and field.required else _nested("Or", [_presence(test.field, empty=True), unequal])
    if operator not in _COMPARISONS:
        raise ValueError(f"a view cannot compare with another value of the row: {test.field}")
    comparison = _reference(_COMPARISONS[operator], test.field)
    if operator in _NUMBERS:
        SubElement(comparison, "Value", Type="Number").text = in_full(operand)
    else:
        comparison.append(_day(operand))
    return comparison


def _presence(name: str, *, empty: bool) -> Element:
    return _reference("IsNull" if empty else "IsNotNull", name)


def _equality(tag: str, test: Test, value: str | bool | int, field: ListField | None, language: Language) -> Element:
    comparison = _reference(tag, test.field)
    if isinstance(value, bool):
        SubElement(comparison, "Value", Type="Boolean").text = "1" if value else "0"
        return comparison
    labels = {choice.key: choice.label(language) for choice in field.choices} if field else {}
    kind = field.type if field else _BUILT_IN.get(test.field, "Text")
    SubElement(comparison, "Value", Type=kind).text = labels.get(str(value), str(value))
    return comparison


def _day(operand: str) -> Element:
    value = Element("Value", Type="DateTime")
    relative = _RELATIVE.match(operand)
    if relative:
        offset = int(relative.group(1) or 0)
        SubElement(value, "Today", {"OffsetDays": str(offset)} if offset else {})
    elif is_field_name(operand):
        raise ValueError(f"a view cannot compare two columns: {operand}")
    else:
        value.text = f"{operand}T00:00:00Z"
    return value


def _reference(tag: str, name: str) -> Element:
    element = Element(tag)
    SubElement(element, "FieldRef", Name=name)
    return element


def _nested(tag: str, members: Sequence[Element]) -> Element:
    def pair(left: Element, right: Element) -> Element:
        both = Element(tag)
        both.extend((left, right))
        return both

    return reduce(pair, members)
