"""The one door to the tenant: its SharePoint sites and Graph, with one sign-in, one pace and one counter."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from threading import Lock

from office365.graph_client import GraphClient
from office365.runtime.http.throttling import RateLimiter

from projectlists.config.model import Config
from projectlists.farend.channel import Channel
from projectlists.farend.identity import GRAPH, SignIn
from projectlists.farend.network import CONNECT_SECONDS, Session, Traffic
from projectlists.farend.person import Desk
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tabs import ChannelTabs

HEALTH_THRESHOLD = 7
"""X-SharePointHealthScore runs from 0 to 10; the client's default of 80 never fires (sharepoint-rest.md §9.2.18)."""

# The client logs a traceback for every error raised in a hook, although it raises it as well (§9.2 bug 30).
logging.getLogger("office365.runtime.types.event_handler").setLevel(logging.CRITICAL + 1)


class Tenant:
    """Everything at the far end that a run may touch.

    `traffic` counts what went over the line. Nothing is sent before a site or Graph is used.
    """

    def __init__(
        self,
        config: Config,
        *,
        environment: Mapping[str, str] = os.environ,
        sleep: Callable[[float], None] = time.sleep,
        desk: Desk = Desk(),  # noqa: B008 - frozen
    ) -> None:
        self.config = config
        self.traffic = Traffic()
        self.sign_in = SignIn(config, environment=environment, desk=desk)
        self._sleep = sleep
        self._sites: dict[str, SharePointSite] = {}
        self._lock = Lock()
        self._sharepoint = self._session()
        self._graph = self._session()
        self._sharepoint_pace = RateLimiter(health_threshold=HEALTH_THRESHOLD, min_interval=1)
        self._graph_pace = RateLimiter()

    def site(self, url: str) -> SharePointSite:
        """One site by its absolute URL; the same object each time."""
        key = url.rstrip("/")
        with self._lock:
            if key not in self._sites:
                self._sites[key] = SharePointSite(
                    Channel(
                        key,
                        sign_in=self.sign_in,
                        session=self._sharepoint,
                        limiter=self._sharepoint_pace,
                        traffic=self.traffic,
                        network=self.config.network,
                        sleep=self._sleep,
                    )
                )
            return self._sites[key]

    def graph(self) -> GraphClient:
        """Microsoft Graph: a client with a queue of its own, the session and the sign-in shared.

        The client calls for a token before each request and msal keeps it (identity-mail-teams.md §12.2).
        """
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

    def _session(self) -> Session:
        return Session(self.config.network, traffic=self.traffic, user_agent=user_agent())


def user_agent() -> str:
    """The name in every request: undecorated traffic is throttled first (sharepoint-rest.md §1.3)."""
    try:
        own = version("projectlists")
    except PackageNotFoundError:
        own = "0"
    return f"NONISV|projectlists|projectlists/{own}"
