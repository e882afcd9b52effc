"""The mails of one run: what bounced before, who gets what, which mails may go, and sending them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from itertools import groupby

from projectlists.config.model import Config, Mail
from projectlists.errors import FarEndError
from projectlists.farend.tenant import Tenant
from projectlists.language import _
from projectlists.mail.mailbox import Mailbox
from projectlists.mail.messages import Messages
from projectlists.mail.overviews import Fact
from projectlists.reminding import brakes, housekeeping, known, outcomes, overview, siteday
from projectlists.reminding.claims import Claims
from projectlists.reminding.composing import Composer
from projectlists.reminding.delivery import Delivery, Fate
from projectlists.reminding.directory import PeopleDirectory
from projectlists.reminding.ledger import Ledgers
from projectlists.reminding.mailplan import persons_of, plan
from projectlists.reminding.notices import Bulletin, Plan, PlannedMail, SiteWork
from projectlists.reminding.options import Options, Progress
from projectlists.reminding.result import MailOutcome, ReminderOutcome
from projectlists.reminding.siteday import SiteDay
from projectlists.reminding.visits import Visits
from projectlists.rules.recipients import Directory


class Mailing:
    """The mails of one run, named `run`, about the sites of `visits`; `mail` says from which mailbox."""

    def __init__(
        self,
        settings: Config,
        mail: Mail,
        tenant: Tenant,
        visits: Visits,
        ledgers: Ledgers,
        *,
        messages: Messages,
        run: str,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        progress: Progress = lambda _title, _done, _of: None,
    ) -> None:
        self._settings = settings
        self._mail = mail
        self._tenant = tenant
        self._visits = visits
        self._ledgers = ledgers
        self._messages = messages
        self._run = run
        self._now, self._clock, self._sleep = now, clock, sleep
        self._progress = progress
        self._claims_of: Claims | None = None
        self._bounced: dict[str, list[Fact]] = {}
        self._looked_back: set[str] = set()
        self._handled: set[str] = set()
        self.notes: list[str] = []

    def deliver(self, works: Sequence[SiteWork], options: Options) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        """Send what is due and may go: what became of each reminder and each mail."""
        if not works:
            return [], []
        today = options.today
        try:
            planned, directory = self._planned(works, today)
        except FarEndError as error:
            return [
                outcomes.unplanned_outcome(self._settings.tenant, work, reminder, str(error), today)
                for work in works
                for reminder in work.due
            ], []
        self._handled = {content.key for mail in planned.mails for content in mail.contents}
        told = [outcomes.held_outcome(held, today) for held in planned.held]
        braked, let_go = self._braked(planned.mails, options)
        composer = Composer(self._messages, self._mail, directory, language=self._settings.language, today=today)
        delivery = Delivery(
            self._claims(today),
            self._mailbox,
            composer,
            self._ledgers.of,
            today=today,
            clock=self._clock,
            sleep=self._sleep,
            progress=partial(self._progress, _("Mails")),
        )
        delivered = delivery.deliver(let_go)
        fates = {**delivered.fates, **{one.key: fate for mail, fate in braked for one in mail.contents}}
        told += [
            outcomes.notice_outcome(notice, fates[notice.key], today)
            for mail in planned.mails
            for notice in mail.notices
        ]
        return told, [outcomes.mail_outcome(mail, fate, today) for mail, fate in (*braked, *delivered.mails)]

    def preview(
        self, days: Sequence[SiteDay], options: Options, errors: dict[str, str]
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        """What would be sent on each of the coming days if nobody did anything."""
        told: list[ReminderOutcome] = []
        mails: list[MailOutcome] = []
        foreseen: set[str] = set()  # what the ledger will know by then
        for today, pairs in groupby(self._visits.works(days, options), key=lambda pair: pair[1]):
            sent_before, works = known.without_sent([work for work, _today in pairs], self._settings.tenant, today)
            told += sent_before
            try:
                planned, _directory = self._planned(works, today)
                foreseen |= self._told_before(planned)
            except FarEndError as error:
                errors |= {work.day.url: str(error) for work in works if work.due}
                continue
            fate = Fate("preview")
            keys = {content.key for mail in planned.mails for content in mail.contents}
            left = [found for mail in planned.mails if (found := mail.only(keys - foreseen))]
            foreseen |= keys
            told += [outcomes.held_outcome(held, today) for held in planned.held]
            told += [outcomes.notice_outcome(notice, fate, today) for mail in left for notice in mail.notices]
            mails += [outcomes.mail_outcome(mail, fate, today) for mail in left]
        return told, mails

    def _told_before(self, planned: Plan) -> set[str]:
        """The keys of what was told about whole sites before, however long ago."""
        keys: dict[str, list[str]] = {}
        for mail in planned.mails:
            for bulletin in mail.bulletins:
                keys.setdefault(bulletin.site, []).append(bulletin.key)
        rows = (row for url, wanted in keys.items() for row in self._ledgers.of(url).find(wanted).values())
        return {row.key for row in rows if row.state == "sent"}

    def look_back(self, days: Sequence[SiteDay], today: date) -> None:
        """Once a day: read what bounced, and clear old drafts away. A mailbox that may not be read is no failure."""
        if self._looked_back.issuperset(day.url for day in days):
            return
        self._looked_back |= {day.url for day in days}
        mailed = any(row.kind == "mail" for day in days for row in day.opening.rows.values())
        if self._mail.send_only:
            self.notes.append(
                _(
                    "Mails go out without a draft (mail.send_only), so each is sent at most once. What is lost on the "
                    "way is not noticed, and mails that bounce are not reported."
                )
            )
        elif mailed and any(day.opening.last_run != today for day in days):
            now = self._now()
            try:
                reports = self._mailbox.reports(now - siteday.LEDGER_DAYS)
                ledgers = (self._ledgers.of(url) for url in self._visits.read)
                housekeeping.throw_away_old_drafts(self._mailbox, ledgers, now)
            except FarEndError as error:
                self.notes.append(_("The mailbox could not be looked through: {reason}").format(reason=error))
            else:
                self._bounced = housekeeping.bounced(days, reports)

    def has_bounced(self, url: str) -> bool:
        """Whether a mail about a site came back."""
        return url in self._bounced

    def tidy(self, work: SiteWork, today: date) -> None:
        """Finish or release claims that an earlier run left and that are not due any more."""
        left = known.unwanted(work, self._settings.tenant, self._handled)
        if left:
            claims = self._claims(today)
            settled = claims.settle(work.day.url, left)
            claims.release(work.day.url, [row for row, verdict in settled if verdict == "free"])

    # Microsoft Graph's client takes a while to load, and most runs find nothing to send.

    @cached_property
    def _people(self) -> PeopleDirectory:
        return PeopleDirectory(self._tenant.graph(), sleep=self._sleep)

    @cached_property
    def _mailbox(self) -> Mailbox:
        forget = self._tenant.sign_in.forget
        return Mailbox(self._tenant.graph(), self._mail, forget=forget, clock=self._clock, sleep=self._sleep)

    def _planned(self, works: Sequence[SiteWork], today: date) -> tuple[Plan, Directory]:
        settings = self._visits.choices
        turns = {work.day.url: self._visits.turns(work, today) for work in works}
        facts = {
            work.day.url: [*overview.setting_facts(work.day, settings), *self._bounced.get(work.day.url, ())]
            for work in works
        }
        talking = {url for url in turns if turns[url] or facts[url]}
        directory = self._people.people(persons_of(works, talking))
        told: list[Bulletin] = []
        for work in works:
            rows = self._visits.overview_rows(work.day.url)
            told += overview.bulletins(
                work,
                rows,
                turns[work.day.url],
                facts[work.day.url],
                directory,
                today=today,
                tenant=self._settings.tenant,
            )
        return plan(works, directory, self._settings.tenant, told), directory

    def _braked(
        self, mails: Sequence[PlannedMail], options: Options
    ) -> tuple[list[tuple[PlannedMail, Fate]], list[PlannedMail]]:
        """The mails that are held back, with the reason, and those that may go."""
        if options.force:
            return [], list(mails)
        limit = self._mail.maximum_per_run if options.maximum is None else options.maximum
        reason = brakes.too_many_mails(mails, limit)
        if reason:
            return [(mail, Fate("held", reason)) for mail in mails], []
        reasons = brakes.too_many_for_one(mails, self._mail.maximum_per_person)
        held = [(mail, Fate("held", reasons[mail.to])) for mail in mails if mail.to in reasons]
        return held, [mail for mail in mails if mail.to not in reasons]

    def _claims(self, today: date) -> Claims:
        if self._claims_of is None:
            self._claims_of = Claims(
                self._ledgers.of,
                self._mailbox,
                run=self._run,
                today=today,
                now=self._now,
                clock=self._clock,
                sleep=self._sleep,
            )
        return self._claims_of
