"""Looking back at the mailbox, once a day: what bounced, and drafts that nobody needs any more.

Identity-mail-teams.md §8, steps 7 and 8. Both are read from the sender's own mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from projectlists.mail.mailbox import Mailbox
from projectlists.mail.overviews import Fact
from projectlists.mail.reports import Report
from projectlists.reminding.ledger import Ledger, LedgerRow, mail_row_key
from projectlists.reminding.siteday import LEDGER_DAYS, TEAM, SiteDay

_MOST_NAMED = 3
_MAILED = frozenset({"reminder", "bulletin"})


def bounced(days: Iterable[SiteDay], reports: Sequence[Report]) -> dict[str, list[Fact]]:
    """By address of the site: what its supporter should know of mails that came back."""
    found: dict[str, list[Fact]] = {}
    for day in days:
        rows = [row for row in day.opening.rows.values() if row.kind in _MAILED]
        for report in reports:
            recipients = {row.recipient for row in rows if row.mail_key == report.mail_key}
            for address in _lost(recipients, report) if recipients else ():
                values = {"address": address, "mail": report.mail_key}
                found.setdefault(day.url, []).append(Fact("bounced", values, f"{day.url}/Lists/{TEAM}"))
    return found


def throw_away_old_drafts(mailbox: Mailbox, ledgers: Iterable[Ledger], now: datetime) -> None:
    """Delete drafts whose mail was sent, or will never be; one that no ledger knows is somebody else's."""
    drafts = mailbox.drafts_before(now - LEDGER_DAYS)
    if not drafts:
        return
    rows: dict[str, LedgerRow] = {}
    for ledger in ledgers:
        unknown = {mail_row_key(key) for key in drafts} - rows.keys()
        if not unknown:
            break
        rows |= ledger.find(sorted(unknown))
    for key, draft in drafts.items():
        row = rows.get(mail_row_key(key))
        if row is not None and row.state in {"sent", "void"}:
            mailbox.delete(draft)


def _lost(recipients: set[str], report: Report) -> list[str]:
    """Whom the mail did not reach: the reader, else who read along, else whom the report is most likely about."""
    named = [address for address in report.addresses if address in recipients]
    return named or list(report.addresses[:_MOST_NAMED]) or sorted(recipients)
