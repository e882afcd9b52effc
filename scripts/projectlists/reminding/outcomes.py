"""What became of notices and mails, in the words of the result (contract.md §3). Pure."""

from __future__ import annotations

from datetime import date

from projectlists.reminding.delivery import Fate
from projectlists.reminding.ledger import LedgerRow
from projectlists.reminding.notices import HeldReminder, Notice, PlannedMail, SiteWork, key_of
from projectlists.reminding.result import MailOutcome, ReminderOutcome
from projectlists.rules.due import Reminder


def notice_outcome(notice: Notice, fate: Fate, day: date) -> ReminderOutcome:
    """What became of a reminder to one person."""
    reminder = notice.reminder
    return ReminderOutcome(
        site=notice.site,
        list=reminder.list,
        item=reminder.item.id,
        rule=reminder.rule,
        stage=reminder.stage,
        due=reminder.due,
        role=notice.addressee.role,
        recipient=notice.addressee.mail,
        key=notice.key,
        outcome=fate.outcome,
        day=day,
        reason=fate.reason,
    )


def held_outcome(held: HeldReminder, day: date) -> ReminderOutcome:
    """A reminder that nobody can get."""
    return _unaddressed(held.work, held.reminder, held.key, Fate("held", held.reason), day)


def unplanned_outcome(tenant: str, work: SiteWork, reminder: Reminder, reason: str, day: date) -> ReminderOutcome:
    """A reminder whose reader could not be looked up."""
    return _unaddressed(work, reminder, key_of(tenant, work, reminder, reminder.role), Fate("failed", reason), day)


def _unaddressed(work: SiteWork, reminder: Reminder, key: str, fate: Fate, day: date) -> ReminderOutcome:
    return ReminderOutcome(
        site=work.day.url,
        list=reminder.list,
        item=reminder.item.id,
        rule=reminder.rule,
        stage=reminder.stage,
        due=reminder.due,
        role=reminder.role,
        recipient="",
        key=key,
        outcome=fate.outcome,
        day=day,
        reason=fate.reason,
    )


def already_outcome(work: SiteWork, row: LedgerRow, day: date) -> ReminderOutcome:
    """A reminder that the ledger says was sent."""
    return ReminderOutcome(
        site=work.day.url,
        list=row.list,
        item=row.item or 0,
        rule=row.rule,
        stage=row.stage,
        due=row.due or day,
        role=row.role,
        recipient=row.recipient,
        key=row.key,
        outcome="already",
        day=day,
    )


def mail_outcome(mail: PlannedMail, fate: Fate, day: date) -> MailOutcome:
    """What became of a mail."""
    return MailOutcome(
        to=mail.to, cc=mail.cc, kind=mail.kind, items=mail.items, outcome=fate.outcome, day=day, reason=fate.reason
    )
