"""Checks of the choices of one column or one shared set (guide.md §2.0.2, §2.0.13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from projectlists.definitions.checks.subject import LONGEST_TITLE, doubles
from projectlists.definitions.model import Choice
from projectlists.errors import Problem
from projectlists.language import LANGUAGES, _
from projectlists.modelfile import at
from projectlists.yamlfile import Document, Place


def mistakes_in_choices(choices: tuple[Choice, ...]) -> Iterator[tuple[Place, str]]:
    """Place within the choices, and sentence, of every mistake in them."""
    for position, key in doubles(choice.key for choice in choices):
        yield (position, "key"), _("The choice {key} appears twice.").format(key=key)
    for language in LANGUAGES:
        labels = [choice.label(language) for choice in choices]
        for position, label in doubles(labels):
            sentence = _("The label {label} is used twice; SharePoint keeps choices by their label.")
            yield (position, language), sentence.format(label=label)
        for position, label in enumerate(labels):
            if not label.strip() or len(label) > LONGEST_TITLE or ";#" in label:
                sentence = _("A label has 1 to {limit} characters, without ;#.")
                yield (position, language), sentence.format(limit=LONGEST_TITLE)
    yield from _mistakes_in_earlier_labels(choices)


def _mistakes_in_earlier_labels(choices: tuple[Choice, ...]) -> Iterator[tuple[Place, str]]:
    """An earlier label has to point to one choice only: it decides what becomes of rows."""
    owners: dict[str, str] = {label: choice.key for choice in choices for label in (choice.nl, choice.en)}
    for position, choice in enumerate(choices):
        for number, label in enumerate(choice.was):
            owner = owners.setdefault(label, choice.key)
            if owner != choice.key or label in (choice.nl, choice.en, *choice.was[:number]):
                sentence = _("{label} is already a label of choice {key}; an earlier label belongs to one choice.")
                yield (position, "was", number), sentence.format(label=label, key=owner)
    if choices and all(choice.retired for choice in choices):
        yield (), _("Every choice is retired; keep at least one that people can choose.")


def choice_set_problems(document: Document, sets: Mapping[str, tuple[Choice, ...]]) -> Iterator[Problem]:
    """Problems in `choice_sets.yaml`."""
    for key, choices in sets.items():
        if not choices:
            yield at(document, ("choice_sets", key), _("The set has no choices; add some."))
        for inside, sentence in mistakes_in_choices(choices):
            yield at(document, ("choice_sets", key, *inside), sentence)


def choice_sets_changed(
    document: Document, sets: Mapping[str, tuple[Choice, ...]], before: Mapping[str, tuple[Choice, ...]]
) -> Iterator[Problem]:
    """Problems of a set that takes the place of an earlier one: rules and rows know its choices by their keys."""
    for key, choices in sets.items():
        missing = {choice.key for choice in before.get(key, ())} - {choice.key for choice in choices}
        if missing:
            sentence = _("The set lacks {keys}, which lists and rules use. Keep every key; the labels may differ.")
            yield at(document, ("choice_sets", key), sentence.format(keys=", ".join(sorted(missing))))
