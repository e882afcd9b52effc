"""Checks of columns: names, choices, defaults, lookups, formulas, indexes (guide.md §2.0, sharepoint-rest.md §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from projectlists.definitions.checks.choices import mistakes_in_choices
from projectlists.definitions.checks.subject import LONGEST_TITLE, Subject, double_titles, doubles, too_long
from projectlists.definitions.condition import is_day
from projectlists.definitions.model import BUILT_IN, INDEXABLE, FieldType, ListField
from projectlists.errors import Problem
from projectlists.language import _
from projectlists.yamlfile import Place

MOST_INDEXES = 20
_NUMBERS: tuple[FieldType, ...] = ("Number", "Currency")
_WITH_CHOICES: tuple[FieldType, ...] = ("Choice", "MultiChoice")
_WITH_VALIDATION: tuple[FieldType, ...] = ("Text", "Number", "Currency", "DateTime", "Choice")
_NOT_IN_FORMULAS: tuple[FieldType, ...] = ("Lookup", "User", "Note", "URL", "MultiChoice")
_RESERVED = {name.casefold() for name in (*BUILT_IN, "Attachments", "ContentType", "GUID", "LinkTitle", "FileLeafRef")}
_COLUMN_IN_FORMULA = re.compile(r"\[([^\]]+)\]")


def column_problems(subject: Subject) -> Iterator[Problem]:
    """Problems with the columns of a list, each by itself and all together."""
    fields = subject.definition.fields
    for position, name in doubles(field.name for field in fields):
        yield subject.problem(("fields", position, "name"), _("The column {name} appears twice.").format(name=name))
    yield from double_titles(subject, "fields", (field.title for field in fields))
    title = subject.definition.field("Title")
    if not subject.knows("Title"):
        yield subject.problem(("fields",), _("The column Title is missing; every list has one."))
    elif title is not None and title.type != "Text":
        yield from subject.column("Title", ("fields",), "Text")
    for position, field in enumerate(fields):
        yield from _field_problems(subject, field, ("fields", position))
    yield from _index_problems(subject)
    yield from _list_validation_problems(subject)


def _field_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    if field.name.casefold() in _RESERVED:
        sentence = _("{name} is a column of SharePoint itself; choose another name.")
        yield subject.problem((*place, "name"), sentence.format(name=field.name))
    yield from too_long(subject, field.title, (*place, "title"))
    yield from _choice_problems(subject, field, place)
    yield from _default_problems(subject, field, place)
    yield from _lookup_problems(subject, field, place)
    yield from _formula_problems(subject, field, place)
    yield from _number_problems(subject, field, place)
    yield from _validation_problems(subject, field, place)
    yield from _format_problems(subject, field, place)
    yield from _retirement_problems(subject, field, place)
    for flag in ("indexed", "unique"):
        if getattr(field, flag) and field.type not in INDEXABLE:
            sentence = _("A column of type {type} cannot be {flag}; remove this.")
            yield subject.problem((*place, flag), sentence.format(type=field.type, flag=flag))


def _choice_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    if field.choice_set and not subject.surroundings.has_choice_set(field.choice_set):
        sentence = _("There is no choice set {name}; it has to be in choice_sets.yaml.")
        yield subject.problem((*place, "choice_set"), sentence.format(name=field.choice_set))
        return
    if field.type not in _WITH_CHOICES:
        if field.choices:
            sentence = _("A column of type {type} has no choices; make it a Choice or remove them.")
            yield subject.problem((*place, "choices"), sentence.format(type=field.type))
        return
    if not field.choices and not field.choice_set:
        yield subject.problem(place, _("The choices are missing; add choices or a choice_set."))
    if subject.states((*place, "choices")):
        for inside, sentence in mistakes_in_choices(field.choices):
            yield subject.problem((*place, "choices", *inside), sentence)


def _default_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    default, here = field.default, (*place, "default")
    if default is None:
        return
    if field.type in _WITH_CHOICES:
        yield from subject.choice(field.name, default, here)
        if any(choice.key == default and choice.retired for choice in field.choices):
            yield subject.problem(here, _("The default {value} is retired; choose another.").format(value=default))
    elif field.type in _NUMBERS:
        if isinstance(default, bool | str):
            yield subject.problem(here, _("The default must be a number, not {value}.").format(value=default))
    elif field.type == "DateTime":
        if not is_day(str(default)):
            sentence = _("The default must be today, today+90 or a date, not {value}.")
            yield subject.problem(here, sentence.format(value=default))
    elif field.type == "Boolean":
        if not isinstance(default, bool):
            yield subject.problem(here, _("The default must be true or false, not {value}.").format(value=default))
    elif field.type not in {"Text", "Note"}:
        yield subject.problem(here, _("A column of type {type} has no default; remove it.").format(type=field.type))


def _lookup_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    if (field.type == "Lookup") != (field.lookup is not None):
        yield subject.problem(
            (*place, "lookup") if field.lookup else place,
            _("A column of type Lookup names a list with the key lookup; other columns have no such key."),
        )
    elif field.lookup and not subject.surroundings.has_list(field.lookup):
        sentence = _("There is no list {name} to look up; use the key of a list.")
        yield subject.problem((*place, "lookup"), sentence.format(name=field.lookup))


def _formula_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    if field.type != "Calculated":
        for key in ("formula", "result_type"):
            if getattr(field, key) is not None:
                sentence = _("Only a column of type Calculated has {key}; remove it.")
                yield subject.problem((*place, key), sentence.format(key=key))
        return
    if not field.formula:
        yield subject.problem(place, _("The formula is missing; a Calculated column needs one."))
    if not field.result_type:
        yield subject.problem(place, _("The result_type is missing; a Calculated column needs one."))
    yield from _columns_in_formula(subject, field.formula or "", (*place, "formula"))
    if re.search(r"\b(TODAY|NOW)\(|\[(Today|Me)\]", field.formula or "", re.IGNORECASE):
        sentence = _("A Calculated column cannot use today, now or me; work it out in a view or a rule.")
        yield subject.problem((*place, "formula"), sentence)


def _columns_in_formula(subject: Subject, formula: str, place: Place) -> Iterator[Problem]:
    for name in dict.fromkeys(_COLUMN_IN_FORMULA.findall(formula)):
        if name in {"Today", "Me"}:
            continue
        yield from subject.column(name, place)
        if subject.type_of(name) in _NOT_IN_FORMULAS:
            sentence = _("A formula cannot read column {name}, which is of type {type}.")
            yield subject.problem(place, sentence.format(name=name, type=subject.type_of(name)))


def _number_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    for key in ("minimum", "maximum", "decimals"):
        if getattr(field, key) is not None and field.type not in _NUMBERS:
            sentence = _("Only a Number or Currency column has {key}; remove it.")
            yield subject.problem((*place, key), sentence.format(key=key))
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield subject.problem((*place, "minimum"), _("The minimum is more than the maximum."))
    if field.decimals is not None and not 0 <= field.decimals <= 5:
        yield subject.problem((*place, "decimals"), _("SharePoint takes 0 to 5 decimals."))
    if field.maximum_length is not None and (field.type != "Text" or not 1 <= field.maximum_length <= LONGEST_TITLE):
        sentence = _("Only a Text column has maximum_length, from 1 to {limit}.")
        yield subject.problem((*place, "maximum_length"), sentence.format(limit=LONGEST_TITLE))


def _validation_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    if field.validation is None:
        return
    here = (*place, "validation")
    if field.type not in _WITH_VALIDATION:
        sentence = _("SharePoint has no validation on a column of type {type}; remove it.")
        yield subject.problem(here, sentence.format(type=field.type))
    if field.validation_message is None:
        yield subject.problem(here, _("The validation_message is missing; tell people what is right."))
    if not field.validation.startswith("="):
        yield subject.problem(here, _("A validation starts with =."))
    for name in _COLUMN_IN_FORMULA.findall(field.validation):
        if name != field.name:
            sentence = _("The validation of a column reads that column only, not {name}; use that of the list.")
            yield subject.problem(here, sentence.format(name=name))


def _format_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    if (field.format == "share") != (field.whole is not None):
        sentence = _(
            "A column with format: share names the column it is a part of with whole; others have no such key."
        )
        yield subject.problem((*place, "whole") if field.whole else place, sentence)
    elif field.whole is not None:
        yield from subject.column(field.whole, (*place, "whole"), *_NUMBERS, "Calculated")


def _retirement_problems(subject: Subject, field: ListField, place: Place) -> Iterator[Problem]:
    if not field.retired:
        return
    here = (*place, "retired")
    if field.name == "Title":
        yield subject.problem(here, _("The column Title cannot be retired; every list has one."))
    definition = subject.definition
    held = {definition.owner, definition.external_owner, definition.due, definition.due_time}
    held |= {definition.progress, definition.review, definition.status.field if definition.status else None}
    sentence = _("Column {name} is retired, and {what} still needs it. Change that first.")
    if field.name in held:
        yield subject.problem(here, sentence.format(name=field.name, what=_("the list itself")))
    for what, needs in (
        *((_("view {key}").format(key=view.key), view.needs) for view in definition.views),
        *((_("rule {key}").format(key=rule.id), rule.needs) for rule in definition.reminders),
        *((_("rule {key}").format(key=rule.id), rule.needs) for rule in definition.status_rules),
    ):
        if field.name in needs:
            yield subject.problem(here, sentence.format(name=field.name, what=what))


def _list_validation_problems(subject: Subject) -> Iterator[Problem]:
    formula = subject.definition.validation
    if formula is None:
        return
    if subject.definition.validation_message is None:
        yield subject.problem(("validation",), _("The validation_message is missing; tell people what is right."))
    if not formula.startswith("="):
        yield subject.problem(("validation",), _("A validation starts with =."))
    yield from _columns_in_formula(subject, formula, ("validation",))


def _index_problems(subject: Subject) -> Iterator[Problem]:
    definition = subject.definition
    for position, name in enumerate(definition.index):
        if name not in BUILT_IN or name == "ID":
            sentence = _("index is for Created, Modified, Author and Editor; mark column {name} itself as indexed.")
            yield subject.problem(("index", position), sentence.format(name=name))
    count = len(definition.index) + sum(field.indexed or field.unique for field in definition.fields)
    if count > MOST_INDEXES:
        sentence = _(
            "The list has {count} indexed columns; SharePoint takes {limit} at most. Remove indexed where you can."
        )
        yield subject.problem(("fields",), sentence.format(count=count, limit=MOST_INDEXES))
