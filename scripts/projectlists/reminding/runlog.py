"""What a run leaves behind in the log of a site: the heartbeat, and an entry that says what it did. Pure.

The heartbeat is one row: `DayOn` is the last day whose reminders were all looked after, `seen` the day of the last run
at all, `succeeded` the moment of the last one in which nothing failed, `since` from when on changes of rows still have
to be looked at after a run that did not finish the day. A run that did something gets a row of its own
as well, so that a job that looks every few minutes does not fill the list. Numbers only: no names, titles or addresses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from projectlists.language import Text, day_in_words
from projectlists.reminding.ledger import RUN_KEY, LedgerRow
from projectlists.reminding.result import FlipOutcome, MailOutcome, ReminderOutcome
from projectlists.reminding.siteday import SINCE, Opening

_BEAT = Text(nl="Laatste keer dat de taak draaide", en="Last run of the job")
_ENTRY = Text(
    nl=(
        "Taak van {day}. Herinneringen verstuurd: {reminders}, wijzigingen: {flips}, mislukt: {failed}, "
        "vastgehouden: {held}"
    ),
    en="Job of {day}. Reminders sent: {reminders}, changes: {flips}, failed: {failed}, held back: {held}",
)


@dataclass(frozen=True)
class Summary:
    """One run on one site in numbers, by outcome. `failed` says that the site itself could not be done."""

    flips: Mapping[str, int] = field(default_factory=dict)
    reminders: Mapping[str, int] = field(default_factory=dict)
    failed: bool = False

    @property
    def failures(self) -> int:
        """How much failed or is unknown."""
        counted = self.flips.get("failed", 0) + self.reminders.get("failed", 0) + self.reminders.get("unknown", 0)
        return counted + self.failed

    @property
    def quiet(self) -> bool:
        """Whether nothing was done that was not done before."""
        return not self.failed and not self.flips and set(self.reminders) <= {"already"}


def summaries(
    flips: Iterable[FlipOutcome], reminders: Iterable[ReminderOutcome], failed: Collection[str]
) -> dict[str, Summary]:
    """What a run did on each site, by its address; `failed` are those that could not be done."""
    changed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for flip in flips:
        changed[flip.site][flip.outcome] += 1
    for one in reminders:
        told[one.site][one.outcome] += 1
    return {site: Summary(dict(changed[site]), dict(told[site]), site in failed) for site in {*changed, *told, *failed}}


def beat(
    opening: Opening,
    today: date,
    *,
    finished: bool,
    changed_since: datetime | None,
    summary: Summary,
    now: datetime,
    seconds: int,
) -> LedgerRow:
    """The heartbeat as this run leaves it. `changed_since` is from when on it looked for changes of rows."""
    last = opening.last_run
    before = opening.run.details.get("succeeded") if opening.run else None
    succeeded = before if summary.failures else now.isoformat(timespec="seconds")
    left = {} if finished or changed_since is None else {SINCE: changed_since.isoformat()}
    return LedgerRow(
        key=RUN_KEY,
        kind="run",
        state="failed" if summary.failures else "done",
        title=_BEAT.in_language(opening.settings.language),
        day=max(today, last or today) if finished else last,
        details={"seen": today.isoformat(), "seconds": seconds, "succeeded": succeeded, **left},
        id=opening.run.id if opening.run else 0,
    )


def entry(
    opening: Opening, today: date, *, summary: Summary, run: str, now: datetime, seconds: int, mails: Mapping[str, int]
) -> LedgerRow | None:
    """The row that says what this run did; None when it did nothing. `mails` are those of the whole run by outcome."""
    if summary.quiet:
        return None
    language = opening.settings.language
    title = _ENTRY.in_language(language).format(
        day=day_in_words(today, language),
        reminders=summary.reminders.get("sent", 0),
        flips=summary.flips.get("done", 0),
        failed=summary.failures,
        held=summary.reminders.get("held", 0),
    )
    return LedgerRow(
        key=f"{RUN_KEY}-{run}",
        kind="log",
        state="failed" if summary.failures else "done",
        title=title,
        day=today,
        details={
            "at": now.isoformat(timespec="seconds"),
            "seconds": seconds,
            "flips": dict(summary.flips),
            "reminders": dict(summary.reminders),
            "mails": dict(mails),
            "site_failed": summary.failed,
        },
    )


def mail_counts(mails: Iterable[MailOutcome]) -> dict[str, int]:
    """The mails of a run by outcome."""
    return dict(Counter(mail.outcome for mail in mails))
