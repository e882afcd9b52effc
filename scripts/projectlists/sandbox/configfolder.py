"""The config folder that makes a client work against the sandbox with no other setting."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from projectlists.sandbox import files

_COLUMNS: Final = ("key", "name", "url", "profile", "language")


@dataclass(frozen=True)
class Connection:
    """How a client reaches the tenant and who it is there."""

    tenant_id: str
    sharepoint: str
    client_id: str
    certificate: Path
    proxy: str
    authority: Path
    mailbox: str


@dataclass(frozen=True)
class Row:
    """One line of the site table; `url` is absolute."""

    key: str
    name: str
    url: str
    profile: str
    language: str


def write_tenant(folder: Path, connection: Connection) -> None:
    """Write `tenant.yaml`: anew at each start, because ports differ."""
    document: dict[str, Any] = {
        "tenant": connection.tenant_id,
        "sharepoint": connection.sharepoint,
        "language": "nl",
        "identity": {"client_id": connection.client_id, "certificate": str(connection.certificate)},
        "network": {"proxy": connection.proxy, "ca_bundle": str(connection.authority)},
        # The shortest wait that is still one: nobody wants to wait minutes for a lost mail of a sandbox.
        "mail": {"mailbox": connection.mailbox, "resend_after_seconds": 10, "per_minute": 25},
    }
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 1000
    yaml.dump(document, text)
    files.write(folder / "tenant.yaml", text.getvalue().encode())


def write_sites(folder: Path, rows: Iterable[Row]) -> None:
    """Write `sites.csv`, the site table; only its heading when there are no rows."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows((row.key, row.name, row.url, row.profile, row.language) for row in rows)
    files.write(folder / "sites.csv", text.getvalue().encode())
