"""What all services of one tenant share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.store import Store

Service = Callable[[Request], Response]


@dataclass
class Tenant:
    """One tenant: its names, its state, its clock, and the way back to the gateway for inner operations.

    `handle` sends a request (an operation of a batch) through the request log, the faults and the service
    that owns its host, exactly like a request from outside; the gateway sets it. `new_batch_number` counts batches.
    What the last eight mean is told by `limits`.
    """

    name: str
    tenant_id: str
    folder: Path
    store: Store
    clock: Clock
    handle: Service = field(default=lambda _request: Response(501))
    new_batch_number: Callable[[], int] = field(default=lambda: 1)
    resource_units_per_minute: int | None = None
    save_conflicts: bool = False
    site_creation_seconds: float = 0
    digests: bool = False
    full_mailboxes: frozenset[str] = frozenset()
    blocked_senders: frozenset[str] = frozenset()
    workflow_enabled: bool = True
    known_recipients: bool = False

    @property
    def sharepoint_host(self) -> str:
        """Host of the site collections, such as `lindervoort.sharepoint.com`."""
        return f"{self.name}.sharepoint.com"

    @property
    def admin_host(self) -> str:
        """Host of the tenant administration."""
        return f"{self.name}-admin.sharepoint.com"
