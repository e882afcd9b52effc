"""Reading a project for a report: what the site is in one request, then the rows of its lists in another."""

from __future__ import annotations

from datetime import date

from projectlists.config.model import Site
from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import AccessRefused, Missing, Refused, ThresholdExceeded
from projectlists.farend import wire
from projectlists.farend.sharepoint import Query, SharePointSite
from projectlists.item import Item
from projectlists.language import plain
from projectlists.reminding.siteday import not_provisioned
from projectlists.reporting.project import Project
from projectlists.rules.calendar import WorkingCalendar

LISTS = (
    "Actions",
    "Milestones",
    "Risks",
    "Decisions",
    "CommunicationCalendar",
    "Stakeholders",
    "BudgetLines",
    "Commitments",
    "StatusReports",
    "TeamRoles",
    "RunSheet",
    "ProjectDocuments",
    "StartUpChecklist",
    "Evaluations",
    "ProgrammeProjects",
)
"""The lists a report tells about."""
_OF_A_LIST = (Missing, AccessRefused, Refused, ThresholdExceeded)
"""What can be wrong with one list while the others are well."""


def read(
    remote: SharePointSite, site: Site, definitions: Definitions, calendar: WorkingCalendar, as_of: date
) -> Project:
    """One site as it is, every page of every list.

    A list that is missing or closed to the program is named with its reason; everything else is read all the same.

    Raises:
        NotProvisioned: the site has no lists of ours.
        FarEndError: the site could not be read.
    """
    kept = remote.settings()
    if kept is None:
        raise not_provisioned(site)
    all_lists = definitions.chosen(kept.profile, kept.lists)
    chosen = [found for found in all_lists if found.key in LISTS]
    unread: dict[str, str] = {}
    try:
        items = _together(remote, chosen)
    except _OF_A_LIST:
        items = _one_by_one(remote, chosen, unread)
    return Project(
        name=plain(remote.about().title or site.name),
        url=remote.url,
        language=kept.language,
        profile=definitions.profiles[kept.profile],
        as_of=as_of,
        lists={found.key: found for found in all_lists},
        items=items,
        unread=unread,
        calendar=calendar,
    )


def _together(remote: SharePointSite, lists: list[ListDefinition]) -> dict[str, tuple[Item, ...]]:
    pages = remote.rows([_query(found) for found in lists])
    zone = remote.about().zone
    return {found.key: wire.items_from(found, zone, rows) for found, rows in zip(lists, pages, strict=True)}


def _one_by_one(
    remote: SharePointSite, lists: list[ListDefinition], unread: dict[str, str]
) -> dict[str, tuple[Item, ...]]:
    items: dict[str, tuple[Item, ...]] = {}
    for found in lists:
        try:
            items |= _together(remote, [found])
        except _OF_A_LIST as error:
            unread[found.key] = plain(str(error))
    return items


def _query(definition: ListDefinition) -> Query:
    return Query(definition.key, library=definition.kind == "library", options=wire.options(definition))
