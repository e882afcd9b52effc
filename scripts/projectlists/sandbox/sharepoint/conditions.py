"""A filter as data: what `$filter` and CAML both become, as a test of one row and as a search in the index.

Values compare in one form per type (`Comparable`): text without case, numbers and yes/no as floats, moments as ISO text
in UTC, people and lookups as their id. A column without value never satisfies a comparison, `ne` included, as in SQL
(sharepoint-rest.md §6.3: "does not contain" needs an extra null test).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from projectlists.sandbox.sharepoint.model import FieldRecord

Comparable = str | float
Record = TypeVar("Record")
Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "starts", "contains", "null", "present"]
DatePart = Literal["year", "month", "day", "hour", "minute", "second"]


@dataclass(frozen=True)
class Column:
    """What is compared: a column, a property of what it points at (`Owner/EMail`), or a part of its date."""

    field: FieldRecord
    member: str | None = None
    part: DatePart | None = None

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What tells columns apart."""
        return self.field.id, self.member, self.part

    @property
    def plain(self) -> bool:
        """Whether the stored value itself is compared, so that an index can serve."""
        return self.member is None and self.part is None


@dataclass(frozen=True)
class Comparison:
    """One test of one column; `value` is None for `null` and `present`."""

    column: Column
    operator: Operator
    value: Comparable | None = None


@dataclass(frozen=True)
class Junction:
    """Several conditions of which all (`and`) or one (`or`) must hold. Never directly inside its own kind."""

    kind: Literal["and", "or"]
    parts: tuple[Condition, ...]


Condition = Comparison | Junction
Values = tuple[Comparable, ...]


def join(kind: Literal["and", "or"], parts: Iterable[Condition]) -> Condition:
    """Combine conditions (at least one), flattening nested junctions of the same kind."""
    flat: list[Condition] = []
    for part in parts:
        if isinstance(part, Junction) and part.kind == kind:
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Junction(kind, tuple(flat))


def columns(condition: Condition | None) -> tuple[Column, ...]:
    """Every column the condition looks at, in order of appearance."""
    found: list[Column] = []
    waiting = [] if condition is None else [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Comparison):
            found.append(part.column)
        else:
            waiting.extend(reversed(part.parts))
    return tuple(found)


def matcher(condition: Condition, read: Callable[[Record, Column], Values]) -> Callable[[Record], bool]:
    """Compile a condition to a test of one row. `read` gives the values of a column: none, one, or several."""
    if isinstance(condition, Junction):
        checks = [matcher(part, read) for part in condition.parts]
        if condition.kind == "and":
            return lambda row: all(one(row) for one in checks)
        return lambda row: any(one(row) for one in checks)
    column = condition.column
    holds = _comparer(condition)
    return lambda row: holds(read(row, column))


def _comparer(comparison: Comparison) -> Callable[[Values], bool]:
    operator, wanted = comparison.operator, comparison.value
    if operator == "null":
        return lambda values: not values
    if operator == "present":
        return bool
    if wanted is None:
        raise ValueError(f"{operator} needs a value")
    if operator == "ne":
        # On a column with several values this is "does not contain"; one without any satisfies nothing.
        return lambda values: bool(values) and wanted not in values
    compare = _COMPARE[operator]
    return lambda values: any(_same_kind(one, wanted) and compare(one, wanted) for one in values)


def _same_kind(one: Comparable, other: Comparable) -> bool:
    return isinstance(one, str) == isinstance(other, str)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, wanted: one == wanted,
    "lt": lambda one, wanted: one < wanted,
    "le": lambda one, wanted: one <= wanted,
    "gt": lambda one, wanted: one > wanted,
    "ge": lambda one, wanted: one >= wanted,
    "starts": lambda one, wanted: one.startswith(wanted),
    "contains": lambda one, wanted: wanted in one,
}


@dataclass(frozen=True)
class IndexSearch:
    """Conditions on one indexed column, as SQL over its index entries (column `value`).

    `absent` asks for the rows without any entry; `sql` is then empty.
    """

    field: FieldRecord
    sql: str
    parameters: Values
    absent: bool = False


def conjuncts(condition: Condition | None) -> tuple[Condition, ...]:
    """The conditions that must all hold, in the order written."""
    if condition is None:
        return ()
    if isinstance(condition, Junction) and condition.kind == "and":
        return condition.parts
    return (condition,)


def head(condition: Condition) -> tuple[Condition, ...]:
    """The leading conditions that concern one and the same column: what the service's first index search covers."""
    parts = conjuncts(condition)
    first = {columns(parts[0])[0].key}
    size = next((at for at, part in enumerate(parts) if {one.key for one in columns(part)} != first), len(parts))
    return parts[: max(size, 1)]


def index_search(parts: Sequence[Condition]) -> IndexSearch | None:
    """Conditions that must all hold as one search in the index of their column; None when an index cannot serve them.

    Served are comparisons of one stored value, prefixes, null tests, and an `or` of nothing but `eq`.
    """
    found = [column for part in parts for column in columns(part)]
    column = found[0]
    if not column.plain or any(one.key != column.key for one in found):
        return None
    if any(isinstance(part, Comparison) and part.operator == "null" for part in parts):
        return IndexSearch(column.field, "", (), absent=True) if len(parts) == 1 else None
    texts: list[str] = []
    parameters: list[Comparable] = []
    for part in parts:
        clause = _clause(part)
        if clause is None:
            return None
        texts.append(clause[0])
        parameters.extend(clause[1])
    return IndexSearch(column.field, " AND ".join(texts), tuple(parameters))


def _clause(condition: Condition) -> tuple[str, Values] | None:
    if isinstance(condition, Junction):
        wanted = tuple(
            part.value
            for part in condition.parts
            if isinstance(part, Comparison) and part.operator == "eq" and part.value is not None
        )
        if condition.kind == "or" and len(wanted) == len(condition.parts):
            return f"value IN ({', '.join('?' * len(wanted))})", wanted
        return None
    value = condition.value
    if condition.operator == "present":
        return "value IS NOT NULL", ()
    if value is None or condition.operator == "contains":
        return None
    if condition.operator == "starts":
        return "value >= ? AND value < ?", (str(value), f"{value}\U0010ffff")
    return f"value {_SQL[condition.operator]} ?", (value,)


_SQL = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
