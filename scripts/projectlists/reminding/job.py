"""JOB: the scheduled run. Per site: status rules, then what is due; over all sites: one digest per person.

Read a site, let its status rules act, find what is due, say who gets it, claim it, send it, confirm it. A site that
fails is a row in the result; the others go on. A run that was stopped anywhere is finished by the next one, from
whatever machine (architecture.md decision 8).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from projectlists.config import model as config
from projectlists.config.model import Config
from projectlists.definitions.model import Definitions
from projectlists.errors import FarEndError, ProjectListsError, UsageError
from projectlists.farend.tenant import Tenant
from projectlists.language import _
from projectlists.mail.mailbox import Mailbox
from projectlists.mail.messages import Messages
from projectlists.reminding import siteday, statuschanges
from projectlists.reminding.claims import Claims
from projectlists.reminding.delivery import Delivery, Fate
from projectlists.reminding.directory import PeopleDirectory
from projectlists.reminding.ledger import RUN_KEY, Ledger, LedgerRow
from projectlists.reminding.mailplan import (
    Composer,
    HeldReminder,
    Notice,
    Plan,
    PlannedMail,
    SiteWork,
    key_of,
    persons_of,
    plan,
    series,
    work_of,
)
from projectlists.reminding.result import FlipOutcome, MailOutcome, ReminderOutcome, RemindResult, SiteOutcome
from projectlists.reminding.siteday import Opening, SiteDay
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import Reminder
from projectlists.rules.recipients import Directory
from projectlists.structure.settings import LIST

ABSENT = "absent_"
"""Before the role of a copy to somebody who is away (see `recipients.Addressee`)."""
SITES_AT_ONCE = 4
"""Sites that are read at the same time; they share one pace."""
_DAY = timedelta(days=1)


Progress = Callable[[str, int, int], None]
"""Hears what is counted, how many are done, and of how many."""


@dataclass(frozen=True)
class Options:
    """How to run. `days` is for a dry run only; `maximum` is the number of mails above which all are held back."""

    today: date
    dry_run: bool = False
    days: int = 1
    maximum: int | None = None
    force: bool = False


def shard(sites: Sequence[config.Site], index: int, count: int) -> tuple[config.Site, ...]:
    """The share `index` (from 0) of `count` of the sites; all shares together are all sites, each once.

    Raises:
        UsageError: there is no such share.
    """
    if count < 1 or not 0 <= index < count:
        raise UsageError(_("Shards count from 0: give 0/4, 1/4, 2/4 or 3/4 for four of them."))
    return tuple(sorted(sites, key=lambda site: site.url)[index::count])


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
        self._people = PeopleDirectory(tenant.graph(), sleep=sleep)
        self._mailbox = Mailbox(tenant.graph(), settings.mail, forget=tenant.sign_in.forget, clock=clock, sleep=sleep)

    def run(self, sites: Sequence[config.Site], options: Options) -> RemindResult:
        """Do the work for these sites and tell what was done."""
        errors: dict[str, str] = {}
        flips: list[FlipOutcome] = []
        days: list[SiteDay] = []
        with ThreadPoolExecutor(max_workers=SITES_AT_ONCE) as pool:
            read = pool.map(partial(self._attempted, options=options), sites)
            for done, (site, found) in enumerate(zip(sites, read, strict=True), start=1):
                self._progress(_("Sites"), done, len(sites))
                if isinstance(found, ProjectListsError):
                    errors[site.url] = str(found)
                else:
                    days.append(found[0])
                    flips += found[1]
        if options.dry_run:
            reminders, mails = self._previewed(days, options, errors)
        else:
            unfinished = {flip.site for flip in flips if flip.outcome == "failed"}
            reminders, mails = self._reminded(days, options, errors, unfinished)
        return RemindResult(
            today=options.today,
            sites=tuple(SiteOutcome(site.url, errors.get(site.url)) for site in sites),
            flips=tuple(flips),
            reminders=tuple(reminders),
            mails=tuple(mails),
            http=self._tenant.traffic.as_json(),
        )

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
        opening = siteday.opened(remote, ledger, site, options.today)
        last = options.today + (options.days - 1) * _DAY
        day = siteday.read(remote, opening, self._definitions, self._calendar, first=options.today, last=last)
        if options.dry_run:
            return statuschanges.preview(day, ledger, options.today)
        return statuschanges.carry_out(day, remote, ledger, options.today)

    def _reminded(
        self, days: Sequence[SiteDay], options: Options, errors: dict[str, str], unfinished: set[str]
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        """Send what is due, on a working day (guide.md §2.0.7 b), and note in each ledger how far this run came."""
        today = options.today
        outcomes: list[ReminderOutcome] = []
        mails: list[MailOutcome] = []
        works: list[SiteWork] = []
        if self._calendar.is_working_day(today):
            works = [work_of(day, today, self._calendar, day.opening.last_run) for day in days]
            known, works = self._without_known(works, today)
            outcomes += known
            sent, mails = self._delivered(works, options)
            outcomes += sent
        for work in works:
            self._guarded(errors, work.day.url, partial(self._tidy, work, today))
        unfinished |= {one.site for one in outcomes if one.outcome in {"held", "failed"}} | set(errors)
        for day in days:
            finished = bool(works) and day.url not in unfinished
            self._guarded(errors, day.url, partial(self._beat, day.opening, today, finished))
        return outcomes, mails

    def _previewed(
        self, days: Sequence[SiteDay], options: Options, errors: dict[str, str]
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        """What would be sent on each of the coming days if nobody did anything."""
        outcomes: list[ReminderOutcome] = []
        mails: list[MailOutcome] = []
        for ahead in range(options.days):
            today = options.today + ahead * _DAY
            if not self._calendar.is_working_day(today):
                continue
            works = [
                work_of(day, today, self._calendar, today - _DAY if ahead else day.opening.last_run) for day in days
            ]
            known, works = self._without_known(works, today)
            outcomes += known
            try:
                planned, _directory = self._planned(works)
            except FarEndError as error:
                errors |= {work.day.url: str(error) for work in works if work.due}
                continue
            outcomes += [_held(held, today) for held in planned.held]
            outcomes += [_outcome(notice, Fate("preview"), today) for mail in planned.mails for notice in mail.notices]
            mails += [_mail(mail, Fate("preview"), today) for mail in planned.mails]
        return outcomes, mails

    def _without_known(self, works: Sequence[SiteWork], today: date) -> tuple[list[ReminderOutcome], list[SiteWork]]:
        """Take out what the ledger says was sent, so that nobody is looked up for it."""
        outcomes: list[ReminderOutcome] = []
        left: list[SiteWork] = []
        for work in works:
            known = {id(reminder): rows for reminder in work.due if (rows := self._sent_rows(work, reminder))}
            outcomes += [_already(work, row, today) for rows in known.values() for row in rows]
            due = [reminder for reminder in work.due if id(reminder) not in known]
            escalated = {series(reminder) for reminder in due if reminder.escalation and not reminder.info}
            kept = tuple(
                reminder
                for reminder in due
                if not (reminder.escalation and reminder.info) or series(reminder) in escalated
            )
            left.append(replace(work, due=kept))
        return outcomes, left

    def _sent_rows(self, work: SiteWork, reminder: Reminder) -> list[LedgerRow]:
        """The ledger rows of a reminder that was sent, with its copy to somebody absent; empty when one was not."""
        rows = work.day.opening.rows
        main = rows.get(key_of(self._settings.tenant, work, reminder, reminder.role))
        copy = rows.get(key_of(self._settings.tenant, work, reminder, f"{ABSENT}{reminder.role}"))
        found = [row for row in (main, copy) if row is not None]
        return found if main is not None and all(row.state == "sent" for row in found) else []

    def _planned(self, works: Sequence[SiteWork]) -> tuple[Plan, Directory]:
        directory = self._people.people(persons_of(works))
        return plan(works, directory, self._settings.tenant), directory

    def _delivered(
        self, works: Sequence[SiteWork], options: Options
    ) -> tuple[list[ReminderOutcome], list[MailOutcome]]:
        today = options.today
        try:
            planned, directory = self._planned(works)
        except FarEndError as error:
            return [
                _unplanned(self._settings.tenant, work, reminder, str(error), today)
                for work in works
                for reminder in work.due
            ], []
        outcomes = [_held(held, today) for held in planned.held]
        limit = self._mail.maximum_per_run if options.maximum is None else options.maximum
        if len(planned.mails) > limit and not options.force:
            reason = _("This run would send {count} mails and may send {limit}. Look at --dry-run, then use --force.")
            fate = Fate("held", reason.format(count=len(planned.mails), limit=limit))
            outcomes += [_outcome(notice, fate, today) for mail in planned.mails for notice in mail.notices]
            return outcomes, [_mail(mail, fate, today) for mail in planned.mails]
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
        delivered = delivery.deliver(planned.mails)
        outcomes += [
            _outcome(notice, delivered.notices[notice.key], today) for mail in planned.mails for notice in mail.notices
        ]
        return outcomes, [_mail(mail, fate, today) for mail, fate in delivered.mails]

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
        wanted = {
            key_of(self._settings.tenant, work, reminder, role) for reminder in work.due for role in _roles(reminder)
        }
        left = [
            row
            for row in work.day.opening.rows.values()
            if row.kind == "reminder" and row.state == "claimed" and row.key not in wanted
        ]
        if left:
            claims = self._claims(today)
            settled = claims.settle(work.day.url, left)
            claims.release(work.day.url, [row for row, verdict in settled if verdict == "free"])

    def _beat(self, opening: Opening, today: date, finished: bool) -> None:
        """The heartbeat: `DayOn` is the last day whose reminders were all looked after, `seen` the last run at all."""
        last = opening.last_run
        row = LedgerRow(
            key=RUN_KEY,
            kind="run",
            state="done",
            title=_("Last run"),
            day=max(today, last or today) if finished else last,
            details={"seen": today.isoformat(), "seconds": round(self._clock() - self._started)},
            id=opening.run.id if opening.run else 0,
        )
        ledger = self._ledger(opening.site.url)
        if row.id:
            ledger.change([row], guarded=False)
        else:
            ledger.create([row])

    def _guarded(self, errors: dict[str, str], site: str, work: Callable[[], None]) -> None:
        try:
            work()
        except FarEndError as error:
            errors.setdefault(site, str(error))


def _roles(reminder: Reminder) -> tuple[str, str]:
    return reminder.role, f"{ABSENT}{reminder.role}"


def _outcome(notice: Notice, fate: Fate, day: date) -> ReminderOutcome:
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


def _held(held: HeldReminder, day: date) -> ReminderOutcome:
    return _unaddressed(held.work, held.reminder, held.key, Fate("held", held.reason), day)


def _unplanned(tenant: str, work: SiteWork, reminder: Reminder, reason: str, day: date) -> ReminderOutcome:
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


def _already(work: SiteWork, row: LedgerRow, day: date) -> ReminderOutcome:
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


def _mail(mail: PlannedMail, fate: Fate, day: date) -> MailOutcome:
    return MailOutcome(
        to=mail.to, cc=mail.cc, kind=mail.kind, items=mail.items, outcome=fate.outcome, day=day, reason=fate.reason
    )
