"""Who sends what: claiming reminders in the ledgers, and clearing up after a run that died or runs beside this one.

The protocol (architecture.md decision 8, identity-mail-teams.md §8):
1. A reminder belongs to the run whose mail key stands in its row; making the row is the claim.
2. A mail passes the point of no return when its own row `mail-KEY` is made in state `sending`.
3. Whoever wants claims of somebody else first makes that row in state `void`; the unique key lets only one of both
   happen. So a mail is either sent by who prepared it, or its claims are free, never both.
4. A mail past that point is never written anew: its draft is looked at, waited for, and after a long time sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from projectlists.errors import FarEndError
from projectlists.mail.mailbox import Mailbox
from projectlists.reminding.ledger import Ledger, LedgerRow, mail_row_key

GRACE_SECONDS = 5.0
"""How long the younger of two runs waits for the mail row of the other before it takes the other for dead."""
SETTLE_SECONDS = 20.0
"""How long a run looks at a mail of its own whose outcome it does not know."""
LOOK_SECONDS = 1.0
SUBMISSIONS = 3
"""How often a mail may be handed in, the first time included (identity-mail-teams.md §8 step 6)."""

Claimed = Literal["ours", "sent", "unknown", "busy"]
Verdict = Literal["free", "sent", "unknown", "pending"]
"""`unknown` is for a person to look at; `pending` for the next run."""


@dataclass(frozen=True)
class Holder:
    """Who holds a claim: the mail it is for, the site whose ledger has that mail's row, and the run."""

    mail_key: str
    home: str
    run: str


@dataclass(frozen=True)
class Standing:
    """How a claim stands: `ours` to send, `sent`, of `unknown` outcome, or `busy` because another run is at it."""

    claimed: Claimed
    row: LedgerRow


class Claims:
    """The claims of one run in the ledgers of all its sites.

    `ledger` gives the ledger of a site by its URL. `now` is the time of day, for the stamps in mail rows; `clock` and
    `sleep` measure waiting.
    """

    def __init__(
        self,
        ledger: Callable[[str], Ledger],
        mailbox: Mailbox,
        *,
        run: str,
        today: date,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ledger = ledger
        self._mailbox = mailbox
        self._run = run
        self._today = today
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._verdicts: dict[str, Verdict] = {}
        self._dead: set[str] = set()

    def claim(self, site: str, rows: Sequence[LedgerRow]) -> dict[str, Standing]:
        """Claim reminders of one site: how each stands, by key. `rows` carry the mail keys they are wanted for."""
        ledger = self._ledger(site)
        wanted = {row.key: row for row in rows}
        found: dict[str, Standing] = {}
        others: list[LedgerRow] = []
        free: list[LedgerRow] = []
        for key, row in ledger.create(rows).items():
            if ledger.is_ours(row) and row.mail_key == wanted[key].mail_key and row.state == "claimed":
                found[key] = Standing("ours", row)
            elif row.state in {"sent", "done"}:
                found[key] = Standing("sent", row)
            elif row.state == "unknown":
                found[key] = Standing("unknown", row)
            elif row.state == "claimed":
                others.append(row)
            else:
                free.append(row)
        found |= {row.key: Standing("busy", row) for row in [*others, *free]}
        settled = self.settle(site, others)
        found |= {row.key: Standing("sent" if verdict == "sent" else "unknown", row) for row, verdict in settled}
        free += [row for row, verdict in settled if verdict == "free"]
        taken = ledger.change([replace(wanted[row.key], id=row.id, etag=row.etag) for row in free])
        found |= {
            row.key: Standing("ours", taken[row.key]) if row.key in taken else Standing("busy", row) for row in free
        }
        return found

    def settle(self, site: str, rows: Sequence[LedgerRow]) -> list[tuple[LedgerRow, Verdict]]:
        """What became of claims that other runs left. Those sent or of unknown outcome are written so."""
        verdicts = self._resolved({_holder(row, site) for row in rows})
        settled = [(row, verdicts[row.mail_key]) for row in rows]
        closed = [replace(row, state=verdict) for row, verdict in settled if verdict in {"sent", "unknown"}]
        self._ledger(site).change(closed, guarded=False)
        return settled

    def release(self, site: str, rows: Sequence[LedgerRow]) -> None:
        """Close claims that nobody needs any more, because a later step took their place."""
        self._ledger(site).change([replace(row, state="void") for row in rows])

    def commit(self, home: str, mail_key: str, draft: str, count: int, title: str) -> LedgerRow | None:
        """Pass the point of no return for a mail: its row, or None when somebody took the claims over."""
        row = self._mail_row(home, mail_key, "sending", title, {"draft": draft, "count": count, "attempts": 1})
        ledger = self._ledger(home)
        standing = ledger.create([row])[row.key]
        return standing if ledger.is_ours(standing) and standing.state == "sending" else None

    def conclude(self, home: str, row: LedgerRow, state: Literal["sent", "void", "unknown"]) -> bool:
        """Write how a mail ended; whether that worked. Where it did not, a later run finds out again."""
        try:
            self._ledger(home).change([replace(row, state=state)], guarded=False)
        except FarEndError:
            return False
        return True

    def look_again(self, home: str, row: LedgerRow) -> Verdict:
        """Look for a while at a mail of this run whose outcome is not known."""
        return self._followed(home, row, SETTLE_SECONDS)

    def _resolved(self, holders: Iterable[Holder]) -> dict[str, Verdict]:
        open_ones = [holder for holder in holders if self._verdicts.get(holder.mail_key, "pending") == "pending"]
        for home in {holder.home for holder in open_ones}:
            there = [holder for holder in open_ones if holder.home == home]
            try:
                self._resolve(home, there)
            except FarEndError:
                # What cannot be read is neither free nor sent: the next run looks again.
                for holder in there:
                    self._verdicts.setdefault(holder.mail_key, "pending")
        return {holder.mail_key: self._verdicts[holder.mail_key] for holder in holders}

    def _resolve(self, home: str, holders: Sequence[Holder]) -> None:
        ledger = self._ledger(home)
        left = {mail_row_key(holder.mail_key): holder for holder in holders}
        started = self._clock()
        while left:
            standing = ledger.find(left)
            for key, row in standing.items():
                holder = left.pop(key)
                self._verdicts[holder.mail_key] = self._verdict(home, holder, row)
            # Two runs that meet must not void each other's mails: the one with the larger name waits for the other.
            if self._clock() - started >= GRACE_SECONDS:
                self._dead |= {holder.run for holder in left.values()}
            ready = [holder for holder in left.values() if self._run < holder.run or holder.run in self._dead]
            voids = [self._mail_row(home, holder.mail_key, "void", "-", {}) for holder in ready]
            for key, row in ledger.create(voids).items() if voids else ():
                holder = left.pop(key)
                self._verdicts[holder.mail_key] = self._verdict(home, holder, row)
            if left:
                self._sleep(LOOK_SECONDS)

    def _verdict(self, home: str, holder: Holder, row: LedgerRow) -> Verdict:
        if row.state == "sending":
            return self._followed(home, row, None)
        if row.state == "sent":
            return "sent"
        if row.state == "void":
            self._tidy(holder.mail_key)
            return "free"
        return "unknown"

    def _tidy(self, mail_key: str) -> None:
        """Throw away the draft of a void mail. One that stays is never sent, so a mailbox that refuses is no matter."""
        if self._mailbox.settings.send_only:
            return
        with suppress(FarEndError):
            for draft in self._mailbox.find(mail_key, "drafts"):
                self._mailbox.delete(draft)

    def _followed(self, home: str, row: LedgerRow, patience: float | None) -> Verdict:
        """Follow a mail past the point of no return: until it left, or `patience` seconds are over.

        Still a draft after the configured time, it is handed in once more (identity-mail-teams.md §8 step 6).
        """
        mail_key = row.key.removeprefix("mail-")
        draft = str(row.details.get("draft", ""))
        if not draft:
            # Sent without a draft: there is nothing to look at, and a second mail is worse than none (§8, "Fallback").
            self.conclude(home, row, "unknown")
            return "unknown"
        started = self._clock()
        repeated = False
        while True:
            try:
                state = self._mailbox.state(draft, mail_key)
            except FarEndError:
                return "pending"
            if state == "sent":
                self.conclude(home, row, "sent")
                return "sent"
            if state == "gone":
                self.conclude(home, row, "unknown")
                return "unknown"
            waited = self._clock() - started
            long_ago = max(waited, self._age(row)) >= self._mailbox.settings.resend_after_seconds
            if long_ago and not repeated:
                repeated = True
                bumped = self._bumped(home, row)
                if bumped is not None:
                    row = bumped
                    if self._submitted_again(draft):
                        self.conclude(home, row, "sent")
                        return "sent"
                    started = self._clock()
            elif (repeated and waited >= SETTLE_SECONDS) or (patience is not None and waited >= patience):
                return "pending"
            self._sleep(LOOK_SECONDS)

    def _bumped(self, home: str, row: LedgerRow) -> LedgerRow | None:
        """The mail row with one more attempt in it; None when there were enough, or another run is at it."""
        attempts = int(row.details.get("attempts", 1))
        if attempts >= SUBMISSIONS:
            return None
        self._mailbox.wait_for_turn()
        details = {**row.details, "attempts": attempts + 1, "stamp": self._stamp()}
        return self._ledger(home).change([replace(row, details=details)]).get(row.key)

    def _submitted_again(self, draft: str) -> bool:
        return self._mailbox.send(draft).outcome == "accepted"

    def _age(self, row: LedgerRow) -> float:
        try:
            return (self._now() - datetime.fromisoformat(str(row.details["stamp"]))).total_seconds()
        except (KeyError, ValueError, TypeError):
            return 0.0

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="seconds")

    def _mail_row(self, home: str, mail_key: str, state: str, title: str, facts: Mapping[str, object]) -> LedgerRow:
        return LedgerRow(
            key=mail_row_key(mail_key),
            kind="mail",
            state=state,
            title=title,
            day=self._today,
            mail_key=mail_key,
            details={**facts, "home": home, "stamp": self._stamp()},
        )


def _holder(row: LedgerRow, site: str) -> Holder:
    return Holder(row.mail_key, str(row.details.get("home") or site), str(row.details.get("run", "")))
