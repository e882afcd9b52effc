"""What the pages read from: the tenant, its people, its sites and its mail."""

from __future__ import annotations

from dataclasses import dataclass

from projectlists.sandbox.directory import Directory
from projectlists.sandbox.graph.mail import Mail
from projectlists.sandbox.sharepoint.model import Web
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.tenant import Tenant


@dataclass(frozen=True)
class House:
    """The parts of one tenant that the pages show; they change nothing in it."""

    tenant: Tenant
    directory: Directory
    schema: Schema
    mail: Mail

    def web_at(self, path: str) -> Web | None:
        """The site that a server-relative path lies in; the tenant's root site for what lies in no other."""
        parts = path.rstrip("/").split("/")
        below = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((web for url in below if (web := self.schema.web(url))), None)


class NotFoundError(Exception):
    """There is no such page."""
