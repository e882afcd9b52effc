"""One tenant put together: state, keys, services, gateway; planted, reset, described."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from projectlists.sandbox import configfolder, controls, credentials, limits, seeds, services, tls
from projectlists.sandbox.clock import Clock
from projectlists.sandbox.directory import Directory
from projectlists.sandbox.entra.refusals import Refusals
from projectlists.sandbox.entra.tokens import Tokens
from projectlists.sandbox.faults import Faults
from projectlists.sandbox.gateway import Gateway
from projectlists.sandbox.requestlog import RequestLog
from projectlists.sandbox.settings import Settings
from projectlists.sandbox.store import Store
from projectlists.sandbox.teams.service import Workflow
from projectlists.sandbox.tenant import Service, Tenant
from projectlists.sandbox.workloads import Workloads


@dataclass(frozen=True)
class Ports:
    """Where the doors are, all on 127.0.0.1."""

    proxy: int
    tls: int
    web: int


class Assembly:
    """A tenant in a folder. Making it seeds the tenant when the folder is new.

    `gateway` answers the far end's hosts, `web` the people's pages and the controls. Close it when done.
    Raises SeedError.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        ports: Ports,
        *,
        seed: str,
        sample: Path | None,
        resource_units: int | None,
        lasting: bool = True,
    ) -> None:
        with contextlib.ExitStack() as stack:
            tenant_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.onmicrosoft.com"))
            store = stack.enter_context(contextlib.closing(Store(folder / f"{name}.sqlite", lasting=lasting)))
            self._settings = Settings(store)
            clock = Clock(float(self._settings.get("clock_offset_seconds") or 0))
            self.tenant = Tenant(name, tenant_id, folder, store, clock, resource_units_per_minute=resource_units)
            self._limits = limits.show(self.tenant)
            self._directory = Directory(store, tenant_id)
            self._credentials = credentials.prepare(folder)
            self._landmarks = seeds.landmarks(self._directory)
            self._workflow = Workflow(
                self._landmarks.team, self._landmarks.channel, self._credentials.workflow_signature
            )
            self._ports = ports
            tokens = Tokens(tenant_id, clock, self._credentials.token_key)
            self._refusals = Refusals()
            web = f"http://127.0.0.1:{ports.web}"
            self._services = services.make(
                self.tenant, tokens, self._directory, self._refusals, self._workflow, web=web
            )
            self._workloads = Workloads(self.tenant, tokens, self._directory, self._credentials, web)
            self._workloads.write_token()
            self._faults = Faults()
            self._log = stack.enter_context(contextlib.closing(RequestLog(folder)))
            self.gateway = Gateway(self.tenant, self._services.far_end, self._log, self._faults)
            self.authority = tls.prepare(folder, self.gateway.hosts)
            planted = self._settings.get("seed")
            self._seed_text = planted or seed
            self._seed = seeds.parse(self._seed_text)
            self._sample = sample
            if planted is None:
                self._plant()
            configfolder.write_tenant(folder / "config", self._connection())
            self._open = stack.pop_all()

    def close(self) -> None:
        """Close the files; the folder can be opened again."""
        self._open.close()

    def web(self) -> Service:
        """The service of the web address: controls, and pages everywhere else."""
        levers = controls.Controls(
            tenant=self.tenant,
            directory=self._directory,
            settings=self._settings,
            log=self._log,
            faults=self._faults,
            refusals=self._refusals,
            workloads=self._workloads,
            reset=self._reset,
            overview=self.overview,
            listings=self._services.listings,
        )
        return controls.make(levers, self._services.pages)

    def document(self) -> dict[str, Any]:
        """What the ready file says (contract §4)."""
        connection, landmarks = self._connection(), self._landmarks
        return {
            "proxy": connection.proxy,
            "tls_port": self._ports.tls,
            "ca": str(connection.authority),
            "web": f"http://127.0.0.1:{self._ports.web}",
            "config": str(self.tenant.folder / "config"),
            "tenant": self.tenant.name,
            "tenant_id": self.tenant.tenant_id,
            "sharepoint": connection.sharepoint,
            "sites": [connection.sharepoint + site.url for site in seeds.sites(self._seed)],
            "client_id": landmarks.client_id,
            "certificate": str(connection.certificate),
            "thumbprint": self._credentials.thumbprint,
            "client_secret": self._credentials.client_secret,
            "mailbox": landmarks.mailbox,
            "team": landmarks.team,
            "channel": landmarks.channel,
            "users": [
                {"upn": person.upn, "name": person.name}
                for person in self._directory.users()
                if person.mail and not person.shared_mailbox
            ],
        }

    def overview(self) -> dict[str, Any]:
        """What the controls tell beside the ready file: what a test needs to sign in in every way."""
        federation = {
            "issuer": seeds.WORKLOAD_ISSUER,
            "subject": seeds.WORKLOAD_SUBJECT,
            "audience": seeds.WORKLOAD_AUDIENCE,
            "key": str(self._credentials.federation_key),
        }
        extra = {
            "public_client_id": self._landmarks.public_client_id,
            "webhook": self._workflow.url,
            "federation": federation,
            "identity": self._workloads.overview(),
        }
        return {**self.document(), **extra}

    def _plant(self) -> None:
        store, tenant = self.tenant.store, self.tenant
        with store.transaction():
            services.clear(store)
            seeds.plant(
                self._seed,
                self._directory,
                self._credentials,
                services.create_site(tenant, self._directory),
                self._sample,
                now=tenant.clock.now(),
            )
            self._settings.set("seed", self._seed_text)
        rows = [
            configfolder.Row(
                site.key, site.name, f"https://{tenant.sharepoint_host}{site.url}", site.profile, site.language
            )
            for site in seeds.sites(self._seed)
            if site.key is not None
        ]
        configfolder.write_sites(tenant.folder / "config", rows)

    def _reset(self) -> None:
        """The tenant as seeded: state, clock, faults and log."""
        limits.change(self.tenant, self._limits)
        # The clock first: what is planted carries its time.
        self.tenant.clock.offset_seconds = 0.0
        self._settings.set("clock_offset_seconds", "0")
        self._faults.clear()
        self._refusals.clear()
        self._plant()
        self._log.clear()
        self.gateway.restart()

    def _connection(self) -> configfolder.Connection:
        return configfolder.Connection(
            tenant_id=self.tenant.tenant_id,
            sharepoint=f"https://{self.tenant.sharepoint_host}",
            client_id=self._landmarks.client_id,
            certificate=self._credentials.certificate,
            proxy=f"http://127.0.0.1:{self._ports.proxy}",
            authority=self.authority.certificate,
            mailbox=self._landmarks.mailbox,
        )
