"""Two readings of which rows a view shows: the words of the guide, and the CAML that the service was given.

A row is a choice label, a number of days from today, a number, `True`/`False`, `me` or somebody, or None per column.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from tests.domain.guide import Listing, ViewRow

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
_TEST = re.compile(r"(\w+) (=|<>|<=|>=|<|>|in|empty)(?: (.*))?")
_DAY = re.compile(r"\[Today\]([+-]\d+)?")
_MOST = 3000


def in_words(view: ViewRow, listing: Listing, language: str) -> Test:
    """The filter of the guide; an empty column is in no range, and is not a choice."""
    tokens = re.findall(r"\(|\)|\band\b|\bor\b|(?:(?!\band\b|\bor\b)[^()])+", view.filter)
    words = [token.strip() for token in tokens if token.strip()]

    def either() -> Test:
        parts = [both()]
        while words and words[0] == "or":
            words.pop(0)
            parts.append(both())
        return lambda row: any(part(row) for part in parts)

    def both() -> Test:
        parts = [one()]
        while words and words[0] == "and":
            words.pop(0)
            parts.append(one())
        return lambda row: all(part(row) for part in parts)

    def one() -> Test:
        word = words.pop(0)
        if word == "(":
            inside = either()
            assert words.pop(0) == ")"
            return inside
        if word == "open":
            closed = [listing.columns[view.status].choices[key][language] for key in view.closed]
            return lambda row: row[view.status] not in closed
        return _single(word, listing, language)

    if not words:
        return lambda _row: True
    found = either()
    assert not words, words
    return found


def _single(word: str, listing: Listing, language: str) -> Test:
    match = _TEST.fullmatch(word)
    assert match, word
    name, operator, operand = match[1], match[2], match[3]
    if operator == "empty":
        return lambda row: row[name] is None
    if operator in {"<", "<=", ">", ">="}:
        day = _DAY.fullmatch(operand)
        return _compared(name, operator, int(day[1] or 0) if day else float(operand))
    values = [_value(part.strip(), listing.columns[name].choices, language) for part in operand.split(",")]
    if operator == "<>":
        return lambda row: row[name] not in values
    return lambda row: row[name] in values


def _value(text: str, choices: Mapping[str, Mapping[str, str]], language: str) -> Any:
    return choices[text][language] if choices else {"[Me]": "me", "Yes": True, "No": False}[text]


def _compared(name: str, operator: str, limit: float) -> Test:
    def holds(row: Row) -> bool:
        value = row[name]
        if value is None:
            return False
        return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[operator]

    return holds


def in_caml(query: str) -> Test:
    """The `<Where>` of a view's query, as SharePoint answers it: an empty column satisfies `IsNull` and nothing else.

    The rows of a calendar are those of the month shown, so its overlap counts as satisfied.
    """
    where = fromstring(f"<Query>{query}</Query>").find("Where")
    return (lambda _row: True) if where is None else _read(where[0])


def _read(element: Element) -> Test:
    if element.tag in {"And", "Or"}:
        assert len(element) == 2, "CAML takes exactly two"
        left, right = _read(element[0]), _read(element[1])
        if element.tag == "And":
            return lambda row: left(row) and right(row)
        return lambda row: left(row) or right(row)
    if element.tag == "DateRangesOverlap":
        return lambda _row: True
    name = element[0].get("Name", "")
    if element.tag in {"IsNull", "IsNotNull"}:
        return lambda row: (row[name] is None) == (element.tag == "IsNull")
    wanted = _literal(element[1])

    def holds(row: Row) -> bool:
        value = row[name]
        if value is None:
            return False
        return {
            "Eq": lambda: value == wanted,
            "Neq": lambda: value != wanted,
            "Lt": lambda: value < wanted,
            "Leq": lambda: value <= wanted,
            "Gt": lambda: value > wanted,
            "Geq": lambda: value >= wanted,
        }[element.tag]()

    return holds


def _literal(value: Element) -> Any:
    kind = value.get("Type")
    if kind == "DateTime":
        return int(value[0].get("OffsetDays", "0"))
    if kind == "Integer":
        assert value[0].tag == "UserID"
        return "me"
    if kind == "Boolean":
        return value.text == "1"
    return float(value.text or "") if kind in {"Number", "Currency"} else value.text


def rows(view: ViewRow, listing: Listing, language: str) -> Iterator[Row]:
    """Rows around every edge of a filter, all of them or a good many."""
    names = [
        name
        for name in dict.fromkeys(re.findall(r"\b[A-Z]\w+", view.filter))
        if name not in {"Today", "Me", "Yes", "No"}
    ]
    if "open" in view.filter:
        names = list(dict.fromkeys((*names, view.status)))
    days = {int(offset or 0) + near for offset in _DAY.findall(view.filter) for near in (-1, 0, 1)}
    values: list[list[Any]] = []
    for name in names:
        column = listing.columns.get(name)
        kind = column.type.split()[0] if column else "DateTime"
        options: dict[str, list[Any]] = {
            "DateTime": sorted(days),
            "User": ["me", "somebody"],
            "Boolean": [True, False],
            "Calculated": [-1.0, -0.01, 0.0, 1.0, 7.0],
        }
        empty = [] if name == "Modified" else [None]
        labels = [label[language] for label in column.choices.values()] if column else []
        values.append([*empty, *(labels or options[kind])])
    count = 1
    for found in values:
        count *= len(found)
    if count <= _MOST:
        for combination in itertools.product(*values):
            yield dict(zip(names, combination, strict=True))
        return
    chance = random.Random(f"{view.list} {view.titles['en']}")
    for _time in range(_MOST):
        yield {name: chance.choice(options) for name, options in zip(names, values, strict=True)}
