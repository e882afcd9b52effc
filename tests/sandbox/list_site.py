"""A site with lists, spoken to as the service itself: requests in, answers out, without the network in between."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.sharepoint import seed, service
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Tenant

HOST = "lindervoort.sharepoint.com"
LIGHT = "application/json;odata=nometadata"
VERBOSE = "application/json;odata=verbose"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Claims:
    """A certificate's app with every right, or a person."""

    app_only: bool = True
    upn: str | None = None
    app_id: str = "11111111-2222-3333-4444-555555555555"
    credential: str = "2"
    roles: frozenset[str] = frozenset({"Sites.FullControl.All"})
    scopes: frozenset[str] = frozenset({"AllSites.FullControl"})


class Tokens:
    """Every token is good; `person:anna@…` belongs to that person, `person:anna@…;AllSites.Write` has that scope."""

    def verify(self, authorization_header: str, audience: str) -> Claims:  # noqa: ARG002 - the service names it
        token = authorization_header.removeprefix("Bearer ")
        if token.startswith("person:"):
            upn, _, scope = token.removeprefix("person:").partition(";")
            scopes = frozenset({scope or "AllSites.FullControl"})
            return Claims(app_only=False, upn=upn, roles=frozenset(), scopes=scopes)
        return Claims()


@dataclass(frozen=True)
class Person:
    upn: str
    name: str
    mail: str | None = None
    job_title: str | None = None
    department: str | None = None


PEOPLE = {
    person.upn: person
    for person in (
        Person("anna.bos@gemeente.example", "Anna Bos", "anna.bos@gemeente.example", "Projectleider", "Ruimte"),
        Person("bram.dijk@gemeente.example", "Bram Dijk", "bram.dijk@gemeente.example"),
        Person("gast_elders.nl#ext#@gemeente.example", "Gast"),
    )
}


class Directory:
    def user(self, upn_or_id: str) -> Person | None:
        return PEOPLE.get(upn_or_id.lower())

    def grants(self, app_id: str, site_id: str) -> frozenset[str]:  # noqa: ARG002 - the service names them
        return frozenset()


class ListSite:
    """The site `/sites/demo` of a tenant, in the Netherlands' time."""

    def __init__(self, folder: Path) -> None:
        self.tenant = Tenant(
            "lindervoort", "aaaaaaaa-0000-0000-0000-000000000001", folder, Store(folder / "t.db"), Clock()
        )
        self.tenant.clock.set(NOW)
        seed.create_site(self.tenant, url="/sites/demo", title="Demo", language=1043)
        self.serve = service.make(self.tenant, Tokens(), Directory())
        self.tenant.handle = self.serve
        self.list_id = ""

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: str = "",
        accept: str = LIGHT,
        token: str = "app",
        **headers: str,
    ) -> Response:
        """A request to `_api/{path}`; `query` as written, spaces and quotes are encoded. Bodies are JSON."""
        pairs = {
            "Accept": accept,
            "Authorization": f"Bearer {token}",
            "Content-Type": headers.pop("Content_Type", accept),
        }
        pairs.update({name.replace("_", "-"): value for name, value in headers.items()})
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        request = Request(
            method,
            HOST,
            "/sites/demo/_api/" + quote(path, safe="/()'=,@$"),
            quote(query, safe="$=&,/()'%:@*+"),
            Headers(pairs.items()),
            content,
        )
        return self.serve(request)

    def json(self, method: str, path: str, body: Any = None, *, expect: int | None = None, **rest: Any) -> Any:
        """The JSON of an answer; its status must be `expect`, or else one of success."""
        answer = self.send(method, path, body, **rest)
        shown = answer.body.decode()
        assert answer.status == expect if expect else answer.status < 300, f"{answer.status} {shown}"
        return json.loads(shown) if shown else None

    def error(self, method: str, path: str, body: Any = None, **rest: Any) -> tuple[int, str, str]:
        """Status, code and text of a refusal in the light format."""
        answer = self.send(method, path, body, **rest)
        assert answer.status >= 400, answer.body.decode()
        found = json.loads(answer.body)["odata.error"]
        return answer.status, found["code"], found["message"]["value"]

    # Lists

    def add_list(self, title: str, *fields: str) -> str:
        """A list with columns given as schema XML (`Name` is the internal name); returns its path."""
        made = self.json("POST", "web/lists", {"Title": title, "BaseTemplate": 100})
        self.list_id = made["Id"]
        path = f"web/lists(guid'{made['Id']}')"
        for xml in fields:
            parameters = {"SchemaXml": xml.replace("LIST", made["Id"]), "Options": 8}
            self.json("POST", f"{path}/fields/CreateFieldAsXml", {"parameters": parameters})
        return path

    def user_id(self, upn: str) -> int:
        """A person's id on the site."""
        found = self.json("POST", "web/ensureuser", {"logonName": f"i:0#.f|membership|{upn}"})
        return int(found["Id"])


def field(kind: str, name: str, inside: str = "", **attributes: str) -> str:
    """The schema XML of a column."""
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<Field Type="{kind}" Name="{name}" DisplayName="{name}"{more}>{inside}</Field>'


def choices(*labels: str, default: str = "") -> str:
    """The inside of a choice column."""
    first = f"<Default>{default}</Default>" if default else ""
    return first + "<CHOICES>" + "".join(f"<CHOICE>{label}</CHOICE>" for label in labels) + "</CHOICES>"


ACTIONS = (
    field("Note", "Details"),
    field("Choice", "Status", choices("Open", "Bezig", "Klaar", default="Open"), Indexed="TRUE"),
    field("MultiChoice", "Tags", choices("a", "b", "c")),
    field("DateTime", "DueDate", Format="DateOnly", Indexed="TRUE"),
    field("DateTime", "Moment", Format="DateTime"),
    field("Number", "Percent", Min="0", Max="100"),
    field("Currency", "Amount", LCID="1043"),
    field("Boolean", "Off", "<Default>0</Default>"),
    field("User", "Owner", List="UserInfo", UserSelectionMode="PeopleOnly"),
    field("UserMulti", "Helpers", Mult="TRUE", List="UserInfo"),
    field("URL", "Link", Format="Hyperlink"),
    field("Text", "Key", Indexed="TRUE", EnforceUniqueValues="TRUE"),
    field("Calculated", "Left", "<Formula>=100-[Percent]</Formula>", ResultType="Number"),
)
