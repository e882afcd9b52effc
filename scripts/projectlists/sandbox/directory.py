"""Who and what the tenant knows: people, teams, app registrations and what each was granted."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from projectlists.sandbox import mailboxscopes
from projectlists.sandbox.mailboxscopes import MailboxScopes
from projectlists.sandbox.store import Store

# The two resources an app gets rights on (identity-mail-teams.md §2.2).
SHAREPOINT: Final = "00000003-0000-0ff1-ce00-000000000000"
GRAPH: Final = "00000003-0000-0000-c000-000000000000"

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS people (
  object_id TEXT PRIMARY KEY, upn TEXT NOT NULL COLLATE NOCASE UNIQUE, name TEXT NOT NULL, mail TEXT COLLATE NOCASE,
  given_name TEXT, surname TEXT, preferred_language TEXT, enabled INTEGER NOT NULL, job_title TEXT, department TEXT,
  manager TEXT, shared_mailbox INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS teams (id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS team_members (team TEXT NOT NULL, object_id TEXT NOT NULL, owner INTEGER NOT NULL,
  PRIMARY KEY (team, object_id));
CREATE TABLE IF NOT EXISTS channels (id TEXT PRIMARY KEY, team TEXT NOT NULL, name TEXT NOT NULL,
  membership_type TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS applications (app_id TEXT PRIMARY KEY, object_id TEXT NOT NULL, name TEXT NOT NULL,
  public_client INTEGER NOT NULL, enabled INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS app_certificates (app_id TEXT NOT NULL, pem TEXT NOT NULL, PRIMARY KEY (app_id, pem));
CREATE TABLE IF NOT EXISTS app_secrets (app_id TEXT NOT NULL, digest TEXT NOT NULL, expires TEXT,
  PRIMARY KEY (app_id, digest));
CREATE TABLE IF NOT EXISTS app_federations (app_id TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL,
  audience TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (app_id, issuer, subject));
CREATE TABLE IF NOT EXISTS consents (app_id TEXT NOT NULL, resource TEXT NOT NULL, kind TEXT NOT NULL,
  permission TEXT NOT NULL, PRIMARY KEY (app_id, resource, kind, permission));
CREATE TABLE IF NOT EXISTS site_grants (app_id TEXT NOT NULL, site_id TEXT NOT NULL, role TEXT NOT NULL,
  PRIMARY KEY (app_id, site_id));
"""
_TABLE_NAMES: Final = (
    "people",
    "teams",
    "team_members",
    "channels",
    "applications",
    "app_certificates",
    "app_secrets",
    "app_federations",
    "consents",
    "site_grants",
)


@dataclass(frozen=True)
class Person:
    """One account. `manager` is an object id; a shared mailbox is an account whose sign-in is blocked."""

    object_id: str
    upn: str
    name: str
    mail: str | None
    given_name: str | None
    surname: str | None
    preferred_language: str | None
    enabled: bool
    job_title: str | None
    department: str | None
    manager: str | None
    shared_mailbox: bool


@dataclass(frozen=True)
class Team:
    """One team. Its id is that of the group behind it."""

    id: str
    name: str
    description: str


@dataclass(frozen=True)
class Member:
    """One person's place in a team."""

    object_id: str
    owner: bool


@dataclass(frozen=True)
class Channel:
    """One channel of a team; `membership_type` is standard, private or shared."""

    id: str
    team: str
    name: str
    membership_type: str


@dataclass(frozen=True)
class Application:
    """One app registration; `object_id` is that of its service principal."""

    app_id: str
    object_id: str
    name: str
    public_client: bool
    enabled: bool


@dataclass(frozen=True)
class Secret:
    """One client secret: only its SHA-256 (hex) is kept."""

    digest: str
    expires: datetime | None


@dataclass(frozen=True)
class Federation:
    """A federated identity credential: whose tokens stand for the app. `key` is the issuer's public key, PEM."""

    issuer: str
    subject: str
    audience: str
    key: str


class Directory:
    """People, teams, registrations and grants of one tenant, kept in the store.

    Ids that are not given are made from the tenant's id and the name, so that a reset tenant has the ids it had.
    """

    def __init__(self, store: Store, tenant_id: str) -> None:
        self.store = store
        self.tenant_id = tenant_id
        store.declare(_TABLES)
        self.mailboxes = MailboxScopes(store)

    def stable_id(self, kind: str, name: str) -> str:
        """A GUID that is the same each time for this tenant, kind and name."""
        return str(uuid.uuid5(uuid.UUID(self.tenant_id), f"{kind}:{name.lower()}"))

    # People

    def user(self, key: str) -> Person | None:
        """The account with this UPN, mail address or object id, whatever the case; None when there is none."""
        row = self.store.row("SELECT * FROM people WHERE upn = ? OR object_id = ?", (key, key.lower()))
        return _person(row or self.store.row("SELECT * FROM people WHERE mail = ?", (key,)))

    def users(self) -> tuple[Person, ...]:
        """All accounts by UPN, shared mailboxes and blocked accounts included."""
        found = (_person(row) for row in self.store.rows("SELECT * FROM people ORDER BY upn"))
        return tuple(person for person in found if person is not None)

    def add_user(
        self,
        upn: str,
        name: str,
        *,
        mail: str | None = None,
        has_mailbox: bool = True,
        given_name: str | None = None,
        surname: str | None = None,
        preferred_language: str | None = "nl-NL",
        enabled: bool = True,
        job_title: str | None = None,
        department: str | None = None,
        manager: str | None = None,
        shared_mailbox: bool = False,
    ) -> Person:
        """Add an account. Without `mail` its address is the UPN, without a mailbox it has none.

        Raises ValueError when the UPN is taken.
        """
        object_id = self.stable_id("user", upn)
        values = (
            *(object_id, upn, name, (mail or upn) if has_mailbox else None, given_name, surname, preferred_language),
            *(enabled and not shared_mailbox, job_title, department, manager, shared_mailbox),
        )
        try:
            self.store.execute(f"INSERT INTO people VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise ValueError(f"There already is an account {upn}.") from error
        person = self.user(object_id)
        assert person is not None  # noqa: S101
        return person

    # Teams

    def teams(self) -> tuple[Team, ...]:
        """All teams by name."""
        return tuple(Team(**dict(row)) for row in self.store.rows("SELECT * FROM teams ORDER BY name"))

    def team(self, team_id: str) -> Team | None:
        """The team with this id."""
        row = self.store.row("SELECT * FROM teams WHERE id = ?", (team_id.lower(),))
        return Team(**dict(row)) if row else None

    def members(self, team_id: str) -> tuple[Member, ...]:
        """Who belongs to a team, owners first."""
        rows = self.store.rows(
            "SELECT object_id, owner FROM team_members WHERE team = ? ORDER BY owner DESC, object_id",
            (team_id.lower(),),
        )
        return tuple(Member(row["object_id"], bool(row["owner"])) for row in rows)

    def channels(self, team_id: str) -> tuple[Channel, ...]:
        """The channels of a team by name."""
        rows = self.store.rows("SELECT * FROM channels WHERE team = ? ORDER BY name", (team_id.lower(),))
        return tuple(Channel(**dict(row)) for row in rows)

    def add_team(self, name: str, *, description: str = "", owners: tuple[str, ...] = ()) -> Team:
        """Add a team; owners are object ids."""
        team = Team(self.stable_id("team", name), name, description)
        with self.store.transaction():
            self.store.execute("INSERT INTO teams VALUES (?, ?, ?)", (team.id, team.name, team.description))
            for owner in owners:
                self.add_member(team.id, owner, owner=True)
        return team

    def add_member(self, team_id: str, object_id: str, *, owner: bool = False) -> None:
        """Make someone a member or owner of a team."""
        self.store.execute("INSERT OR REPLACE INTO team_members VALUES (?, ?, ?)", (team_id, object_id, owner))

    def add_channel(self, team_id: str, name: str, *, membership_type: str = "standard") -> Channel:
        """Add a channel."""
        channel = Channel(self.channel_id(team_id, name), team_id, name, membership_type)
        self.store.execute(
            "INSERT INTO channels VALUES (?, ?, ?, ?)", (channel.id, channel.team, channel.name, membership_type)
        )
        return channel

    def channel_id(self, team_id: str, name: str) -> str:
        """The id a channel of this name gets, such as `19:…@thread.tacv2` (identity-mail-teams.md §10.3)."""
        return f"19:{uuid.UUID(self.stable_id('channel', f'{team_id}/{name}')).hex}@thread.tacv2"

    # App registrations

    def application(self, app_id: str) -> Application | None:
        """The registration with this client id."""
        row = self.store.row("SELECT * FROM applications WHERE app_id = ?", (app_id.lower(),))
        if row is None:
            return None
        return Application(
            row["app_id"], row["object_id"], row["name"], bool(row["public_client"]), bool(row["enabled"])
        )

    def add_application(self, name: str, *, public_client: bool = False, enabled: bool = True) -> Application:
        """Register an app; `public_client` is the switch "Allow public client flows"."""
        application = Application(
            self.stable_id("application", name),
            self.stable_id("service principal", name),
            name,
            public_client,
            enabled,
        )
        self.store.execute(
            "INSERT INTO applications VALUES (?, ?, ?, ?, ?)",
            (application.app_id, application.object_id, name, public_client, enabled),
        )
        return application

    def enable_application(self, app_id: str, *, enabled: bool) -> None:
        """Switch an app on or off in the tenant; tokens already out stay good."""
        self.store.execute("UPDATE applications SET enabled = ? WHERE app_id = ?", (enabled, app_id.lower()))

    def certificates(self, app_id: str) -> tuple[str, ...]:
        """The public certificates of a registration, PEM."""
        rows = self.store.rows("SELECT pem FROM app_certificates WHERE app_id = ?", (app_id.lower(),))
        return tuple(row["pem"] for row in rows)

    def add_certificate(self, app_id: str, pem: str) -> None:
        """Upload a public certificate (PEM) to a registration."""
        self.store.execute("INSERT OR REPLACE INTO app_certificates VALUES (?, ?)", (app_id, pem))

    def secrets(self, app_id: str) -> tuple[Secret, ...]:
        """The client secrets of a registration."""
        rows = self.store.rows("SELECT digest, expires FROM app_secrets WHERE app_id = ?", (app_id.lower(),))
        return tuple(
            Secret(row["digest"], datetime.fromisoformat(row["expires"]) if row["expires"] else None) for row in rows
        )

    def add_secret(self, app_id: str, value: str, *, expires: datetime | None = None) -> None:
        """Give a registration a client secret; `expires` is aware."""
        self.store.execute(
            "INSERT OR REPLACE INTO app_secrets VALUES (?, ?, ?)",
            (app_id, hashlib.sha256(value.encode()).hexdigest(), expires.isoformat() if expires else None),
        )

    def federations(self, app_id: str) -> tuple[Federation, ...]:
        """The federated identity credentials of a registration."""
        sql = "SELECT issuer, subject, audience, key FROM app_federations WHERE app_id = ?"
        return tuple(Federation(**dict(row)) for row in self.store.rows(sql, (app_id.lower(),)))

    def add_federation(self, app_id: str, federation: Federation) -> None:
        """Let an issuer's tokens stand for a registration."""
        values = (app_id, federation.issuer, federation.subject, federation.audience, federation.key)
        self.store.execute("INSERT OR REPLACE INTO app_federations VALUES (?, ?, ?, ?, ?)", values)

    def roles(self, app_id: str, resource: str) -> frozenset[str]:
        """Application permissions an administrator consented to; `resource` is SHAREPOINT or GRAPH."""
        return self._permissions(app_id, resource, "application")

    def scopes(self, app_id: str, resource: str) -> frozenset[str]:
        """Delegated permissions consented for everyone; `resource` is SHAREPOINT or GRAPH."""
        return self._permissions(app_id, resource, "delegated")

    def consent(self, app_id: str, resource: str, *, roles: tuple[str, ...] = (), scopes: tuple[str, ...] = ()) -> None:
        """Give admin consent for application roles and delegated scopes; what was consented stays."""
        for kind, permissions in (("application", roles), ("delegated", scopes)):
            for permission in permissions:
                self.store.execute(
                    "INSERT OR IGNORE INTO consents VALUES (?, ?, ?, ?)", (app_id, resource, kind, permission)
                )

    def withdraw(self, app_id: str, resource: str, permission: str, kind: str | None = None) -> None:
        """Take a consented role or scope back; tokens already out keep it. `kind` is application, delegated or both."""
        self.store.execute(
            "DELETE FROM consents WHERE app_id = ? AND resource = ? AND permission = ? AND (? IS NULL OR kind = ?)",
            (app_id, resource, permission, kind, kind),
        )

    def _permissions(self, app_id: str, resource: str, kind: str) -> frozenset[str]:
        rows = self.store.rows(
            "SELECT permission FROM consents WHERE app_id = ? AND resource = ? AND kind = ?",
            (app_id.lower(), resource, kind),
        )
        return frozenset(row["permission"] for row in rows)

    # Grants on one site

    def grants(self, app_id: str, site_id: str) -> frozenset[str]:
        """The role an app was granted on a site collection (identity-mail-teams.md §2.2), as a set of none or one."""
        row = self.store.row(
            "SELECT role FROM site_grants WHERE app_id = ? AND site_id = ?", (app_id.lower(), site_id.lower())
        )
        return frozenset({row["role"]}) if row else frozenset()

    def site_grants(self, site_id: str) -> dict[str, str]:
        """All grants on a site collection: client id to role."""
        rows = self.store.rows(
            "SELECT app_id, role FROM site_grants WHERE site_id = ? ORDER BY app_id", (site_id.lower(),)
        )
        return {row["app_id"]: row["role"] for row in rows}

    def set_grant(self, app_id: str, site_id: str, role: str) -> None:
        """Grant an app a role on a site collection, in place of the one it had."""
        self.store.execute(
            "INSERT OR REPLACE INTO site_grants VALUES (?, ?, ?)", (app_id.lower(), site_id.lower(), role)
        )

    def remove_grant(self, app_id: str, site_id: str) -> bool:
        """Take a grant away; False when there was none."""
        removed = self.store.execute(
            "DELETE FROM site_grants WHERE app_id = ? AND site_id = ?", (app_id.lower(), site_id.lower())
        )
        return removed.rowcount > 0


def clear(store: Store) -> None:
    """Forget everyone and everything."""
    with store.transaction():
        for table in _TABLE_NAMES:
            store.execute(f"DELETE FROM {table}")  # noqa: S608
        mailboxscopes.clear(store)


def _person(row: sqlite3.Row | None) -> Person | None:
    if row is None:
        return None
    values = dict(row)
    values["enabled"] = bool(values["enabled"])
    values["shared_mailbox"] = bool(values["shared_mailbox"])
    return Person(**values)
