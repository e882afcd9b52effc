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
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clocktime
from functools import partial
from itertools import groupby
from pathlib import Path

from projectlists.config import model as config
from projectlists.config.model import Config
from projectlists.definitions.model import Definitions
from projectlists.errors import FarEndError, ProjectClosed, ProjectListsError, UsageError
from projectlists.farend.tenant import Tenant
from projectlists.farend.workers import WORKERS, as_done
from projectlists.language import _
from projectlists.mail.mailbox import Mailbox
from projectlists.mail.messages import Messages
from projectlists.mail.overviews import Fact
from projectlists.reminding import (
    brakes,
    housekeeping,
    known,
    outcomes,
    overview,
    recurrences,
    runlog,
    siteday,
    statuschanges,
)
from projectlists.reminding.cards import Cards
from projectlists.reminding.claims import Claims
from projectlists.reminding.composing import Composer
from projectlists.reminding.delivery import Delivery, Fate
from projectlists.reminding.directory import PeopleDirectory
from projectlists.reminding.ledger import Ledger
from projectlists.reminding.mailplan import persons_of, plan, work_of
from projectlists.reminding.notices import Bulletin, HeldReminder, Plan, PlannedMail, SiteWork, key_of
from projectlists.reminding.overview import OverviewRows, Turn
from projectlists.reminding.result import (
    CardOutcome,
    FlipOutcome,
    MadeOutcome,
    MailOutcome,
    ReminderOutcome,
    RemindResult,
    SiteOutcome,
)
from projectlists.reminding.shards import Round, Share
from projectlists.reminding.siteday import SiteDay
from projectlists.reminding.sitesettings import LIST as SETTINGS
from projectlists.rules.calendar import WorkingCalendar, local_today
from projectlists.rules.recipients import Directory
from projectlists.structure.settings import LIST

_DAY = timedelta(days=1)


Progress = Callable[[str, int, int], None]
"""Hears what is counted, how many are done, and of how many."""


@dataclass(frozen=True)
class Options:
    """How to run. `days` is for a dry run only; `maximum` is the number of mails above which all are held back.

    `moment` is the local time of day, for sites that want no mail before some hour; None when the day is a chosen one.
    """

    today: date
    moment: clocktime | None = None
    dry_run: bool = False
    days: int = 1
    maximum: int | None = None
    force: bool = False
    workers: int = WORKERS


@dataclass
class _Worked:
    """What came of the sites so far: errors by address, days and flips in the order of the sites."""

    sites: list[config.Site]
    errors: dict[str, str] = field(default_factory=dict)
    days: list[SiteDay] = field(default_factory=list)
    flips: list[FlipOutcome] = field(default_factory=list)

    def add(self, others: _Worked) -> None:
        """Take the work on further sites in."""
        self.sites += others.sites
        self.errors |= others.errors
        self.days += others.days
        self.flips += others.flips


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
        self._mail = settings.mail
        self._definitions = definitions
        self._tenant = tenant
        self._calendar = WorkingCalendar(settings.working_days)
        self._messages = Messages(messages, self._calendar)
        self._now, self._clock, self._sleep = now, clock, sleep
        self._progress = progress
        self._id = uuid.uuid4().hex
        self._started = clock()
        self._ledgers: dict[str, Ledger] = {}
        self._claims_of: Claims | None = None
        self._overviews: dict[str, OverviewRows] = {}
        self._made: list[MadeOutcome] = []
        self._bounced: dict[str, list[Fact]] = {}
        self._looked_back: set[str] = set()
        self._notes: list[str] = []
        self._handled: set[str] = set()
        self._cards = Cards(settings, tenant, self._ledger, environment=environment, sleep=sleep)
        self._people = PeopleDirectory(tenant.graph(), sleep=sleep)
        self._mailbox = Mailbox(tenant.graph(), settings.mail, forget=tenant.sign_in.forget, clock=clock, sleep=sleep)

    def run(self, sites: Sequence[config.Site], options: Options, share: Share | None = None) -> RemindResult:
        """Do the work for these sites and tell what was done. With a share of several, `shards` says who mails."""
        found = self._worked(sites, options)
        reminders: list[ReminderOutcome] = []
        mails: list[MailOutcome] = []
        cards: list[CardOutcome] = []
        if options.dry_run:
            reminders, mails = self._previewed(found.days, options, found.errors)
            cards = self._cards.post(self._open_today(found.days, options), found.flips, options.today, preview=True)
        elif share is None or share.count == 1:
            reminders, mails, cards = self._told(found, options)
        else:
            reminders, mails, cards = self._shared(found, options, share)
        return RemindResult(
            today=options.today,
            sites=tuple(SiteOutcome(site.url, found.errors.get(site.url)) for site in found.sites),
            flips=tuple(found.flips),
            reminders=tuple(reminders),
            mails=tuple(mails),
            http=self._tenant.traffic.as_json(),
            notes=tuple(self._notes),
            cards=tuple(cards),
            made=tuple(self._made),
        )

    def _worked(self, sites: Sequence[config.Site], options: Options) -> _Worked:
        """Read each site and let its status rules act, a few at a time."""
        found = _Worked([*sites])
        days: dict[str, SiteDay] = {}
        flips: dict[str, tuple[FlipOutcome, ...]] = {}
        attempt = partial(self._attempted, options=options)
        for done, (site, outcome) in enumerate(as_done(attempt, sites, options.workers), start=1):
            self._progress(_("Sites"), done, len(sites))
            if isinstance(outcome, ProjectClosed):
                self._notes.append(str(outcome))
            elif isinstance(outcome, ProjectListsError):
                found.errors[site.url] = str(outcome)
            else:
                days[site.url], flips[site.url] = outcome
        for site in sites:  # in their own order, whichever came first
            found.days += [days[site.url]] if site.url in days else []
            found.flips += flips.get(site.url, ())
        return found

    def _told(
        self, found: _Worked, options: Options
    ) -> tuple[list[ReminderOutcome], list[MailOutcome], list[CardOutcome]]:
        reminders, mails = self._reminded(found.days, options, found.errors, found.flips)
        cards = self._cards.post(self._open_today(found.days, options), found.flips, options.today)
        return reminders, mails, cards

    def _shared(
        self, found: _Worked, options: Options, share: Share
    ) -> tuple[list[ReminderOutcome], list[MailOutcome], list[CardOutcome]]:
        """What is told when this is one of several shards."""
        waiting = self._waiting(found, options)
        ledger = self._ledger(share.meeting_place)
        gathering = Round(ledger, share, options.today, self._now, self._settings.language)
        try:
            turn = gathering.turn([work.day.url for work in waiting])
        except ProjectListsError as error:
            turn = "alone"
            self._notes.append(
                _("The shards could not meet, so this one mails for its own sites: {reason}").format(reason=error)
            )
        if turn == "wait":
            return self._left_to_others(found, waiting, options), [], []
        if turn == "all":
            ours = {site.url for site in found.sites}
            found.add(self._worked([site for site in share.named(gathering.waiting) if site.url not in ours], options))
        reminders, mails, cards = self._told(found, options)
        fates = {*(one.outcome for one in reminders), *(one.outcome for one in mails), *(one.outcome for one in cards)}
        self._guarded(found.errors, share.meeting_place, partial(gathering.finish, done="failed" not in fates))
        return reminders, mails, cards

    def _waiting(self, found: _Worked, options: Options) -> list[SiteWork]:
        """The work of sites that have something to tell: reminders, overviews, bounces, claims left open, a card."""
        works = [work for work, _today in self._works(self._open_today(found.days, options), options)]
        self._look_back([work.day for work in works], options.today)
        _told, works = known.without_sent(works, self._settings.tenant, options.today)
        settings = self._definitions.lists.get(SETTINGS)
        return [
            work
            for work in works
            if work.due
            or self._turns(work, options.today)
            or overview.setting_facts(work.day, settings)
            or work.day.url in self._bounced
            or known.unwanted(work, self._settings.tenant)
            or self._cards.concern(work.day.opening.site)
        ]

    def _left_to_others(self, found: _Worked, waiting: Sequence[SiteWork], options: Options) -> list[ReminderOutcome]:
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

    def _ledger(self, url: str) -> Ledger:
        if url not in self._ledgers:
            self._ledgers[url] = Ledger(self._tenant.site(url), self._definitions.lists[LIST], self._id)
        return self._ledgers[url]

    def _attempted(
        self, site: config.Site, options: Options
    ) -> tuple[SiteDay, tuple[FlipOutcome, ...]] | ProjectListsError:
        try:
            return self._site(site, options)
        except ProjectListsError as error:
            return error

    def _site(self, site: config.Site, options: Options) -> tuple[SiteDay, tuple[FlipOutcome, ...]]:
        remote, ledger = self._tenant.site(site.url), self._ledger(site.url)
        first, last = options.today, options.today + (options.days - 1) * _DAY
        ahead = siteday.foreseen(site, self._definitions, self._calendar, first=first, last=last)
        choices = self._definitions.lists.get(SETTINGS)
        opening = siteday.opened(remote, ledger, site, first, choices=choices, ahead=ahead)
        now = local_today(self._now())
        day = siteday.read(remote, opening, self._definitions, self._calendar, first=first, last=last, now=now)
        if options.dry_run:
            day, flips = statuschanges.preview(day, ledger, options.today)
            self._made += recurrences.preview(day, remote, ledger)
        else:
            brake = None if options.force else self._settings.status_changes
            day, flips = statuschanges.carry_out(day, remote, ledger, options.today, brake)
            self._made += recurrences.carry_out(day, remote, ledger, options.today, self._now())
        roles = {turn.role for work in self._works([day], options) for turn in self._turns(work[0], work[1])}
        if roles:
            self._overviews[site.url] = overview.read(remote, day, roles, first=options.today, last=last)
        return day, flips

    def _open_today(self, days: Sequence[SiteDay], options: Options) -> list[SiteDay]:
        """The sites that work today, and from whose hour on it is."""
        return [day for day in days if day.calendar.is_working_day(options.today) and not _is_early(day, options)]

    def _works(self, days: Sequence[SiteDay], options: Options) -> list[tuple[SiteWork, date]]:
        """The work of every site on every working day that is asked for."""
        found: list[tuple[SiteWork, date]] = []
        for ahead in range(options.days):
            today = options.today + ahead * _DAY
            for day in days:
                if day.calendar.is_working_day(today):
                    last_run = today - _DAY if ahead else day.opening.last_run
                    found.append((work_of(day, today, last_run), today))
        return found

    def _turns(self, work: SiteWork, today: date) -> list[Turn]:
        """The overviews of a site that are due and not sent before."""
        found = overview.turns(work.day, today, work.last_run)
        return [turn for turn in found if not overview.is_told(work, turn, self._settings.tenant)]

    def _reminded(
        self, days: Sequence[SiteDay], options: Options, errors: dict[str, str], flips: Sequence[FlipOutcome]
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        """Send what is due, on a working day (guide.md §2.0.7 b), and note in each ledger how far this run came."""
        today = options.today
        told: list[ReminderOutcome] = []
        mails: list[MailOutcome] = []
        works = [work for work, _today in self._works(self._open_today(days, options), options)]
        self._look_back([work.day for work in works], today)
        told, works = known.without_sent(works, self._settings.tenant, today)
        if works:
            sent, mails = self._delivered(works, options)
            told += sent
        for work in works:
            self._guarded(errors, work.day.url, partial(self._tidy, work, today))
        unfinished = {flip.site for flip in flips if flip.outcome == "failed"} | set(errors)
        unfinished |= {one.site for one in told if one.outcome in {"held", "failed"}}
        finished = {work.day.url for work in works} - unfinished
        for day in days:
            summary = runlog.Summary.of(day.url, flips, told, day.url in errors)
            self._guarded(errors, day.url, partial(self._close, day, today, day.url in finished, summary, mails))
        return told, mails

    def _previewed(
        self, days: Sequence[SiteDay], options: Options, errors: dict[str, str]
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        """What would be sent on each of the coming days if nobody did anything."""
        told: list[ReminderOutcome] = []
        mails: list[MailOutcome] = []
        for today, pairs in groupby(self._works(days, options), key=lambda pair: pair[1]):
            sent_before, works = known.without_sent([work for work, _today in pairs], self._settings.tenant, today)
            told += sent_before
            try:
                planned, _directory = self._planned(works, today)
            except FarEndError as error:
                errors |= {work.day.url: str(error) for work in works if work.due}
                continue
            fate = Fate("preview")
            told += [outcomes.held_outcome(held, today) for held in planned.held]
            told += [outcomes.notice_outcome(notice, fate, today) for mail in planned.mails for notice in mail.notices]
            mails += [outcomes.mail_outcome(mail, fate, today) for mail in planned.mails]
        return told, mails

    def _planned(self, works: Sequence[SiteWork], today: date) -> tuple[Plan, Directory]:
        settings = self._definitions.lists.get(SETTINGS)
        turns = {work.day.url: self._turns(work, today) for work in works}
        facts = {
            work.day.url: [*overview.setting_facts(work.day, settings), *self._bounced.get(work.day.url, ())]
            for work in works
        }
        talking = {url for url in turns if turns[url] or facts[url]}
        directory = self._people.people(persons_of(works, talking))
        told: list[Bulletin] = []
        for work in works:
            rows = self._overviews.get(work.day.url, OverviewRows())
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

    def _look_back(self, days: Sequence[SiteDay], today: date) -> None:
        """Once a day: read what bounced, and clear old drafts away. A mailbox that may not be read is no failure."""
        if self._looked_back.issuperset(day.url for day in days):
            return
        self._looked_back |= {day.url for day in days}
        mailed = any(row.kind == "mail" for day in days for row in day.opening.rows.values())
        if self._mail.send_only:
            self._notes.append(
                _(
                    "Mails go out without a draft (mail.send_only), so each is sent at most once. What is lost on the "
                    "way is not noticed, and mails that bounce are not reported."
                )
            )
        elif mailed and any(day.opening.last_run != today for day in days):
            now = self._now()
            try:
                reports = self._mailbox.reports(now - siteday.LEDGER_DAYS)
                housekeeping.throw_away_old_drafts(self._mailbox, [self._ledger(day.url) for day in days], now)
            except FarEndError as error:
                self._notes.append(_("The mailbox could not be looked through: {reason}").format(reason=error))
            else:
                self._bounced = housekeeping.bounced(days, reports)

    def _delivered(
        self, works: Sequence[SiteWork], options: Options
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
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
            self._ledger,
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
                self._ledger,
                self._mailbox,
                run=self._id,
                today=today,
                now=self._now,
                clock=self._clock,
                sleep=self._sleep,
            )
        return self._claims_of

    def _tidy(self, work: SiteWork, today: date) -> None:
        """Finish or release claims that an earlier run left and that are not due any more."""
        left = known.unwanted(work, self._settings.tenant, self._handled)
        if left:
            claims = self._claims(today)
            settled = claims.settle(work.day.url, left)
            claims.release(work.day.url, [row for row, verdict in settled if verdict == "free"])

    def _close(
        self, day: SiteDay, today: date, finished: bool, summary: runlog.Summary, mails: Sequence[MailOutcome]
    ) -> None:
        """Leave the heartbeat, and what this run did, in the log of a site."""
        now, seconds = self._now(), round(self._clock() - self._started)
        beat = runlog.beat(day.opening, today, finished=finished, summary=summary, now=now, seconds=seconds)
        entry = runlog.entry(
            day.opening,
            today,
            summary=summary,
            run=self._id,
            now=now,
            seconds=seconds,
            mails=runlog.mail_counts(mails),
        )
        self._ledger(day.url).close(beat, entry)

    def _guarded(self, errors: dict[str, str], site: str, work: Callable[[], None]) -> None:
        try:
            work()
        except FarEndError as error:
            errors.setdefault(site, str(error))


def _is_early(day: SiteDay, options: Options) -> bool:
    """Whether the site wants its mails later on the day."""
    hour = day.opening.choices.not_before
    return hour is not None and options.moment is not None and options.moment < hour
