"""Calculated columns worked out here, as SharePoint would: `[A]*[B]`, `IF(ISBLANK([A]),0,[A]-[B])` (guide.md §2.0.3).

The service works them out when a row is saved. Rules also look at rows as they will be after a change, and at former
versions, for which it gives no result. What a definition may write beyond this little language is left as it was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from functools import cache

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Value

Number = float
_Expression = Callable[[Item], Number]
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|\[([A-Za-z]\w*)\]|([A-Za-z]+)|(.))")
_FIRST_DAY = date(1899, 12, 30)
"""The day that counts as 0 where a formula counts with days."""


class _Unknown(Exception):
    """The formula says something that is not understood here."""


def calculated(definition: ListDefinition, item: Item, changed: Collection[str] | None = None) -> Item:
    """The row with its calculated numbers as they follow from its other columns; only from `changed` ones if named."""
    values: dict[str, Value] = dict(item.values)
    for field in definition.fields:
        is_stale = changed is None or not set(sources(field.formula or "")).isdisjoint(changed)
        if is_stale and field.type == "Calculated" and field.result_type in {"Number", "Currency"}:
            expression = _expression((field.formula or "").removeprefix("="))
            if expression is not None:
                number = round(expression(replace(item, values=values)), 6)
                values[field.name] = int(number) if number.is_integer() else number
    return replace(item, values=values)


@cache
def _expression(formula: str) -> _Expression | None:
    try:
        return _Formula(formula).whole()
    except _Unknown:
        return None


def sources(formula: str) -> tuple[str, ...]:
    """The columns a formula names."""
    return tuple(dict.fromkeys(re.findall(r"\[([A-Za-z]\w*)\]", formula)))


class _Formula:
    """Reads one formula from left to right; every part becomes a function of the row."""

    def __init__(self, text: str) -> None:
        self._tokens = [match.groups() for match in _TOKEN.finditer(text.strip())]
        self._at = 0

    def whole(self) -> _Expression:
        found = self._sum()
        if self._at != len(self._tokens):
            raise _Unknown
        return found

    def _sum(self) -> _Expression:
        left = self._product()
        while sign := self._sign("+", "-"):
            left = _joined(left, sign, self._product())
        return left

    def _product(self) -> _Expression:
        left = self._one()
        while self._sign("*"):
            left = _joined(left, "*", self._one())
        return left

    def _one(self) -> _Expression:
        number, column, word, sign = self._next()
        if number is not None:
            constant = float(number)
            return lambda _item: constant
        if column is not None:
            return lambda item: _number(item[column])
        if word == "IF":
            return self._if()
        if sign != "(":
            raise _Unknown
        inside = self._sum()
        self._expect(")")
        return inside

    def _if(self) -> _Expression:
        self._expect("(")
        if self._next()[2] != "ISBLANK":
            raise _Unknown
        self._expect("(")
        column = self._next()[1]
        if column is None:
            raise _Unknown
        self._expect(")")
        self._expect(",")
        blank = self._sum()
        self._expect(",")
        filled = self._sum()
        self._expect(")")
        return lambda item: (blank if item[column] is None else filled)(item)

    def _next(self) -> tuple[str | None, ...]:
        if self._at == len(self._tokens):
            raise _Unknown
        self._at += 1
        return self._tokens[self._at - 1]

    def _sign(self, *signs: str) -> str | None:
        if self._at < len(self._tokens) and (sign := self._tokens[self._at][3]) in signs:
            self._at += 1
            return sign
        return None

    def _expect(self, sign: str) -> None:
        if self._next()[3] != sign:
            raise _Unknown


def _joined(left: _Expression, sign: str, right: _Expression) -> _Expression:
    match sign:
        case "+":
            return lambda item: left(item) + right(item)
        case "-":
            return lambda item: left(item) - right(item)
        case _:
            return lambda item: left(item) * right(item)


def _number(value: Value) -> Number:
    """A value in a formula: an empty one counts as 0, a day as its number."""
    if isinstance(value, date):
        return float((value - _FIRST_DAY).days)
    return float(value) if isinstance(value, int | float) else 0.0
