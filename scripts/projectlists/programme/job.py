"""JOB the overviews of programmes, before reminders look at them: one read per project, a write where it differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from projectlists.config import configfile
from projectlists.config.model import Config, Site
from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import Missing, ProjectListsError, UsageError
from projectlists.farend import wire
from projectlists.farend.sharepoint import SharePointSite
from projectlists.item import Item, Link, Value
from projectlists.language import Language, _
from projectlists.programme.facts import COUNTERS, RULES, differences, facts
from projectlists.reminding.result import FlipOutcome, FlipState
from projectlists.reporting import reading
from projectlists.rules.calendar import WorkingCalendar

LIST = "ProgrammeProjects"
SYNCED = "LastSyncOn"
Open = Callable[[str], SharePointSite]


@dataclass
class Updated:
    """What was changed in the overviews, and what somebody must look at."""

    flips: list[FlipOutcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def update(
    sites: Sequence[Site], definitions: Definitions, config: Config, open_site: Open, today: date, *, preview: bool
) -> Updated:
    """Bring the overviews of these programmes up to date.

    Never raises an expected error: what cannot be read or written is a note, and the next run tries again.
    """
    updated = Updated()
    for site in sites:
        try:
            _one(site, definitions, config, open_site, today, preview=preview, updated=updated)
        except ProjectListsError as error:
            updated.notes.append(str(error))
    return updated


def _one(
    site: Site,
    definitions: Definitions,
    config: Config,
    open_site: Open,
    today: date,
    *,
    preview: bool,
    updated: Updated,
) -> None:
    remote = open_site(site.url)
    kept = remote.settings()
    if kept is None or kept.closing is not None:
        return
    definition = next((found for found in definitions.chosen(kept.profile, kept.lists) if found.key == LIST), None)
    if definition is None:
        return
    calendar = WorkingCalendar(config.working_days)
    for row in remote.items(definition):
        address = row["ProjectSite"]
        if row["PortfolioStatus"] != "active" or not isinstance(address, Link) or not address.url:
            continue
        try:
            project_site = configfile.site(config, address.url)
            project = open_site(project_site.url)
            closed = (project.settings() or kept).closing is not None
            values = facts(reading.read(project, project_site, definitions, calendar, today))
        except (UsageError, Missing) as error:
            updated.notes.append(f"{_named(definition, row)}: {error}")
            continue
        if closed:
            updated.notes.append(
                _("{project} is closed. Somebody may set its status to that in the overview of the programme.").format(
                    project=_named(definition, row)
                )
            )
        wanted = differences(row, {**values, SYNCED: today})
        reason = None if preview or not wanted else _written(remote, definition, row, wanted, kept.language)
        updated.flips += _outcomes(site, row, wanted, reason, preview=preview)


def _written(
    remote: SharePointSite, definition: ListDefinition, row: Item, values: dict[str, Value], language: Language
) -> str | None:
    """Write a row; the reason when that did not work."""
    body = wire.values_for(definition, language, remote.about().zone, values)
    (answer,) = remote.run([remote.change(definition.key, row.id, body, row.etag)])
    return str(answer.error) if answer.error else None


def _outcomes(
    site: Site, row: Item, values: dict[str, Value], reason: str | None, *, preview: bool
) -> Iterator[FlipOutcome]:
    for name, value in values.items():
        if name != SYNCED:  # that it was looked at today is no news
            state: FlipState = "preview" if preview else "failed" if reason else "done"
            yield FlipOutcome(
                site=site.url,
                list=LIST,
                item=row.id,
                rule=RULES.get(name, COUNTERS),
                field=name,
                before=row[name],
                after=value,
                outcome=state,
                reason=reason,
            )


def _named(definition: ListDefinition, row: Item) -> str:
    """A row by its number: notes stand in logs, where no titles belong."""
    return f"{definition.letter}-{row.id}"
