"""Mail through the whole far end: proxy, TLS, faults, log, controls (contract §4; identity-mail-teams.md §8, §14)."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.graph_tenant import IMMUTABLE, letter


@pytest.fixture
def mailbox(sandbox) -> str:
    return f"users/{sandbox.ready['mailbox']}"


@pytest.fixture
def draft(sandbox, mailbox) -> str:
    answer = sandbox.graph("POST", f"{mailbox}/messages", json=letter(), headers=IMMUTABLE)
    assert answer.status_code == 201, answer.text
    return f"{mailbox}/messages/{answer.json()['id']}"


def fault(do: str) -> dict:
    return {"host": "graph.microsoft.com", "method": "POST", "path": "/send$", "do": do}


def test_a_draft_is_sent_and_seen_by_the_control(sandbox, draft):
    sent = sandbox.graph("POST", f"{draft}/send", headers=IMMUTABLE)
    assert (sent.status_code, sent.content) == (202, b"")
    assert sent.headers["Preference-Applied"] == 'IdType="ImmutableId"'
    assert [entry["subject"] for entry in sandbox.mail()] == ["Actie verloopt"]


@pytest.mark.parametrize(("do", "delivered"), [("status:503", 0), ("status:504-after", 1)])
def test_an_error_may_hide_an_accepted_send(sandbox, draft, do, delivered):
    """§8: sendMail returned 504 and the copy was delivered all the same."""
    sandbox.faults(fault(do))
    assert sandbox.graph("POST", f"{draft}/send", headers=IMMUTABLE).status_code == int(do[7:10])
    assert len(sandbox.mail()) == delivered


@pytest.mark.parametrize(("do", "delivered"), [("reset-before", 0), ("reset-after", 1)])
def test_a_cut_connection_tells_nothing(sandbox, draft, do, delivered):
    sandbox.faults(fault(do))
    with pytest.raises(requests.ConnectionError):
        sandbox.graph("POST", f"{draft}/send", headers=IMMUTABLE)
    assert len(sandbox.mail()) == delivered


def test_sent_mail_leaves_drafts_with_the_clock(sandbox, draft):
    sandbox.set_clock("2026-11-02T07:00:00Z")
    assert sandbox.graph("POST", f"{draft}/send", headers=IMMUTABLE).status_code == 202
    assert sandbox.graph("GET", f"{draft}?$select=isDraft", headers=IMMUTABLE).json()["isDraft"] is True
    sandbox.set_clock("2026-11-02T07:00:10Z")
    assert sandbox.graph("GET", f"{draft}?$select=isDraft", headers=IMMUTABLE).json()["isDraft"] is False
    assert sandbox.mail()[0]["sent"].startswith("2026-11-02T07:00:0")


def test_operations_of_a_batch_are_logged_with_its_number(sandbox):
    people = [one["upn"] for one in sandbox.ready["users"][:2]]
    steps = [{"id": upn, "method": "GET", "url": f"/users/{upn}?$select=mail"} for upn in people]
    sandbox.control("DELETE", "requests")
    answer = sandbox.graph("POST", "$batch", json={"requests": steps})
    assert {one["body"]["mail"] for one in answer.json()["responses"]} == set(people)
    entries = [entry for entry in sandbox.requests() if entry["host"] == "graph.microsoft.com"]
    inner = [entry for entry in entries if entry["batch"] is not None]
    assert [entry["path"] for entry in inner] == [f"/v1.0/users/{upn}?$select=mail" for upn in people]
    assert len({entry["batch"] for entry in inner}) == 1


def test_a_seeded_channel_takes_a_tab(sandbox):
    address = f"teams/{sandbox.ready['team']}/channels/{sandbox.ready['channel']}/tabs"
    app = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/com.microsoft.teamspace.tab.web"
    body = {"displayName": "Acties", "teamsApp@odata.bind": app, "configuration": {"contentUrl": sandbox.site}}
    assert sandbox.graph("POST", address, json=body).status_code == 201
    assert [one["displayName"] for one in sandbox.graph("GET", address).json()["value"]] == ["Acties"]


def test_the_seeded_site_is_found_by_its_path(sandbox):
    host, _, path = sandbox.site.removeprefix("https://").partition("/")
    assert sandbox.graph("GET", f"sites/{host}:/{path}").json()["webUrl"] == sandbox.site
