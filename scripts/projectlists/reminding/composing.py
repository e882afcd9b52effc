"""From a planned mail to its text and its envelope. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from projectlists.config.model import Mail
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.rulemodel import EVENTS, STATUS_SINCE, ReminderRule
from projectlists.item import Person
from projectlists.language import Language
from projectlists.mail.messages import Entry, EscalatedEntry, Message, Messages, waits
from projectlists.mail.mime import Envelope
from projectlists.mail.rows import Project
from projectlists.reminding.notices import Bulletin, Notice, PlannedMail, SiteWork
from projectlists.reminding.overview import combined
from projectlists.reminding.siteday import TEAM
from projectlists.reminding.sitesettings import LIST as SETTINGS
from projectlists.rules.due import is_context
from projectlists.rules.recipients import Directory, DirectoryPerson, account_of, supporter_of
from projectlists.rules.relations import shown

SIGNALS = EVENTS - {STATUS_SINCE}
"""Dates of rules about something that happened to a row, rather than a day that somebody chose (guide.md §1.5)."""


@dataclass(frozen=True)
class Composer:
    """Makes the text and the envelope of a mail. `language` is used when projects of one mail differ in theirs."""

    messages: Messages
    settings: Mail
    directory: Directory
    language: Language
    today: date

    def compose(self, mail: PlannedMail) -> tuple[Message, Envelope]:
        """One mail with its contents as they are, and in a digest the reader's other rows around them."""
        projects = {content.site: self._project(content.work) for content in mail.contents}
        languages = {project.language for project in projects.values()}
        language = languages.pop() if len(languages) == 1 else self.language
        message = (
            self._escalation(mail, projects, language)
            if mail.kind == "escalation"
            else self._digest(mail, projects, language)
        )
        first = next(iter(projects.values()))
        several = "Projecten" if language == "nl" else "Projects"
        sender = f"Project {first.name}" if len(projects) == 1 else several
        return message, Envelope((mail.to,), sender, self.settings.reply_to or first.help_address, mail.cc)

    def _digest(self, mail: PlannedMail, projects: Mapping[str, Project], language: Language) -> Message:
        stepped: dict[tuple[str, str, int], list[Notice]] = {}
        for notice in mail.notices:
            place = (notice.site, notice.reminder.list, notice.reminder.item.id)
            stepped.setdefault(place, []).append(notice)
        entries = [_entry(projects[place[0]], notices, self.today) for place, notices in stepped.items()]
        works = {notice.site: notice.work for notice in mail.notices}
        for site, work in works.items():
            entries += self._context(projects[site], work, mail.to, set(stepped))
        return self.messages.digest(
            entries,
            today=self.today,
            language=language,
            first_name=self._first_name(mail.contents[0]),
            overviews=[(projects[site], overview) for site, overview in combined(mail.bulletins)],
        )

    def _context(self, project: Project, work: SiteWork, mail: str, shown: set[tuple[str, str, int]]) -> list[Entry]:
        """The reader's own rows that are overdue or due this week, beside those with a step today (§2.0.7 a)."""
        return [
            Entry(project, definition, item, item.day(definition.due or ""))
            for definition in work.day.lists
            if definition.owner and definition.reminders
            for item in work.day.items[definition.key]
            if (work.day.url, definition.key, item.id) not in shown
            and is_context(definition, item, self.today)
            and self._mail_of(item.person(definition.owner)) == mail
        ]

    def _escalation(self, mail: PlannedMail, projects: Mapping[str, Project], language: Language) -> Message:
        entries = []
        for notice in mail.notices:
            reminder, team = notice.reminder, notice.work.team
            definition = notice.work.day.definition(reminder.list)
            owner = reminder.item.person(definition.owner) if definition.owner else None
            external = reminder.item.text(definition.external_owner) if definition.external_owner else ""
            deputy = team.deputy_of(owner) if owner and team.is_absent(owner) else None
            entries.append(
                EscalatedEntry(
                    projects[notice.site],
                    definition,
                    reminder.item,
                    reminder.due,
                    reminder.step_on,
                    owner=self._name(owner) if owner else external,
                    deputy=self._name(deputy) if deputy else "",
                    external=owner is None and bool(external),
                )
            )
        first = mail.notices[0]
        return self.messages.escalation(
            entries,
            today=self.today,
            language=language,
            role=first.work.team.escalation_role,
            first_name=self._first_name(first),
        )

    def _project(self, work: SiteWork) -> Project:
        day = work.day
        supporter = supporter_of(work.team, self.directory)
        keys = {definition.key for definition in day.lists}
        place = next((key for key in (SETTINGS, TEAM) if key in keys), None)
        return Project(
            name=day.opening.site.name or day.opening.about.title,
            url=day.url,
            help_address=supporter.mail if supporter else self.settings.reply_to or self.settings.mailbox,
            reminders_url=f"{day.url}/Lists/{place}" if place else day.url,
            language=day.language,
            calendar=day.calendar,
        )

    def _account(self, person: Person | None) -> DirectoryPerson | None:
        return self.directory.get(account_of(person)) if person else None

    def _mail_of(self, person: Person | None) -> str:
        account = self._account(person)
        return account.mail if account else ""

    def _name(self, person: Person) -> str:
        account = self._account(person)
        return person.name or (account.name if account else "")

    def _first_name(self, content: Notice | Bulletin) -> str:
        account = self._account(content.addressee.person)
        return account.first_name if account else ""


def _entry(project: Project, notices: Sequence[Notice], today: date) -> Entry:
    """One line for one row, though several rules speak of it: a deadline comes before a question."""
    definition = notices[0].work.day.definition(notices[0].reminder.list)
    ordered = sorted(notices, key=lambda notice: _weight(definition, notice))
    rules = [rule for notice in ordered if (rule := _rule(definition, notice))]
    day = notices[0].work.day
    related = [pair for rule in rules for pair in shown(day.lists, rule, ordered[0].reminder.item, today, day.around)]
    acting = next((notice for notice in ordered if not notice.addressee.info), ordered[0])
    return Entry(
        project,
        definition,
        ordered[0].reminder.item,
        ordered[0].reminder.due,
        rules=tuple({rule.id: rule for rule in rules}.values()),
        role=acting.addressee.reader,
        mark=acting.addressee.mark,
        info=all(notice.addressee.info for notice in notices),
        signal=bool(rules) and all(rule.date in SIGNALS for rule in rules),
        related=tuple({(found.key, item.id): (found, item) for found, item in related}.values()),
    )


def _weight(definition: ListDefinition, notice: Notice) -> tuple[bool, bool, date]:
    rule = _rule(definition, notice)
    return (notice.addressee.info, rule is not None and waits(rule, definition), notice.reminder.due)


def _rule(definition: ListDefinition, notice: Notice) -> ReminderRule | None:
    return next((rule for rule in definition.reminders if rule.id == notice.reminder.rule), None)
