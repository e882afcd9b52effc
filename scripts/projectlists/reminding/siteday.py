"""What a site asks for today: read in two batches, the ledger first and then the rows that rules could concern.

The ledger comes first because it says which lists the site has, and what was looked at before (architecture.md,
"Three walks"; sharepoint-rest.md §6.11 for the versions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from projectlists.config import model as config
from projectlists.definitions.condition import matches
from projectlists.definitions.model import Definitions, ListDefinition, Profile
from projectlists.errors import Missing, ProjectListsError
from projectlists.farend import wire
from projectlists.farend.batch import Operation, etag_of
from projectlists.farend.sharepoint import About, Query, SharePointSite
from projectlists.item import Item
from projectlists.language import Language, _
from projectlists.reminding.ledger import RUN_KEY, Ledger, LedgerRow
from projectlists.reminding.sitesettings import SiteSettings, settings_of
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import STATUS_SINCE, is_awake
from projectlists.rules.filters import Period, candidates
from projectlists.structure.settings import LIST, Settings, settings_from

TEAM = "TeamRoles"
LEDGER_DAYS = timedelta(days=7)
"""How far back closed ledger rows are read; older ones are found by their key when it matters."""
FIRST_LOOK = timedelta(days=30)
"""How far back a first run looks for rows that people changed."""
MARGIN = timedelta(minutes=10)


class NotProvisioned(ProjectListsError):
    """The site has no ledger, or no settings in it."""


@dataclass(frozen=True)
class Opening:
    """What the ledger of a site says at the start of a run."""

    site: config.Site
    about: About
    settings: Settings
    run: LedgerRow | None
    rows: Mapping[str, LedgerRow]
    choices: SiteSettings = field(default_factory=SiteSettings)

    @property
    def last_run(self) -> date | None:
        """The last day on which reminders were looked for to the end."""
        return self.run.day if self.run else None


@dataclass(frozen=True)
class SiteDay:
    """A site and the rows that rules could concern. `items` are by list key; `team` holds all rows of TeamRoles.

    Profile, lists and calendar are as the site's own settings have them.
    """

    opening: Opening
    profile: Profile
    lists: tuple[ListDefinition, ...]
    items: Mapping[str, tuple[Item, ...]]
    team: tuple[Item, ...]
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)

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
        return replace(self, items={**self.items, **items})


def opened(
    remote: SharePointSite,
    ledger: Ledger,
    site: config.Site,
    today: date,
    *,
    choices: ListDefinition | None = None,
) -> Opening:
    """Read the ledger of a site, and its own settings from the list `choices`: one batch.

    Raises:
        NotProvisioned: there is no ledger, or it does not say what the site is.
        FarEndError: the site could not be read.
    """
    try:
        asked = [Query(choices.key, options=wire.options(choices), optional=True)] if choices else []
        pages = remote.rows([*ledger.opening(today - LEDGER_DAYS), *asked])
    except Missing as error:
        if LIST in str(error):
            raise not_provisioned(site) from error
        raise
    chosen = pages.pop() if choices else ()
    kept = settings_from(pages[0][0], etag_of(pages[0][0])) if pages[0] else None
    if kept is None:
        raise not_provisioned(site)
    rows = ledger.rows_from(pages)
    own = settings_of(wire.items_from(choices, remote.about().zone, chosen)) if choices else SiteSettings()
    return Opening(site, remote.about(), kept, rows.get(RUN_KEY), rows, own)


def read(
    remote: SharePointSite,
    opening: Opening,
    definitions: Definitions,
    calendar: WorkingCalendar,
    *,
    first: date,
    last: date,
) -> SiteDay:
    """Read the rows that rules could concern from `first` to `last`: one batch, and one more when a rule asks how long
    a row has been in its state.

    Raises:
        FarEndError: a list could not be read to the end, or is missing.
    """
    profile = opening.choices.profile(definitions.profiles[opening.settings.profile])
    lists = opening.choices.lists(definitions.chosen(opening.settings.profile, opening.settings.lists))
    calendar = opening.choices.calendar(calendar)
    period = Period(first, last, opening.last_run, _changed_since(opening, first), opening.about.zone)
    texts = {found.key: candidates(found, period=period, calendar=calendar, profile=profile) for found in lists}
    queries = [
        Query(found.key, library=found.kind == "library", filter=text, options=wire.options(found))
        for found in lists
        for text in texts[found.key]
    ]
    team = next((found for found in lists if found.key == TEAM), None)
    if team:
        queries.append(Query(TEAM, options=wire.options(team)))
    pages = list(remote.rows(queries))
    members = wire.items_from(team, opening.about.zone, pages.pop()) if team else ()
    items: dict[str, tuple[Item, ...]] = {}
    for found in lists:
        rows = [row for _text in texts[found.key] for row in pages.pop(0)]
        items[found.key] = _each(wire.items_from(found, opening.about.zone, rows))
    day = SiteDay(opening, profile, lists, items, members, calendar)
    return day.with_items(_with_state_since(remote, day, first))


def not_provisioned(site: config.Site) -> NotProvisioned:
    """The error for a site without lists, with the way out."""
    return NotProvisioned(
        _("The site {site} has no lists yet. Run `projectlists provision {name}` first.").format(
            site=site.url, name=site.key or site.url
        )
    )


def _changed_since(opening: Opening, today: date) -> datetime:
    """An instant on the service's own clock before the last run began: its row's own stamp, less its duration."""
    if opening.run is None or opening.run.modified is None:
        return datetime.combine(today - FIRST_LOOK, time.min, opening.about.zone)
    seconds = opening.run.details.get("seconds")
    return opening.run.modified - timedelta(seconds=seconds if isinstance(seconds, int) else 0) - MARGIN


def _each(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple({item.id: item for item in items}.values())


def _with_state_since(remote: SharePointSite, day: SiteDay, today: date) -> dict[str, tuple[Item, ...]]:
    """The rows of rules that count from a status, with the date on which it got its present value."""
    wanted = [(found, item) for found in day.lists for item in day.items[found.key] if _counts(found, item, today)]
    operations = [_versions(remote, found, item) for found, item in wanted]
    since: dict[tuple[str, int], date | None] = {}
    for (found, item), answer in zip(wanted, remote.run(operations), strict=True):
        if isinstance(answer.error, Missing):  # thrown away since it was read
            continue
        since[found.key, item.id] = _state_since(found, item, day, answer.checked().entries)
    return {
        found.key: tuple(replace(item, state_since=since.get((found.key, item.id))) for item in day.items[found.key])
        for found in {found.key: found for found, _item in wanted}.values()
    }


def _counts(definition: ListDefinition, item: Item, today: date) -> bool:
    return definition.status is not None and any(
        rule.date == STATUS_SINCE
        and (is_awake(definition, item) if rule.states is None else item[definition.status.field] in rule.states)
        and matches(rule.when, item, today)
        for rule in definition.reminders
    )


def _versions(remote: SharePointSite, definition: ListDefinition, item: Item) -> Operation:
    status = definition.status.field if definition.status else ""
    path = remote.list_path(definition.key, library=definition.kind == "library")
    return Operation(
        "GET",
        f"{path}/items({item.id})/versions",
        query={"$select": f"VersionId,Created,{status}"},
    )


def _state_since(
    definition: ListDefinition, item: Item, day: SiteDay, rows: Iterable[Mapping[str, Any]]
) -> date | None:
    """The date of the oldest version, counted back from the newest, that has the present status."""
    status = definition.status.field if definition.status else ""
    newest_first = sorted(rows, key=lambda row: int(row.get("VersionId") or 0), reverse=True)
    since: date | None = None
    for version in wire.items_from(definition, day.opening.about.zone, newest_first):
        if version[status] != item[status]:
            break
        since = version.created_on
    return since
