"""The one door to the tenant: its SharePoint sites and Graph, with one sign-in, one pace and one counter."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from office365.runtime.http.throttling import RateLimiter

from projectlists.config.model import PERSONAL, Config
from projectlists.farend.channel import Channel
from projectlists.farend.grants import SiteGrants
from projectlists.farend.identity import GRAPH, SignIn
from projectlists.farend.network import CONNECT_SECONDS, Session, Traffic
from projectlists.farend.newsites import NewSites
from projectlists.farend.pace import Pace
from projectlists.farend.person import Desk
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tabs import ChannelTabs

if TYPE_CHECKING:
    from office365.graph_client import GraphClient

# The client logs a traceback for every error raised in a hook, although it raises it as well (§9.2 bug 30).
logging.getLogger("office365.runtime.types.event_handler").setLevel(logging.CRITICAL + 1)


class Tenant:
    """Everything at the far end that a run may touch.

    `traffic` counts what went over the line. Nothing is sent before a site or Graph is used. `parts` is the number of
    processes that run beside each other and share the service's budget, this one included; `pace` is for those whose
    time runs otherwise.
    """

    def __init__(
        self,
        config: Config,
        *,
        environment: Mapping[str, str] = os.environ,
        sleep: Callable[[float], None] = time.sleep,
        desk: Desk = Desk(),  # noqa: B008 - frozen
        parts: int = 1,
        pace: Pace | None = None,
    ) -> None:
        self.config = config
        self.traffic = Traffic()
        self.sign_in = SignIn(config, environment=environment, desk=desk)
        self._sleep = sleep
        self._sites: WeakValueDictionary[str, SharePointSite] = WeakValueDictionary()
        self._lock = Lock()
        self._sharepoint = self._session()
        self._graph = self._session()
        self._sharepoint_pace = pace or Pace(parts)
        self._graph_pace = RateLimiter()

    def site(self, url: str) -> SharePointSite:
        """One site by its absolute URL; the same object for everybody who holds it at the same time."""
        key = url.rstrip("/")
        with self._lock:
            found = self._sites.get(key)
            if found is None:
                found = self._sites[key] = SharePointSite(self._channel(key))
            return found

    def new_sites(self) -> NewSites:
        """What makes sites, asked of the tenant's root site."""
        return NewSites(
            self._channel(self.config.sharepoint.rstrip("/")),
            self.site,
            by_person=self.config.identity.mode in PERSONAL,
            sleep=self._sleep,
        )

    def grants(self) -> SiteGrants:
        """What apps may do on single sites."""
        return SiteGrants(self.graph(), forget=self.sign_in.forget, sleep=self._sleep)

    @property
    def pause(self) -> float:
        """Seconds until SharePoint may be asked again; 0 when nothing holds it up."""
        return self._sharepoint_pace.pause

    def graph(self) -> GraphClient:
        """Microsoft Graph: a client with a queue of its own, the session and the sign-in shared.

        The client calls for a token before each request and msal keeps it (identity-mail-teams.md §12.2).
        """
        from office365.graph_client import GraphClient  # noqa: PLC0415 - half of a start, and most runs need no Graph

        client = GraphClient(token_callback=lambda: self.sign_in.token_for(GRAPH))
        network = self.config.network
        client.with_transport(
            session=self._graph,
            proxies=dict(self._graph.proxies) or None,
            verify=str(network.ca_bundle) if network.ca_bundle else None,
            timeout=(CONNECT_SECONDS, network.timeout_seconds),
        )
        client.pending_request().with_rate_limiter(self._graph_pace)
        return client

    def tabs(self, team: str, channel: str) -> ChannelTabs:
        """The tabs of one Teams channel, by the ids of team and channel."""
        return ChannelTabs(self.graph(), team, channel, forget=self.sign_in.forget, sleep=self._sleep)

    def _channel(self, url: str) -> Channel:
        return Channel(
            url,
            sign_in=self.sign_in,
            session=self._sharepoint,
            pace=self._sharepoint_pace,
            traffic=self.traffic,
            network=self.config.network,
            sleep=self._sleep,
        )

    def _session(self) -> Session:
        return Session(self.config.network, traffic=self.traffic, user_agent=user_agent())


def user_agent() -> str:
    """The name in every request: undecorated traffic is throttled first (sharepoint-rest.md §1.3)."""
    try:
        own = version("projectlists")
    except PackageNotFoundError:
        own = "0"
    return f"NONISV|projectlists|projectlists/{own}"
