"""The list under examination: its definition, where its parts stand in the file, and what is known around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice

from projectlists.definitions.model import BUILT_IN, FieldType, ListDefinition
from projectlists.errors import Problem
from projectlists.language import LANGUAGES, Text, _
from projectlists.modelfile import at
from projectlists.yamlfile import Document, Place

LONGEST_TITLE = 255
"""SharePoint takes no longer title of a list, column or view, nor a longer choice."""


@dataclass(frozen=True)
class Surroundings:
    """What a list file may refer to: keys of lists, choice sets and profiles, roles, and the lists that were read.

    None where it is not known, because the file that says so cannot be read.
    """

    lists: frozenset[str] | None
    choice_sets: frozenset[str] | None
    roles: frozenset[str] | None
    profiles: frozenset[str] | None = None
    definitions: Mapping[str, ListDefinition] = field(default_factory=dict)

    def has_list(self, key: str) -> bool:
        """Whether there is such a list, as far as known."""
        return self.lists is None or key in self.lists

    def has_choice_set(self, key: str) -> bool:
        """Whether there is such a choice set, as far as known."""
        return self.choice_sets is None or key in self.choice_sets

    def has_profile(self, key: str) -> bool:
        """Whether there is such a profile, as far as known."""
        return self.profiles is None or key in self.profiles

    def has_role(self, key: str) -> bool:
        """Whether there is such a role, as far as known."""
        return self.roles is None or key in self.roles


@dataclass(frozen=True)
class Subject:
    """One list with its file.

    `removed` are the places of what could not be read and is missing from the definition; `unsure` are columns among
    them, so that nothing can be said about what refers to them.
    """

    document: Document
    definition: ListDefinition
    removed: frozenset[Place]
    unsure: frozenset[str]
    surroundings: Surroundings

    def problem(self, place: Place, sentence: str) -> Problem:
        """A mistake at a place of the definition, told with its place in the file."""
        return at(self.document, self._in_file(place), sentence)

    def _in_file(self, place: Place) -> Place:
        """The place in the file of a place in the definition: positions count what was removed before them."""
        found: Place = ()
        for step in place:
            actual = step
            if isinstance(step, int):
                kept = (position for position in count() if (*found, position) not in self.removed)
                actual = next(islice(kept, step, None))
            found = (*found, actual)
        return found

    def states(self, place: Place) -> bool:
        """Whether the file itself says something here, so that a shared part was not filled in."""
        found = self.document.data
        for step in self._in_file(place):
            if isinstance(found, dict):
                found = found.get(step)
            else:
                found = found[step] if isinstance(found, list) and isinstance(step, int) and step < len(found) else None
        return found is not None

    def is_whole(self, place: Place) -> bool:
        """Whether all of this part of the file could be read."""
        here = self._in_file(place)
        return not any(gone[: len(here)] == here for gone in self.removed)

    def knows(self, name: str) -> bool:
        """Whether a column of this name is there, built in or declared; yes when there is no telling."""
        if ("fields",) in self.removed:
            return True
        return name in self.unsure or name in BUILT_IN or self.definition.field(name) is not None

    def type_of(self, name: str) -> FieldType | None:
        """The type of a column; None when it is not there or could not be read."""
        found = self.definition.field(name)
        return found.type if found else BUILT_IN.get(name)

    def keys_of(self, name: str) -> frozenset[str] | None:
        """The choice keys of a column; None when they are not known or it has none."""
        found = self.definition.field(name)
        return frozenset(choice.key for choice in found.choices) if found and found.choices else None

    def column(self, name: str, place: Place, *types: FieldType) -> Iterator[Problem]:
        """Problems when a column is not there, or has none of the types asked for."""
        if not self.knows(name):
            yield self.problem(place, _("There is no column {name} in this list.").format(name=name))
            return
        found = self.type_of(name)
        if types and found is not None and found not in types:
            sentence = _("Column {name} is of type {found}; what is needed here is {wanted}.")
            yield self.problem(place, sentence.format(name=name, found=found, wanted=_either(types)))

    def choice(self, name: str, key: object, place: Place) -> Iterator[Problem]:
        """A problem when a column has choices and this key is not one of them."""
        keys = self.keys_of(name)
        if keys is not None and key not in keys:
            sentence = _("Column {name} has no choice {key}; it has {keys}.")
            yield self.problem(place, sentence.format(name=name, key=key, keys=", ".join(sorted(keys))))


def _either(words: Iterable[str]) -> str:
    return _(" or ").join(words)


def doubles(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Position and name of everything that was there before; case does not matter, as in SharePoint."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name.casefold() in seen:
            yield position, name
        seen.add(name.casefold())


def double_titles(subject: Subject, part: str, titles: Iterable[Text]) -> Iterator[Problem]:
    """Problems with titles of columns or views that are the same in one language."""
    given = tuple(titles)
    for language in LANGUAGES:
        for position, title in doubles(text.in_language(language) for text in given):
            sentence = _("The title {title} ({language}) is used twice in this list; choose another.")
            yield subject.problem((part, position, "title"), sentence.format(title=title, language=language))


def too_long(subject: Subject, text: Text | None, place: Place) -> Iterator[Problem]:
    """Problems with a title that is empty or longer than SharePoint takes."""
    for language in LANGUAGES:
        words = text.in_language(language) if text else "-"
        if not words.strip():
            yield subject.problem((*place, language), _("The text is empty; write one."))
        elif len(words) > LONGEST_TITLE:
            sentence = _("The text has {count} characters; SharePoint takes {limit} at most.")
            yield subject.problem((*place, language), sentence.format(count=len(words), limit=LONGEST_TITLE))
