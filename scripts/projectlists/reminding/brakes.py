"""Brakes on a run that would surprise people (architecture.md decision 9). Pure.

Each holds back only what would surprise, says which rows, and lets go with `--force`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projectlists.language import _
from projectlists.reminding.notices import PlannedMail

NAMED = 10
"""Rows that a reason names; the others are counted."""


def too_many_mails(mails: Sequence[PlannedMail], limit: int) -> str | None:
    """Why all mails of a run are held back; None when they may go."""
    if len(mails) <= limit:
        return None
    reason = _("This run would send {count} mails and may send {limit}. Look at --dry-run, then use --force.")
    return reason.format(count=len(mails), limit=limit)


def too_many_for_one(mails: Sequence[PlannedMail], limit: int) -> dict[str, str]:
    """By address: why somebody's mails are held back, because they are about more rows than one person may get."""
    rows: dict[str, list[str]] = {}
    for mail in mails:
        for notice in mail.notices:
            letter = notice.work.day.definition(notice.reminder.list).letter
            rows.setdefault(mail.to, []).append(f"{letter}-{notice.reminder.item.id}")
    reason = _(
        "One person would get {count} reminders and may get {limit}: {rows}. Look at --dry-run, then use --force."
    )
    return {
        to: reason.format(count=len(labels), limit=limit, rows=named(labels))
        for to, labels in rows.items()
        if len(labels) > limit
    }


def too_many_changes(labels: Sequence[str], total: int, *, percent: int, minimum: int) -> str | None:
    """Why the status rules leave a list alone for now: they would change most of it. None when they may act.

    `labels` are the rows that would change, of `total` rows. Below `minimum` rows they always may, so that a short
    list works as well.
    """
    if len(labels) <= minimum or len(labels) * 100 <= total * percent:
        return None
    reason = _(
        "The status rules would change {count} of the {total} rows of this list at once, and may change {percent} %: "
        "{rows}. Look at --dry-run, then use --force."
    )
    return reason.format(count=len(labels), total=total, percent=percent, rows=named(labels))


def named(labels: Iterable[str]) -> str:
    """The first rows by label, and how many more there are: `A-1, A-2 and 30 more`."""
    found = list(dict.fromkeys(labels))
    shown = ", ".join(found[:NAMED])
    return _("{rows} and {count} more").format(rows=shown, count=len(found) - NAMED) if len(found) > NAMED else shown
