"""Checks of conditions in views and rules: columns that are there, operators that fit, choices that exist."""

from __future__ import annotations

from collections.abc import Iterator

from projectlists.definitions.checks.subject import Subject
from projectlists.definitions.condition import DATE_OPERATORS, All, Condition, Test, is_field_name
from projectlists.definitions.model import FieldType
from projectlists.errors import Problem
from projectlists.language import _
from projectlists.yamlfile import Place

_NEEDED: dict[str, tuple[FieldType, ...]] = {
    "is_me": ("User",),
    "at_least": ("Number", "Currency", "Calculated"),
    "at_most": ("Number", "Currency", "Calculated"),
    **dict.fromkeys(DATE_OPERATORS, ("DateTime",)),
}


def condition_problems(subject: Subject, condition: Condition | None, place: Place, *, view: bool) -> Iterator[Problem]:
    """Problems in a condition. A view cannot compare two columns (CAML has no such test; guide.md §2.2)."""
    if condition is None:
        return
    if isinstance(condition, Test):
        yield from _test_problems(subject, condition, place, view=view)
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
        yield from subject.column(test.operand, here, "DateTime")
    elif operator in {"equals", "not_equals"}:
        yield from _value_problems(subject, test.field, test.operand, here)
    elif operator in {"one_of", "none_of"}:
        for position, key in enumerate(test.operand):
            yield from subject.choice(test.field, key, (*here, position))


def _value_problems(subject: Subject, name: str, value: object, place: Place) -> Iterator[Problem]:
    if subject.type_of(name) == "Boolean" and not isinstance(value, bool):
        sentence = _("Column {name} is yes or no; write true or false.")
        yield subject.problem(place, sentence.format(name=name))
    yield from subject.choice(name, value, place)
