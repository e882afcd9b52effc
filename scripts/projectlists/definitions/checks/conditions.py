"""Checks of conditions in views and rules: columns that are there, operators that fit, choices that exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from projectlists.definitions.checks.subject import Subject
from projectlists.definitions.condition import (
    DATE_OPERATORS,
    THIS_YEAR,
    All,
    Condition,
    Related,
    Some,
    Test,
    column_of,
    is_field_name,
)
from projectlists.definitions.model import FieldType
from projectlists.errors import Problem
from projectlists.language import _
from projectlists.yamlfile import Place

NUMBERS: tuple[FieldType, ...] = ("Number", "Currency", "Calculated")
_NEEDED: dict[str, tuple[FieldType, ...]] = {
    "is_me": ("User",),
    **dict.fromkeys(("at_least", "at_most", "above", "below", "below_part"), NUMBERS),
    **dict.fromkeys(DATE_OPERATORS, ("DateTime",)),
}


def condition_problems(subject: Subject, condition: Condition | None, place: Place, *, view: bool) -> Iterator[Problem]:
    """Problems in a condition. A view cannot compare two columns (CAML has no such test; guide.md §2.2)."""
    if condition is None:
        return
    if isinstance(condition, Test):
        yield from _test_problems(subject, condition, place, view=view)
        return
    if isinstance(condition, Related):
        yield from _related_problems(subject, condition, place, view=view)
        return
    word, parts = ("all", condition.all) if isinstance(condition, All) else ("any", condition.any)
    if not parts and subject.is_whole((*place, word)):
        yield subject.problem((*place, word), _("{word} holds no test; add one or remove it.").format(word=word))
    for position, part in enumerate(parts):
        yield from condition_problems(subject, part, (*place, word, position), view=view)


def _test_problems(subject: Subject, test: Test, place: Place, *, view: bool) -> Iterator[Problem]:
    operator = test.operator
    missing = tuple(subject.column(test.field, (*place, "field"), *_NEEDED.get(operator, ())))
    yield from missing
    if missing:
        return
    here = (*place, operator)
    if operator in DATE_OPERATORS and is_field_name(test.operand):
        if view:
            yield subject.problem(here, _("A view cannot compare two columns; compare with today or with a date."))
        yield from subject.column(column_of(test.operand), here, "DateTime")
    elif view and operator in {"below_part", "changed_since"}:
        yield subject.problem(here, _("A view cannot compare two columns; compare with today or with a date."))
    elif test.below_part is not None:
        yield from subject.column(test.below_part.of, (*here, "of"), *NUMBERS)
    elif test.changed_since is not None:
        yield from subject.column(test.changed_since, here)
    elif view and test.operand == THIS_YEAR:
        yield subject.problem(here, _("A view does not know which year it is; write the year itself."))
    elif operator in {"equals", "not_equals"} and test.operand != THIS_YEAR:
        yield from _value_problems(subject, test.field, test.operand, here)
    elif operator in {"one_of", "none_of"}:
        for position, key in enumerate(test.operand):
            yield from subject.choice(test.field, key, (*here, position))


def _related_problems(subject: Subject, related: Related, place: Place, *, view: bool) -> Iterator[Problem]:
    """Problems in what is asked of another list: it has to be there, and the two have to be tied by a lookup."""
    if view:
        yield subject.problem(place, _("A view cannot look into another list; show the column in that list instead."))
    word = next(word for word in ("some", "none", "every") if hasattr(related, word))
    through = related.through if isinstance(related, Some) else None
    if not subject.surroundings.has_list(related.list):
        sentence = _("There is no list {name}; name a list of this folder.")
        yield subject.problem((*place, word), sentence.format(name=related.list))
        return
    if through is not None:
        yield from lookup_problems(subject, through, related.list, (*place, "through"))
    if through is not None and related.by is not None:
        yield subject.problem((*place, "by"), _("Use by or through, not both."))
    if word == "every" and related.by is None:
        yield subject.problem((*place, word), _("every needs by: the lookup column that points to this list."))
    other = subject.surroundings.definitions.get(related.list)
    if other is None:
        return
    there = replace(subject, definition=other, unsure=frozenset())
    if related.by is not None:
        yield from lookup_problems(there, related.by, subject.definition.key, (*place, "by"))
    yield from condition_problems(there, related.are, (*place, "are"), view=False)


def lookup_problems(subject: Subject, name: str, target: str, place: Place) -> Iterator[Problem]:
    """Problems when a column is not a lookup to the list `target`."""
    missing = tuple(subject.column(name, place, "Lookup"))
    yield from missing
    field = subject.definition.field(name)
    if not missing and field is not None and field.lookup not in {None, target}:
        sentence = _("Column {name} looks up list {found}; what is needed here is {wanted}.")
        yield subject.problem(place, sentence.format(name=name, found=field.lookup, wanted=target))


def _value_problems(subject: Subject, name: str, value: object, place: Place) -> Iterator[Problem]:
    if subject.type_of(name) == "Boolean" and not isinstance(value, bool):
        sentence = _("Column {name} is yes or no; write true or false.")
        yield subject.problem(place, sentence.format(name=name))
    yield from subject.choice(name, value, place)
