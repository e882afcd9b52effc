"""Mails on their way: claim, draft, commit, send, confirm; what is in doubt is looked at again, never repeated.

The order of these steps is the protocol of `claims.py`; here they are taken for the mails of one day.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from projectlists.errors import AccessRefused, FarEndError, SignInRefused, Throttled, Unreachable
from projectlists.language import _
from projectlists.mail.mailbox import LONGEST_WAIT, Mailbox, Submission
from projectlists.mail.messages import Message
from projectlists.mail.mime import Envelope, encoded
from projectlists.reminding.claims import LOOK_SECONDS, Claims, Standing
from projectlists.reminding.composing import Composer
from projectlists.reminding.ledger import Ledger, LedgerRow
from projectlists.reminding.notices import PlannedMail
from projectlists.reminding.result import ReminderState

ROUNDS = 4
"""How often reminders are claimed anew when another run took them over."""
SENDS = 5
"""How often one draft is handed in while the mailbox says: later."""
CONFIRM_AFTER = 25
"""Mails after which the ledger is brought up to date."""


@dataclass(frozen=True)
class Fate:
    """What became of one content or a mail, and why where that is not plain."""

    outcome: ReminderState
    reason: str | None = None


@dataclass(frozen=True)
class Delivered:
    """The fates of contents by key, and of the mails that were tried, as they were tried."""

    fates: Mapping[str, Fate]
    mails: tuple[tuple[PlannedMail, Fate], ...]


@dataclass(frozen=True)
class _Attempt:
    """A mail past its claims: its key, and the claimed ledger rows of its contents."""

    mail: PlannedMail
    key: str
    home: str
    rows: Mapping[str, LedgerRow]


class Delivery:
    """Delivers the mails of one day. `ledger` gives the ledger of a site by its URL."""

    def __init__(
        self,
        claims: Claims,
        mailbox: Mailbox,
        composer: Composer,
        ledger: Callable[[str], Ledger],
        *,
        today: date,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> None:
        self._claims = claims
        self._mailbox = mailbox
        self._composer = composer
        self._ledger = ledger
        self._today = today
        self._clock = clock
        self._sleep = sleep
        self._progress = progress
        self._fates: dict[str, Fate] = {}
        self._mails: list[tuple[PlannedMail, Fate]] = []
        self._doubtful: list[tuple[_Attempt, LedgerRow, int]] = []
        self._unconfirmed: dict[str, list[LedgerRow]] = {}
        self._waiting = 0
        self._closed: FarEndError | None = None

    def deliver(self, mails: Sequence[PlannedMail]) -> Delivered:
        """Deliver every mail as far as its reminders are still to be sent."""
        left = list(mails)
        for turn in range(ROUNDS):
            if not left:
                break
            if turn:
                self._sleep(LOOK_SECONDS)
            attempts, busy = self._claimed(left)
            dropped = []
            for done, attempt in enumerate(attempts, start=1):
                again = self._sent(attempt)
                dropped += [again] if again is not None else []
                self._progress(done, len(attempts))
            left = [*busy, *dropped]
        self._look_again()
        self._confirm()
        for mail in left:
            self._mark(mail, Fate("held", _("the program is also running elsewhere and sends this reminder")))
        return Delivered(self._fates, tuple(self._mails))

    def _claimed(self, mails: Sequence[PlannedMail]) -> tuple[list[_Attempt], list[PlannedMail]]:
        """Claim the reminders of all mails, one site after the other; the mails to send, and those to try again."""
        keyed = [(mail, uuid.uuid4().hex) for mail in mails]
        rows: dict[str, list[LedgerRow]] = {}
        for mail, key in keyed:
            for content in mail.contents:
                rows.setdefault(content.site, []).append(content.claim(key, mail.home, self._today))
        standings: dict[str, Standing] = {}
        for site in sorted(rows):
            try:
                standings |= self._claims.claim(site, rows[site])
            except FarEndError as error:
                self._fates |= {row.key: Fate("failed", str(error)) for row in rows[site]}
        attempts: list[_Attempt] = []
        busy: list[PlannedMail] = []
        for mail, key in keyed:
            ours = mail.only(self._of(mail, standings, "ours"))
            waiting = mail.only(self._of(mail, standings, "busy"))
            if ours:
                claimed = {content.key: standings[content.key].row for content in ours.contents}
                attempts.append(_Attempt(ours, key, mail.home, claimed))
            if waiting:
                busy.append(waiting)
            self._fates |= dict.fromkeys(self._of(mail, standings, "sent"), Fate("already"))
            doubtful = Fate("unknown", _("it is not known whether an earlier mail arrived"))
            self._fates |= dict.fromkeys(self._of(mail, standings, "unknown"), doubtful)
        return attempts, busy

    def _of(self, mail: PlannedMail, standings: Mapping[str, Standing], claimed: str) -> set[str]:
        keys = {content.key for content in mail.contents}
        return {key for key in keys if key in standings and standings[key].claimed == claimed}

    def _sent(self, attempt: _Attempt) -> PlannedMail | None:
        """Take one mail from draft to sent. The mail comes back when its claims were taken over: try them anew."""
        mail = attempt.mail
        if self._closed is not None:
            self._conclude(mail, Fate("failed", str(self._closed)))
            return None
        try:
            message, envelope = self._composer.compose(mail)
            send, draft = self._ready(message, envelope, attempt.key)
        except FarEndError as error:
            # There is no mail row, so the next run takes these claims over.
            self._note_closed(error)
            self._conclude(mail, Fate("failed", str(error)))
            return None
        self._mailbox.wait_for_turn()
        began = self._clock()
        try:
            row = self._claims.commit(attempt.home, attempt.key, draft, len(mail.contents), message.subject)
        except FarEndError as error:
            # Whether the mail row stands is not known, so the draft stays for the run that finds out.
            self._conclude(mail, Fate("failed", str(error)))
            return None
        if row is None:
            self._throw_away(draft)
            return mail
        if self._clock() - began > self._mailbox.settings.resend_after_seconds / 2:
            # This process was held up for so long that another run may be about to send the draft.
            self._doubt(attempt, row, _("the program was held up too long; the next run looks again"))
        else:
            self._hand_in(attempt, row, draft, send)
        return None

    def _ready(self, message: Message, envelope: Envelope, key: str) -> tuple[Callable[[], Submission], str]:
        """What sends this mail, and its draft; without the right to make drafts that is empty."""
        if self._mailbox.settings.send_only:
            encoded(message, envelope, key=key, mailbox=self._mailbox.settings.mailbox)  # refused before it is claimed
            return partial(self._mailbox.send_at_once, message, envelope, key), ""
        draft = self._mailbox.create_draft(message, envelope, key)
        return partial(self._mailbox.send, draft), draft

    def _hand_in(self, attempt: _Attempt, row: LedgerRow, draft: str, send: Callable[[], Submission]) -> None:
        submission = send()
        for _again in range(SENDS - 1):
            wait = submission.error.retry_after if isinstance(submission.error, Throttled) else 0.0
            if submission.outcome != "throttled" or wait > LONGEST_WAIT:
                break
            self._sleep(max(wait, LOOK_SECONDS))
            submission = send()
        if submission.outcome == "accepted":
            self._accepted(attempt, row)
            self._conclude(attempt.mail, Fate("sent"))
        elif submission.outcome == "unknown":
            self._doubt(attempt, row, str(submission.error))
        else:
            self._note_closed(submission.error)
            self._conclude(attempt.mail, Fate("failed", str(submission.error)))
            if self._claims.conclude(attempt.home, row, "void"):
                self._throw_away(draft)

    def _doubt(self, attempt: _Attempt, row: LedgerRow, reason: str) -> None:
        self._mails.append((attempt.mail, Fate("unknown", reason)))
        self._doubtful.append((attempt, row, len(self._mails) - 1))

    def _look_again(self) -> None:
        """Look once more at the mails of unknown outcome, at the end, when the mailbox had time to move them."""
        for attempt, row, position in self._doubtful:
            verdict = self._claims.look_again(attempt.home, row)
            if verdict == "sent":
                self._accepted(attempt, row)
                fate = Fate("sent")
            elif self._mailbox.settings.send_only:
                fate = Fate("unknown", _("it is not known whether this mail left; it is not sent again"))
            else:
                fate = Fate("unknown", _("it is not known whether this mail left; the next run looks again"))
            self._mails[position] = (attempt.mail, fate)
            self._mark(attempt.mail, fate)

    def _accepted(self, attempt: _Attempt, row: LedgerRow) -> None:
        self._unconfirmed.setdefault(attempt.home, []).append(replace(row, state="sent"))
        for content in attempt.mail.contents:
            self._unconfirmed.setdefault(content.site, []).append(replace(attempt.rows[content.key], state="sent"))
        self._waiting += 1
        if self._waiting >= CONFIRM_AFTER:
            self._confirm()

    def _confirm(self) -> None:
        """Write in the ledgers that mails were sent. Where that fails the next run finds it in the mailbox."""
        for site, rows in self._unconfirmed.items():
            try:
                self._ledger(site).change(rows, guarded=False)
            except FarEndError:
                continue
        self._unconfirmed = {}
        self._waiting = 0

    def _throw_away(self, draft: str) -> None:
        if not draft:
            return
        try:
            self._mailbox.delete(draft)
        except FarEndError:
            return  # a draft that stays is never sent: its mail row is void

    def _note_closed(self, error: FarEndError | None) -> None:
        if isinstance(error, AccessRefused | SignInRefused | Unreachable):
            self._closed = error

    def _conclude(self, mail: PlannedMail, fate: Fate) -> None:
        self._mails.append((mail, fate))
        self._mark(mail, fate)

    def _mark(self, mail: PlannedMail, fate: Fate) -> None:
        self._fates |= {content.key: fate for content in mail.contents}
