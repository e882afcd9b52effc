"""Addresses of a message: whom it goes to, which of them resolve, which of them bounce."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any

from projectlists.sandbox.directory import Directory
from projectlists.sandbox.tenant import Tenant

RECIPIENT_PROPERTIES = ("toRecipients", "ccRecipients", "bccRecipients")
_DOMAIN = re.compile(r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")


def addresses(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The addresses of a recipient collection, as written."""
    return [entry["emailAddress"].get("address") or "" for entry in entries]


def is_address(text: str) -> bool:
    """Whether transport can resolve it: one `local@domain` with a dotted domain."""
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    return bool(address.username) and bool(_DOMAIN.fullmatch(address.domain))


def bounces(address: str) -> bool:
    """Whether the other side refuses it later: domain `.invalid`, or an address `bounce@…`."""
    local, _, domain = address.lower().rpartition("@")
    return local == "bounce" or domain.endswith(".invalid")


def refusing(tenant: Tenant, directory: Directory) -> Callable[[str], bool]:
    """A test of which addresses come back: those that bounce, and with `known_recipients` those the tenant lacks.

    The tenant answers for the domains of its accounts; what is sent elsewhere is not its own to judge.
    """

    def refused(address: str) -> bool:
        if bounces(address) or not tenant.known_recipients:
            return bounces(address)
        own = {(person.mail or person.upn).lower().rpartition("@")[2] for person in directory.users()}
        return address.lower().rpartition("@")[2] in own and directory.user(address) is None

    return refused


def all_recipients(document: Mapping[str, Any]) -> list[str]:
    """Every address a message goes to: To, Cc and Bcc."""
    return [address for name in RECIPIENT_PROPERTIES for address in addresses(document.get(name, []))]
