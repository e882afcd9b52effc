"""From reminders to mail texts: the daily digest and the escalation, in Dutch and English (guide.md §5; pure).

This room decides what is said, in which order and about which rows. The sentences stand in `config/messages/nl.jinja`
and `en.jinja`, the frame in `digest.*` and `escalation.*`; a municipality may copy and change them.
HTML and plain text are made from the same data, so they say the same in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError

from projectlists.definitions.model import ListDefinition
from projectlists.definitions.rulemodel import ReminderRule
from projectlists.errors import InvalidInput, Problem
from projectlists.item import Item
from projectlists.language import LANGUAGES, Language, plain
from projectlists.mail.overviews import Overview, overview_data
from projectlists.mail.rows import (
    RELATED_ROWS,
    Project,
    each,
    field_title,
    finishing,
    list_link,
    noun_of,
    row,
    state_label,
)
from projectlists.mail.wording import clock_time, environment, long_date, relative, short_date, shortened, subject
from projectlists.rules.calendar import WorkingCalendar

CONTEXT_ROWS = 15
"""Rows without a step today that a digest shows at most (guide.md §2.0.7 a)."""
NOTE_LENGTH = 200
"""Characters of the latest news that an escalation quotes (guide.md §5.3)."""
SECTIONS = ("signal", "overdue", "today", "approval", "week", "later", "info")
COUNTED = ("overdue", "week", "later", "approval", "signal", "info")
"""What subject and first sentence count; a week takes in today."""


@dataclass(frozen=True)
class Message:
    """One mail, ready to be sent. `text` is the complete plain-text twin of `html`."""

    subject: str
    html: str
    text: str
    language: Language


@dataclass(frozen=True)
class Entry:
    """One row in somebody's digest.

    `rules` are the rules with a step today, the most telling first; none means that the row is shown for context.
    `due` is the date that drives the first rule, or the row's own deadline.
    `role` is what the reader is to the row; `mark` is `no_owner`, `external`, `deputy` or empty.
    `related` are rows of other lists that belong to it, each with its list.
    `info` puts the row under "Ter info", `signal` under what has just come to notice (guide.md §1.5).
    """

    project: Project
    definition: ListDefinition
    item: Item
    due: date | None
    rules: tuple[ReminderRule, ...] = ()
    role: str = "owner"
    mark: str = ""
    info: bool = False
    signal: bool = False
    related: tuple[tuple[ListDefinition, Item], ...] = ()


@dataclass(frozen=True)
class EscalatedEntry:
    """One row in an escalation.

    `step_on` is the day on which the row had to be escalated. `owner` is a name, empty when nobody owns the row;
    `deputy` is the name of who stands in; `external` says that the owner is outside the organisation.
    """

    project: Project
    definition: ListDefinition
    item: Item
    due: date
    step_on: date
    owner: str = ""
    deputy: str = ""
    external: bool = False


class Messages:
    """Writes mails with the templates of some folders; an earlier folder wins, file by file."""

    def __init__(self, folders: Sequence[Path], calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        # A macro called from HTML takes over its caller's escaping without its own text being escaped: each twin
        # therefore has an environment of its own in which everything is, or nothing is.
        self._html = {language: environment(tuple(folders), language, escaping=True) for language in LANGUAGES}
        self._text = {language: environment(tuple(folders), language, escaping=False) for language in LANGUAGES}

    def digest(
        self,
        entries: Iterable[Entry],
        *,
        today: date,
        language: Language,
        first_name: str = "",
        overviews: Sequence[tuple[Project, Overview]] = (),
    ) -> Message:
        """The daily digest of one person over one or more projects (guide.md §5.1, §5.2), with overviews after it.

        Every row with a step today is listed, of the others the first 15. `entries` may come in any order. Without
        entries it is an overview alone (guide.md §5.3, "Other mails").
        """
        rows = sorted(entries, key=lambda entry: (entry.project.name, entry.project.url, *_order(entry, today)))
        shown, hidden = _limited(rows)
        projects = [
            self._project(list(group), [entry for entry in hidden if entry.project == project], today, language)
            for project, group in groupby(shown, key=lambda entry: entry.project)
        ]
        everywhere = each([*(entry.project for entry in rows), *(project for project, _overview in overviews)])
        own = [entry.definition for entry in rows if not entry.info]
        counted = _counted(rows, today)
        return self._message(
            "digest",
            language,
            plain(everywhere[0].name) if len(everywhere) == 1 else "",
            {
                "first_name": plain(first_name),
                "counts": {**{key: len(found) for key, found in counted.items()}, "today": _today(rows, today)},
                "nouns": {key: noun_of([one.definition for one in found], language) for key, found in counted.items()},
                "projects": projects,
                "names": [plain(project.name) for project in everywhere],
                "overviews": [overview_data(project, one, today, language) for project, one in overviews],
                "finishing": finishing(own, language),
                "reasons": _reasons(rows, [one for _project, one in overviews], language),
                "help_addresses": each(project.help_address for project in everywhere),
            },
        )

    def escalation(
        self, entries: Sequence[EscalatedEntry], *, today: date, language: Language, role: str, first_name: str = ""
    ) -> Message:
        """The mail to the manager of one project about rows that stay behind (guide.md §5.3).

        `role` is the manager's role in TeamRoles. At least one entry, and all of one project.
        """
        rows = sorted(entries, key=lambda entry: (entry.due, entry.definition.letter, entry.item.id))
        # The number of the rung is said, with "or more" when a run was missed (guide.md §5.3).
        calendar = rows[0].project.calendar or self._calendar
        rung = min(calendar.between(entry.due, entry.step_on) for entry in rows)
        late = [calendar.between(entry.due, today) for entry in rows]
        return self._message(
            "escalation",
            language,
            plain(rows[0].project.name),
            {
                "first_name": plain(first_name),
                "role": role,
                "noun": noun_of([entry.definition for entry in rows], language),
                "count": len(rows),
                "days": rung,
                "or_more": any(days != rung for days in late),
                "lines": [self._escalated_line(entry, today, language) for entry in rows],
                "help_addresses": each([rows[0].project.help_address]),
            },
        )

    def _message(self, name: str, language: Language, project: str, data: dict[str, Any]) -> Message:
        try:
            words = self._text[language].get_template(f"{language}.jinja").module
            title = subject(project, str(getattr(words, f"{name}_subject")(data)))
            context = {**data, "language": language, "subject": title}
            html = self._render(self._html[language], f"{name}.html", context)
            text = self._render(self._text[language], f"{name}.txt", context)
        except TemplateError as error:
            raise InvalidInput([_problem(error, name)]) from error
        return Message(title, html, text, language)

    def _render(self, templates: Environment, name: str, context: dict[str, Any]) -> str:
        return templates.get_template(name).render(context).strip() + "\n"

    def _project(self, shown: list[Entry], hidden: list[Entry], today: date, language: Language) -> dict[str, Any]:
        project = shown[0].project
        return {
            "name": plain(project.name),
            "sections": [
                {"key": key, "lines": [self._line(entry, today, language) for entry in group]}
                for key, group in groupby(shown, key=lambda entry: section(entry, today))
            ],
            "rest": [
                {"count": sum(entry.definition == found for entry in hidden), **list_link(project, found, language)}
                for found in each(entry.definition for entry in hidden)
            ],
            "lists": [list_link(project, found, language) for found in each(entry.definition for entry in shown)],
            "reminders_link": project.reminders_url,
        }

    def _line(self, entry: Entry, today: date, language: Language) -> dict[str, Any]:
        field, due = _shown_date(entry)
        return {
            **row(entry.project, entry.definition, entry.item, language),
            "mark": entry.mark,
            "waiting": _waiting(entry, language),
            "date_title": field_title(entry.definition, field, language),
            "date": _day_and_time(entry, field, due, today, language) if due else "",
            "relative": relative(due, today, entry.project.calendar or self._calendar) if due else None,
            "related": [row(entry.project, found, item, language) for found, item in entry.related[:RELATED_ROWS]],
            "related_more": max(0, len(entry.related) - RELATED_ROWS),
            "asked": [rule.text.in_language(language) for rule in entry.rules if rule.text],
        }

    def _escalated_line(self, entry: EscalatedEntry, today: date, language: Language) -> dict[str, Any]:
        note = shortened(entry.item.text(entry.definition.progress or ""), NOTE_LENGTH)
        return {
            **row(entry.project, entry.definition, entry.item, language),
            "date_title": field_title(entry.definition, entry.definition.due, language),
            "date": short_date(entry.due, today, language),
            "relative": relative(entry.due, today, entry.project.calendar or self._calendar),
            "owner": plain(entry.owner),
            "deputy": plain(entry.deputy),
            "external": entry.external,
            "note": "" if _is_private(entry) else note,
            "note_hidden": _is_private(entry) and bool(note),
        }


def _problem(error: TemplateError, name: str) -> Problem:
    file = getattr(error, "filename", None) or getattr(error, "name", None) or name
    return Problem(str(file), getattr(error, "lineno", None) or 0, error.message or type(error).__name__)


def section(entry: Entry, today: date) -> str:
    """Where a row stands: signal, overdue, today, approval, week (rest of the ISO week), later or info (§5.2)."""
    if entry.info:
        return "info"
    if entry.signal:
        return "signal"
    if entry.role == "approver" and entry.rules:
        return "approval"
    if entry.due is None or (entry.rules and waits(entry.rules[0], entry.definition)):
        return "today"
    if entry.due <= today:
        return "overdue" if entry.due < today else "today"
    return "week" if entry.due.isocalendar()[:2] == today.isocalendar()[:2] else "later"


def waits(rule: ReminderRule, definition: ListDefinition) -> bool:
    """Whether a rule asks for something since a date, rather than guarding a deadline.

    So it is with every rule whose steps all come after its date, unless that date is the row's deadline (W1, C-R2).
    """
    return rule.date != definition.due and all(step.days > 0 for step in rule.steps)


def _order(entry: Entry, today: date) -> tuple[int, date, str, bool, str, int]:
    """Sections, in each the days, on a day the lists, and in a list the time of the day (§2.9 RS-R2)."""
    time = _time(entry)
    place = (entry.definition.letter, not time, time, entry.item.id)
    return (SECTIONS.index(section(entry, today)), entry.due or today, *place)


def _time(entry: Entry) -> str:
    name = entry.definition.due_time
    return entry.item.text(name).strip() if name else ""


def _day_and_time(entry: Entry, field: str | None, due: date, today: date, language: Language) -> str:
    """The day, with the time of it where the row has one: `donderdag 10 december, 19.30 uur`."""
    day, time = long_date(due, today, language), _time(entry) if field == entry.definition.due else ""
    return f"{day}, {clock_time(time, language)}" if time else day


def _limited(rows: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    context = [entry for entry in rows if not entry.rules]
    hidden = context[CONTEXT_ROWS:]
    return [entry for entry in rows if not any(entry is other for other in hidden)], hidden


def _counted(rows: list[Entry], today: date) -> dict[str, list[Entry]]:
    """The rows behind each number."""
    found: dict[str, list[Entry]] = {key: [] for key in COUNTED}
    for entry in rows:
        key = section(entry, today)
        found["week" if key == "today" else key].append(entry)
    return found


def _today(rows: list[Entry], today: date) -> int:
    return sum(section(entry, today) == "today" for entry in rows)


def _shown_date(entry: Entry) -> tuple[str | None, date | None]:
    rule = entry.rules[0] if entry.rules else None
    if rule is None:
        return entry.definition.due, entry.due
    if waits(rule, entry.definition):
        return entry.definition.due, entry.item.day(entry.definition.due or "")
    return rule.date, entry.due


def _waiting(entry: Entry, language: Language) -> str:
    """The label of the state `waiting`, for a row that waits for somebody else (guide.md §2.1 Reminders)."""
    status = entry.definition.status
    if status is None or entry.item[status.field] != "waiting":
        return ""
    label = state_label(entry.definition, "waiting", language)
    return label[:1].lower() + label[1:]


def _is_private(entry: EscalatedEntry) -> bool:
    return entry.definition.key == "Stakeholders" or entry.item["ConfidentialityLevel"] in {"confidential", "strict"}


def _reasons(rows: list[Entry], overviews: list[Overview], language: Language) -> list[dict[str, Any]]:
    """Why somebody gets this mail, per role: the roles in it, and of an owner what is owned."""
    reasons: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in rows:
        role = "deputy" if entry.mark == "deputy" else entry.role
        noun = noun_of([entry.definition], language)
        reasons.setdefault((role, noun["owner"] if role == "owner" else ""), {"role": role, "noun": noun})
    for overview in overviews:
        reasons.setdefault((overview.role, ""), {"role": overview.role, "noun": noun_of([], language)})
    return list(reasons.values())
