"""Titles and descriptions in the other language, for sites that speak both (sharepoint-rest.md §3.4). Pure.

Lists and columns have them; views and choices have not, and stay in the language of the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from projectlists.definitions.model import ListDefinition
from projectlists.language import Language, Text
from projectlists.structure.plan import TRANSLATED, TRANSLATED_DESCRIPTION, TRANSLATED_TITLE, Change, Kind, Plan


@dataclass(frozen=True)
class Place:
    """Where a text stands: a list by key, a column of it by internal name or none, and which of its texts."""

    list: str
    field: str
    attribute: str


def other_language(language: Language) -> Language:
    """The language that a site in `language` may speak besides."""
    return "en" if language == "nl" else "nl"


def wanted_texts(definitions: Sequence[ListDefinition], language: Language) -> dict[Place, str]:
    """The texts in the other language of everything that people see and that is not the same in both."""
    found: dict[Place, Text | None] = {}
    for definition in definitions:
        if definition.system:
            continue
        found[Place(definition.key, "", TRANSLATED_TITLE)] = definition.title
        found[Place(definition.key, "", TRANSLATED_DESCRIPTION)] = definition.description
        for field in definition.fields:
            found[Place(definition.key, field.name, TRANSLATED_TITLE)] = field.title
            found[Place(definition.key, field.name, TRANSLATED_DESCRIPTION)] = field.description
    other = other_language(language)
    return {place: text.in_language(other) for place, text in found.items() if text and text.nl != text.en}


def translation_changes(wanted: Mapping[Place, str], found: Mapping[Place, str]) -> Iterator[Change]:
    """What must change; a place that is not in `found` is one of a list or column that is still to be made."""
    for place, text in wanted.items():
        before = found.get(place)
        if before != text:
            kind: Kind = "field" if place.field else "list"
            yield Change("update", kind, place.list, place.field or place.list, place.attribute, before, text)


def translations_of(plan: Plan) -> dict[Place, str]:
    """The texts that a plan sets."""
    return {
        Place(change.list, change.name if change.kind == "field" else "", change.attribute or ""): str(change.after)
        for change in plan.work
        if change.attribute in TRANSLATED
    }
