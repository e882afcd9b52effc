"""A running sandbox as the product meets it: behind its proxy, found through a config folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import requests

from projectlists.config import configfile
from projectlists.config.model import Config
from projectlists.definitions.model import Definitions
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tenant import Tenant
from projectlists.provisioning.job import Wish, provision

Made = TypeVar("Made")
_MADE: dict[str, dict[Hashable, Any]] = {}


class FarEnd:
    """One running sandbox, as the product meets it and as a test controls it."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.config: Config = configfile.load(Path(ready["config"]))
        self.tenant = Tenant(self.config)
        # With the sandbox it belongs to: a test has a new far end, but the sandbox of the test before.
        self._made: dict[Hashable, Any] = _MADE.setdefault(ready["web"], {})
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

    def once(self, name: Hashable, make: Callable[[], Made], *, definitions: Definitions) -> Made:
        """What `make` gives and leaves behind in a tenant as seeded; the second time its state is put back instead.

        What it made with other definitions is not put back. The log of requests is empty afterwards.
        """
        before, state, result = self._made.get(name, (None, None, None))
        self.reset()
        if before is definitions:
            with closing(self._state()) as live:
                state.backup(live)
            return result
        result = make()
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(self._state()) as live:
            live.backup(kept)
        self._made[name] = (definitions, kept, result)
        self.control("DELETE", "requests")
        return result

    def provisioned(self, definitions: Definitions, wish: Wish) -> None:
        """The tenant as seeded, with the lists of `wish` on its first site and an empty log of requests."""
        assert self.once(wish, lambda: provision(self.open(), definitions, wish).ok, definitions=definitions)

    def _state(self) -> sqlite3.Connection:
        return sqlite3.connect(self.config.folder.parent / f"{self.ready['tenant']}.sqlite")

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
