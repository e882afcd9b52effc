"""A tenant with nothing but Graph in it: the tests' way to speak to the service without a network."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.directory import Directory, Person
from projectlists.sandbox.entra.tokens import Tokens
from projectlists.sandbox.graph import mail, service
from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.sharepoint.model import Web
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Tenant

TENANT_ID = "6f6b1f0e-6d64-4f0b-9a25-0d6f1f3f6a11"
START = datetime(2026, 11, 2, 7, 0, 0, tzinfo=UTC)
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
MAILBOX = "projecten@gemeente.example"


@dataclass(frozen=True)
class Answer:
    """What came back, read."""

    status: int
    headers: Headers
    body: Any

    @property
    def code(self) -> str:
        return self.body["error"]["code"]

    @property
    def message(self) -> str:
        return self.body["error"]["message"]


class StillClock(Clock):
    """A clock that moves only when told to."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        self.moment = moment

    def advance(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Graph:
    """A tenant with a shared mailbox, two people, one app with rights on the mailbox only, and a site."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock(START)
        self.store = Store(folder / "tenant.sqlite")
        self.tenant = Tenant("lindervoort", TENANT_ID, folder, self.store, self.clock)
        self.directory = Directory(self.store, TENANT_ID)
        self.tokens = Tokens(TENANT_ID, self.clock, _key())
        self.app = self.directory.add_application("reminders")
        self.boss = self.directory.add_user("chris@gemeente.example", "Chris de Baas", department="Directie")
        self.anne = self.directory.add_user(
            "anne@gemeente.example", "Anne Roy", given_name="Anne", surname="Roy", manager=self.boss.object_id
        )
        self.mailbox = self.directory.add_user(MAILBOX, "Projecten", shared_mailbox=True)
        for role in ("Mail.ReadWrite", "Mail.Send"):
            self.directory.mailboxes.add(self.app.app_id, MAILBOX, role)
        self.service = service.make(self.tenant, self.tokens, self.directory)
        self.tenant.handle = self.service
        self.site = Web(
            str(uuid.uuid4()),
            str(uuid.uuid4()),
            "/sites/demo",
            "Demo",
            1043,
            4,
            1043,
            {"Created": "2026-11-01T00:00:00Z"},
        )
        Schema(self.tenant, self.directory).save_web(self.site)
        self.roles: tuple[str, ...] = ()
        self.base = f"/users/{MAILBOX}"

    def token(self, *, person: Person | None = None, scopes: tuple[str, ...] = (), **changes: Any) -> str:
        values = {
            "app_id": self.app.app_id,
            "audience": "https://graph.microsoft.com",
            "credential": "2",
            "object_id": person.object_id if person else self.app.object_id,
            "roles": self.roles,
            "scopes": scopes,
            "person": person,
        }
        return "Bearer " + self.tokens.issue(**(values | changes))

    def call(self, method: str, address: str, body: Any = None, *, token: str | None = None, **headers: str) -> Answer:
        """Send a request; `body` is bytes, or anything JSON can say. Header names have `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            named.setdefault("Content-Type", "application/json")
        named.setdefault("Authorization", token or self.token())
        path, _, query = address.partition("?")
        request = Request(
            method,
            "graph.microsoft.com",
            path if path.startswith("/beta") else f"/v1.0{path}",
            query,
            Headers(named.items()),
            body or b"",
        )
        return read(self.service(request))

    def draft(self, to: str = "anne@gemeente.example", **message: Any) -> Answer:
        return self.call("POST", f"{self.base}/messages", letter(to, **message), **IMMUTABLE)

    def folder_of(self, message: dict[str, Any]) -> str:
        """The name of the folder a message lies in."""
        return self.call("GET", f"{self.base}/mailFolders/{message['parentFolderId']}").body["displayName"]

    def delivered(self) -> list[dict[str, Any]]:
        return mail.delivered(self.store)


def letter(to: str = "anne@gemeente.example", **message: Any) -> dict[str, Any]:
    """A message as a client writes it."""
    return {
        "subject": "Actie verloopt",
        "body": {"contentType": "HTML", "content": "<p>Dag Anne</p>"},
        "toRecipients": [{"emailAddress": {"address": to}}],
        **message,
    }


def read(response: Response) -> Answer:
    body: Any = response.body
    if response.body:
        body = json.loads(response.body)
    return Answer(response.status, Headers(response.headers), body)
