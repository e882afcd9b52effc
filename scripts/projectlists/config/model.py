"""The config folder: a tenant and its sites, as typed and frozen data.

`tenant.yaml` says who signs in, through which network and from which mailbox; `sites.csv` is the site table. Further
tenants each have a file of the same form in `tenants/`.
No secret stands in a config file: a certificate is named by its path, a secret by an environment variable.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from projectlists.definitions.names import ProfileKey
from projectlists.language import Language
from projectlists.modelfile import Frozen

SignInMode = Literal["certificate", "secret", "federated", "managed-identity", "browser", "device-code"]
PERSONAL: frozenset[SignInMode] = frozenset({"browser", "device-code"})
"""Modes in which a person signs in; the app then may no more than that person may."""


class Identity(Frozen):
    """Who signs in, and with what (identity-mail-teams.md §2). Secrets stand in the environment or the key store."""

    client_id: str | None = Field(
        default=None, description="application ID; left out for the system-assigned managed identity of a machine"
    )
    sign_in: SignInMode | None = Field(
        default=None, description="how to sign in; without it with the certificate, else with the client secret"
    )
    certificate: Path | None = Field(
        default=None, description="PEM or PFX file with the private key and the certificate"
    )
    certificate_variable: str | None = Field(
        default=None, description="environment variable with the certificate itself: PEM text, or a PFX in base64"
    )
    certificate_keyring: str | None = Field(
        default=None, description="name of the entry in the key store of this computer that holds the PEM text"
    )
    password_variable: str | None = Field(
        default=None, description="environment variable with the password of the certificate's key"
    )
    secret_variable: str | None = Field(
        default=None,
        description="environment variable with a client secret; SharePoint refuses secrets, Graph takes them",
    )

    @property
    def mode(self) -> SignInMode:
        """How to sign in."""
        if self.sign_in is not None:
            return self.sign_in
        return "certificate" if self.has_certificate or self.secret_variable is None else "secret"

    @property
    def has_certificate(self) -> bool:
        """Whether any place of a certificate is named."""
        return any((self.certificate, self.certificate_variable, self.certificate_keyring))


class Network(Frozen):
    """The way out: a proxy and the certificates that a network with TLS inspection needs."""

    proxy: str | None = None
    ca_bundle: Path | None = None
    timeout_seconds: float = Field(default=120, gt=0)


class Mail(Frozen):
    """The mailbox that sends, and how fast (identity-mail-teams.md §7.6, §8)."""

    mailbox: str
    reply_to: str | None = None
    send_only: bool = Field(
        default=False, description="the app has the right Mail.Send and not Mail.ReadWrite: no drafts, no looking back"
    )
    per_minute: Annotated[int, Field(ge=1, le=30)] = 25
    resend_after_seconds: float = Field(
        default=1800, gt=0, description="how long a mail of unknown outcome may stay queued before it is sent again"
    )
    maximum_per_run: int = Field(default=500, ge=1, description="a run that would send more holds all mails back")
    maximum_per_person: int = Field(
        default=1000, ge=1, description="somebody who would be reminded of more rows in one run is held back"
    )


class Logs(Frozen):
    """What the program writes to standard error about its runs, and who hears that one ended."""

    format: Literal["text", "json"] | None = Field(
        default=None, description="write a log, in lines for people or for programs; without it only with -v"
    )
    ping_variable: str | None = Field(
        default=None,
        description="environment variable with the address that is called after `remind`, with /fail when it failed",
    )


class TeamsChannel(Frozen):
    """A channel that gets a summary card. The address of its workflow is a secret, so it stands elsewhere."""

    name: str
    url_variable: str | None = Field(default=None, description="the environment variable that holds the address")
    url_file: Path | None = Field(default=None, description="the file that holds the address and nothing else")
    sites: tuple[str, ...] = Field(default=(), description="keys of the site table; none named: all")
    rhythm: Literal["daily", "weekly"] = "daily"


class FlipBrake(Frozen):
    """How much of a list the status rules may change in one run: this share, and always this many rows."""

    percent: Annotated[int, Field(ge=1, le=100)] = 50
    minimum: Annotated[int, Field(ge=0)] = 100


class WorkingDays(Frozen):
    """Closing days beside the eight paid holidays of municipal staff (guide.md §6.1)."""

    good_friday: bool = False
    carnival: bool = False
    day_after_ascension: bool = False
    closing_days: tuple[date, ...] = ()


class Site(Frozen):
    """One project site. `url` is absolute, without a slash at the end.

    `team` and `channel` are the ids of the Teams channel that gets a tab for each list; both or neither.
    """

    key: str
    name: str
    url: str
    profile: ProfileKey | None = None
    language: Language | None = None
    team: str | None = None
    channel: str | None = None

    @property
    def path(self) -> str:
        """The server-relative URL, such as `/sites/marktplein`."""
        return urlsplit(self.url).path.rstrip("/")


class OneTenant(Frozen):
    """A tenant as its file says it: a file of `tenants/`."""

    tenant: str
    sharepoint: str
    language: Language = "nl"
    identity: Identity
    network: Network = Network()
    mail: Mail | None = None
    status_changes: FlipBrake = FlipBrake()
    teams: tuple[TeamsChannel, ...] = ()
    working_days: WorkingDays = WorkingDays()


class TenantFile(OneTenant):
    """`tenant.yaml` as it is written. The log is that of the program, so no other file says anything about it."""

    logs: Logs = Logs()


class Config(TenantFile):
    """Everything a run needs to know about one tenant. `sites` are those at its `sharepoint`.

    `others` are the further tenants of the folder; only the Config of `tenant.yaml` has them.
    """

    folder: Path
    sites: tuple[Site, ...] = ()
    others: tuple[Config, ...] = ()

    @property
    def tenants(self) -> tuple[Config, ...]:
        """Every tenant of the folder, that of `tenant.yaml` first."""
        return (self, *self.others)

    def has(self, url: str) -> bool:
        """Whether an address is at this tenant's SharePoint."""
        return urlsplit(url).netloc.casefold() == urlsplit(self.sharepoint).netloc.casefold()
