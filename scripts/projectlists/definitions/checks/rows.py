"""Checks of the rows that a new list starts with: columns that are there, values that fit them (guide.md §2.13)."""

from __future__ import annotations

from collections.abc import Iterator

from projectlists.definitions.checks.subject import Subject, doubles
from projectlists.definitions.model import IMPORT_KEY, Row
from projectlists.errors import Problem
from projectlists.language import Text, _
from projectlists.yamlfile import Place

_TEXTS = ("Text", "Note")


def row_problems(subject: Subject) -> Iterator[Problem]:
    """Problems with the rows of a list."""
    rows = subject.definition.rows
    if rows and subject.definition.kind == "library":
        yield subject.problem(("rows",), _("A library starts empty: its rows are files. Remove the rows."))
        return
    if rows and not subject.knows(IMPORT_KEY):
        yield subject.problem(("rows",), _("Rows need the column ImportKey, to be found again."))
    for position, key in doubles(row.key for row in rows):
        yield subject.problem(("rows", position, "key"), _("The row {key} appears twice.").format(key=key))
    for position, row in enumerate(rows):
        yield from _row_problems(subject, row, ("rows", position))


def _row_problems(subject: Subject, row: Row, place: Place) -> Iterator[Problem]:
    for position, key in enumerate(row.profiles):
        if not subject.surroundings.has_profile(key):
            yield subject.problem((*place, "profiles", position), _("There is no profile {key}.").format(key=key))
    for field in subject.definition.fields:
        if field.required and field.default is None and field.name not in row.values:
            sentence = _("The row has no {name}, which the list requires.")
            yield subject.problem((*place, "values"), sentence.format(name=field.name))
    for name, value in row.values.items():
        here = (*place, "values", name)
        missing = tuple(subject.column(name, here))
        yield from missing
        if not missing and name == IMPORT_KEY:
            yield subject.problem(here, _("The program fills in ImportKey, with the key of the row."))
        elif not missing:
            yield from _value_problems(subject, name, value, here)


def _value_problems(
    subject: Subject, name: str, value: Text | bool | int | float | str | tuple[str, ...], place: Place
) -> Iterator[Problem]:
    kind = subject.type_of(name)
    if kind in _TEXTS:
        if not isinstance(value, Text):
            yield subject.problem(place, _("Write the text in both languages: {nl: ..., en: ...}."))
    elif kind in {"Choice", "MultiChoice"}:
        for key in value if isinstance(value, tuple) else (value,):
            yield from subject.choice(name, key, place)
        if isinstance(value, tuple) != (kind == "MultiChoice"):
            yield subject.problem(place, _("A Choice has one key; a MultiChoice has a list of keys."))
    elif kind in {"Number", "Currency"}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield subject.problem(place, _("{value} is not a number.").format(value=value))
    elif kind == "Boolean":
        if not isinstance(value, bool):
            yield subject.problem(place, _("{value} is not true or false.").format(value=value))
    elif kind is not None:
        sentence = _("A row to start with cannot fill column {name}, which is of type {type}.")
        yield subject.problem(place, sentence.format(name=name, type=kind))
