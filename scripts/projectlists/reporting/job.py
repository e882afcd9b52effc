"""JOB reports of one or more sites: read, tell, write. An unreadable site is a line in the result, not an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from projectlists.config.model import Config, Site
from projectlists.definitions.model import Definitions
from projectlists.errors import ProjectListsError
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import Language, speaking
from projectlists.reporting import assembly, document, page, portfolio, publishing, reading, workbook
from projectlists.reporting.outline import Audience
from projectlists.reporting.project import Project
from projectlists.reporting.publishing import Published
from projectlists.rules.calendar import WorkingCalendar

OVERVIEW = "overview"
"""How the files of the overview are called, in every language: other programs look for them."""


@dataclass(frozen=True)
class SiteReport:
    """One site's line in the result: the project as read and the files made, or the error."""

    site: Site
    project: Project | None = None
    files: tuple[Path, ...] = ()
    failure: ProjectListsError | None = None
    published: Published | None = None

    def as_json(self) -> dict[str, Any]:
        """As in the JSON result (contract.md §3, with more)."""
        return {
            "site": self.site.url,
            "ok": self.failure is None,
            "error": None if self.failure is None else str(self.failure),
            "published": None if self.published is None else self.published.url,
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
    publish: bool = False


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
    known: set[str] = set()
    made = []
    for site in sites:
        try:
            remote = open_site(site.url)
            project = reading.read(remote, site, definitions, calendar, order.as_of)
        except ProjectListsError as error:
            made.append(SiteReport(site, failure=error))
            continue
        report = SiteReport(site, project, _written(project, _stem(site, known), order))
        made.append(_published(remote, project, report) if order.publish else report)
    files = [path for each in made for path in each.files]
    if len(made) > 1:
        with speaking(config.language):
            files = [*_overview(made, order, config.language), *files]
    return ReportResult(tuple(made), tuple(files))


def _written(project: Project, stem: str, order: Order) -> tuple[Path, Path]:
    """The report of one project as a page and as a document, in the language of its site."""
    on_page, on_paper = (order.folder / f"{stem}-{order.as_of.isoformat()}.{kind}" for kind in ("html", "docx"))
    with speaking(project.language):
        report = assembly.report(project, order.audience)
        on_page.write_text(page.project_page(report), "utf-8")
        document.write(report, on_paper)
    return on_page, on_paper


def _published(remote: SharePointSite, project: Project, report: SiteReport) -> SiteReport:
    """The same report, on the site as well; why not, when that failed."""
    try:
        with speaking(project.language):
            return replace(report, published=publishing.publish(remote, project))
    except ProjectListsError as error:
        return replace(report, failure=error)


def _overview(made: Sequence[SiteReport], order: Order, language: Language) -> tuple[Path, Path]:
    """The overview of several projects as a page and as an Excel file, in the language of the municipality."""
    rows = [
        portfolio.summary(each.project, order.audience)
        if each.project
        else portfolio.unreadable(each.site.name or each.site.key or each.site.url, each.site.url, str(each.failure))
        for each in made
    ]
    projects = [each.project for each in made if each.project]
    whole = portfolio.portfolio(rows, projects, as_of=order.as_of, language=language)
    stem = f"{OVERVIEW}-{order.as_of.isoformat()}"
    on_page, in_excel = order.folder / f"{stem}.html", order.folder / f"{stem}.xlsx"
    pages = {each.project.url: quote(each.files[0].name) for each in made if each.project}
    on_page.write_text(page.portfolio_page(whole, pages), "utf-8")
    workbook.write(whole, in_excel)
    return on_page, in_excel


def _stem(site: Site, known: set[str]) -> str:
    """A name for the files of a site that no other has: its key, else the end of its address, in plain letters."""
    name = site.key or site.path.rsplit("/", 1)[-1]
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:80].lower() or "site"
    names = (plain, *(f"{plain}-{number}" for number in range(2, len(known) + 3)))
    stem = next(each for each in names if each not in {*known, OVERVIEW})
    known.add(stem)
    return stem
