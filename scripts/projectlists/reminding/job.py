"""JOB: the scheduled run. Per site: status rules, then what is due; over all sites: one digest per person.

Read a site, let its status rules act, find what is due, say who gets it, claim it, send it, confirm it. A site that
fails is a row in the result; the others go on. A run that was stopped anywhere is finished by the next one, from
whatever machine (architecture.md decision 8).
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from projectlists.config import model as config
from projectlists.config.model import Config
from projectlists.definitions.model import Definitions
from projectlists.errors import FarEndError, ProjectListsError, UsageError
from projectlists.farend.tenant import Tenant
from projectlists.farend.workers import as_done
from projectlists.language import _
from projectlists.mail.messages import Messages
from projectlists.reminding import known, outcomes, runlog
from projectlists.reminding.cards import Cards
from projectlists.reminding.ledger import Ledgers
from projectlists.reminding.mailing import Mailing
from projectlists.reminding.notices import HeldReminder, SiteWork, key_of
from projectlists.reminding.options import Options, Progress
from projectlists.reminding.result import (
    CardOutcome,
    FlipOutcome,
    MailOutcome,
    ReminderOutcome,
    RemindResult,
    SiteOutcome,
)
from projectlists.reminding.shards import Round, Share
from projectlists.reminding.siteday import SiteDay
from projectlists.reminding.visits import Visited, Visits
from projectlists.rules.calendar import WorkingCalendar
from projectlists.structure.settings import LIST


class Run:
    """One run of the job. `messages` are the folders with mail templates, the municipality's own first."""

    def __init__(
        self,
        settings: Config,
        definitions: Definitions,
        tenant: Tenant,
        *,
        messages: Sequence[Path],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        environment: Mapping[str, str] = os.environ,
        progress: Progress = lambda _title, _done, _of: None,
    ) -> None:
        if settings.mail is None:
            raise UsageError(_("No mailbox is named to send from. Set mail.mailbox in tenant.yaml."))
        self._settings = settings
        self._tenant = tenant
        self._now = now
        name = uuid.uuid4().hex
        calendar = WorkingCalendar(settings.working_days)
        self._ledgers = Ledgers(tenant.site, definitions.lists[LIST], name)
        self._cards = Cards(settings, tenant, self._ledgers.of, environment=environment, sleep=sleep)
        self._visits = Visits(
            settings,
            definitions,
            tenant,
            calendar,
            self._ledgers,
            run=name,
            concern=self._cards.concern,
            now=now,
            clock=clock,
            progress=progress,
        )
        self._mailing = Mailing(
            settings,
            settings.mail,
            tenant,
            self._visits,
            self._ledgers,
            messages=Messages(messages, calendar),
            run=name,
            now=now,
            clock=clock,
            sleep=sleep,
            progress=progress,
        )

    def run(self, sites: Sequence[config.Site], options: Options, share: Share | None = None) -> RemindResult:
        """Do the work for these sites and tell what was done. With a share of several, `shards` says who mails."""
        found = self._visits.visit(sites, options)
        reminders: list[ReminderOutcome] = []
        mails: list[MailOutcome] = []
        cards: list[CardOutcome] = []
        if options.dry_run:
            reminders, mails = self._mailing.preview(found.days, options, found.errors)
            cards = self._cards.post(self._open_today(found, options), found.flips, options.today, preview=True)
        elif share is None or share.count == 1:
            reminders, mails, cards = self._told(found, options)
        else:
            reminders, mails, cards = self._shared(found, options, share)
        own = {site.url for site in sites}
        return RemindResult(
            today=options.today,
            sites=tuple(
                # The last of the shards tells for sites of others; their own shard has named them already.
                SiteOutcome(site.url, found.errors.get(site.url))
                for site in found.sites
                if site.url in own or site.url in found.errors
            ),
            flips=tuple(found.flips),
            reminders=tuple(reminders),
            mails=tuple(mails),
            http=self._tenant.traffic.as_json(),
            notes=(*self._visits.notes, *self._mailing.notes),
            cards=tuple(cards),
            made=tuple(self._visits.made),
        )

    def _told(
        self, found: Visited, options: Options
    ) -> tuple[list[ReminderOutcome], list[MailOutcome], list[CardOutcome]]:
        reminders, mails = self._reminded(found.days, options, found.errors, found.flips)
        cards = self._cards.post(self._open_today(found, options), found.flips, options.today)
        return reminders, mails, cards

    def _shared(
        self, found: Visited, options: Options, share: Share
    ) -> tuple[list[ReminderOutcome], list[MailOutcome], list[CardOutcome]]:
        """What is told when this is one of several shards."""
        waiting = self._waiting(found, options)
        ledger = self._ledgers.of(share.meeting_place)
        gathering = Round(ledger, share, options.today, self._now, self._settings.language)
        try:
            turn = gathering.turn([work.day.url for work in waiting])
        except ProjectListsError as error:
            turn = "alone"
            self._visits.notes.append(
                _("The shards could not meet, so this one mails for its own sites: {reason}").format(reason=error)
            )
        if turn == "wait":
            return self._left_to_others(found, waiting, options), [], []
        if turn == "all":
            ours = {site.url for site in found.sites}
            found.add(
                self._visits.visit([site for site in share.named(gathering.waiting) if site.url not in ours], options)
            )
        reminders, mails, cards = self._told(found, options)
        fates = {*(one.outcome for one in reminders), *(one.outcome for one in mails), *(one.outcome for one in cards)}
        self._guarded(found.errors, share.meeting_place, partial(gathering.finish, done="failed" not in fates))
        return reminders, mails, cards

    def _waiting(self, found: Visited, options: Options) -> list[SiteWork]:
        """The work of sites that have something to tell: reminders, overviews, bounces, claims left open, a card."""
        works = self._works(found.days, options)
        self._mailing.look_back([work.day for work in works], options.today)
        _told, works = known.without_sent(works, self._settings.tenant, options.today)
        return [
            work
            for work in works
            if self._visits.speaks(work, options.today)
            or self._mailing.has_bounced(work.day.url)
            or self._cards.concern(work.day.opening.site)
        ]

    def _open_today(self, found: Visited, options: Options) -> list[SiteDay]:
        return self._visits.open_today(found.days, options)

    def _works(self, days: Sequence[SiteDay], options: Options) -> list[SiteWork]:
        """Today's work of the sites that are open today."""
        return [work for work, _today in self._visits.works(self._visits.open_today(days, options), options)]

    def _left_to_others(self, found: Visited, waiting: Sequence[SiteWork], options: Options) -> list[ReminderOutcome]:
        """Close the sites that have nothing to tell; the heartbeats of the others wait for whoever mails."""
        reason = _("the last of the shards to finish sends the mails of all")
        held = [
            outcomes.held_outcome(
                HeldReminder(work, one, key_of(self._settings.tenant, work, one, one.role), reason), options.today
            )
            for work in waiting
            for one in work.due
        ]
        later = {work.day.url for work in waiting}
        idle = [day for day in found.days if day.url not in later]
        self._reminded(idle, options, found.errors, found.flips)
        return held

    def _reminded(
        self, days: Sequence[SiteDay], options: Options, errors: dict[str, str], flips: Sequence[FlipOutcome]
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        """Send what is due, on a working day (guide.md §2.0.7 b), and note in each ledger how far this run came."""
        today = options.today
        mails: list[MailOutcome] = []
        works = self._works(days, options)
        self._mailing.look_back([work.day for work in works], today)
        told, works = known.without_sent(works, self._settings.tenant, today)
        if works:
            sent, mails = self._mailing.deliver(works, options)
            told += sent
        for work in works:
            self._guarded(errors, work.day.url, partial(self._mailing.tidy, work, today))
        unfinished = {flip.site for flip in flips if flip.outcome == "failed"} | set(errors)
        unfinished |= {one.site for one in told if one.outcome in {"held", "failed"}}
        finished = {work.day.url for work in works} - unfinished
        summaries, counts = runlog.summaries(flips, told, frozenset(errors)), runlog.mail_counts(mails)

        def close(day: SiteDay) -> None:
            summary, done = summaries.get(day.url, runlog.Summary()), day.url in finished
            closing = partial(self._visits.close, day, today, finished=done, summary=summary, mails=counts)
            self._guarded(errors, day.url, closing)

        for _closed in as_done(close, days, options.workers):
            pass
        return told, mails

    def _guarded(self, errors: dict[str, str], site: str, work: Callable[[], None]) -> None:
        try:
            work()
        except FarEndError as error:
            errors.setdefault(site, str(error))
