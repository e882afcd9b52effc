"""Checks of profiles, and of lists among each other (guide.md §3, §2.0.14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from projectlists.definitions.checks.subject import Surroundings, doubles
from projectlists.definitions.model import ListDefinition, Profile, Without
from projectlists.errors import Problem
from projectlists.language import LANGUAGES, _
from projectlists.modelfile import at
from projectlists.yamlfile import Document, Place


def profiles_file_problems(document: Document, order: Sequence[str], profiles: Sequence[Profile]) -> Iterator[Problem]:
    """Problems inside one `profiles.yaml`."""
    for position, key in doubles(order):
        yield at(document, ("order", position), _("List {key} appears twice in the order.").format(key=key))
    for position, key in doubles(profile.key for profile in profiles):
        yield at(document, ("profiles", position, "key"), _("The profile {key} appears twice.").format(key=key))
    for position, profile in enumerate(profiles):
        place = ("profiles", position)
        for key in sorted(set(profile.lists) & set(profile.optional)):
            sentence = _("List {key} is in lists and in optional; choose one.")
            yield at(document, (*place, "optional", profile.optional.index(key)), sentence.format(key=key))
        if profile.deadline_days is not None and min(profile.deadline_days, default=0) < 1:
            yield at(document, (*place, "deadline_days"), _("deadline_days are 1 or more working days before."))
        if profile.review_days < 1:
            yield at(document, (*place, "review_days"), _("review_days is 1 or more."))
        for key, other in profile.choice_sets.items():
            if other.default not in {choice.key for choice in other.choices}:
                sentence = _("The default {default} is not one of the choices.")
                yield at(document, (*place, "choice_sets", key, "default"), sentence.format(default=other.default))


def profile_problems(
    document: Document,
    profiles: Sequence[Profile],
    surroundings: Surroundings,
    lists: Mapping[str, ListDefinition],
) -> Iterator[Problem]:
    """Problems with what the profiles of one file say about lists, roles and choice sets that are elsewhere."""
    for position, profile in enumerate(profiles):
        place = ("profiles", position)
        for word in ("lists", "optional"):
            for index, key in enumerate(getattr(profile, word)):
                if not surroundings.has_list(key):
                    yield at(document, (*place, word, index), _("There is no list {key}.").format(key=key))
        for key in profile.titles:
            if not surroundings.has_list(key):
                yield at(document, (*place, "titles", key), _("There is no list {key}.").format(key=key))
        for key in profile.choice_sets:
            if not surroundings.has_choice_set(key):
                yield at(document, (*place, "choice_sets", key), _("There is no choice set {key}.").format(key=key))
        for key, gone in profile.without.items():
            yield from _without_problems(document, (*place, "without", key), lists.get(key), gone)
            if not surroundings.has_list(key):
                yield at(document, (*place, "without", key), _("There is no list {key}.").format(key=key))
        if not surroundings.has_role(profile.escalation_role):
            sentence = _("There is no role {role}; use a choice of TeamRole.")
            yield at(document, (*place, "escalation_role"), sentence.format(role=profile.escalation_role))


def _without_problems(
    document: Document, place: Place, definition: ListDefinition | None, gone: Without
) -> Iterator[Problem]:
    if definition is None:
        return
    for position, name in enumerate(gone.fields):
        field = definition.field(name)
        if field is None:
            sentence = _("List {list} has no column {name}.")
            yield at(document, (*place, "fields", position), sentence.format(list=definition.key, name=name))
        elif field.required or field.managed:
            sentence = _("Column {name} cannot be left out: the list needs it. Give it another title if you like.")
            yield at(document, (*place, "fields", position), sentence.format(name=name))
    for position, name in enumerate(gone.views):
        view = next((view for view in definition.views if view.key == name), None)
        if view is None:
            sentence = _("List {list} has no view {name}.")
            yield at(document, (*place, "views", position), sentence.format(list=definition.key, name=name))
        elif view.default:
            sentence = _("View {name} cannot be left out: it is the one that opens first.")
            yield at(document, (*place, "views", position), sentence.format(name=name))


def list_problems(lists: Mapping[str, tuple[ListDefinition, Document]]) -> Iterator[Problem]:
    """Problems of lists among each other: the same letter, or the same title in one language."""
    letters: dict[str, str] = {}
    titles: dict[tuple[str, str], str] = {}
    for key, (definition, document) in lists.items():
        first = letters.setdefault(definition.letter, key)
        if first != key:
            sentence = _("List {other} has the letter {letter} already; choose another.")
            yield at(document, ("letter",), sentence.format(other=first, letter=definition.letter))
        for language in LANGUAGES:
            title = definition.title.in_language(language)
            first = titles.setdefault((language, title.casefold()), key)
            if first != key:
                sentence = _("List {other} has the title {title} already; choose another.")
                yield at(document, ("title", language), sentence.format(other=first, title=title))
