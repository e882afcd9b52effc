"""A condition in the `$filter` language of the service (sharepoint-rest.md §6.5). Pure.

What a filter cannot say (notes, links, several choices, one column against another, "me") is left out: the text then
finds more rows than the condition, never fewer, and its rows are judged again by `condition.matches`.

Percent-encoding is done where the request is composed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from projectlists.definitions.condition import THIS_YEAR, All, Any_, Condition, Test, day_of, is_field_name, tests_of
from projectlists.definitions.model import ListDefinition, ListField

_DAY = timedelta(days=1)
_FILTERABLE = frozenset({"Text", "Number", "Currency", "DateTime", "Boolean", "Choice", "User", "Lookup"})
_NUMBERS = {"at_least": "ge", "at_most": "le", "above": "gt", "below": "lt"}
_BUILT_IN = frozenset({"Created", "Modified"})


def text_literal(text: str) -> str:
    """A text in a filter: `O'Brien` → `'O''Brien'`."""
    return "'" + text.replace("'", "''") + "'"


def number_literal(value: float) -> str:
    """A number in a filter, whole ones without a point."""
    return str(int(value)) if float(value).is_integer() else str(value)


def instant_literal(instant: datetime) -> str:
    """An aware instant in a filter, in UTC and whole seconds."""
    return f"datetime'{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"


def day_literal(day: date, zone: ZoneInfo) -> str:
    """The instant at which a local day begins, as the service keeps dates (sharepoint-rest.md §6.6).

    4 December 2026 in Amsterdam is `datetime'2026-12-03T23:00:00Z'`.
    """
    return instant_literal(datetime.combine(day, time.min, zone))


@dataclass(frozen=True)
class Clause:
    """One test as filter text, and the field it is about (None: several)."""

    text: str
    field: str | None


@dataclass(frozen=True)
class Translation:
    """Clauses that must all hold; `exact` when they say all of the condition."""

    clauses: tuple[Clause, ...]
    exact: bool


def together(clauses: Iterable[Clause]) -> str:
    """Clauses joined by `and`, each once; empty when there are none."""
    return " and ".join(dict.fromkeys(clause.text for clause in clauses))


def alternatives(texts: Iterable[str]) -> str:
    """Texts joined by `or`, each once; empty, which restricts nothing, as soon as one of them is."""
    found = list(dict.fromkeys(texts))
    if not all(found):
        return ""
    return " or ".join(f"({text})" if len(found) > 1 and " and " in text else text for text in found)


def one_of_labels(field: ListField, keys: Collection[str | None]) -> Clause:
    """A choice column holds one of these keys. A site has the labels of one language; the filter fits both."""
    return Clause(_one_of(field.name, _label_literals(field, keys)), field.name)


def none_of_labels(field: ListField, keys: Collection[str | None]) -> tuple[Clause, ...]:
    """A choice column holds something else than these keys, and holds something."""
    return tuple(Clause(f"{field.name} ne {literal}", field.name) for literal in _label_literals(field, keys))


def depends_on_today(condition: Condition | None) -> bool:
    """Whether a condition on a row can become true or false by the passing of days alone."""
    return any(
        isinstance(test.operand, str) and (test.operand.startswith("today") or test.operand == THIS_YEAR)
        for test in tests_of(condition)
    )


@dataclass(frozen=True)
class Translator:
    """Translates conditions on one list, for every day from `first` to `last` at once."""

    definition: ListDefinition
    first: date
    last: date
    zone: ZoneInfo

    def day(self, day: date) -> str:
        """The beginning of a day in the site's zone, as a literal."""
        return day_literal(day, self.zone)

    def column(self, name: str) -> str | None:
        """What a field is called in a filter; None when it cannot stand in one."""
        if name in _BUILT_IN:
            return name
        field = self.definition.field(name)
        if field is None or field.type not in _FILTERABLE:
            return None
        return f"{name}Id" if field.type in {"User", "Lookup"} else name

    def is_empty(self, name: str) -> str | None:
        """That a field has no value; None when a filter cannot say so."""
        column, field = self.column(name), self.definition.field(name)
        if column is None:
            return None
        return f"({column} eq null or {column} eq '')" if field and field.type == "Text" else f"{column} eq null"

    def condition(self, condition: Condition | None) -> Translation:
        """A condition as clauses that must all hold."""
        if condition is None:
            return Translation((), exact=True)
        if isinstance(condition, Test):
            text = self._test(condition)
            return Translation((Clause(text, condition.field),) if text else (), exact=bool(text))
        if isinstance(condition, All):
            parts = [self.condition(part) for part in condition.all]
            clauses = tuple(clause for part in parts for clause in part.clauses)
            return Translation(clauses, exact=all(part.exact for part in parts))
        if not isinstance(condition, Any_):  # what other lists hold is judged when those are read
            return Translation((), exact=False)
        parts = [self.condition(part) for part in condition.any]
        text = alternatives(together(part.clauses) for part in parts)
        if not text:
            return Translation((), exact=False)
        return Translation((Clause(f"({text})", None),), exact=all(part.exact for part in parts))

    def _test(self, test: Test) -> str | None:
        column = self.column(test.field)
        if column is None or test.operator in {"is_me", "below_part", "changed_since"}:
            return None
        match test.operator:
            case "empty":
                return self.is_empty(test.field) if test.empty else f"{column} ne null"
            case "equals" | "one_of" | "not_equals" | "none_of":
                return self._equality(test, column)
            case operator if operator in _NUMBERS:
                return f"{column} {_NUMBERS[operator]} {number_literal(test.operand)}"
            case _:
                return self._date(test, column)

    def _date(self, test: Test, column: str) -> str | None:
        """Days are half-open: "until the 4th" is before the 5th begins. A period takes its widest day."""
        if is_field_name(test.operand):
            return None
        early, late = day_of(test.operand, self.first), day_of(test.operand, self.last)
        match test.operator:
            case "before":
                return f"{column} lt {self.day(late)}"
            case "until":
                return f"{column} lt {self.day(late + _DAY)}"
            case "since":
                return f"{column} ge {self.day(early)}"
            case "same_day":
                return f"({column} ge {self.day(early)} and {column} lt {self.day(late + _DAY)})"
            case _:
                return f"{column} ge {self.day(early + _DAY)}"

    def _equality(self, test: Test, column: str) -> str | None:
        field = self.definition.field(test.field)
        wanted = test.operator in {"equals", "one_of"}
        if field is not None and field.type == "Boolean":
            # An empty yes/no column means no.
            return f"{column} eq 1" if bool(test.operand) == wanted else f"({column} eq 0 or {column} eq null)"
        if test.operand == THIS_YEAR:
            years = [number_literal(year) for year in range(self.first.year, self.last.year + 1)]
            return _one_of(column, years) if wanted else None
        literals = _literals(field, test.operand if isinstance(test.operand, tuple) else (test.operand,))
        if not literals:
            return None
        if wanted:
            return _one_of(column, literals)
        if field is not None and field.type == "Text":
            # The service compares texts without case: `ne` would lose those that differ in case only.
            return None
        # A column without a value satisfies no `ne`, so that is asked beside it.
        return f"({column} eq null or ({' and '.join(f'{column} ne {literal}' for literal in literals)}))"


def _literals(field: ListField | None, keys: tuple[Any, ...]) -> list[str]:
    match field.type if field else None:
        case "Choice" if field is not None:
            return _label_literals(field, keys)
        case "Text":
            return [text_literal(str(key)) for key in keys]
        case "Number" | "Currency":
            return [number_literal(key) for key in keys]
        case _:
            return []


def _label_literals(field: ListField, keys: Collection[str | None]) -> list[str]:
    chosen = [choice for choice in field.choices if choice.key in keys]
    return list(dict.fromkeys(text_literal(label) for choice in chosen for label in choice.labels))


def _one_of(column: str, literals: list[str]) -> str:
    text = " or ".join(f"{column} eq {literal}" for literal in literals)
    return f"({text})" if len(literals) > 1 else text
