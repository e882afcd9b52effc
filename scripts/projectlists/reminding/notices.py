"""What a run has to tell, one thing each, and the mails it goes in. Plain data.

A notice is claimed in the ledger of its site before its mail is sent (`claims.py`): a reminder of a row, or a bulletin
about a whole site, such as a weekly overview.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from projectlists.mail.overviews import Overview
from projectlists.reminding.ledger import LedgerRow, reminder_key
from projectlists.reminding.siteday import SiteDay
from projectlists.rules.due import Reminder
from projectlists.rules.recipients import Addressee, Team

Kind = Literal["digest", "escalation", "overview"]


@dataclass(frozen=True)
class SiteWork:
    """One site's share of a day: its rows, its team, the reminders that are due, and the last day looked after."""

    day: SiteDay
    team: Team
    due: tuple[Reminder, ...]
    last_run: date | None = None


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

    def claim(self, mail_key: str, home: str, today: date) -> LedgerRow:
        """The ledger row that claims it for a mail."""
        reminder = self.reminder
        letter = self.work.day.definition(reminder.list).letter
        return LedgerRow(
            key=self.key,
            kind="reminder",
            state="claimed",
            title=f"{letter}-{reminder.item.id} {reminder.rule} {reminder.stage}: {self.addressee.role}",
            day=today,
            mail_key=mail_key,
            list=reminder.list,
            item=reminder.item.id,
            rule=reminder.rule,
            stage=reminder.stage,
            due=reminder.due,
            role=self.addressee.role,
            recipient=self.addressee.mail,
            details={"home": home},
        )


@dataclass(frozen=True)
class Bulletin:
    """What one person hears about a whole site: an overview, or facts that ask for attention.

    `topic` is its kind in the ledger's words, such as `overview 2026-W49`; `title` says the same to people.
    """

    work: SiteWork
    addressee: Addressee
    key: str
    topic: str
    title: str
    overview: Overview

    @property
    def site(self) -> str:
        """The address of its site."""
        return self.work.day.url

    def claim(self, mail_key: str, home: str, today: date) -> LedgerRow:
        """The ledger row that claims it for a mail."""
        return LedgerRow(
            key=self.key,
            kind="bulletin",
            state="claimed",
            title=self.title,
            day=today,
            mail_key=mail_key,
            stage=self.topic,
            role=self.addressee.role,
            recipient=self.addressee.mail,
            details={"home": home},
        )


@dataclass(frozen=True)
class HeldReminder:
    """A reminder that nobody can get."""

    work: SiteWork
    reminder: Reminder
    key: str
    reason: str


@dataclass(frozen=True)
class PlannedMail:
    """One mail to one person: reminders and bulletins of all projects, or an escalation of one project."""

    to: str
    notices: tuple[Notice, ...] = ()
    bulletins: tuple[Bulletin, ...] = ()

    @property
    def kind(self) -> Kind:
        """An escalation; a digest as soon as there is a reminder in it; else an overview."""
        return self.notices[0].kind if self.notices else "overview"

    @property
    def contents(self) -> tuple[Notice | Bulletin, ...]:
        """Everything that is claimed for it."""
        return (*self.notices, *self.bulletins)

    @property
    def cc(self) -> tuple[str, ...]:
        """Who reads along: never who it is sent to."""
        found = dict.fromkeys(mail for notice in self.notices for mail in notice.cc)
        return tuple(mail for mail in found if mail != self.to)

    @property
    def home(self) -> str:
        """The site whose ledger has the row of this mail: the first by address."""
        return min(content.site for content in self.contents)

    @property
    def items(self) -> int:
        """How many rows it reminds of; of an overview how many it counts."""
        rows = {(notice.site, notice.reminder.list, notice.reminder.item.id) for notice in self.notices}
        return len(rows) or sum(bulletin.overview.rows for bulletin in self.bulletins)

    def only(self, keys: Sequence[str] | set[str]) -> PlannedMail | None:
        """The mail with these of its contents; None when nothing is left."""
        notices = tuple(notice for notice in self.notices if notice.key in keys)
        bulletins = tuple(bulletin for bulletin in self.bulletins if bulletin.key in keys)
        return replace(self, notices=notices, bulletins=bulletins) if notices or bulletins else None


@dataclass(frozen=True)
class Plan:
    """The mails of a day, and what is held because nobody can get it."""

    mails: tuple[PlannedMail, ...]
    held: tuple[HeldReminder, ...]


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
