"""Limits and rights set by the controls, and what callers meet then: over plain HTTP, through the proxy."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.conftest import GRAPH, Sandbox
from tests.sandbox.sharepoint_calls import LIGHT, VERBOSE, Site, failure

LETTER = {
    "message": {
        "subject": "x",
        "body": {"contentType": "text", "content": "x"},
        "toRecipients": [{"emailAddress": {"address": "a@b.example"}}],
    }
}


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def limits(sandbox: Sandbox, **wanted: Any) -> dict[str, Any]:
    answer = sandbox.control("POST", "limits", json=wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def rights(sandbox: Sandbox, **wanted: Any) -> dict[str, Any]:
    answer = sandbox.control("POST", "rights", json=wanted)
    assert answer.status_code == 200, answer.text
    # Consent counts for tokens issued from now on.
    sandbox._tokens.clear()
    return dict(answer.json())


def batch(sandbox: Sandbox, *operations: tuple[str, str, Any]) -> list[tuple[int, str]]:
    """Status and everything below the status line of each part of a batch on the first site."""
    pieces = []
    for method, path, body in operations:
        head = f"{method} {sandbox.site}/_api/{path} HTTP/1.1\r\nContent-Type: {LIGHT}\r\nAccept: {LIGHT}\r\n\r\n"
        inner = head + ("" if body is None else json.dumps(body))
        pieces.append(f"--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{inner}\r\n")
    headers = {"Content-Type": "multipart/mixed; boundary=b", "Accept": VERBOSE}
    answer = sandbox.api("POST", "$batch", headers=headers, data="".join(pieces) + "--b--\r\n")
    assert answer.status_code == 200, answer.text
    parts = answer.text.split("HTTP/1.1 ")[1:]
    return [(int(part[:3]), part) for part in parts]


def test_limits_are_shown_set_and_reset(sandbox: Sandbox) -> None:
    usual = {
        "resource_units": None,
        "save_conflicts": False,
        "site_creation_seconds": 0,
        "digests": False,
        "full_mailboxes": [],
        "blocked_senders": [],
        "workflow_enabled": True,
        "known_recipients": False,
    }
    assert sandbox.control("GET", "limits").json() == usual
    assert limits(sandbox, resource_units=100) == {**usual, "resource_units": 100}
    assert limits(sandbox, save_conflicts=True) == {**usual, "resource_units": 100, "save_conflicts": True}
    sandbox.reset()
    assert sandbox.control("GET", "limits").json() == usual


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"resource_units": 0}',
        b'{"resource_units": true}',
        b'{"save_conflicts": 1}',
        b'{"site_creation_seconds": -1}',
        b'{"site_creation_seconds": "5"}',
        b'{"digests": "yes"}',
        b'{"full_mailboxes": "all"}',
        b'{"speed": 1}',
    ],
)
def test_limits_that_cannot_be_read(sandbox: Sandbox, body: bytes) -> None:
    before = sandbox.control("GET", "limits").json()
    assert sandbox.control("POST", "limits", data=body).status_code == 400
    assert sandbox.control("GET", "limits").json() == before


def test_a_used_up_budget_refuses_single_operations(sandbox: Sandbox) -> None:
    # sharepoint-rest.md §1.6: sub-requests are charged one by one, headers appear from 80 % on; 2 units each here.
    limits(sandbox, resource_units=10)
    parts = batch(sandbox, *[("GET", "web?$select=Title", None)] * 7)
    assert [status for status, _ in parts] == [200, 200, 200, 200, 200, 429, 429]
    assert "RATELIMIT" not in parts[2][1]
    assert "RATELIMIT-LIMIT: 10\r\nRATELIMIT-REMAINING: 2\r\n" in parts[3][1]
    # §7.3: throttled parts carry their own Retry-After; §1.6: the body is often no JSON.
    assert "RETRY-AFTER: " in parts[5][1]
    assert "429 TOO MANY REQUESTS" in parts[5][1]
    answer = sandbox.api("GET", "web")
    assert (answer.status_code, answer.headers["RateLimit-Remaining"]) == (429, "0")
    assert answer.headers["Retry-After"] == answer.headers["RateLimit-Reset"]
    limits(sandbox, resource_units=None)
    assert sandbox.api("GET", "web").status_code == 200


def column(name: str) -> tuple[str, str, Any]:
    xml = f'<Field Type="Text" Name="{name}" DisplayName="{name}"/>'
    parameters = {"parameters": {"SchemaXml": xml, "Options": 8}}
    return ("POST", "web/lists/GetByTitle('Actions')/fields/CreateFieldAsXml", parameters)


def test_columns_of_one_list_in_one_batch_conflict_when_asked_for(sandbox: Sandbox, site: Site) -> None:
    site.make_list()
    assert [status for status, _ in batch(sandbox, column("A"), column("B"))] == [200, 200]
    limits(sandbox, save_conflicts=True)
    found = batch(sandbox, column("C"), column("D"), column("E"))
    assert [status for status, _ in found] == [200, 409, 409]
    # sharepoint-rest.md §1.7: code and text; the outer format decides the key (§1.2).
    body = json.loads(found[1][1].partition("\r\n\r\n")[2].rpartition("--batchresponse")[0])
    assert body["error"]["code"] == "-2130246326, Microsoft.SharePoint.SPException"
    assert body["error"]["message"]["value"].startswith("Save Conflict\n\nYour changes conflict with those made")
    # Made all the same.
    assert [site.field("Actions", name)["InternalName"] for name in "ABCDE"] == list("ABCDE")
    assert [status for status, _ in batch(sandbox, column("F"))] == [200]


def test_a_batch_takes_a_hundred_operations(sandbox: Sandbox) -> None:
    # sharepoint-rest.md §7.3.
    assert {status for status, _ in batch(sandbox, *[("GET", "web/Title", None)] * 100)} == {200}
    with pytest.raises(AssertionError, match="at most 100"):
        batch(sandbox, *[("GET", "web/Title", None)] * 101)


def test_a_list_takes_twenty_indexes(site: Site) -> None:
    # sharepoint-rest.md §4.6.
    site.make_list()
    for number in range(20):
        site.make_field("Actions", f'<Field Type="Text" Name="F{number}" DisplayName="F{number}" Indexed="TRUE"/>')
    body = {"parameters": {"SchemaXml": '<Field Type="Text" Name="G" DisplayName="G" Indexed="TRUE"/>', "Options": 8}}
    answer = site.call("POST", "web/lists/getbytitle('Actions')/fields/createfieldasxml", body)
    status, _, text = failure(answer)
    assert status == 500
    assert text.startswith("You cannot have more than 20 indices on a list.")


def test_a_query_joins_twelve_people_at_most(site: Site) -> None:
    # sharepoint-rest.md §1.8, §4.6: 12 columns that join work, 13 are refused, over `items` and through CAML.
    site.make_list()
    names = [f"P{number}" for number in range(13)]
    for name in names:
        site.make_field("Actions", f'<Field Type="User" Name="{name}" DisplayName="{name}" List="UserInfo"/>')
    actions = "web/lists/getbytitle('Actions')"

    def stream(columns: list[str]) -> Any:
        fields = "".join(f"<FieldRef Name='{name}'/>" for name in columns)
        parameters = {"parameters": {"ViewXml": f"<View><ViewFields>{fields}</ViewFields></View>"}}
        return site.call("POST", f"{actions}/RenderListDataAsStream", parameters)

    def listed(columns: list[str]) -> Any:
        members = ",".join(f"{name}/Title" for name in columns)
        return site.call("GET", f"{actions}/items?$select={members}&$expand={','.join(columns)}")

    for ask in (stream, listed):
        assert ask(names[:12]).status_code == 200
        refused = ask(names)
        assert refused.status_code == 500
        code = refused.json()["odata.error"]["code"]
        assert code == "-2147024749, Microsoft.SharePoint.SPQueryThrottledException"


def test_a_new_site_takes_its_time(sandbox: Sandbox) -> None:
    # sharepoint-rest.md §2.5: 1 provisioning, then 2 ready.
    limits(sandbox, site_creation_seconds=120)
    url = f"{sandbox.sharepoint}/sites/plein"
    owner = sandbox.ready["users"][0]["upn"]
    request = {"Title": "Plein", "Url": url, "Lcid": 1043, "WebTemplate": "STS#3", "Owner": owner}
    made = sandbox.post(f"{sandbox.sharepoint}/_api/SPSiteManager/Create", json={"request": request}).json()
    assert made == {"SiteId": "", "SiteStatus": 1, "SiteUrl": ""}
    status = f"{sandbox.sharepoint}/_api/SPSiteManager/Status?url='{url}'"
    assert sandbox.get(status).json()["SiteStatus"] == 1
    assert sandbox.get(f"{url}/_api/web").status_code == 404
    now = datetime.fromisoformat(sandbox.control("GET", "clock").json()["now"])
    sandbox.set_clock((now + timedelta(seconds=121)).isoformat())
    ready = sandbox.get(status).json()
    assert (ready["SiteStatus"], ready["SiteUrl"]) == (2, url)
    assert sandbox.get(f"{url}/_api/web").json()["Title"] == "Plein"


def grant(sandbox: Sandbox, role: str) -> None:
    """Grant the job a role on the first site as an administrator does: write first, the rest by PATCH (§2.2)."""
    host, path = sandbox.site.removeprefix("https://").split("/", 1)
    site_id = sandbox.graph("GET", f"sites/{host}:/{path}").json()["id"]
    identity = {"application": {"id": sandbox.ready["client_id"], "displayName": "job"}}
    body = {"roles": ["write"], "grantedToIdentities": [identity]}
    made = sandbox.graph("POST", f"sites/{site_id}/permissions", json=body)
    assert made.status_code == 201, made.text
    changed = sandbox.graph("PATCH", f"sites/{site_id}/permissions/{made.json()['id']}", json={"roles": [role]})
    assert changed.status_code == 200, changed.text


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        # sharepoint-rest.md §8: list changes need manage, permission changes fullcontrol.
        (None, (403, 403, 403, 403)),
        ("read", (200, 403, 403, 403)),
        ("write", (200, 201, 403, 403)),
        ("manage", (200, 201, 201, 403)),
        ("fullcontrol", (200, 201, 201, 200)),
    ],
)
def test_a_job_with_selected_sites(
    sandbox: Sandbox, site: Site, role: str | None, expected: tuple[int, int, int, int]
) -> None:
    site.make_list()
    if role:
        grant(sandbox, role)
    rights(sandbox, application={"sharepoint": ["Sites.Selected"]})
    actions = "web/lists/getbytitle('Actions')"
    found = (
        site.call("POST", "contextinfo").status_code,
        site.call("POST", f"{actions}/items", {"Title": "x"}).status_code,
        site.call("POST", "web/lists", {"Title": "New", "BaseTemplate": 100}).status_code,
        site.call("POST", f"{actions}/breakroleinheritance(true)").status_code,
    )
    assert found == expected


def send(sandbox: Sandbox, mailbox: str) -> tuple[int, str]:
    answer = sandbox.graph("POST", f"users/{mailbox}/sendMail", json=LETTER)
    return answer.status_code, answer.json()["error"]["code"] if answer.content else ""


def test_exchange_hears_of_a_role_later(sandbox: Sandbox) -> None:
    # identity-mail-teams.md §2.5: Exchange caches app permissions 30 min to 2 h; §7.7: ErrorAccessDenied until then.
    other = sandbox.ready["users"][0]["upn"]
    assert send(sandbox, sandbox.ready["mailbox"]) == (202, "")
    assert send(sandbox, other) == (403, "ErrorAccessDenied")
    shown = rights(sandbox, mailboxes={other: ["Mail.Send"], sandbox.ready["mailbox"]: []})
    assert shown["mailboxes"] == {other: ["Mail.Send"]}
    assert send(sandbox, other) == (403, "ErrorAccessDenied")
    assert send(sandbox, sandbox.ready["mailbox"]) == (202, "")
    now = datetime.fromisoformat(sandbox.control("GET", "clock").json()["now"])
    sandbox.set_clock((now + timedelta(hours=2, minutes=1)).isoformat())
    assert send(sandbox, other) == (202, "")
    assert send(sandbox, sandbox.ready["mailbox"]) == (403, "ErrorAccessDenied")


def test_consent_in_entra_and_scopes_in_exchange_add_up(sandbox: Sandbox) -> None:
    # identity-mail-teams.md §2.5: the union; a tenant-wide consent voids the scope.
    other = sandbox.ready["users"][0]["upn"]
    before = sandbox.control("GET", "rights").json()["application"]["graph"]
    stale = sandbox.token(GRAPH)
    rights(sandbox, application={"graph": [*before, "Mail.Send"]})
    assert send(sandbox, other) == (202, "")
    assert send(sandbox, sandbox.ready["mailbox"]) == (202, "")
    # A consent is not in a token that is out already (§2.2).
    answer = sandbox.graph("POST", f"users/{other}/sendMail", json=LETTER, token=stale)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"app_id": "nobody"}',
        b'{"application": []}',
        b'{"application": {"teams": []}}',
        b'{"application": {"graph": "Mail.Send"}}',
        b'{"mailboxes": {"a@b.example": [1]}}',
        b'{"other": 1}',
    ],
)
def test_rights_that_cannot_be_read(sandbox: Sandbox, body: bytes) -> None:
    before = sandbox.control("GET", "rights").json()
    assert sandbox.control("POST", "rights", data=body).status_code == 400
    assert sandbox.control("GET", "rights").json() == before


def test_mail_to_an_address_that_nobody_has(sandbox: Sandbox) -> None:
    # identity-mail-teams.md §7.2: a wrong recipient is a report later, never a refusal.
    known = sandbox.ready["users"][0]["upn"]
    to = [{"emailAddress": {"address": one}} for one in (known, "weg@gemeente.example", "iemand@elders.example")]
    letter = {"subject": "x", "body": {"contentType": "text", "content": "x"}, "toRecipients": to}
    mailbox = f"users/{sandbox.ready['mailbox']}"
    inbox = f"{mailbox}/mailFolders/inbox/messages?$select=subject,body"
    assert sandbox.graph("POST", f"{mailbox}/sendMail", json={"message": letter}).status_code == 202
    limits(sandbox, known_recipients=True)
    assert sandbox.graph("POST", f"{mailbox}/sendMail", json={"message": letter}).status_code == 202
    others = [known, "iemand@elders.example"]
    assert [one["to"] for one in sandbox.mail()] == [[known, "weg@gemeente.example", others[1]], others]
    sandbox.set_clock((datetime.now(UTC) + timedelta(seconds=30)).isoformat())
    # What was taken before is not judged again.
    (report,) = sandbox.graph("GET", inbox).json()["value"]
    assert report["subject"] == "Undeliverable: x"
    assert "weg@gemeente.example: 550 5.1.10" in report["body"]["content"]
    assert not any(other in report["body"]["content"] for other in others)
