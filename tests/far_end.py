"""A running sandbox as the product meets it: behind its proxy, found through a config folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from projectlists.config import configfile
from projectlists.config.model import Config
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tenant import Tenant


class FarEnd:
    """One running sandbox, as the product meets it and as a test controls it."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.config: Config = configfile.load(Path(ready["config"]))
        self.tenant = Tenant(self.config)
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def url(self) -> str:
        """The first seeded site: a Dutch one."""
        return str(self.ready["sites"][0])

    def open(self, url: str = "", *, config: Config | None = None) -> SharePointSite:
        """A site as a new run sees it: nothing remembered, counters at zero."""
        self.tenant = Tenant(config or self.config)
        return self.tenant.site(url or self.url)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the sandbox's own controls."""
        answer = self._session.request(method, f"{self.ready['web']}/_sandbox/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def reset(self) -> None:
        """The tenant as seeded, with an empty request log."""
        self.control("POST", "reset")
        self.control("DELETE", "requests")

    def faults(self, *rules: dict[str, Any]) -> None:
        """Set the rules by which things go wrong."""
        self.control("POST", "faults", list(rules))

    def log(self, *, host: str = "sharepoint") -> list[dict[str, Any]]:
        """What was asked of one service, in order, inner operations of batches after their batch."""
        return [entry for entry in self.control("GET", "requests") if host in entry["host"]]

    def writes(self) -> list[str]:
        """Method and path of everything that changed something on SharePoint."""
        return [
            f"{entry['method']} {entry['path']}"
            for entry in self.log()
            if entry["method"] != "GET" and not entry["path"].endswith("/$batch")
        ]
