"""Conditions on a row: written in a definition, read by views, filters and rules alike.

One vocabulary (guide.md §2.0.9 writes them in words):

    all: [{field: ActionOwner, is_me: true}, {field: ActionStatus, none_of: [done, cancelled]}]

Dates are `today`, `today+7` or `today-60` (calendar days), ISO dates, or another date of the row such as `CommDate` or
`Created+90`. `matches` is the reference meaning; what a server filter returns is checked with it again.

A condition can ask for rows of other lists: those that point here (`by` their lookup column), the one that this row
points to (`through` its own), or any row of the list at all:

    every: Actions
    by: RelatedDecision
    are: {field: ActionStatus, one_of: [done, cancelled]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from projectlists.item import Item, Person, Reference, Value
from projectlists.language import _
from projectlists.modelfile import Frozen

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
    "same_day",
    "at_least",
    "at_most",
    "above",
    "below",
    "below_part",
    "changed_since",
)
DATE_OPERATORS = frozenset({"before", "until", "since", "after", "same_day"})
DAY_PATTERN = r"^(today([+-]\d{1,4})?|\d{4}-\d{2}-\d{2}|[A-Z][A-Za-z0-9]+([+-]\d{1,4})?)$"
_RELATIVE = re.compile(r"^today([+-]\d{1,4})?$")
_OF_COLUMN = re.compile(r"^([A-Z][A-Za-z0-9]+)([+-]\d{1,4})?$")
THIS_YEAR = "this_year"
Around = Mapping[str, Sequence[Item]]
"""Rows of other lists by key of the list, as far as they were read."""
NOTHING: Around = {}


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


class Part(Frozen):
    """A part of another number of the row: `of` times `part`."""

    of: str
    part: float


class Test(Frozen):
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
    same_day: Day | None = None
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None
    below_part: Part | None = Field(default=None, description="less than a part of another number of the row")
    changed_since: str | None = Field(
        default=None, description="another value than when this column got its present one; Created: than at first"
    )

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


class All(Frozen):
    """Every condition holds."""

    all: tuple[Condition, ...]


class Any_(Frozen):  # noqa: N801 - `Any` is taken by typing
    """At least one condition holds."""

    any: tuple[Condition, ...]


class _Related(Frozen):
    by: str | None = Field(default=None, description="the lookup column of the other list that points to this row")
    are: Condition | None = Field(default=None, description="what is asked of a row of the other list")


class Some(_Related):
    """At least one row of another list is so."""

    some: str
    through: str | None = Field(default=None, description="the lookup column of this row that points to the other")

    @property
    def list(self) -> str:
        """The key of the other list."""
        return self.some


class None_(_Related):  # noqa: N801 - `None` is taken
    """No row of another list is so."""

    none: str

    @property
    def list(self) -> str:
        """The key of the other list."""
        return self.none


class Every(_Related):
    """Every row of another list that points here is so."""

    every: str

    @property
    def list(self) -> str:
        """The key of the other list."""
        return self.every


Related = Some | None_ | Every
_KINDS: dict[str, type[Frozen]] = {"all": All, "any": Any_, "some": Some, "none": None_, "every": Every}


def _kind(data: Any) -> str:
    """Which kind is meant, so that mistakes are told about that one only."""
    found = (
        word for word, kind in _KINDS.items() if isinstance(data, kind) or (isinstance(data, dict) and word in data)
    )
    return f"<{next(found, 'test')}>"


Condition = Annotated[
    Annotated[Test, Tag("<test>")]
    | Annotated[All, Tag("<all>")]
    | Annotated[Any_, Tag("<any>")]
    | Annotated[Some, Tag("<some>")]
    | Annotated[None_, Tag("<none>")]
    | Annotated[Every, Tag("<every>")],
    Discriminator(_kind),
]
for _model in _KINDS.values():
    _model.model_rebuild()


def tests_of(condition: Condition | None) -> Iterator[Test]:
    """Every test on the row itself, at any depth."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, All | Any_):
        for part in condition.all if isinstance(condition, All) else condition.any:
            yield from tests_of(part)


def related_of(condition: Condition | None) -> Iterator[Related]:
    """Everything that is asked of other lists, at any depth."""
    if isinstance(condition, Related):
        yield condition
    elif isinstance(condition, All | Any_):
        for part in condition.all if isinstance(condition, All) else condition.any:
            yield from related_of(part)


def fields_of(condition: Condition | None) -> tuple[str, ...]:
    """Internal names of every field of the row that a condition reads, in order, each once."""
    found: list[str] = []
    for test in tests_of(condition):
        found.append(test.field)
        if test.operator in DATE_OPERATORS and is_field_name(test.operand):
            found.append(column_of(test.operand))
        if test.below_part:
            found.append(test.below_part.of)
        if test.changed_since:
            found.append(test.changed_since)
    found += [one.through for one in related_of(condition) if isinstance(one, Some) and one.through]
    return tuple(dict.fromkeys(found))


def lists_of(condition: Condition | None) -> tuple[str, ...]:
    """Keys of the other lists that a condition asks for, in order, each once."""
    return tuple(dict.fromkeys(one.list for one in related_of(condition)))


def is_field_name(operand: Any) -> bool:
    """Whether a date operand names another field (`before: Modified`) rather than a day."""
    return isinstance(operand, str) and _OF_COLUMN.match(operand) is not None


def column_of(operand: str) -> str:
    """The column in a date operand: `Created+90` → `Created`."""
    return operand.partition("+")[0].partition("-")[0]


def day_of(text: str, today: date) -> date:
    """The day that `today+7` or an ISO date stands for."""
    relative = _RELATIVE.match(text)
    if relative:
        return today + timedelta(days=int(relative.group(1) or 0))
    return date.fromisoformat(text)


def matches(
    condition: Condition | None,
    item: Item,
    today: date,
    me: Person | None = None,
    around: Around = NOTHING,
) -> bool:
    """Whether a row meets a condition on `today`. No condition is met by every row.

    An empty date or number meets no comparison; an unknown choice label equals no key. `around` holds the rows of other
    lists; rows that were not read are not there.
    """
    if condition is None:
        return True
    if isinstance(condition, All):
        return all(matches(part, item, today, me, around) for part in condition.all)
    if isinstance(condition, Any_):
        return any(matches(part, item, today, me, around) for part in condition.any)
    if isinstance(condition, Related):
        rows = related_rows(condition, item, around)
        found = (matches(condition.are, other, today, me, around) for other in rows)
        return all(found) if isinstance(condition, Every) else any(found) != isinstance(condition, None_)
    return _meets(condition, item, today, me)


def related_rows(related: Related, item: Item, around: Around) -> list[Item]:
    """The rows of another list that are meant for a row, in order of their numbers."""
    rows = sorted(around.get(related.list, ()), key=lambda other: other.id)
    if isinstance(related, Some) and related.through:
        target = item[related.through]
        return [other for other in rows if isinstance(target, Reference) and other.id == target.id]
    if related.by:
        return [other for other in rows if points_to(other, related.by, item)]
    return rows


def points_to(other: Item, lookup: str, item: Item) -> bool:
    """Whether a lookup column of another row points to this row."""
    target = other[lookup]
    return isinstance(target, Reference) and target.id == item.id


def _meets(test: Test, item: Item, today: date, me: Person | None) -> bool:  # noqa: PLR0911 - one line an operator
    value = item.day(test.field) if test.field in {"Created", "Modified"} else item[test.field]
    match test.operator:
        case "empty":
            return _is_empty(value) == test.empty
        case "is_me":
            return (isinstance(value, Person) and me is not None and value.id == me.id) == test.is_me
        case "equals":
            return _equals(value, _meant(test.equals, today))
        case "not_equals":
            return not _equals(value, _meant(test.not_equals, today))
        case "one_of":
            return any(_equals(value, key) for key in test.one_of or ())
        case "none_of":
            return not any(_equals(value, key) for key in test.none_of or ())
        case "changed_since":
            return _has_changed(item, test.field, str(test.changed_since))
        case "at_least" | "at_most" | "above" | "below" | "below_part":
            return isinstance(value, int | float) and _measures(test, value, item)
        case operator:
            other = _other_day(test.operand, item, today)
            return isinstance(value, date) and other is not None and _compares(operator, value, other)


def _meant(key: str | bool | int | None, today: date) -> str | bool | int | None:
    return today.year if key == THIS_YEAR else key


def _measures(test: Test, value: float, item: Item) -> bool:
    match test.operator:
        case "at_least":
            return value >= float(test.operand)
        case "at_most":
            return value <= float(test.operand)
        case "above":
            return value > float(test.operand)
        case "below":
            return value < float(test.operand)
        case _:
            whole = item[test.operand.of]
            return isinstance(whole, int | float) and value < whole * float(test.operand.part)


def _other_day(operand: str, item: Item, today: date) -> date | None:
    named = _OF_COLUMN.match(operand)
    if named is None:
        return day_of(operand, today)
    start = item.day(named.group(1))
    return start + timedelta(days=int(named.group(2) or 0)) if start else None


def _has_changed(item: Item, field: str, since: str) -> bool:
    """Whether a column has another value than when `since` got its present one; without versions nobody can tell."""
    start: Item | None = None
    for version in item.past:
        if since != "Created" and version[since] != item[since]:
            break
        start = version
    return start is not None and start[field] != item[field]


def _compares(operator: str, value: date, other: date) -> bool:
    match operator:
        case "before":
            return value < other
        case "until":
            return value <= other
        case "since":
            return value >= other
        case "after":
            return value > other
        case _:
            return value == other


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", ())


def _equals(value: Value, key: str | bool | int | None) -> bool:
    if isinstance(value, tuple):
        return key in value
    if isinstance(key, bool):
        return bool(value) == key
    return value == key
