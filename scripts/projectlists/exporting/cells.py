"""How a value looks in a cell, in the language of the site. Pure.

The import compares a cell with what would be exported now: a cell that looks the same was not edited. So what a file
says of a value need not be unique for the value to survive, and a row that nobody touched stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from projectlists.definitions.model import Definitions, ListField
from projectlists.item import Link, Person, Reference, Value
from projectlists.language import Language, Text

Cell: TypeAlias = str | int | float | date | None
"""What stands in a cell: a text, a number, a date, or nothing."""

YES = Text(nl="Ja", en="Yes")
NO = Text(nl="Nee", en="No")
SEPARATOR = "; "
"""Between several choices in one cell."""


@dataclass(frozen=True)
class Rendering:
    """How values look on one site. `shared_names` are display names that more than one person has."""

    definitions: Definitions
    language: Language
    shared_names: frozenset[str] = frozenset()

    def cell(self, field: ListField, value: Value) -> Cell:  # noqa: PLR0911 - one line a kind of value
        """A value of a column as it stands in a cell."""
        match value:
            case bool():
                return (YES if value else NO).in_language(self.language)
            case None | int() | float() | date():
                return value
            case Person():
                return self.person(value)
            case Reference():
                return self.reference(field, value)
            case Link():
                return value.url
            case tuple():
                return SEPARATOR.join(self._label(field, key) for key in value) or None
            case str():
                return _in_lines(self._label(field, value)) or None

    def person(self, person: Person) -> str:
        """A name; with the address behind it where several people are called that."""
        address = person.mail or account(person)
        if person.name and person.name not in self.shared_names:
            return person.name
        return f"{person.name} <{address}>" if person.name and address else person.name or address

    def reference(self, field: ListField, reference: Reference) -> str:
        """A row of another list, called by its number as in views and mails (guide.md §2.0.5): `B-3 Ontwerp`."""
        target = self.definitions.lists.get(field.lookup or "")
        return f"{target.letter if target else ''}-{reference.id} {reference.title}".strip()

    def _label(self, field: ListField, key: str) -> str:
        return next((choice.label(self.language) for choice in field.choices if choice.key == key), key)


def shared_names(people: Iterable[Person]) -> frozenset[str]:
    """The names that more than one of these people have."""
    counted = Counter(person.name for person in people)
    return frozenset(name for name, count in counted.items() if count > 1)


def account(person: Person) -> str:
    """The user principal name in a login: what stands after the last bar."""
    return person.login.rpartition("|")[2]


def choice_labels(field: ListField, language: Language) -> Collection[str]:
    """What a cell of this column is chosen from; empty when it is not a single choice."""
    if field.type == "Boolean":
        return (YES.in_language(language), NO.in_language(language))
    return tuple(choice.label(language) for choice in field.choices) if field.type == "Choice" else ()


def _in_lines(text: str) -> str:
    """One kind of line end: Excel and SharePoint each have their own."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
