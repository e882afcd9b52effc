"""What a new config folder needs to know, and whether an answer can be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from projectlists.config import configfile, sitetable
from projectlists.config.model import SignInMode
from projectlists.definitions.names import ProfileKey
from projectlists.language import Language, _

NOT_YET = "00000000-0000-0000-0000-000000000000"
"""Stands for an app registration that is still to be made."""
CERTIFICATE = "projectlists.pem"


@dataclass(frozen=True)
class Answers:
    """The answers, checked. `mailbox` and `client_id` may be empty: not known yet. URLs have no slash at the end."""

    tenant: str
    sharepoint: str
    site: str
    name: str
    profile: ProfileKey
    language: Language
    mailbox: str = ""
    client_id: str = ""
    sign_in: SignInMode = "certificate"
    certificate: str = CERTIFICATE
    proxy: str = ""
    ca_bundle: str = ""

    @property
    def key(self) -> str:
        """The short name of the site on the command line."""
        return re.sub(r"[^a-z0-9._-]+", "-", self.site.rsplit("/", 1)[-1].lower()).strip("-._") or "site"

    @property
    def path(self) -> str:
        """The server-relative URL of the site."""
        return urlsplit(self.site).path.rstrip("/")


def sharepoint_of(tenant: str) -> str:
    """The usual address of SharePoint for a tenant's first domain; empty when it cannot be told."""
    name, _dot, rest = tenant.partition(".")
    return f"https://{name.lower()}.sharepoint.com" if rest.lower() == "onmicrosoft.com" else ""


def problem(question: str, answer: str, given: Mapping[str, str]) -> str | None:
    """Why an answer cannot be right, as a sentence; None when it can. `given` holds the earlier answers."""
    check = _checks(given).get(question)
    return check(answer) if check else None


def _checks(given: Mapping[str, str]) -> Mapping[str, Callable[[str], str | None]]:
    def tenant(text: str) -> str | None:
        return None if configfile.is_tenant(text) else _("This is no directory ID and no domain of a tenant.")

    def sharepoint(text: str) -> str | None:
        example = _("This must be an address such as https://example.sharepoint.com.")
        return None if configfile.is_sharepoint(text) else example

    def site(text: str) -> str | None:
        root = given.get("sharepoint", "").rstrip("/")
        if not text.lower().startswith(f"{root.lower()}/"):
            return _("The address of a site begins with {sharepoint}/.").format(sharepoint=root)
        if not configfile.is_site(text):
            return _("Leave out everything after the name of the site.")
        return None

    def mailbox(text: str) -> str | None:
        return None if not text or configfile.is_address(text) else _("This is no mail address.")

    def client_id(text: str) -> str | None:
        fits = not text or sitetable.is_uuid(text)
        return None if fits else _("This is no application ID; one looks like {example}.").format(example=NOT_YET)

    def proxy(text: str) -> str | None:
        example = _("This must be an address such as http://proxy.example:8080, without a password.")
        return None if not text or configfile.is_proxy(text) else example

    def ca_bundle(text: str) -> str | None:
        return None if not text or Path(text).is_file() else _("This file is not there.")

    return {
        "tenant": tenant,
        "sharepoint": sharepoint,
        "site": site,
        "mailbox": mailbox,
        "client_id": client_id,
        "proxy": proxy,
        "ca_bundle": ca_bundle,
    }
