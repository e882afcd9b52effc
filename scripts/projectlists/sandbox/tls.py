"""A private certificate authority and the one server certificate it signs (identity-mail-teams.md §13)."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import trustme

from projectlists.sandbox import files


@dataclass(frozen=True)
class Authority:
    """The authority's certificate (PEM file, for clients to trust) and the context servers speak TLS with."""

    certificate: Path
    context: ssl.SSLContext


def prepare(folder: Path, hosts: Iterable[str]) -> Authority:
    """Make the authority in `folder` at first start, else take the one there; the leaf is made anew for `hosts`.

    The leaf also names `localhost` and 127.0.0.1.
    """
    certificate, key = folder / "ca.pem", folder / "ca-key.pem"
    if certificate.exists() and key.exists():
        authority = trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    else:
        authority = trustme.CA(organization_name="projectlists sandbox", organization_unit_name="local use only")
        files.write_private(key, authority.private_key_pem.bytes())
        files.write(certificate, authority.cert_pem.bytes())
    leaf = authority.issue_cert(*sorted(hosts), "localhost", "127.0.0.1", organization_name="projectlists sandbox")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    leaf.configure_cert(context)
    return Authority(certificate, context)
