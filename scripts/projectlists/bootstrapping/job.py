"""JOB many sites: make each site where it is missing, provision it, fill its team, let the reminder app in.

A project that fails is a row in the result, and the others go on. Nothing is kept on the side: each step looks at what
is there, so running it again goes on where it stopped and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from projectlists.bootstrapping import team
from projectlists.bootstrapping.table import Project, Table
from projectlists.config.model import Site
from projectlists.definitions.model import Definitions
from projectlists.errors import FarEndError, InvalidInput, Missing, ProjectListsError
from projectlists.farend.grants import Granted
from projectlists.farend.newsites import NewSite
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tenant import Tenant
from projectlists.farend.workers import WORKERS, as_done
from projectlists.language import _
from projectlists.provisioning.job import Alike, SiteResult, Wish, provision


@dataclass(frozen=True)
class Options:
    """How to go about it. `create` makes sites that are missing; `app` (a client id) gets the right to write."""

    create: bool = False
    app: str | None = None
    workers: int = WORKERS


@dataclass(frozen=True)
class ProjectResult:
    """What became of one row. `created` says that its site was made now; `members` counts the team rows added."""

    line: int
    key: str
    name: str
    outcome: SiteResult
    created: bool = False
    members: int = 0
    granted: Granted | None = None

    @property
    def ok(self) -> bool:
        """Whether the project is as it should be."""
        return self.outcome.ok

    def as_json(self) -> dict[str, Any]:
        """As in a JSON result (contract.md §3), with what only this job does beside it."""
        return {
            **self.outcome.as_json(),
            "key": self.key,
            "row": self.line,
            "created": self.created,
            "team": self.members,
            "granted": self.granted,
        }


def refused(table: Table) -> list[ProjectResult]:
    """The rows that were not understood, as results."""
    return [
        ProjectResult(row.line, row.key, "", SiteResult(row.url, ok=False, failure=InvalidInput(row.problems)))
        for row in table.refused
    ]


class Bootstrap:
    """One run over a table."""

    def __init__(self, tenant: Tenant, definitions: Definitions, options: Options) -> None:
        self._tenant = tenant
        self._definitions = definitions
        self._options = options

    def run(self, projects: Sequence[Project]) -> Iterator[ProjectResult]:
        """The results, as they come in."""
        alike = Alike()
        for _project, result in as_done(self._done, projects, self._options.workers):
            yield replace(result, outcome=alike.kept(result.outcome))

    def _done(self, project: Project) -> ProjectResult:
        site = project.site
        result = ProjectResult(project.line, site.key, site.name, SiteResult(site.url, ok=False))
        try:
            if self._options.create:
                result = replace(result, created=self._tenant.new_sites().ensure(_wished(project)))
            remote = self._tenant.site(site.url)
            result = replace(result, outcome=self._provisioned(remote, site))
            if result.outcome.failure is not None:
                return replace(result, outcome=self._explained(result.outcome))
            if project.manager or project.supporter or project.members:
                result = replace(result, members=team.fill(remote, self._definitions, project))
            if self._options.app:
                result = replace(result, granted=self._granted(remote, self._options.app))
        except ProjectListsError as error:
            return replace(result, outcome=replace(result.outcome, ok=False, failure=error))
        return result

    def _provisioned(self, remote: SharePointSite, site: Site) -> SiteResult:
        tabs = self._tenant.tabs(site.team, site.channel) if site.team and site.channel else None
        return provision(remote, self._definitions, Wish(), Wish(site.profile, (), site.language), tabs)

    def _explained(self, outcome: SiteResult) -> SiteResult:
        """The result with the way out, where the site itself is missing."""
        if self._options.create or not isinstance(outcome.failure, Missing) or outcome.plan.changes:
            return outcome
        hint = _("Is the site still to be made? Give --create-sites.")
        return replace(outcome, failure=Missing(f"{outcome.failure} {hint}"))

    def _granted(self, remote: SharePointSite, app: str) -> Granted:
        about = remote.about()
        try:
            return self._tenant.grants().give(f"{urlsplit(remote.url).netloc},{about.id},{about.web}", app)
        except FarEndError as error:
            raise type(error)(
                _("The lists are there, but the reminder app got no right to the site. {reason}").format(reason=error)
            ) from error


def _wished(project: Project) -> NewSite:
    site = project.site
    return NewSite(
        site.url,
        site.name,
        site.language or "nl",
        kind=project.kind,
        owner=project.owner,
        members=project.members,
        hub=project.hub,
    )
