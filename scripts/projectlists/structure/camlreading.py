"""CAML of a view back into the words of a definition, as far as they go. Pure.

The mirror of `caml`: what it reads, `caml.query` writes again. Whoever uses it checks that, for not every query that
people make can be said in a definition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

Condition = dict[str, Any]
_DATES = {"Lt": "before", "Leq": "until", "Geq": "since", "Gt": "after"}
_NUMBERS = {"Geq": "at_least", "Leq": "at_most"}


class NotUnderstood(ValueError):
    """A part of a query that a definition has no words for; the text names it."""


@dataclass(frozen=True)
class ReadQuery:
    """A query in the words of a definition: `filter`, `sort` and `group` as they stand in its file."""

    filter: Condition | None = None
    sort: tuple[dict[str, Any], ...] = ()
    group: tuple[str, ...] = ()


def read(query_xml: str, choices: Mapping[str, Mapping[str, str]]) -> ReadQuery:
    """The query in the words of a definition. `choices` are keys by label, by column.

    Raises:
        NotUnderstood: it asks something that a definition cannot.
    """
    try:
        # S314: comes over TLS from the tenant's own site; expat 2.4 and later refuses entity bombs.
        root = fromstring(f"<Query>{query_xml}</Query>")  # noqa: S314
    except ParseError:
        raise NotUnderstood(query_xml) from None
    found = ReadQuery()
    for part in root:
        match part.tag:
            case "Where" if len(part) == 1:
                found = ReadQuery(_condition(part[0], choices), found.sort, found.group)
            case "OrderBy":
                found = ReadQuery(found.filter, tuple(_sort(each) for each in part), found.group)
            case "GroupBy":
                found = ReadQuery(found.filter, found.sort, tuple(_name(each) for each in part))
            case _:
                raise NotUnderstood(part.tag)
    return found


def _sort(reference: Element) -> dict[str, Any]:
    descending = reference.get("Ascending", "TRUE").upper() == "FALSE"
    return {"field": _name(reference)} | ({"descending": True} if descending else {})


def _condition(element: Element, choices: Mapping[str, Mapping[str, str]]) -> Condition:
    if element.tag not in {"And", "Or"}:
        return _test(element, choices)
    short = _short(element, choices)
    if short:
        return short
    members = _members(element, choices)
    return {"all" if element.tag == "And" else "any": [_condition(member, choices) for member in members]}


def _short(element: Element, choices: Mapping[str, Mapping[str, str]]) -> Condition | None:
    """One test of a definition that CAML takes an `Or` for."""
    if element.tag != "Or":
        return None
    members = _nested(element, "Or")
    return _one_of(members, choices) or _unequal(members, choices)


def _members(element: Element, choices: Mapping[str, Mapping[str, str]]) -> list[Element]:
    """The members of nested pairs, as `caml` nests them: the first pair innermost; a test in short form is one."""
    if len(element) != 2:
        raise NotUnderstood(element.tag)
    first, second = element
    if first.tag != element.tag or _short(first, choices):
        return [first, second]
    return [*_members(first, choices), second]


def _nested(element: Element, tag: str) -> list[Element]:
    """The members of nested pairs, whatever they are."""
    if element.tag != tag or len(element) != 2:
        return [element]
    return [*_nested(element[0], tag), element[1]]


def _one_of(members: Sequence[Element], choices: Mapping[str, Mapping[str, str]]) -> Condition | None:
    """`Status = A or Status = B`."""
    if any(member.tag != "Eq" for member in members):
        return None
    name, *others = dict.fromkeys(_column(member) for member in members)
    if others or name not in choices:
        return None
    return {"field": name, "one_of": [_key(name, _text(member), choices) for member in members]}


def _unequal(members: Sequence[Element], choices: Mapping[str, Mapping[str, str]]) -> Condition | None:
    """`Status is empty, or is not A and not B`: how a definition's "not" lets empty columns through."""
    if len(members) != 2 or members[0].tag != "IsNull":
        return None
    name = _column(members[0])
    others = _nested(members[1], "And")
    if any(other.tag != "Neq" or _column(other) != name for other in others):
        return None
    values = [_value(name, other, choices) for other in others]
    return {"field": name, "not_equals": values[0]} if len(values) == 1 else {"field": name, "none_of": values}


def _test(element: Element, choices: Mapping[str, Mapping[str, str]]) -> Condition:
    name, tag = _column(element), element.tag
    if tag in {"IsNull", "IsNotNull"}:
        return {"field": name, "empty": tag == "IsNull"}
    value = element.find("Value")
    if value is None:
        raise NotUnderstood(tag)
    if tag in {"Eq", "Neq"} and value.find("UserID") is not None:
        return {"field": name, "is_me": tag == "Eq"}
    if tag == "Eq":
        return {"field": name, "equals": _value(name, element, choices)}
    if tag == "Neq":
        return {"field": name, "not_equals": _value(name, element, choices)}
    if tag in _NUMBERS and value.get("Type") == "Number":
        return {"field": name, _NUMBERS[tag]: float(_text(element))}
    if tag in _DATES and value.get("Type") == "DateTime":
        return {"field": name, _DATES[tag]: _day(value)}
    raise NotUnderstood(tag)


def _value(name: str, element: Element, choices: Mapping[str, Mapping[str, str]]) -> str | bool:
    value = element.find("Value")
    kind = value.get("Type") if value is not None else None
    if kind == "Boolean":
        return _text(element) == "1"
    if kind in {"Text", "Choice", "MultiChoice"}:
        return _key(name, _text(element), choices)
    raise NotUnderstood(f"{element.tag} {kind}")


def _key(name: str, label: str, choices: Mapping[str, Mapping[str, str]]) -> str:
    if name not in choices:
        return label
    if label not in choices[name]:
        raise NotUnderstood(label)
    return choices[name][label]


def _day(value: Element) -> str:
    today = value.find("Today")
    if today is not None:
        offset = int(today.get("OffsetDays", "0"))
        return f"today{offset:+d}" if offset else "today"
    return (value.text or "").strip()[:10]


def _text(element: Element) -> str:
    value = element.find("Value")
    if value is None or len(value):
        raise NotUnderstood(element.tag)
    return (value.text or "").strip()


def _column(element: Element) -> str:
    reference = element.find("FieldRef")
    if reference is None or reference.get("LookupId", "FALSE").upper() == "TRUE":
        raise NotUnderstood(element.tag)
    return _name(reference)


def _name(reference: Element) -> str:
    name = reference.get("Name", "")
    if reference.tag != "FieldRef" or not name:
        raise NotUnderstood(reference.tag)
    return name
