"""One site at a time: read it, let its status rules act, and leave it at once when it has nothing to tell.

What a site has to tell waits for the mails of all sites, as somebody gets one digest over all of them. Most sites have
nothing to tell on most days; of those nothing is kept, so that memory does not grow with their number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from projectlists.config import model as config
from projectlists.config.model import Config
from projectlists.definitions.model import Definitions
from projectlists.errors import ProjectClosed, ProjectListsError
from projectlists.farend.tenant import Tenant
from projectlists.farend.workers import as_done
from projectlists.language import _
from projectlists.reminding import known, overview, recurrences, runlog, siteday, statuschanges
from projectlists.reminding.ledger import Ledgers
from projectlists.reminding.mailplan import work_of
from projectlists.reminding.notices import SiteWork
from projectlists.reminding.options import Options, Progress
from projectlists.reminding.overview import Look, OverviewRows, Turn
from projectlists.reminding.result import FlipOutcome, MadeOutcome
from projectlists.reminding.siteday import SiteDay
from projectlists.reminding.sitesettings import LIST as SETTINGS
from projectlists.rules.calendar import WorkingCalendar, local_today

_DAY = timedelta(days=1)


@dataclass
class Visited:
    """What came of the sites so far: errors by address, days and flips in the order of the sites.

    `days` are those of sites that have something to tell.
    """

    sites: list[config.Site]
    errors: dict[str, str] = field(default_factory=dict)
    days: list[SiteDay] = field(default_factory=list)
    flips: list[FlipOutcome] = field(default_factory=list)

    def add(self, others: Visited) -> None:
        """Take the work on further sites in."""
        self.sites += others.sites
        self.errors |= others.errors
        self.days += others.days
        self.flips += others.flips


class Visits:
    """The sites of one run. `run` names it; `concern` tells whether a site's numbers are wanted elsewhere."""

    def __init__(
        self,
        settings: Config,
        definitions: Definitions,
        tenant: Tenant,
        calendar: WorkingCalendar,
        ledgers: Ledgers,
        *,
        run: str,
        concern: Callable[[config.Site], bool],
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        progress: Progress = lambda _title, _done, _of: None,
    ) -> None:
        self._settings = settings
        self._definitions = definitions
        self._tenant = tenant
        self._calendar = calendar
        self._ledgers = ledgers
        self._run = run
        self._concern = concern
        self._now, self._clock = now, clock
        self._started = clock()
        self._progress = progress
        self._foreseen: dict[tuple[str | None, Options], tuple[siteday.Questions | None, Look | None]] = {}
        self._overviews: dict[str, OverviewRows] = {}
        self.choices = definitions.lists.get(SETTINGS)
        self.read: dict[str, None] = {}
        """The addresses of all sites that were read, also of those that are done with."""
        self.made: list[MadeOutcome] = []
        self.notes: list[str] = []

    def visit(self, sites: Sequence[config.Site], options: Options) -> Visited:
        """Read each site and let its status rules act, a few at a time; those that are idle are done with then."""
        found = Visited([*sites])
        days: dict[str, SiteDay] = {}
        flips: dict[str, tuple[FlipOutcome, ...]] = {}
        attempt = partial(self._attempted, options=options)
        for done, (site, outcome) in enumerate(as_done(attempt, sites, options.workers), start=1):
            self._progress(_("Sites"), done, len(sites))
            if isinstance(outcome, ProjectClosed):
                self.notes.append(str(outcome))
            elif isinstance(outcome, ProjectListsError):
                found.errors[site.url] = str(outcome)
            else:
                self.read[site.url] = None
                if outcome is not None:
                    days[site.url], flips[site.url] = outcome
        found.errors |= {one.site: one.reason for one in self.made if one.reason}
        for site in sites:  # in their own order, whichever came first
            found.days += [days[site.url]] if site.url in days else []
            found.flips += flips.get(site.url, ())
        return found

    def open_today(self, days: Sequence[SiteDay], options: Options) -> list[SiteDay]:
        """The sites that work today, and from whose hour on it is."""
        return [day for day in days if day.calendar.is_working_day(options.today) and not _is_early(day, options)]

    def works(self, days: Sequence[SiteDay], options: Options) -> list[tuple[SiteWork, date]]:
        """The work of every site on every working day that is asked for."""
        asked = [options.today + ahead * _DAY for ahead in range(options.days)]
        return [
            (work_of(day, today, _last_run(day, today, options.today)), today)
            for today in asked
            for day in days
            if day.calendar.is_working_day(today)
        ]

    def turns(self, work: SiteWork, today: date) -> list[Turn]:
        """The overviews of a site that are due and not sent before."""
        found = overview.turns(work.day, today, work.last_run)
        return [turn for turn in found if not overview.is_told(work, turn, self._settings.tenant)]

    def overview_rows(self, url: str) -> OverviewRows:
        """What was read for the overviews of a site."""
        return self._overviews.get(url, OverviewRows())

    def speaks(self, work: SiteWork, today: date) -> bool:
        """Whether a site has reminders, an overview with something in it, facts, or claims that a dead run left."""
        rows = self.overview_rows(work.day.url)
        return bool(
            work.due
            or any(overview.has_rows(work.day, rows, turn, today) for turn in self.turns(work, today))
            or any(overview.setting_facts(work.day, self.choices))
            or known.unwanted(work, self._settings.tenant)
        )

    def close(
        self, day: SiteDay, today: date, *, finished: bool, summary: runlog.Summary, mails: Mapping[str, int]
    ) -> None:
        """Leave the heartbeat, and what this run did, in the log of a site; `mails` are those of all by outcome."""
        now, seconds = self._now(), round(self._clock() - self._started)
        beat = runlog.beat(
            day.opening,
            today,
            finished=finished,
            changed_since=day.changed_since,
            summary=summary,
            now=now,
            seconds=seconds,
        )
        entry = runlog.entry(day.opening, today, summary=summary, run=self._run, now=now, seconds=seconds, mails=mails)
        self._ledgers.of(day.url).close(beat, entry)

    def _attempted(
        self, site: config.Site, options: Options
    ) -> tuple[SiteDay, tuple[FlipOutcome, ...]] | ProjectListsError | None:
        """A site and what changed on it, or why not; None when it has nothing to tell and is done with."""
        try:
            day, flips = self._site(site, options)
            if not self._is_idle(day, flips, options):
                return day, flips
            if not options.dry_run:
                finished = bool(self.open_today([day], options))
                self.close(day, options.today, finished=finished, summary=runlog.Summary(), mails={})
        except ProjectListsError as error:
            return error
        self._ledgers.forget(site.url)
        self._overviews.pop(site.url, None)
        return None

    def _is_idle(self, day: SiteDay, flips: Sequence[FlipOutcome], options: Options) -> bool:
        """Whether nothing more can come of a site today, whatever the others have to tell."""
        mailed = any(row.kind == "mail" for row in day.opening.rows.values())  # may have bounced
        failed = any(one.site == day.url and one.reason for one in self.made)
        if flips or mailed or failed or self._concern(day.opening.site):
            return False
        days = [day] if options.dry_run else self.open_today([day], options)
        return not any(self.speaks(work, today) for work, today in self.works(days, options))

    def _site(self, site: config.Site, options: Options) -> tuple[SiteDay, tuple[FlipOutcome, ...]]:
        remote, ledger = self._tenant.site(site.url), self._ledgers.of(site.url)
        first, last = options.today, options.today + (options.days - 1) * _DAY
        ahead, guess = self._foresight(site, options, first, last)
        more = guess.asked if guess else ()
        opening = siteday.opened(remote, ledger, site, first, choices=self.choices, ahead=ahead, more=more)
        now = local_today(self._now())
        day = siteday.read(remote, opening, self._definitions, self._calendar, first=first, last=last, now=now)
        if options.dry_run:
            day, flips = statuschanges.preview(day, ledger, options.today)
            made = recurrences.preview(day, remote, ledger)
        else:
            brake = None if options.force else self._settings.status_changes
            day, flips = statuschanges.carry_out(day, remote, ledger, options.today, brake)
            made = recurrences.carry_out(day, remote, ledger, options.today, self._now())
        self.made += made
        roles = {turn.role for work, today in self.works([day], options) for turn in self.turns(work, today)}
        if roles:
            look = Look(day.lists, frozenset(roles), options.today, last, day.opening.about.zone)
            read_before = (guess, day.opening.more) if guess and not flips and not made else None
            self._overviews[site.url] = overview.read(remote, look, read_before)
        return day, flips

    def _foresight(
        self, site: config.Site, options: Options, first: date, last: date
    ) -> tuple[siteday.Questions | None, Look | None]:
        """What will nearly always be asked of a site, also for overviews: the same for all of a profile."""
        key = (site.profile, options)
        if key not in self._foreseen:
            found = siteday.foreseen(site, self._definitions, self._calendar, first=first, last=last)
            self._foreseen[key] = found, overview.foreseen(found, options.today) if found else None
        return self._foreseen[key]


def _last_run(day: SiteDay, today: date, first: date) -> date | None:
    """The last day looked after before `today`: a working day from `first` on, when runs go on, else as the ledger has
    it.
    """
    before = day.calendar.before(today, 1)
    return before if before >= first else day.opening.last_run


def _is_early(day: SiteDay, options: Options) -> bool:
    """Whether the site wants its mails later on the day."""
    hour = day.opening.choices.not_before
    return hour is not None and options.moment is not None and options.moment < hour
