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
from urllib.parse import quote

from jinja2 import Environment, TemplateError

from projectlists.definitions.condition import All, Condition, Test
from projectlists.definitions.model import ListDefinition, ListWords, ReminderRule
from projectlists.errors import InvalidInput, Problem
from projectlists.item import Item
from projectlists.language import LANGUAGES, Language, Text
from projectlists.mail.wording import environment, long_date, plain, relative, short_date, shortened, subject
from projectlists.rules.calendar import WorkingCalendar

CONTEXT_ROWS = 15
"""Rows without a step today that a digest shows at most (guide.md §2.0.7 a)."""
NOTE_LENGTH = 200
"""Characters of the latest news that an escalation quotes (guide.md §5.3)."""
SECTIONS = ("overdue", "today", "week", "later", "info")

_ANY_ROW = ListWords(
    one=Text(nl="actie", en="action"),
    many=Text(nl="acties", en="actions"),
    this=Text(nl="deze actie", en="this action"),
    owner=Text(nl="actiehouder", en="action owner"),
)


@dataclass(frozen=True)
class Message:
    """One mail, ready to be sent. `text` is the complete plain-text twin of `html`."""

    subject: str
    html: str
    text: str
    language: Language


@dataclass(frozen=True)
class Project:
    """What mails say about a site. URLs are absolute; `help_address` is the supporter's, `language` the site's."""

    name: str
    url: str
    help_address: str
    reminders_url: str
    language: Language = "nl"


@dataclass(frozen=True)
class Entry:
    """One row in somebody's digest.

    `rules` are the rules with a step today, the most telling first; none means that the row is shown for context.
    `due` is the date that drives the first rule, or the row's own deadline.
    `role` is what the reader is to the row; `mark` is `no_owner`, `external`, `deputy` or empty.
    `info` puts the row under "Ter info".
    """

    project: Project
    definition: ListDefinition
    item: Item
    due: date | None
    rules: tuple[ReminderRule, ...] = ()
    role: str = "owner"
    mark: str = ""
    info: bool = False


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
        self._html = {language: environment(folders, language, escaping=True) for language in LANGUAGES}
        self._text = {language: environment(folders, language, escaping=False) for language in LANGUAGES}

    def digest(self, entries: Iterable[Entry], *, today: date, language: Language, first_name: str = "") -> Message:
        """The daily digest of one person over one or more projects (guide.md §5.1, §5.2).

        Every row with a step today is listed, of the others the first 15. `entries` may come in any order.
        """
        rows = sorted(entries, key=lambda entry: (entry.project.name, entry.project.url, *_order(entry, today)))
        shown, hidden = _limited(rows)
        projects = [
            self._project(list(group), [entry for entry in hidden if entry.project == project], today, language)
            for project, group in groupby(shown, key=lambda entry: entry.project)
        ]
        own = [entry for entry in rows if not entry.info]
        return self._message(
            "digest",
            language,
            projects[0]["name"] if len(projects) == 1 else "",
            {
                "first_name": plain(first_name),
                "noun": _noun([entry.definition for entry in own or rows], language),
                "counts": _counts(rows, today),
                "projects": projects,
                "finishing": _finishing(own, language),
                "reasons": _reasons(rows, language),
                "help_addresses": _each(entry.project.help_address for entry in rows),
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
        rung = min(self._calendar.between(entry.due, entry.step_on) for entry in rows)
        late = [self._calendar.between(entry.due, today) for entry in rows]
        return self._message(
            "escalation",
            language,
            plain(rows[0].project.name),
            {
                "first_name": plain(first_name),
                "role": role,
                "noun": _noun([entry.definition for entry in rows], language),
                "count": len(rows),
                "days": rung,
                "or_more": any(days != rung for days in late),
                "lines": [self._escalated_line(entry, today, language) for entry in rows],
                "help_addresses": _each([rows[0].project.help_address]),
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
                {"count": sum(entry.definition == found for entry in hidden), **_list_link(project, found, language)}
                for found in _each(entry.definition for entry in hidden)
            ],
            "lists": [_list_link(project, found, language) for found in _each(entry.definition for entry in shown)],
            "reminders_link": project.reminders_url,
        }

    def _line(self, entry: Entry, today: date, language: Language) -> dict[str, Any]:
        field, due = _shown_date(entry)
        return {
            **_row(entry, language),
            "mark": entry.mark,
            "waiting": _waiting(entry, language),
            "date_title": _field_title(entry.definition, field, language),
            "date": long_date(due, today, language) if due else "",
            "relative": relative(due, today, self._calendar) if due else None,
            "asked": [rule.text.in_language(language) for rule in entry.rules if rule.text],
        }

    def _escalated_line(self, entry: EscalatedEntry, today: date, language: Language) -> dict[str, Any]:
        note = shortened(entry.item.text(entry.definition.progress or ""), NOTE_LENGTH)
        return {
            **_row(entry, language),
            "date_title": _field_title(entry.definition, entry.definition.due, language),
            "date": short_date(entry.due, today, language),
            "relative": relative(entry.due, today, self._calendar),
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
    """Where a row stands: overdue, today, week (rest of the ISO week), later or info (guide.md §5.2)."""
    if entry.info:
        return "info"
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


def item_url(site_url: str, definition: ListDefinition, number: int) -> str:
    """The page of one row."""
    folder = f"{definition.key}/Forms" if definition.kind == "library" else f"Lists/{definition.key}"
    return f"{_encoded(site_url)}/{folder}/DispForm.aspx?ID={number}"


def list_url(site_url: str, definition: ListDefinition) -> str:
    """The page of a list, with its default view."""
    return f"{_encoded(site_url)}/{'' if definition.kind == 'library' else 'Lists/'}{definition.key}"


def _encoded(url: str) -> str:
    return quote(url, safe=":/%")


def _each(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value and value not in found:
            found.append(value)
    return found


def _order(entry: Entry, today: date) -> tuple[int, date, str, int]:
    return (SECTIONS.index(section(entry, today)), entry.due or today, entry.definition.letter, entry.item.id)


def _limited(rows: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    context = [entry for entry in rows if not entry.rules]
    hidden = context[CONTEXT_ROWS:]
    return [entry for entry in rows if not any(entry is other for other in hidden)], hidden


def _counts(rows: list[Entry], today: date) -> dict[str, int]:
    found = [section(entry, today) for entry in rows]
    counts = {key: found.count(key) for key in SECTIONS}
    return {**counts, "week": counts["week"] + counts["today"]}


def _noun(definitions: Iterable[ListDefinition], language: Language) -> dict[str, str]:
    """The words of the one list that all rows are of; rows of several lists are called actions (guide.md §5.1)."""
    found = _each(definitions)
    words = (found[0].words if len(found) == 1 else None) or _ANY_ROW
    return {name: getattr(words, name).in_language(language) for name in ("one", "many", "this", "owner")}


def _list_link(project: Project, definition: ListDefinition, language: Language) -> dict[str, Any]:
    return {"noun": _noun([definition], language), "link": list_url(project.url, definition)}


def _row(entry: Entry | EscalatedEntry, language: Language) -> dict[str, Any]:
    return {
        "title": plain(entry.item.text("Title")),
        "label": f"{entry.definition.letter}-{entry.item.id}",
        "language": entry.project.language if entry.project.language != language else "",
        "noun": _noun([entry.definition], language),
        "link": item_url(entry.project.url, entry.definition, entry.item.id),
        "project": plain(entry.project.name),
    }


def _shown_date(entry: Entry) -> tuple[str | None, date | None]:
    rule = entry.rules[0] if entry.rules else None
    if rule is None:
        return entry.definition.due, entry.due
    if waits(rule, entry.definition):
        return entry.definition.due, entry.item.day(entry.definition.due or "")
    return rule.date, entry.due


def _field_title(definition: ListDefinition, name: str | None, language: Language) -> str:
    field = definition.field(name) if name else None
    return field.title.in_language(language) if field else ""


def _waiting(entry: Entry, language: Language) -> str:
    """The label of the state `waiting`, for a row that waits for somebody else (guide.md §2.1 Reminders)."""
    status = entry.definition.status
    if status is None or entry.item[status.field] != "waiting":
        return ""
    field = entry.definition.field(status.field)
    label = next((choice.label(language) for choice in field.choices if choice.key == "waiting"), "") if field else ""
    return label[:1].lower() + label[1:]


def _is_private(entry: EscalatedEntry) -> bool:
    return entry.definition.key == "Stakeholders" or entry.item["ConfidentialityLevel"] in {"confidential", "strict"}


def _reasons(rows: list[Entry], language: Language) -> list[dict[str, Any]]:
    """Why somebody gets this mail, per role: the roles in it, and of an owner what is owned."""
    reasons: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in rows:
        role = "deputy" if entry.mark == "deputy" else entry.role
        noun = _noun([entry.definition], language)
        reasons.setdefault((role, noun["owner"] if role == "owner" else ""), {"role": role, "noun": noun})
    return list(reasons.values())


def _finishing(rows: list[Entry], language: Language) -> list[dict[str, Any]]:
    """Per list: the date that closes a row by itself, and the state it then gets (guide.md §5.1, rules such as S1)."""
    found = []
    for definition in _each(entry.definition for entry in rows):
        closing = _closing_date(definition)
        if closing:
            field, state = closing
            found.append(
                {
                    "noun": _noun([definition], language),
                    "date_title": _field_title(definition, field, language),
                    "state": _state_label(definition, state, language),
                }
            )
    return found


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


def _filled(condition: Condition) -> Iterable[str]:
    if isinstance(condition, Test):
        return [condition.field] if condition.empty is False else []
    parts = condition.all if isinstance(condition, All) else condition.any
    return [name for part in parts for name in _filled(part)]


def _state_label(definition: ListDefinition, state: str, language: Language) -> str:
    field = definition.field(definition.status.field) if definition.status else None
    return next((choice.label(language) for choice in field.choices if choice.key == state), state) if field else state
