"""A tenant to throw anything at, through its gateway, and what the fuzz tests throw in common.

Every request goes the way of one from outside (log, faults, service), in one process. A request that is refused leaves
the tenant as it was.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from projectlists.sandbox.assembly import Assembly, Ports
from projectlists.sandbox.fidelity import Trial
from projectlists.sandbox.http import Headers, Request, Response
from tests.sandbox.list_site import ACTIONS, LIGHT

SHAREPOINT, GRAPH, LOGIN = "lindervoort.sharepoint.com", "graph.microsoft.com", "login.microsoftonline.com"
LIST, DOCUMENTS = "web/lists/getbytitle('Actions')", "web/lists/getbytitle('Documents')"
# Far more than any of these takes, on a busy machine too; what takes longer hangs.
usual = settings(
    max_examples=40,
    deadline=timedelta(seconds=10),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Bench:
    """A tenant with a list of every kind of column and one item, asked without the network."""

    def __init__(self, folder: Path) -> None:
        self.assembly = Assembly(folder, "lindervoort", Ports(1, 2, 3), seed="none", sample=None, resource_units=None)
        self.store = self.assembly.tenant.store
        # Time stands still: a site that gets ready, or a mail that goes out, is no work of the request of that moment.
        clock = self.assembly.tenant.clock
        moment = clock.now()
        clock.now = lambda: moment  # type: ignore[method-assign]
        self._fill()

    def _fill(self) -> None:
        self.trial = Trial(self.assembly)
        self.send("GET", "web/fields")  # the columns of a site are made when somebody first looks
        made = self.json("POST", "web/lists", {"Title": "Actions", "BaseTemplate": 100})
        for xml in ACTIONS:
            parameters = {"SchemaXml": xml.replace("LIST", made["Id"]), "Options": 8}
            self.json("POST", f"{LIST}/fields/CreateFieldAsXml", {"parameters": parameters})
        self.json("POST", f"{LIST}/items", {"Title": "x", "Key": "k"})
        self.json("POST", "web/GetFolderByServerRelativeUrl('Shared Documents')/Files/add(url='a.txt')", {})

    def repair(self) -> None:
        """Make everything as new when a lucky request has removed what the next one needs."""
        needed = (LIST, f"{LIST}/items(1)", "web/lists/getbytitle('Probe')/items(1)", f"{DOCUMENTS}/RootFolder")
        if any(self.send("GET", path).status >= 400 for path in needed):
            self.assembly.web()(Request("POST", "127.0.0.1", "/_sandbox/reset", "", Headers(), b""))
            self._fill()

    def json(self, method: str, path: str, body: Any) -> Any:
        answer = self.send(method, path, json.dumps(body).encode())
        assert answer.status < 300, answer.body
        return json.loads(answer.body)

    def send(self, method: str, path: str, body: bytes = b"", *, query: str = "", **headers: str) -> Response:
        pairs = {"Accept": LIGHT, "Content-Type": LIGHT, "If-Match": "*"}
        pairs |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(SHAREPOINT, method, f"/sites/demo/_api/{path}", query, pairs, body)

    def ask(  # noqa: PLR0917 - a request as it is written
        self,
        host: str,
        method: str,
        path: str,
        query: str = "",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
    ) -> Response:
        """One request; whatever it is, the answer is one of the service, and a refusal has changed nothing."""
        pairs = {"Authorization": f"Bearer {self.trial.token(host)}" if host != LOGIN else "", **(headers or {})}
        before = self.state()
        answer = self.assembly.gateway.handle(Request(method, host, path, query, Headers(pairs.items()), body))
        assert b"SandboxDefect" not in answer.body, (method, path, query, body)
        assert 200 <= answer.status < 600
        for name, value in answer.headers:
            assert "\r" not in name + value
            assert "\n" not in name + value
            value.encode("latin-1")
        if answer.status >= 400:
            assert self.state() == before, (method, path, query, body, answer.status)
        return answer

    def state(self) -> str:
        """All that SharePoint, Graph and the directory keep, as one text."""
        names = [
            row["name"]
            for row in self.store.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if row["name"].startswith(("sp_", "graph_", "people", "site_", "teams"))
        ]
        kept = hashlib.sha256()
        for name in names:
            for row in self.store.rows(f"SELECT * FROM {name}"):
                kept.update(repr(tuple(row)).encode())
        return kept.hexdigest()


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 40)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "",
            "2026-12-01",
            "2026-12-01T00:00:00Z",
            "=[Percent]+1",
            "1;3;x;1;1",
            "SP.List",
            "Paged=TRUE&p_ID=1",
            "�",
            "i:0#.f|membership|bram.zandhoven@gemeente.example",
            "1" * 5000,
            "../..",
            "<View/>",
            "9999-99-99",
            "\x00",
        ]
    )
)
words = st.sampled_from(
    [
        "Title",
        "Status",
        "DueDate",
        "OwnerId",
        "Owner/EMail",
        "Helpers",
        "Percent",
        "Off",
        "Tags",
        "Link",
        "Left",
        "ID",
        "Nope",
        "eq",
        "ne",
        "lt",
        "ge",
        "and",
        "or",
        "not",
        "in",
        "(",
        ")",
        ",",
        "'a'",
        "''",
        "'O''Brien'",
        "5",
        "-1",
        "1e400",
        "null",
        "true",
        "datetime'2026-01-01T00:00:00Z'",
        "'2026-01-01'",
        "startswith(",
        "substringof(",
        "day(",
        "guid'x'",
    ]
)
expressions = st.lists(words | st.text(max_size=5), max_size=12).map(" ".join) | st.text(max_size=40)
