"""Where personal data stand in the lists of a project, as a checklist for who cleans up (guide.md §6.6). Pure.

Nothing is named but lists and columns, and how many rows hold something: the checklist itself holds no personal data.
The tool removes nothing, because an archive record may not be thrown away before its term.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import Language, Text

CONTACT: dict[str, tuple[str, ...]] = {
    "Stakeholders": ("ContactFunction", "ContactAddress", "StakeholderStance", "StanceReason", "EngagementNote"),
}
"""Columns about people outside the team; person columns are found by their type."""
_INDIVIDUAL = ("Stakeholders", "StakeholderKind", "individual")
_COLLEAGUES = Text(nl="collega's en partners", en="colleagues and partners")
_OUTSIDE = Text(nl="mensen en partijen buiten het project", en="people and parties outside the project")
_PRIVATE = Text(nl="een privépersoon", en="a private person")


@dataclass(frozen=True)
class Held:
    """One column, or kind of row, that holds personal data: in how many rows, and about whom."""

    list: str
    what: str
    about: str
    rows: int


def personal_data(definition: ListDefinition, items: Sequence[Item], language: Language) -> tuple[Held, ...]:
    """What a list holds; columns without anything in them are left out."""
    title = definition.title.in_language(language)
    found = []
    key, column, kind = _INDIVIDUAL
    kinds = definition.field(column) if definition.key == key else None
    for choice in kinds.choices if kinds else ():
        if choice.key == kind:
            rows = sum(item[column] == kind for item in items)
            found.append(Held(title, choice.label(language), _PRIVATE.in_language(language), rows))
    for field in definition.fields:
        is_person = field.type == "User"
        if is_person or field.name in CONTACT.get(definition.key, ()):
            about = _COLLEAGUES if is_person else _OUTSIDE
            rows = _filled(items, field.name)
            found.append(Held(title, field.title.in_language(language), about.in_language(language), rows))
    return tuple(one for one in found if one.rows)


def _filled(items: Iterable[Item], name: str) -> int:
    return sum(item[name] not in (None, "", ()) for item in items)
