"""JOB reports of one or more sites: read, tell, write. An unreadable site is a line in the result, not an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from projectlists.config.model import Config, Site
from projectlists.definitions.model import Definitions
from projectlists.errors import ProjectListsError
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import speaking
from projectlists.reporting import assembly, page, reading
from projectlists.reporting.outline import Audience
from projectlists.reporting.project import Project
from projectlists.rules.calendar import WorkingCalendar


@dataclass(frozen=True)
class SiteReport:
    """One site's line in the result: the project as read and the files made, or the error."""

    site: Site
    project: Project | None = None
    files: tuple[Path, ...] = ()
    failure: ProjectListsError | None = None

    def as_json(self) -> dict[str, Any]:
        """As in the JSON result (contract.md §3, with more)."""
        return {
            "site": self.site.url,
            "ok": self.failure is None,
            "error": None if self.failure is None else str(self.failure),
        }


@dataclass(frozen=True)
class ReportResult:
    """Everything that was made."""

    sites: tuple[SiteReport, ...]
    files: tuple[Path, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether every site has its report."""
        return all(site.failure is None for site in self.sites)

    def as_json(self) -> dict[str, Any]:
        """The JSON result."""
        return {"files": [str(path) for path in self.files], "sites": [site.as_json() for site in self.sites]}


@dataclass(frozen=True)
class Order:
    """What is asked for: the day to look at, where the files go, for whom they are."""

    as_of: date
    folder: Path
    audience: Audience = "team"


def run(
    sites: Iterable[Site],
    order: Order,
    definitions: Definitions,
    config: Config,
    open_site: Callable[[str], SharePointSite],
) -> ReportResult:
    """The reports of some sites. Raises OSError where the folder cannot be written."""
    order.folder.mkdir(parents=True, exist_ok=True)
    calendar = WorkingCalendar(config.working_days)
    made = [_one(site, order, definitions, calendar, open_site) for site in sites]
    return ReportResult(tuple(made), tuple(path for each in made for path in each.files))


def _one(
    site: Site,
    order: Order,
    definitions: Definitions,
    calendar: WorkingCalendar,
    open_site: Callable[[str], SharePointSite],
) -> SiteReport:
    try:
        project = reading.read(open_site(site.url), site, definitions, calendar, order.as_of)
    except ProjectListsError as error:
        return SiteReport(site, failure=error)
    with speaking(project.language):
        report = assembly.report(project, order.audience)
        path = order.folder / f"{file_stem(site)}-{order.as_of.isoformat()}.html"
        path.write_text(page.project_page(report), "utf-8")
    return SiteReport(site, project, (path,))


def file_stem(site: Site) -> str:
    """A name for the files of a site: its key, else the end of its address, in letters every computer takes."""
    name = site.key or site.path.rsplit("/", 1)[-1] or "site"
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:80] or "site"
