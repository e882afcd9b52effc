from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.directory import Directory
from projectlists.sandbox.http import Headers, Request
from projectlists.sandbox.sharepoint import newlists, rights, seed, service
from projectlists.sandbox.sharepoint.address import segments
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Tenant
from tests.sandbox.conftest import GRAPH, Sandbox
from tests.sandbox.sharepoint_calls import Site


def test_every_answer_carries_the_headers_of_the_service(sandbox: Sandbox) -> None:
    # sharepoint-rest.md §1.5.
    for path in ("web", "web/lists/getbytitle('Nope')"):
        headers = Site(sandbox).call("GET", path).headers
        assert headers["SPRequestGuid"] == headers["request-id"]
        assert int(headers["SPClientServiceRequestDuration"]) >= 1
        assert 0 <= int(headers["X-SharePointHealthScore"]) <= 10


def test_no_token_is_a_401_with_a_challenge(sandbox: Sandbox) -> None:
    answer = sandbox.request("GET", f"{sandbox.site}/_api/web", token=None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert sandbox.ready["tenant_id"] in answer.headers["WWW-Authenticate"]


def test_an_app_only_token_needs_a_certificate(sandbox: Sandbox) -> None:
    # identity-mail-teams.md §2.4.
    token = sandbox.token(sandbox.sharepoint, "secret")
    answer = sandbox.request("POST", f"{sandbox.site}/_api/contextinfo", token=token)
    assert (answer.status_code, answer.json()) == (401, {"error_description": "Unsupported app only token."})


def test_a_graph_token_does_not_open_sharepoint(sandbox: Sandbox) -> None:
    # identity-mail-teams.md §2.4: the sibling text for another audience.
    answer = sandbox.request("GET", f"{sandbox.site}/_api/web", token=sandbox.token(GRAPH))
    assert (answer.status_code, answer.json()) == (401, {"error_description": "Invalid issuer or signature."})


def test_a_site_that_is_not_there_is_a_404_without_json(sandbox: Sandbox) -> None:
    answer = sandbox.get(f"{sandbox.sharepoint}/sites/nowhere/_api/web")
    assert answer.status_code == 404
    assert not answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "search/query"), ("GET", "web/features"), ("POST", "web/features/add"), ("GET", "web/siteusers/x")],
)
def test_what_is_not_implemented_says_so(sandbox: Sandbox, method: str, path: str) -> None:
    answer = Site(sandbox).call(method, path, {} if method == "POST" else None)
    assert answer.status_code == 501
    assert "does not implement" in answer.json()["odata.error"]["message"]["value"]


def test_pages_of_the_site_are_not_served_here(sandbox: Sandbox) -> None:
    assert sandbox.get(f"{sandbox.site}/Lists/Actions/AllItems.aspx").status_code == 501


def test_the_administration_gives_a_digest(sandbox: Sandbox) -> None:
    host = sandbox.sharepoint.replace(".sharepoint.com", "-admin.sharepoint.com")
    answer = sandbox.request("POST", f"{host}/_api/contextinfo", token=sandbox.token(host))
    assert answer.json()["FormDigestTimeoutSeconds"] == 1800


@pytest.mark.parametrize(
    ("method", "path", "level"),
    [
        # sharepoint-rest.md §8: list schema changes need manage, permission changes fullcontrol.
        ("GET", "web/lists", rights.READ),
        ("POST", "contextinfo", rights.READ),
        ("POST", "$batch", rights.READ),
        ("POST", "web/lists/getbytitle('x')/getitems", rights.READ),
        ("POST", "web/lists/getbytitle('x')/items", rights.WRITE),
        ("MERGE", "web/lists/getbytitle('x')/items(1)", rights.WRITE),
        ("POST", "web/lists/getbytitle('x')/items(1)/recycle", rights.WRITE),
        ("POST", "web/ensureuser('a')", rights.WRITE),
        ("POST", "web/lists", rights.MANAGE),
        ("POST", "web/lists/getbytitle('x')/fields", rights.MANAGE),
        ("POST", "web/getlist('/sites/x/Lists/y')/views/add", rights.MANAGE),
        ("DELETE", "web/lists/getbytitle('x')", rights.MANAGE),
        ("POST", "web/lists/getbytitle('x')/breakroleinheritance(true)", rights.FULL_CONTROL),
        ("POST", "web/lists/getbytitle('x')/items(1)/roleassignments/addroleassignment(1,2)", rights.FULL_CONTROL),
        ("GET", "web/lists/getbytitle('x')/roleassignments", rights.READ),
        ("MERGE", "web", rights.FULL_CONTROL),
        ("POST", "web/navigation/quicklaunch", rights.FULL_CONTROL),
        ("POST", "spsitemanager/create", rights.FULL_CONTROL),
    ],
)
def test_each_operation_needs_its_level(method: str, path: str, level: int) -> None:
    assert rights.level_needed(method, segments(path, {})) == level


@pytest.mark.parametrize(
    ("held", "level"),
    [
        ({"Sites.FullControl.All"}, rights.FULL_CONTROL),
        ({"Sites.Read.All", "Sites.ReadWrite.All"}, rights.WRITE),
        ({"Sites.Selected"}, 0),
        (set(), 0),
    ],
)
def test_roles_give_a_level_on_every_site(held: set[str], level: int) -> None:
    assert rights.level_of(held, rights.ROLES) == level


@dataclass(frozen=True)
class StubClaims:
    roles: frozenset[str]
    app_id: str = "app"
    app_only: bool = True
    credential: str = "2"
    scopes: frozenset[str] = frozenset()
    upn: str | None = None


@dataclass(frozen=True)
class StubTokens:
    roles: frozenset[str]

    def verify(self, authorization_header: str, audience: str) -> StubClaims:
        assert audience == "https://lindervoort.sharepoint.com"
        assert authorization_header == "Bearer stub"
        return StubClaims(self.roles)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        # sharepoint-rest.md §8: an un-granted site answers 403 on every call, contextinfo included.
        # Reading, writing items, changing lists, changing permissions.
        (None, (403, 403, 403, 403)),
        ("read", (200, 403, 403, 403)),
        ("write", (200, 201, 403, 403)),
        ("manage", (200, 201, 201, 403)),
        ("fullcontrol", (200, 201, 201, 200)),
    ],
)
def test_sites_selected_opens_what_was_granted(
    tmp_path: Path, role: str | None, expected: tuple[int, int, int, int]
) -> None:
    tenant = Tenant("lindervoort", str(uuid.uuid4()), tmp_path, Store(tmp_path / "t.sqlite"), Clock())
    directory = Directory(tenant.store, tenant.tenant_id)
    web = seed.create_site(tenant, url="/sites/demo", title="Demo", language=1043)
    listing = newlists.create(Schema(tenant, directory), web, title="Actions", template=100, properties={})
    if role:
        directory.set_grant("app", web.site_id, role)
    serve = service.make(tenant, StubTokens(frozenset({"Sites.Selected"})), directory)

    def status(method: str, path: str, body: str = "") -> int:
        headers = Headers(
            [
                ("Authorization", "Bearer stub"),
                ("Accept", "application/json;odata=nometadata"),
                ("Content-Type", "application/json"),
            ]
        )
        target = f"/sites/demo/_api/{path}"
        return serve(Request(method, "lindervoort.sharepoint.com", target, "", headers, body.encode())).status

    reads, writes_items, changes_lists, changes_permissions = expected
    items = f"web/lists(guid'{listing.id}')/items"
    assert status("POST", "contextinfo") == reads
    assert status("GET", "web") == reads
    assert status("POST", items, '{"Title": "x"}') == writes_items
    assert status("POST", "web/lists", '{"Title": "New", "BaseTemplate": 100}') == changes_lists
    assert status("POST", f"web/lists(guid'{listing.id}')/breakroleinheritance(true)") == changes_permissions
