"""How mails speak of a project and its rows: names, words, labels and links (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from projectlists.definitions.condition import Condition, tests_of
from projectlists.definitions.model import ListDefinition, ListWords
from projectlists.definitions.viewmodel import View
from projectlists.item import Item
from projectlists.language import Language, Text, plain
from projectlists.rules.calendar import WorkingCalendar

_ACTIONS = ListWords(
    one=Text(nl="actie", en="action"),
    many=Text(nl="acties", en="actions"),
    this=Text(nl="deze actie", en="this action"),
    owner=Text(nl="actiehouder", en="action owner"),
)
_POINTS = ListWords(
    one=Text(nl="punt", en="item"),
    many=Text(nl="punten", en="items"),
    this=Text(nl="dit punt", en="this item"),
    owner=Text(nl="eigenaar", en="owner"),
)
RELATED_ROWS = 10
"""Rows that stand below a row or a fact they belong to at most; the others are counted."""
_CARRIED_OUT = frozenset({"Actions", "Decisions"})
"""Lists whose rows together are called actions: a decision on its way is one to carry out (guide.md §5.1)."""


@dataclass(frozen=True)
class Project:
    """What mails say about a site. URLs are absolute; `help_address` is the supporter's, `language` the site's.

    `calendar` are the site's own working days, when they are not everybody's.
    """

    name: str
    url: str
    help_address: str
    reminders_url: str
    language: Language = "nl"
    calendar: WorkingCalendar | None = None


def each(values: Iterable[Any]) -> list[Any]:
    """The values that say something, each once, in order."""
    found: list[Any] = []
    for value in values:
        if value and value not in found:
            found.append(value)
    return found


def noun_of(definitions: Iterable[ListDefinition], language: Language) -> dict[str, str]:
    """The words of the one list that all rows are of. Rows of several are actions or points."""
    found = each(definitions)
    if len(found) == 1:
        words = found[0].words or _POINTS
    else:
        words = _ACTIONS if {definition.key for definition in found} <= _CARRIED_OUT else _POINTS
    return {name: getattr(words, name).in_language(language) for name in ("one", "many", "this", "owner")}


def row(project: Project, definition: ListDefinition, item: Item, language: Language) -> dict[str, Any]:
    """One row: its title, its number as people call it, its words and its page."""
    return {
        "title": plain(item.text("Title")),
        "label": f"{definition.letter}-{item.id}",
        "language": project.language if project.language != language else "",
        "noun": noun_of([definition], language),
        "link": item_url(project.url, definition, item.id),
        "project": plain(project.name),
    }


def list_link(project: Project, definition: ListDefinition, language: Language) -> dict[str, Any]:
    """A list: its words and its page."""
    return {"noun": noun_of([definition], language), "link": list_url(project.url, definition)}


def item_url(site_url: str, definition: ListDefinition, number: int) -> str:
    """The page of one row."""
    folder = f"{definition.key}/Forms" if definition.kind == "library" else f"Lists/{definition.key}"
    return f"{_encoded(site_url)}/{folder}/DispForm.aspx?ID={number}"


def list_url(site_url: str, definition: ListDefinition) -> str:
    """The page of a list, with its default view."""
    return f"{_encoded(site_url)}/{'' if definition.kind == 'library' else 'Lists/'}{definition.key}"


def view_url(site_url: str, definition: ListDefinition, view: View) -> str:
    """The page of a list with one of its views."""
    forms = "/Forms" if definition.kind == "library" else ""
    return f"{list_url(site_url, definition)}{forms}/{view.key}.aspx"


def field_title(definition: ListDefinition, name: str | None, language: Language) -> str:
    """What people call a column; empty when there is none."""
    field = definition.field(name) if name else None
    return field.title.in_language(language) if field else ""


def state_label(definition: ListDefinition, state: str, language: Language) -> str:
    """What people call a state; empty when nobody declared it."""
    field = definition.field(definition.status.field) if definition.status else None
    return next((choice.label(language) for choice in field.choices if choice.key == state), "") if field else ""


def finishing(definitions: Iterable[ListDefinition], language: Language) -> list[dict[str, Any]]:
    """Per list: the date that closes a row by itself, and the state it then gets (guide.md §5.1, rules such as S1)."""
    found = []
    for definition in each(definitions):
        closing = _closing_date(definition)
        if closing:
            field, state = closing
            found.append(
                {
                    "noun": noun_of([definition], language),
                    "date_title": field_title(definition, field, language),
                    "state": state_label(definition, state, language) or state,
                }
            )
    return found


def _encoded(url: str) -> str:
    return quote(url, safe=":/%")


def _closing_date(definition: ListDefinition) -> tuple[str, str] | None:
    if definition.status is None:
        return None
    for rule in definition.status_rules:
        state = next((setting.to for setting in rule.set if setting.field == definition.status.field), None)
        if state not in definition.status.closing:
            continue
        for name in _filled(rule.when):
            field = definition.field(name)
            if field and field.type == "DateTime":
                return name, str(state)
    return None


def _filled(condition: Condition | None) -> Iterable[str]:
    return [test.field for test in tests_of(condition) if test.empty is False]
