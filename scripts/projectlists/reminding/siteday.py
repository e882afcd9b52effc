"""What a site asks for today: read in two batches, the ledger first and then the rows that rules could concern.

The ledger comes first because it says which lists the site has, and what was looked at before (architecture.md,
"Three walks"; sharepoint-rest.md §6.11 for the versions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from projectlists.config import model as config
from projectlists.definitions.condition import Around
from projectlists.definitions.model import Definitions, ListDefinition, Profile
from projectlists.errors import FarEndError, Missing, NotProvisioned, ProjectClosed
from projectlists.farend import wire
from projectlists.farend.about import About
from projectlists.farend.batch import etag_of
from projectlists.farend.sharepoint import Query, Rows, SharePointSite, all_rows
from projectlists.item import Item
from projectlists.language import Language, _, day_in_words
from projectlists.reminding.ledger import RUN_KEY, Ledger, LedgerRow
from projectlists.reminding.reading import Asked, Joined, Reader, changes, each, joined, rows_of, settled
from projectlists.reminding.sitesettings import SiteSettings, settings_of
from projectlists.rules.calendar import AMSTERDAM, WorkingCalendar
from projectlists.rules.filters import Period, Search, searches
from projectlists.structure.settings import KEY as SETTINGS_KEY
from projectlists.structure.settings import LIST, Settings, settings_from

TEAM = "TeamRoles"
LEDGER_DAYS = timedelta(days=7)
"""How far back closed ledger rows are read; older ones are found by their key when it matters."""
FIRST_LOOK = timedelta(days=30)
"""How far back a first run looks for rows that people changed, and any run after ones that did not finish."""
MARGIN = timedelta(minutes=10)
SINCE = "since"
"""In the details of the heartbeat: the instant from when on changes were not looked at to the end."""
NO_ROWS: Mapping[str, int] = {}


@dataclass(frozen=True)
class Questions:
    """What a run asks of the lists of a site first, and what it is made from.

    Most sites of a profile are asked the same, so what they are asked is composed once.
    """

    profile: Profile
    lists: tuple[ListDefinition, ...]
    calendar: WorkingCalendar
    period: Period
    also: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def searches(self) -> list[Joined]:
        """The rows that the rules of each list could concern, and those of `also`."""
        return joined(Asked(found, search) for found in self.lists for search in self._searches(found))

    @cached_property
    def changes(self) -> list[Asked]:
        """The rows whose changes set off rules of other lists."""
        return changes(self.lists, self.period)

    @cached_property
    def team(self) -> list[Asked]:
        """All rows of the team, where the site has that list."""
        return [Asked(found, Search("")) for found in self.lists if found.key == TEAM]

    @cached_property
    def queries(self) -> list[Query]:
        """All of it as queries: searches, changes, team."""
        asked = [*(one.whole for one in self.searches), *self.changes, *self.team]
        return [one.query(one.search.text) for one in asked]

    def covers(self, other: Questions) -> bool:
        """Whether the answers hold everything that the other questions ask: they look back at least as far."""
        mine, theirs = self.period, other.period
        return (
            (self.profile, self.lists, self.calendar.days) == (other.profile, other.lists, other.calendar.days)
            and (mine.first, mine.last, mine.zone) == (theirs.first, theirs.last, theirs.zone)
            and None not in {mine.last_run, theirs.last_run}
            and (mine.last_run or mine.first) <= (theirs.last_run or theirs.first)
            and mine.changed_since <= theirs.changed_since
        )

    def _searches(self, definition: ListDefinition) -> list[Search]:
        found = searches(definition, period=self.period, calendar=self.calendar, profile=self.profile)
        number = self.also.get(definition.key)
        return [*found, *([] if number is None else [Search(f"Id eq {number}")])]


def foreseen(
    site: config.Site, definitions: Definitions, calendar: WorkingCalendar, *, first: date, last: date
) -> Questions | None:
    """What will be asked when the site is as the site table says and yesterday's run went well: nearly always so."""
    if site.profile is None:
        return None
    before = calendar.before(first, 1)
    period = Period(first, last, before, datetime.combine(before, time.min, AMSTERDAM), AMSTERDAM)
    return Questions(definitions.profiles[site.profile], definitions.chosen(site.profile), calendar, period)


@dataclass(frozen=True)
class Opening:
    """What the ledger of a site says at the start of a run."""

    site: config.Site
    about: About
    settings: Settings
    run: LedgerRow | None
    rows: Mapping[str, LedgerRow]
    choices: SiteSettings = field(default_factory=SiteSettings)
    ahead: tuple[Questions, Sequence[Rows | FarEndError]] | None = None
    more: Sequence[Rows | FarEndError] = ()

    @property
    def last_run(self) -> date | None:
        """The last day on which reminders were looked for to the end."""
        return self.run.day if self.run else None


@dataclass(frozen=True)
class SiteDay:
    """A site and the rows that rules could concern. `items` are by list key; `team` holds all rows of TeamRoles.

    Profile, lists and calendar are as the site's own settings have them. `around` holds rows of other lists that rules
    ask for, by list key; `changed_since` is from when on rows that people changed were looked for.
    """

    opening: Opening
    profile: Profile
    lists: tuple[ListDefinition, ...]
    items: Mapping[str, tuple[Item, ...]]
    team: tuple[Item, ...]
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    around: Around = field(default_factory=dict)
    changed_since: datetime | None = None

    @property
    def url(self) -> str:
        """The address of the site."""
        return self.opening.site.url

    @property
    def language(self) -> Language:
        """The language of the site."""
        return self.opening.settings.language

    def definition(self, key: str) -> ListDefinition:
        """A list of this site by its key."""
        return next(found for found in self.lists if found.key == key)

    def with_items(self, items: Mapping[str, tuple[Item, ...]]) -> SiteDay:
        """The same site with rows as they are after a change."""
        around = self.around
        for key, rows in items.items():
            around = renewed(around, key, rows)
        return replace(self, items={**self.items, **items}, around=around)


def renewed(around: Around, key: str, now: Iterable[Item]) -> Around:
    """The rows of other lists with those of one list as they are now; the versions stay, as they tell of before."""
    latest = {item.id: item for item in now}
    if not latest or key not in around:
        return around
    rows = (replace(latest[row.id], past=row.past) if row.id in latest else row for row in around[key])
    return {**around, key: tuple(rows)}


def opened(
    remote: SharePointSite,
    ledger: Ledger,
    site: config.Site,
    today: date,
    *,
    choices: ListDefinition | None = None,
    ahead: Questions | None = None,
    more: Sequence[Asked] = (),
) -> Opening:
    """Read the ledger of a site, and its own settings from the list `choices`: one batch.

    With `ahead` the rows that will be asked for next come in the same batch; `read` uses them when the guess was right.
    So do the answers to `more`, which the caller may use.

    Raises:
        NotProvisioned: there is no ledger, or it does not say what the site is.
        ProjectClosed: there is nothing to do here until it opens again.
        FarEndError: the site could not be read.
    """
    try:
        asked = [Query(choices.key, options=wire.options(choices), optional=True)] if choices else []
        first = [*ledger.opening(today - LEDGER_DAYS), *asked]
        guessed = ahead.queries if ahead else []
        others = [one.query(one.search.text) for one in more]
        answers = remote.attempted([*first, *guessed, *others])
        pages = list(all_rows(answers[: len(first)]))
    except Missing as error:
        if LIST in str(error):
            raise not_provisioned(site) from error
        raise
    chosen = pages.pop() if choices else ()
    row = next((found for found in pages[0] if found.get("LedgerKey") == SETTINGS_KEY), None)
    kept = settings_from(row, etag_of(row)) if row else None
    if kept is None:
        raise not_provisioned(site)
    if kept.closing is not None:
        raise ProjectClosed(
            _("{site}: this project was closed on {day}. Nothing is sent or changed.").format(
                site=site.name, day=day_in_words(kept.closing.on)
            )
        )
    rows = ledger.rows_from(pages)
    own = settings_of(wire.items_from(choices, remote.about().zone, chosen)) if choices else SiteSettings()
    start = len(first) + len(guessed)
    foreseen_rows = (ahead, answers[len(first) : start]) if ahead else None
    return Opening(site, remote.about(), kept, rows.get(RUN_KEY), rows, own, foreseen_rows, answers[start:])


def read(
    remote: SharePointSite,
    opening: Opening,
    definitions: Definitions,
    calendar: WorkingCalendar,
    *,
    first: date,
    last: date,
    now: date | None = None,
    also: Mapping[str, int] = NO_ROWS,
) -> SiteDay:
    """Read the rows that rules could concern from `first` to `last`: one batch, and more only when a rule asks for
    former values of a row, or for rows of another list. `now` is today by the clock: a run for a day to come looks for
    changes from the earlier of both on. `also` are rows to read whatever the rules, by list key.

    Raises:
        FarEndError: a list could not be read to the end, or is missing.
    """
    profile = opening.choices.profile(definitions.profiles[opening.settings.profile])
    lists = opening.choices.lists(definitions.chosen(opening.settings.profile, opening.settings.lists))
    calendar = opening.choices.calendar(calendar)
    period = Period(
        first, last, opening.last_run, _changed_since(opening, min(first, now or first)), opening.about.zone
    )
    questions = Questions(profile, lists, calendar, period, also)
    guess, answers = opening.ahead or (questions, None)
    if answers is not None and guess.covers(questions):
        questions, period = guess, guess.period
    else:
        answers = remote.attempted(questions.queries)
    reader = Reader(remote, lists, period)
    asked, others = questions.searches, [*questions.changes, *questions.team]
    items: dict[str, list[Item]] = {found.key: [] for found in lists}
    for definition, rows in rows_of(remote, asked, answers[: len(asked)]):
        items[definition.key] += wire.items_from(definition, period.zone, rows)
    pages = settled(remote, others, answers[len(asked) :])
    read_items = [wire.items_from(one.definition, period.zone, rows) for one, rows in zip(others, pages, strict=True)]
    changed: dict[tuple[str, str], tuple[Item, ...]] = {
        (one.definition.key, one.search.text): rows for one, rows in zip(questions.changes, read_items, strict=False)
    }
    for key, concerned in reader.concerned(changed).items():
        items[key] += concerned
    known = reader.with_past({key: each(rows) for key, rows in items.items()})
    targets = {key: rows for (key, _text), rows in changed.items()}
    members = read_items[-1] if questions.team else ()
    return SiteDay(
        opening, profile, lists, known, members, calendar, reader.around(known, targets), period.changed_since
    )


def not_provisioned(site: config.Site) -> NotProvisioned:
    """The error for a site without lists, with the way out."""
    return NotProvisioned(
        _("The site {site} has no lists yet. Run `projectlists provision {name}` first.").format(
            site=site.url, name=site.key or site.url
        )
    )


def _changed_since(opening: Opening, today: date) -> datetime:
    """An instant on the service's own clock from when on people's changes were not looked at to the end.

    After a run that finished its day: before that run began, which is its row's own stamp, less its duration. After
    one that did not, on a day off or because something failed: where that one began to look, at most 30 days ago.
    """
    first_look = datetime.combine(today - FIRST_LOOK, time.min, opening.about.zone)
    if opening.run is None or opening.run.modified is None:
        return first_look
    left = _instant(opening.run.details.get(SINCE))
    if left is not None:
        return max(left, first_look)
    seconds = opening.run.details.get("seconds")
    return opening.run.modified - timedelta(seconds=seconds if isinstance(seconds, int) else 0) - MARGIN


def _instant(text: object) -> datetime | None:
    """An aware instant as it was written; None when somebody typed something else there."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
