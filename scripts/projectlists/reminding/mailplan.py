"""From due reminders to mails: who gets what in one mail, and what the mail says. Pure.

One digest per person over all projects of a run; escalations are one mail per manager and project, with real cc
(guide.md §2.0.7 a and i, §5.3; architecture.md decision 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from projectlists.config.model import Mail
from projectlists.definitions.model import ListDefinition, ReminderRule
from projectlists.item import Person
from projectlists.language import Language
from projectlists.mail.messages import Entry, EscalatedEntry, Message, Messages, Project, waits
from projectlists.mail.mime import Envelope
from projectlists.reminding.ledger import LedgerRow, reminder_key
from projectlists.reminding.siteday import TEAM, SiteDay
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import Reminder, is_context, reminders
from projectlists.rules.recipients import (
    Addressee,
    Directory,
    DirectoryPerson,
    Held,
    Team,
    account_of,
    address,
    supporter_of,
)

Kind = Literal["digest", "escalation"]


@dataclass(frozen=True)
class SiteWork:
    """One site's share of a day: its rows, its team, and the reminders that are due."""

    day: SiteDay
    team: Team
    due: tuple[Reminder, ...]


@dataclass(frozen=True)
class Notice:
    """One reminder for one person. `cc` are addresses that only an escalation has. `key` is the ledger's."""

    work: SiteWork
    reminder: Reminder
    addressee: Addressee
    key: str
    kind: Kind
    cc: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """The address of its site."""
        return self.work.day.url


@dataclass(frozen=True)
class HeldReminder:
    """A reminder that nobody can get."""

    work: SiteWork
    reminder: Reminder
    key: str
    reason: str


@dataclass(frozen=True)
class PlannedMail:
    """One mail: its notices are of one person, and of one project when it is an escalation."""

    kind: Kind
    to: str
    notices: tuple[Notice, ...]

    @property
    def cc(self) -> tuple[str, ...]:
        """Who reads along: never who it is sent to."""
        found = dict.fromkeys(mail for notice in self.notices for mail in notice.cc)
        return tuple(mail for mail in found if mail != self.to)

    @property
    def home(self) -> str:
        """The site whose ledger has the row of this mail: the first by address."""
        return min(notice.site for notice in self.notices)

    @property
    def items(self) -> int:
        """How many rows it reminds of."""
        return len({(notice.site, notice.reminder.list, notice.reminder.item.id) for notice in self.notices})


@dataclass(frozen=True)
class Plan:
    """The mails of a day, and what is held because nobody can get it."""

    mails: tuple[PlannedMail, ...]
    held: tuple[HeldReminder, ...]


def work_of(day: SiteDay, today: date, calendar: WorkingCalendar, last_run: date | None) -> SiteWork:
    """What is due on a site today, newest step of each series (see `due`)."""
    team = Team.from_items(day.team, today, day.profile)
    found = tuple(
        reminder
        for definition in day.lists
        for reminder in reminders(
            definition,
            day.items[definition.key],
            today=today,
            calendar=calendar,
            last_run=last_run,
            profile=day.profile,
        )
    )
    return SiteWork(day, team, found)


def key_of(tenant: str, work: SiteWork, reminder: Reminder, role: str) -> str:
    """The ledger's key of a reminder to a role."""
    return reminder_key(
        tenant=tenant,
        site_id=work.day.opening.about.id,
        list_key=reminder.list,
        item=reminder.item.id,
        rule=reminder.rule,
        stage=reminder.stage,
        due=reminder.due,
        role=role,
    )


def persons_of(works: Iterable[SiteWork]) -> list[Person]:
    """Everybody who could get one of the reminders: the people in their rows and in the teams."""
    found: dict[str, Person] = {}
    for work in works:
        if not work.due:
            continue
        named = [work.day.definition(reminder.list).owner for reminder in work.due]
        fields = {*(reminder.to.field for reminder in work.due), *named}
        people = [reminder.item.person(name) for reminder in work.due for name in fields if name]
        members = [person for member in work.team.members for person in (member.person, member.deputy)]
        found |= {account_of(person): person for person in [*people, *members] if person}
    return list(found.values())


def plan(works: Sequence[SiteWork], directory: Directory, tenant: str) -> Plan:
    """Who gets what, in which mails; in order of sites, lists and rows."""
    digests: dict[str, list[Notice]] = {}
    escalations: dict[tuple[str, str], list[Notice]] = {}
    held: list[HeldReminder] = []
    for work in works:
        for reminder in work.due:
            if reminder.escalation and reminder.info:
                continue  # these are in cc of the escalation
            found = address(reminder, work.team, directory)
            if isinstance(found, Held):
                held.append(HeldReminder(work, reminder, key_of(tenant, work, reminder, reminder.role), found.reason))
                continue
            if reminder.escalation:
                if found:
                    first = found[0]
                    cc = (*(other.mail for other in found[1:]), *_copies(work, reminder, directory))
                    notice = Notice(work, reminder, first, key_of(tenant, work, reminder, first.role), "escalation", cc)
                    escalations.setdefault((work.day.url, first.mail), []).append(notice)
                continue
            for addressee in found:
                key = key_of(tenant, work, reminder, addressee.role)
                digests.setdefault(addressee.mail, []).append(Notice(work, reminder, addressee, key, "digest"))
    return Plan(
        mails=(
            *(PlannedMail("digest", to, tuple(notices)) for to, notices in digests.items()),
            *(PlannedMail("escalation", to, tuple(notices)) for (_site, to), notices in escalations.items()),
        ),
        held=tuple(held),
    )


def _copies(work: SiteWork, escalation: Reminder, directory: Directory) -> list[str]:
    """Who reads an escalation along: supporter and owner, as far as they can be reached."""
    found: list[str] = []
    for reminder in work.due:
        if reminder.info and reminder.escalation and series(reminder) == series(escalation):
            addressees = address(reminder, work.team, directory)
            found += [] if isinstance(addressees, Held) else [addressee.mail for addressee in addressees]
    return found


def series(reminder: Reminder) -> tuple[str, int, str, str]:
    """What an escalation and its copies have in common: row, rule and stage."""
    return (reminder.list, reminder.item.id, reminder.rule, reminder.stage)


def claim_row(notice: Notice, mail_key: str, home: str, today: date) -> LedgerRow:
    """The ledger row that claims a reminder for a mail."""
    reminder = notice.reminder
    letter = notice.work.day.definition(reminder.list).letter
    return LedgerRow(
        key=notice.key,
        kind="reminder",
        state="claimed",
        title=f"{letter}-{reminder.item.id} {reminder.rule} {reminder.stage}: {notice.addressee.role}",
        day=today,
        mail_key=mail_key,
        list=reminder.list,
        item=reminder.item.id,
        rule=reminder.rule,
        stage=reminder.stage,
        due=reminder.due,
        role=notice.addressee.role,
        recipient=notice.addressee.mail,
        details={"home": home},
    )


@dataclass(frozen=True)
class Composer:
    """Makes the text and the envelope of a mail. `language` is used when projects of one mail differ in theirs."""

    messages: Messages
    settings: Mail
    directory: Directory
    language: Language
    today: date

    def compose(self, mail: PlannedMail) -> tuple[Message, Envelope]:
        """One mail with its notices as they are, and in a digest the reader's other rows around them."""
        projects = {notice.site: self._project(notice.work) for notice in mail.notices}
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
        entries = [_entry(projects[place[0]], notices) for place, notices in stepped.items()]
        works = {notice.site: notice.work for notice in mail.notices}
        for site, work in works.items():
            entries += self._context(projects[site], work, mail.to, set(stepped))
        return self.messages.digest(
            entries, today=self.today, language=language, first_name=self._first_name(mail.notices[0])
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
        has_team = any(definition.key == TEAM for definition in day.lists)
        return Project(
            name=day.opening.site.name or day.opening.about.title,
            url=day.url,
            help_address=supporter.mail if supporter else self.settings.reply_to or self.settings.mailbox,
            reminders_url=f"{day.url}/Lists/{TEAM}" if has_team else day.url,
            language=day.language,
        )

    def _account(self, person: Person | None) -> DirectoryPerson | None:
        return self.directory.get(account_of(person)) if person else None

    def _mail_of(self, person: Person | None) -> str:
        account = self._account(person)
        return account.mail if account else ""

    def _name(self, person: Person) -> str:
        account = self._account(person)
        return person.name or (account.name if account else "")

    def _first_name(self, notice: Notice) -> str:
        account = self._account(notice.addressee.person)
        return account.first_name if account else ""


def _entry(project: Project, notices: Sequence[Notice]) -> Entry:
    """One line for one row, though several rules speak of it: a deadline comes before a question."""
    definition = notices[0].work.day.definition(notices[0].reminder.list)
    ordered = sorted(notices, key=lambda notice: _weight(definition, notice))
    rules = [rule for notice in ordered if (rule := _rule(definition, notice))]
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
    )


def _weight(definition: ListDefinition, notice: Notice) -> tuple[bool, bool, date]:
    rule = _rule(definition, notice)
    return (notice.addressee.info, rule is not None and waits(rule, definition), notice.reminder.due)


def _rule(definition: ListDefinition, notice: Notice) -> ReminderRule | None:
    return next((rule for rule in definition.reminders if rule.id == notice.reminder.rule), None)
