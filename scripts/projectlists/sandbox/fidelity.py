"""Writes the page that says how true the sandbox is: `python -m projectlists.sandbox.fidelity > docs/sandbox.md`.

Nothing on it is claimed: every call of the catalogue is made on a tenant of its own, and the page tells what came back.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from projectlists.sandbox.assembly import Assembly, Ports
from projectlists.sandbox.fidelitycatalogue import CHAPTERS, Chapter, Example, Host
from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.sharepoint import aggregated

_LOGIN: Final = "login.microsoftonline.com"
_GRAPH: Final = "graph.microsoft.com"
_LIGHT: Final = "application/json;odata=nometadata"
_HEAD: Final = """# How true the sandbox is

This page is written by `python -m projectlists.sandbox.fidelity`: each call below was made on a fresh sandbox, and a
test makes them again. **yes** means that it was answered as the service answers; **501** means that it is not there:
the sandbox says so with status 501 and never invents a success. LIST and LIBRARY stand for any way to a list
(`web/lists/getbytitle('…')`, `web/lists(guid'…')`, `web/GetList('…')`, …); paths follow `https://{site}/_api/`,
`https://graph.microsoft.com/v1.0/` or `https://login.microsoftonline.com/`.

Answers come in all five formats of the service: verbose, nometadata, minimalmetadata, version 4, and Atom for who asks
for no JSON. `$batch` takes up to 100 operations. CSOM (`_vti_bin/client.svc/ProcessQuery`) answers what CLI for
Microsoft 365 needs of it.
"""
_TAIL: Final = """
## Where the sandbox is stricter than the service, or may be

The service does not tell everything it does. Where that leaves a choice, the sandbox takes the reading that is harder
on a client.

- An item is changed or deleted only with `If-Match`, `*` or its exact ETag; without it the answer is 412.
- A query option that OData does not have, such as `$order_by`, is refused with 400.
- People and lookup values must exist; other ids are refused.
- A list, item, file or folder that a person may not see is absent: 404, as if it were not there.
- An app with `Sites.Selected` changes lists with `manage` only, permissions with `fullcontrol` only; `manage` and
  `fullcontrol` are given by changing a grant, never with the first one.
- Exchange hears of a changed mailbox role after two hours, the longest the service takes.
- Above 5,000 items a filter needs an index on its first condition, and a sort needs one too.
- Each operation costs two resource units. With a budget (`--resource-units`) what is beyond it is refused with 429.
- Dates without a zone are the site's own time; texts with `T` are refused by `ValidateUpdateListItem`.
- A second `send` of a message that is still queued delivers it twice.
- A site locked by the administration (`LockState`, set over CSOM) answers 423; the status is inferred from Graph's.
- Grouping by two columns in a library of more than 5,000 items is refused, and grouping by an unknown column.
- Four requests of one app to mailboxes at once; a fifth is refused, whatever the mailboxes.

## Where it is simpler

- `DELETE` of an item, a file or a list deletes for good; `recycle` keeps it for 93 days.
- There are no content types to add. Sub-sites are team sites; each one has a recycle bin of its own.
- A file or folder that goes to another library begins its versions anew, and none goes to another site collection.
- A group made with a team site is known to that site only; Graph does not list it.
- `RenderListDataAsStream` gives rows only, whatever `RenderOptions` asks besides.
- Sites are ready at once, and two columns made on one list in one batch never conflict, until you ask for either:
  `POST {web}/_sandbox/limits {"site_creation_seconds": 60, "save_conflicts": true}`.
- Form digests are given and, as with every bearer token, not asked for, until `limits {"digests": true}`: then a write
  with none, with another site's or with one over 1,800 seconds old is refused with 403.
- Check-in makes no version of its own: each save has made one. What was saved while a file was checked out cannot be
  given up, and others see it.
- The change log knows items, not lists and columns.

## Making it misbehave

`POST {web}/_sandbox/faults` makes requests fail, late or lost; `clock` moves the tenant's time; `limits` sets budget,
conflicts, slow site creation, strict digests, full mailboxes (`{"full_mailboxes": ["projecten@gemeente.example"]}`),
blocked senders (`blocked_senders`) and a workflow that is switched off (`{"workflow_enabled": false}`);
`locks` lets somebody have a file open (`{"file": "/sites/demo/Shared Documents/a.docx", "by": "…"}`); the app's secret
expires two years after the tenant was seeded; `rights` sets what an app may do, `{"enabled": false}` for
nothing at all:
`{"application": {"sharepoint": ["Sites.Selected"]}, "mailboxes": {"projecten@gemeente.example": ["Mail.Send"]}}`.
`refusals` makes Entra refuse because of a policy or a state: `[{"code": 53003, "client_id": "…"}]` for an app,
`[{"code": 50076, "user": "noor.lindeveld@gemeente.example", "times": 1}]` for a person; `DELETE` lifts them.
A mail to an address in a domain `.invalid`, or to an address `bounce@…`, comes back to the sender's inbox as a report.
With `limits {"known_recipients": true}` so does one to an address of the tenant's own domain that no account has;
otherwise such an address stands for a group or a distribution list, and gets its mail.

## Signing in without a secret

`GET {web}/_sandbox/identity` names the environment variables that Azure, GitHub and Kubernetes set for their code, with
values that lead here: the token endpoints of a managed identity (`AZURE_POD_IDENTITY_AUTHORITY_HOST`, or
`IDENTITY_ENDPOINT` with `IDENTITY_HEADER`), of a workflow (`ACTIONS_ID_TOKEN_REQUEST_URL` with its token), and the file
with the token of a pod (`AZURE_FEDERATED_TOKEN_FILE`), which is renewed each time the control is asked. The managed
identity is a service principal of its own, with the rights of the job; workflow and pod stand for the job itself.
"""


def page() -> str:
    """The whole page."""
    with tempfile.TemporaryDirectory() as folder:
        assembly = Assembly(Path(folder), "lindervoort", Ports(1, 2, 3), seed="none", sample=None, resource_units=None)
        with closing(assembly):
            trial = Trial(assembly)
            chapters = [_chapter(trial, chapter) for chapter in CHAPTERS]
    return _HEAD + "".join(chapters) + _TAIL


def _chapter(trial: Trial, chapter: Chapter) -> str:
    rows = [
        f"| `{each.method} {each.path}` | {each.purpose} | {trial.verdict(chapter.host, each)} |\n"
        for each in chapter.examples
    ]
    return f"\n## {chapter.title}\n\n| Call | For | Here |\n|---|---|---|\n" + "".join(rows)


class Trial:
    """One tenant with a list and a library, and an app that may do everything on it."""

    def __init__(self, assembly: Assembly) -> None:
        self._handle = assembly.gateway.handle
        self._control = assembly.web()
        self._document = assembly.overview()
        self._tokens: dict[str, str] = {}
        host = str(self._document["sharepoint"]).removeprefix("https://")
        self._hosts: Mapping[Host, str] = {
            "sharepoint": host,
            "administration": host.replace(".", "-admin.", 1),
            "graph": _GRAPH,
            "login": _LOGIN,
            "workflow": str(self._document["webhook"]).removeprefix("https://").partition(":")[0],
        }
        self._names = self._named()
        self._prepare()

    def verdict(self, host: Host, example: Example) -> str:
        """`yes` or `501`. Raises ValueError when a call of the catalogue is answered with any other refusal."""
        answer = self.ask(host, example)
        if answer.status == 501:
            return "501"
        if answer.status >= 400:
            raise ValueError(f"{example.method} {example.path}: {answer.status} {answer.body.decode()}")
        return "yes"

    def ask(self, host: Host, example: Example) -> Response:
        """The answer to one call."""
        path, _, query = self.filled(example.path).partition("?")
        if host in {"sharepoint", "administration"}:
            path = ("/sites/demo" if host == "sharepoint" else "") + f"/_api/{path}"
        elif host == "graph":
            path = f"/v1.0/{path}"
        elif host == "workflow":
            path = "/" + path.partition("://")[2].partition("/")[2]
        else:
            path = f"/{path}"
        body, kind = self._body(example.body)
        headers = [("Accept", _LIGHT), ("Content-Type", kind), ("If-Match", "*")]
        if host not in {"login", "workflow"}:
            headers.append(("Authorization", f"Bearer {self.token(self._hosts[host])}"))
        quoted = quote(path, safe="/()'=,@$:!%")
        options = quote(query, safe="=&$,/'%()")
        return self._handle(Request(example.method, self._hosts[host], quoted, options, Headers(headers), body))

    def _named(self) -> dict[str, str]:
        found = self._document
        return {
            "WEBHOOK": str(found["webhook"]),
            # Ids follow from the tenant and the address.
            "SITE2ID": str(uuid.uuid5(uuid.UUID(str(found["tenant_id"])), "site:/sites/nieuw")),
            "SITE2": f"{found['sharepoint']}/sites/nieuw",
            "SITE": str(found["sites"][0]),
            "HOST": self._hosts["sharepoint"],
            "MAILBOX": str(found["mailbox"]),
            "PERSON": str(found["users"][0]["upn"]),
            "TENANTID": str(found["tenant_id"]),
            "TEAM": str(found["team"]),
            "CHANNEL": str(found["channel"]),
            "CLIENT": str(found["client_id"]),
            "PUBLIC": str(found["public_client_id"]),
            "SECRET": str(found["client_secret"]),
            "ROOT/": "/sites/demo/Shared Documents/",
            "LIST/": "web/lists/getbytitle('Probe')/",
            "LIBRARY/": "web/lists/getbytitle('Documents')/",
            "AGGREGATE": aggregated.TITLE,
        }

    def _prepare(self) -> None:
        held = ("User.Read.All", "Sites.FullControl.All", "Team.ReadBasic.All", "Channel.ReadBasic.All")
        rights = {"application": {"graph": [*held, "TeamsTab.ReadWrite.All"]}}
        self._control(Request("POST", "127.0.0.1", "/_sandbox/rights", "", Headers(), json.dumps(rights).encode()))
        made = self._json("sharepoint", Example("POST", "web/lists", "", {"Title": "Probe", "BaseTemplate": 100}))
        site = self._json("sharepoint", Example("GET", "site", ""))
        self._names = {"LISTID": made["Id"], "SITEID": site["Id"], **self._names}
        self._json("sharepoint", Example("POST", "LIST/items", "", {"Title": "first"}))

    def _json(self, host: Host, example: Example) -> Any:
        answer = self.ask(host, example)
        if answer.status >= 400:
            raise ValueError(f"{example.method} {example.path}: {answer.status}")
        return json.loads(answer.body)

    def filled(self, text: str) -> str:
        """A text of the catalogue with the names of this tenant in it."""
        if text == "LIST":
            return "web/lists/getbytitle('Probe')"
        for name, value in self._names.items():
            text = text.replace(name, value)
        return text

    def _body(self, given: Any) -> tuple[bytes, str]:
        if isinstance(given, bytes):
            return given, "application/octet-stream"
        if isinstance(given, str):
            return self.filled(given).encode(), "application/x-www-form-urlencoded"
        return (b"" if given is None else self.filled(json.dumps(given)).encode()), "application/json"

    def token(self, host: str) -> str:
        """An app-only token for a host, by certificate."""
        if host not in self._tokens:
            endpoint = f"/{self._document['tenant_id']}/oauth2/v2.0/token"
            form = {
                "client_id": self._document["client_id"],
                "grant_type": "client_credentials",
                "scope": f"https://{host}/.default",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self._assertion(f"https://{_LOGIN}{endpoint}"),
            }
            headers = Headers([("Content-Type", "application/x-www-form-urlencoded")])
            answer = self._handle(Request("POST", _LOGIN, endpoint, "", headers, urlencode(form).encode()))
            self._tokens[host] = json.loads(answer.body)["access_token"]
        return self._tokens[host]

    def _assertion(self, audience: str) -> str:
        pem = Path(str(self._document["certificate"])).read_bytes()
        fingerprint = x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA1())  # noqa: S303 - what `x5t` is
        now = int(time.time())
        client = self._document["client_id"]
        claims = {"aud": audience, "iss": client, "sub": client, "jti": str(uuid.uuid4()), "nbf": now, "exp": now + 600}
        header = {"x5t": jwt.utils.base64url_encode(fingerprint).decode()}
        return jwt.encode(claims, pem, algorithm="RS256", headers=header)


if __name__ == "__main__":
    sys.stdout.write(page())
