"""The overview of a project, and facts that ask for attention, as data for the templates (guide.md §5.3; pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from projectlists.definitions.model import ListDefinition
from projectlists.definitions.viewmodel import View
from projectlists.item import Item
from projectlists.language import Language, plain
from projectlists.mail.rows import RELATED_ROWS, Project, field_title, item_url, list_url, noun_of, row, view_url
from projectlists.mail.wording import short_date

SHOWN = 5
"""Rows of one finding that are listed; the view shows the rest."""

FactKind = Literal["setting_wrong", "settings_twice", "bounced", "account_gone", "project_closed"]


@dataclass(frozen=True)
class Fact:
    """One thing the supporter should know. `kind` chooses the sentence in the templates, `values` fill it.

    `related` are the rows it is about, each with its list. It is told once for what it is `about`, else once for
    everything it says.
    """

    kind: FactKind
    values: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    related: tuple[tuple[ListDefinition, Item], ...] = ()
    about: str = ""


@dataclass(frozen=True)
class ListCount:
    """One list in numbers: rows that are open, of those overdue, and due in this ISO week from today on."""

    definition: ListDefinition
    open: int
    overdue: int
    week: int


@dataclass(frozen=True)
class Finding:
    """The rows of a view that a list declares for the overview of a role, in the order of the view."""

    definition: ListDefinition
    view: View
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Overview:
    """What somebody hears about a whole project as `supporter` or `project_manager`.

    Without a `rhythm` there are only facts in it.
    """

    role: str
    rhythm: Literal["weekly", "daily", ""] = ""
    counts: tuple[ListCount, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows or facts it speaks of."""
        return sum(count.open for count in self.counts) or sum(len(one.items) for one in self.findings) + len(
            self.facts
        )


def overview_data(project: Project, overview: Overview, today: date, language: Language) -> dict[str, Any]:
    """What the templates need of one overview."""
    return {
        "name": plain(project.name),
        "role": overview.role,
        "rhythm": overview.rhythm,
        "facts": [_fact(project, fact, language) for fact in overview.facts],
        "counts": [
            {
                "title": plain(count.definition.title.in_language(language)),
                "link": list_url(project.url, count.definition),
                "open": count.open,
                "overdue": count.overdue,
                "week": count.week,
            }
            for count in overview.counts
        ],
        "findings": [_finding(project, finding, today, language) for finding in overview.findings],
        "reminders_link": project.reminders_url,
    }


def _fact(project: Project, fact: Fact, language: Language) -> dict[str, Any]:
    return {
        "kind": fact.kind,
        "words": {key: plain(text) for key, text in fact.values.items()},
        "link": fact.link,
        "related": [row(project, found, item, language) for found, item in fact.related[:RELATED_ROWS]],
        "related_more": max(0, len(fact.related) - RELATED_ROWS),
    }


def _finding(project: Project, finding: Finding, today: date, language: Language) -> dict[str, Any]:
    definition = finding.definition
    return {
        "title": finding.view.title.in_language(language),
        "list": definition.title.in_language(language),
        "noun": noun_of([definition], language),
        "count": len(finding.items),
        "more": max(0, len(finding.items) - SHOWN),
        "link": view_url(project.url, definition, finding.view),
        "lines": [
            {
                **row(project, definition, item, language),
                "link": item_url(project.url, definition, item.id),
                "date_title": field_title(definition, definition.due, language),
                "date": short_date(due, today, language) if (due := item.day(definition.due or "")) else "",
            }
            for item in finding.items[:SHOWN]
        ],
    }
