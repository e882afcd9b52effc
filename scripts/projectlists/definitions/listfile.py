"""One list file: read into a ListDefinition, with every mistake in it.

A part that cannot be read (a column, a view, a rule) is reported and set aside, so that the rest of the file is still
checked: one mistake does not hide the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from projectlists.definitions.checks.columns import column_problems
from projectlists.definitions.checks.rows import row_problems
from projectlists.definitions.checks.rules import rule_problems
from projectlists.definitions.checks.subject import Subject, Surroundings, too_long
from projectlists.definitions.checks.views import view_problems
from projectlists.definitions.condition import DAY_PATTERN
from projectlists.definitions.model import Choice, ListDefinition, ListField, file_name
from projectlists.definitions.names import COLUMN_NAME, INTERNAL_NAME, KEY, LETTER, PROFILE_KEY, ROW_KEY, VIEW_KEY
from projectlists.definitions.rulemodel import REMINDER_ID, SCHEDULE, STAGE, STATUS_RULE_ID
from projectlists.errors import Problem
from projectlists.language import _
from projectlists.modelfile import model_from, without
from projectlists.yamlfile import Document, Place

_PARTS = ("fields", "views", "reminders", "status_rules", "rows")
_CONDITIONS = (("views", "filter"), ("reminders", "when"))


def forms() -> dict[str, str]:
    """What each pattern of the models asks for, in words."""
    return {
        INTERNAL_NAME: _("Start with a capital; then letters and digits, 32 characters at most."),
        PROFILE_KEY: _("Use small letters, digits and -, starting with a letter."),
        ROW_KEY: _("Use small letters, digits and -, starting with a letter."),
        KEY: _("Use small letters, digits and _, starting with a letter."),
        COLUMN_NAME: _("Start with a capital; then letters and digits, 32 characters at most."),
        VIEW_KEY: _("Start with a capital; then letters and digits."),
        STAGE: _("A stage is D-7, D0, D+3, W+2 or ESC."),
        REMINDER_ID: _("A rule is called D, W1 or K-R1."),
        STATUS_RULE_ID: _("A status rule is called S1 or K-S1."),
        SCHEDULE: _("Use weekly, fortnightly, monthly, quarterly or a day of the year such as 10-01."),
        LETTER: _("Use one or two capitals."),
        DAY_PATTERN: _("Use today, today+7, a date such as 2026-12-31, or a column."),
    }


@dataclass(frozen=True)
class ListFile:
    """One file as far as it could be read: its definition (None when nothing could be made of it) and its mistakes."""

    document: Document
    definition: ListDefinition | None
    problems: tuple[Problem, ...]
    removed: frozenset[Place]
    unsure: frozenset[str]


def list_file(
    document: Document, common: tuple[ListField, ...], choice_sets: Mapping[str, tuple[Choice, ...]]
) -> ListFile:
    """Read one list. Common columns it does not name itself are added, shared choices filled in (guide.md §2.0.4)."""
    definition, mistakes = model_from(document, ListDefinition, forms=forms())
    problems = tuple(problem for _place, problem in mistakes)
    removed = frozenset(_part(place) for place, _problem in mistakes)
    unsure: frozenset[str] = frozenset()
    if definition is None and isinstance(document.data, dict):
        rest = {**_needed(document), **without(document.data, removed)}
        unsure = frozenset(_names(document.data)) - frozenset(_names(rest))
        definition, _again = model_from(document, ListDefinition, data=rest, forms=forms())
    completed = definition and _completed(definition, common, choice_sets)
    return ListFile(document, completed, problems, removed, unsure)


def cross_problems(file: ListFile, surroundings: Surroundings) -> Iterator[Problem]:
    """What the parts of one list say wrongly about each other and about what is around the list."""
    if file.definition is None:
        return
    subject = Subject(file.document, file.definition, file.removed, file.unsure, surroundings)
    expected = file_name(file.definition.key)
    if not file.document.name.replace("\\", "/").endswith("/" + expected) and file.document.name != expected:
        sentence = _("The file of list {key} is called {name}; rename the file or change the key.")
        yield subject.problem(("key",), sentence.format(key=file.definition.key, name=expected))
    yield from too_long(subject, file.definition.title, ("title",))
    yield from column_problems(subject)
    yield from view_problems(subject)
    yield from rule_problems(subject)
    yield from row_problems(subject)


def key_of(document: Document) -> str:
    """The key of a list file or of what it extends, also when it cannot be read: made from its name then."""
    data = document.data if isinstance(document.data, dict) else {}
    key = data.get("extends", data.get("key"))
    return key if isinstance(key, str) else key_from_name(document.name)


def key_from_name(name: str) -> str:
    """The key that belongs to a file name: `communication_calendar.yaml` → `CommunicationCalendar`."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".yaml")
    return "".join(word[:1].upper() + word[1:] for word in stem.split("_"))


def _completed(
    definition: ListDefinition, common: tuple[ListField, ...], choice_sets: Mapping[str, tuple[Choice, ...]]
) -> ListDefinition:
    own = {field.name for field in definition.fields}
    added = () if definition.system or definition.adopted else tuple(field for field in common if field.name not in own)
    fields = tuple(_with_choices(field, choice_sets) for field in (*definition.fields, *added))
    return definition.model_copy(update={"fields": fields})


def _with_choices(field: ListField, choice_sets: Mapping[str, tuple[Choice, ...]]) -> ListField:
    if field.choice_set is None or field.choices:
        return field
    return field.model_copy(update={"choices": choice_sets.get(field.choice_set, ())})


def _items(data: Any, part: str) -> list[Any]:
    found = data.get(part) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _names(data: Any) -> Iterator[str]:
    for field in _items(data, "fields"):
        if isinstance(field, dict) and isinstance(field.get("name"), str):
            yield field["name"]


def _part(place: Place) -> Place:
    """What is set aside for a mistake at a place: a whole column, the smallest item around it in a view or rule."""
    if not place or place[0] not in _PARTS:
        return place[:1]
    positions = [index for index, step in enumerate(place) if isinstance(step, int)]
    if place[0] == "fields":
        positions = positions[:1]
    elif positions == [1] and place[:1] + place[2:3] in _CONDITIONS:
        return place[:3]
    return place[: positions[-1] + 1] if positions else place[:1]


def _needed(document: Document) -> dict[str, Any]:
    """Stands in for what every list has, where it cannot be read."""
    text = {"nl": "-", "en": "-"}
    return {"key": key_of(document), "letter": "X", "title": text, "description": text, "fields": [], "views": []}
