"""What the ledger says was told already, taken out before anybody is looked up for it. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date

from projectlists.reminding.ledger import LedgerRow
from projectlists.reminding.mailplan import series
from projectlists.reminding.notices import SiteWork, key_of
from projectlists.reminding.outcomes import already_outcome
from projectlists.reminding.result import ReminderOutcome
from projectlists.rules.due import Reminder

ABSENT = "absent_"
"""Before the role of a copy to somebody who is away (see `recipients.Addressee`)."""


def without_sent(works: Sequence[SiteWork], tenant: str, today: date) -> tuple[list[ReminderOutcome], list[SiteWork]]:
    """The outcomes of what was sent before, and the work that is left."""
    outcomes: list[ReminderOutcome] = []
    left: list[SiteWork] = []
    for work in works:
        known = {id(reminder): rows for reminder in work.due if (rows := _sent_rows(work, reminder, tenant))}
        outcomes += [already_outcome(work, row, today) for rows in known.values() for row in rows]
        due = [reminder for reminder in work.due if id(reminder) not in known]
        escalated = {series(reminder) for reminder in due if reminder.escalation and not reminder.info}
        kept = tuple(
            reminder for reminder in due if not (reminder.escalation and reminder.info) or series(reminder) in escalated
        )
        left.append(replace(work, due=kept))
    return outcomes, left


def unwanted(work: SiteWork, tenant: str, handled: Container[str] = ()) -> list[LedgerRow]:
    """Claims of reminders that are not due any more, and of bulletins whose time is over.

    `handled` are the keys that this run saw to itself.
    """
    wanted = {
        key_of(tenant, work, reminder, role)
        for reminder in work.due
        for role in (reminder.role, f"{ABSENT}{reminder.role}")
    }
    return [
        row
        for row in work.day.opening.rows.values()
        if row.kind in {"reminder", "bulletin"}
        and row.state == "claimed"
        and row.key not in wanted
        and row.key not in handled
    ]


def _sent_rows(work: SiteWork, reminder: Reminder, tenant: str) -> list[LedgerRow]:
    """The ledger rows of a reminder that was sent, with its copy to somebody absent; empty when one was not."""
    rows = work.day.opening.rows
    main = rows.get(key_of(tenant, work, reminder, reminder.role))
    copy = rows.get(key_of(tenant, work, reminder, f"{ABSENT}{reminder.role}"))
    found = [row for row in (main, copy) if row is not None]
    return found if main is not None and all(row.state == "sent" for row in found) else []
