"""A small strict reading of the service's filters, and rows as it keeps them (sharepoint-rest.md §6.5, §6.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from lark import Lark, Transformer, v_args

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.language import Language

Wire = Mapping[str, Any]
Predicate = Callable[[Wire], bool]

GRAMMAR = r"""
?start: either
?either: both ("or" both)*
?both: one ("and" one)*
?one: "(" either ")" | NAME OPERATOR literal -> test
?literal: STRING -> text | MOMENT -> moment | NUMBER -> number | "null" -> null
OPERATOR: "eq" | "ne" | "lt" | "le" | "gt" | "ge"
STRING: /'(?:[^']|'')*'/
MOMENT.2: /datetime'[^']*'/
NUMBER: /-?\d+(\.\d+)?/
NAME: /[A-Z][A-Za-z0-9]*/
%ignore " "
"""
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
}


@v_args(inline=True)
class Service(Transformer[Any, Predicate]):
    """The strict reading: an empty column satisfies `eq null` and nothing else; text compares without case (§6.5)."""

    def either(self, *parts: Predicate) -> Predicate:
        return lambda found: any(part(found) for part in parts)

    def both(self, *parts: Predicate) -> Predicate:
        return lambda found: all(part(found) for part in parts)

    def text(self, token: str) -> str:
        return str(token)[1:-1].replace("''", "'").lower()

    def moment(self, token: str) -> datetime:
        return datetime.strptime(str(token), "datetime'%Y-%m-%dT%H:%M:%SZ'").replace(tzinfo=UTC)

    def number(self, token: str) -> float:
        return float(token)

    def null(self) -> None:
        return None

    def test(self, name: str, operator: str, literal: Any) -> Predicate:
        if literal is None:
            assert operator in {"eq", "ne"}
            return lambda found: (found[name] is None) == (operator == "eq")

        def holds(found: Wire) -> bool:
            value = found[name]
            value = value.lower() if isinstance(value, str) else value
            return value is not None and COMPARE[operator](value, literal)

        return holds


PARSER = Lark(GRAMMAR, parser="lalr", transformer=Service())


def selects(text: str, found: Wire) -> bool:
    predicate: Predicate = PARSER.parse(text)  # type: ignore[assignment]
    return predicate(found)


def wire(definition: ListDefinition, item: Item, language: Language, zone: ZoneInfo) -> Wire:
    """A row as the service keeps it: labels, ids, and dates as the instants of local midnight (§6.6)."""
    found: dict[str, Any] = {"Created": item.created, "Modified": item.modified}
    for field in definition.fields:
        value = item[field.name]
        labels = {choice.key: choice.label(language) for choice in field.choices}
        match field.type:
            case "User" | "Lookup":
                found[f"{field.name}Id"] = value.id if isinstance(value, Person | Reference) else None
            case "Choice":
                found[field.name] = labels.get(str(value), value)
            case "DateTime":
                found[field.name] = (
                    datetime.combine(value, time.min, zone).astimezone(UTC) if isinstance(value, date) else None
                )
            case "Boolean":
                found[field.name] = None if value is None else float(bool(value))
            case "Number" | "Currency" | "Text":
                found[field.name] = None if value == "" else value
            # A filter that named a note, a link or several choices would fail here, as it does at the service.
    return found


def a_value(definition: ListDefinition, name: str, around: date) -> st.SearchStrategy[Value]:
    field = definition.field(name)
    assert field is not None
    keys = [choice.key for choice in field.choices]
    if field.type == "MultiChoice":
        return st.lists(st.sampled_from(keys), max_size=2, unique=True).map(tuple)
    if field.type == "DateTime":
        days = st.one_of(st.integers(-70, 40), st.integers(-3, 8))
        return st.one_of(st.none(), days.map(lambda ahead: around + timedelta(days=ahead)))
    values: dict[str, list[Value]] = {
        "Choice": [*keys, "Bij de drukker"],
        "User": [Person(7)],
        "Lookup": [Reference(5)],
        "Currency": [0, 100, -20.5],
        "Calculated": [0, 9, 15, -1],
        "Boolean": [],
        "Number": [0, 1, 50, 90, 91, 100],
        "URL": [Link("https://lindervoort.example")],
    }
    return st.sampled_from([None, *values.get(field.type, ["Tekst", "O'Brien", "o'brien"])])
