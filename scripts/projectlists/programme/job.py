"""JOB the overviews of programmes, before reminders look at them: one read per project, a write where it differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from projectlists.config import configfile
from projectlists.config.model import Config, Site
from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import ProjectListsError
from projectlists.farend import wire
from projectlists.farend.sharepoint import SharePointSite
from projectlists.item import Item, Link, Value
from projectlists.language import Language, Text, _
from projectlists.programme.facts import COUNTERS, RULES, differences, facts
from projectlists.reminding.ledger import PROJECT_CLOSED, Ledger, LedgerRow, closed_key
from projectlists.reminding.result import FlipOutcome, FlipState
from projectlists.reporting import reading
from projectlists.rules.calendar import WorkingCalendar
from projectlists.structure.settings import LIST as LEDGER

LIST = "ProgrammeProjects"
SYNCED = "LastSyncOn"
_CLOSED = Text(nl="Project afgesloten", en="Project closed")
Open = Callable[[str], SharePointSite]


@dataclass
class Updated:
    """What was changed in the overviews, and what somebody must look at."""

    flips: list[FlipOutcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def update(
    sites: Sequence[Site], definitions: Definitions, config: Config, open_site: Open, today: date, *, preview: bool
) -> Updated:
    """Bring the overviews of these programmes up to date (H-S1, H-S2 of guide.md §2.15).

    That a project was closed is left in the ledger of its programme, so that the supporter hears of it and confirms
    it by setting the status (H-S3).

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
            closed = (project.settings() or kept).closing
            values = facts(reading.read(project, project_site, definitions, calendar, today))
        except ProjectListsError as error:  # the other projects are followed all the same
            updated.notes.append(f"{_named(definition, row)}: {error}")
            continue
        if closed is not None:
            if not preview:
                ledger = Ledger(remote, definitions.lists[LEDGER], uuid4().hex)
                _leave_closed(ledger, kept.language, row, closed.on, today)
            updated.notes.append(
                _("{project} is closed. Somebody may set its status to that in the overview of the programme.").format(
                    project=_named(definition, row)
                )
            )
        wanted = differences(row, {**values, SYNCED: today})
        reason = None if preview or not wanted else _written(remote, definition, row, wanted, kept.language)
        updated.flips += _outcomes(site, row, wanted, reason, preview=preview)


def _leave_closed(ledger: Ledger, language: Language, row: Item, on: date, today: date) -> None:
    """Leave in the ledger that a project was closed, once for the day on which it was."""
    key, title = closed_key(row.id, on), _CLOSED.in_language(language)
    if key not in ledger.find([key]):
        ledger.create([LedgerRow(key, PROJECT_CLOSED, "done", title, today, list=LIST, item=row.id)])


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
