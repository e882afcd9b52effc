"""Conditions on a row: written in a definition, read by views, filters and rules alike.

One vocabulary (guide.md §2.0.9 writes them in words):

    all: [{field: ActionOwner, is_me: true}, {field: ActionStatus, none_of: [done, cancelled]}]

Dates are `today`, `today+7` or `today-60` (calendar days) or ISO dates. `matches` is the reference meaning; what a
server filter returns is checked with it again.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from projectlists.item import Item, Person, Value
from projectlists.language import _

OPERATORS = (
    "equals",
    "not_equals",
    "one_of",
    "none_of",
    "empty",
    "is_me",
    "before",
    "until",
    "since",
    "after",
    "at_least",
    "at_most",
)
DATE_OPERATORS = frozenset({"before", "until", "since", "after"})
DAY_PATTERN = r"^(today([+-]\d{1,4})?|\d{4}-\d{2}-\d{2}|[A-Z][A-Za-z0-9]+)$"
_RELATIVE = re.compile(r"^today([+-]\d{1,4})?$")


def is_day(text: str) -> bool:
    """Whether a text stands for a day: `today`, `today+7`, or an ISO date that is in the calendar."""
    if _RELATIVE.match(text):
        return True
    try:
        return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _in_calendar(text: str) -> str:
    if text[:1].isdigit() and not is_day(text):
        raise ValueError(_("{day} is not a date that exists.").format(day=text))
    return text


Day = Annotated[str, Field(pattern=DAY_PATTERN), AfterValidator(_in_calendar)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Test(_Frozen):
    """One test on one field; exactly one operator is given."""

    __test__ = False  # the name is a condition's, not a test case's

    field: str
    equals: str | bool | int | None = None
    not_equals: str | bool | int | None = None
    one_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    empty: bool | None = None
    is_me: bool | None = None
    before: Day | None = None
    until: Day | None = Field(default=None, description="on or before this day")
    since: Day | None = Field(default=None, description="on or after this day")
    after: Day | None = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        if sum(getattr(self, name) is not None for name in OPERATORS) != 1:
            operators = ", ".join(OPERATORS)
            raise ValueError(_("A test needs exactly one of {operators}.").format(operators=operators))
        return self

    @property
    def operator(self) -> str:
        """The name of the operator that is given."""
        return next(name for name in OPERATORS if getattr(self, name) is not None)

    @property
    def operand(self) -> Any:
        """The value of the operator that is given."""
        return getattr(self, self.operator)


class All(_Frozen):
    """Every condition holds."""

    all: tuple[Condition, ...]


class Any_(_Frozen):  # noqa: N801 - `Any` is taken by typing
    """At least one condition holds."""

    any: tuple[Condition, ...]


def _kind(data: Any) -> str:
    """Which of the three is meant, so that mistakes are told about that one only."""
    if isinstance(data, All) or (isinstance(data, dict) and "all" in data):
        return "<all>"
    if isinstance(data, Any_) or (isinstance(data, dict) and "any" in data):
        return "<any>"
    return "<test>"


Condition = Annotated[
    Annotated[Test, Tag("<test>")] | Annotated[All, Tag("<all>")] | Annotated[Any_, Tag("<any>")],
    Discriminator(_kind),
]
All.model_rebuild()
Any_.model_rebuild()


def fields_of(condition: Condition | None) -> tuple[str, ...]:
    """Internal names of every field a condition reads, in order, each once."""
    if condition is None:
        return ()
    if isinstance(condition, Test):
        compared = condition.operator in DATE_OPERATORS and is_field_name(condition.operand)
        other = [condition.operand] if compared else []
        return tuple(dict.fromkeys([condition.field, *other]))
    parts = condition.all if isinstance(condition, All) else condition.any
    return tuple(dict.fromkeys(name for part in parts for name in fields_of(part)))


def is_field_name(operand: Any) -> bool:
    """Whether a date operand names another field (`before: Modified`) rather than a day."""
    return isinstance(operand, str) and bool(re.fullmatch(r"[A-Z][A-Za-z0-9]+", operand))


def day_of(text: str, today: date) -> date:
    """The day that `today+7` or an ISO date stands for."""
    relative = _RELATIVE.match(text)
    if relative:
        return today + timedelta(days=int(relative.group(1) or 0))
    return date.fromisoformat(text)


def matches(condition: Condition | None, item: Item, today: date, me: Person | None = None) -> bool:
    """Whether a row meets a condition on `today`. No condition is met by every row.

    An empty date or number meets no comparison; an unknown choice label equals no key.
    """
    if condition is None:
        return True
    if isinstance(condition, All):
        return all(matches(part, item, today, me) for part in condition.all)
    if isinstance(condition, Any_):
        return any(matches(part, item, today, me) for part in condition.any)
    return _meets(condition, item, today, me)


def _meets(test: Test, item: Item, today: date, me: Person | None) -> bool:  # noqa: PLR0911 - one line an operator
    value = item.day(test.field) if test.field in {"Created", "Modified"} else item[test.field]
    match test.operator:
        case "empty":
            return _is_empty(value) == test.empty
        case "is_me":
            return (isinstance(value, Person) and me is not None and value.id == me.id) == test.is_me
        case "equals":
            return _equals(value, test.equals)
        case "not_equals":
            return not _equals(value, test.not_equals)
        case "one_of":
            return any(_equals(value, key) for key in test.one_of or ())
        case "none_of":
            return not any(_equals(value, key) for key in test.none_of or ())
        case "at_least":
            return isinstance(value, int | float) and value >= float(test.operand)
        case "at_most":
            return isinstance(value, int | float) and value <= float(test.operand)
        case operator:
            other = item.day(test.operand) if is_field_name(test.operand) else day_of(test.operand, today)
            return isinstance(value, date) and other is not None and _compares(operator, value, other)


def _compares(operator: str, value: date, other: date) -> bool:
    if operator == "before":
        return value < other
    if operator == "until":
        return value <= other
    if operator == "since":
        return value >= other
    return value > other


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", ())


def _equals(value: Value, key: str | bool | int | None) -> bool:
    if isinstance(value, tuple):
        return key in value
    if isinstance(key, bool):
        return bool(value) == key
    return value == key
