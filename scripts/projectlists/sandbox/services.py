"""Which service stands behind which host, and what each one keeps and shows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from projectlists.sandbox import directory as people
from projectlists.sandbox.directory import Directory
from projectlists.sandbox.entra import service as entra
from projectlists.sandbox.entra import signin
from projectlists.sandbox.entra.refusals import Refusals
from projectlists.sandbox.entra.tokens import Tokens
from projectlists.sandbox.graph import mail, teamwork
from projectlists.sandbox.graph import service as graph
from projectlists.sandbox.pages import service as pages
from projectlists.sandbox.seeds import DOMAIN, CreateSite
from projectlists.sandbox.sharepoint import seed as sites
from projectlists.sandbox.sharepoint import service as sharepoint
from projectlists.sandbox.store import Store
from projectlists.sandbox.teams import service as teams
from projectlists.sandbox.teams.service import Workflow
from projectlists.sandbox.tenant import Service, Tenant

GRAPH_HOST: Final = "graph.microsoft.com"


@dataclass(frozen=True)
class Services:
    """All services of one tenant. `listings` are what the controls show beside their own: mail, cards, runs."""

    far_end: Mapping[str, Service]
    pages: Service
    listings: Mapping[str, Callable[[], list[dict[str, Any]]]]


def make(
    tenant: Tenant, tokens: Tokens, directory: Directory, refusals: Refusals, workflow: Workflow, *, web: str
) -> Services:
    """Make all services; `web` is the address of the people's pages."""
    store = tenant.store
    sites_service = sharepoint.make(tenant, tokens, directory)
    return Services(
        far_end={
            entra.HOST: entra.make(
                tenant, tokens, directory, refusals, verification_uri=f"{web}/_sandbox/devicecode", domain=DOMAIN
            ),
            GRAPH_HOST: graph.make(tenant, tokens, directory),
            tenant.sharepoint_host: sites_service,
            tenant.admin_host: sites_service,
            teams.HOST: teams.make(tenant, workflow),
        },
        pages=pages.make(tenant, directory),
        listings={
            "mail": lambda: mail.delivered(store),
            "teams": lambda: teams.posted(store),
            "runs": lambda: teams.runs(store),
        },
    )


def create_site(tenant: Tenant, directory: Directory) -> CreateSite:
    """The function that makes an empty site on a tenant."""
    return functools.partial(sites.create_site, tenant, people=directory)


def clear(store: Store) -> None:
    """Empty what all services keep."""
    with store.transaction():
        for each in (people, signin, teams, sites, mail, teamwork):
            each.clear(store)
