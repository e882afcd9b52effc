"""The Workflows webhook: 202 for anything readable, the truth in the run history (identity-mail-teams.md §10.1)."""

from __future__ import annotations

from typing import Any

import pytest

CARD_TYPE = "application/vnd.microsoft.card.adaptive"


@pytest.fixture
def webhook(sandbox: Any) -> str:
    return str(sandbox.control("GET", "").json()["webhook"])


def card(text: str) -> dict[str, Any]:
    content = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": text}]}
    return {"contentType": CARD_TYPE, "contentUrl": None, "content": content}


def test_cards_are_posted_to_the_channel(sandbox: Any, webhook: str) -> None:
    sandbox.set_clock("2026-11-30T07:00:00Z")
    message = {"type": "message", "attachments": [card("één"), card("twee")]}
    answer = sandbox.post(webhook, token=None, json=message)
    assert (answer.status_code, answer.content) == (202, b"")
    posted = sandbox.control("GET", "teams").json()
    assert [each["card"]["body"][0]["text"] for each in posted] == ["één", "twee"]
    assert {(each["team"], each["channel"]) for each in posted} == {(sandbox.ready["team"], sandbox.ready["channel"])}
    assert posted[0]["posted"].startswith("2026-11-30T07:00:0")
    assert [run["status"] for run in sandbox.control("GET", "runs").json()] == ["Succeeded"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": "hallo"}, "is of type 'Null'"),
        ({"type": "AdaptiveCard", "body": []}, "is of type 'Null'"),
        ({"attachments": [{"contentType": CARD_TYPE, "content": {"type": "x"}}]}, "must be 'AdaptiveCard'"),
        (
            {"attachments": [{"contentType": "text/html", "content": {"type": "AdaptiveCard"}}]},
            "InvalidBotAdaptiveCard",
        ),
        ({"attachments": [card("x" * 28 * 1024)]}, "Request Entity too large"),
        ([], "is of type 'Null'"),
    ],
)
def test_what_fails_after_the_202(sandbox: Any, webhook: str, body: Any, error: str) -> None:
    assert sandbox.post(webhook, token=None, json=body).status_code == 202
    assert sandbox.control("GET", "teams").json() == []
    (run,) = sandbox.control("GET", "runs").json()
    assert run["status"] == "Failed"
    assert error in run["error"]


def test_cards_before_a_bad_one_are_posted(sandbox: Any, webhook: str) -> None:
    sandbox.post(webhook, token=None, json={"attachments": [card("een"), {}]})
    assert len(sandbox.control("GET", "teams").json()) == 1
    assert sandbox.control("GET", "runs").json()[0]["status"] == "Failed"


def test_refusals(sandbox: Any, webhook: str) -> None:
    message = {"attachments": [card("x")]}
    head, _, signature = webhook.rpartition("sig=")

    def status(url: str, **arguments: Any) -> int:
        return int(sandbox.post(url, token=None, **arguments).status_code)

    assert status(f"{head}sig={signature}x", json=message) == 401
    assert status(head, json=message) == 401
    assert status(webhook, data=b"{") == 400
    assert status(webhook.replace("api-version=", "v="), json=message) == 400
    identifier = webhook.split("/workflows/")[1][:32]
    assert status(webhook.replace(identifier, "0" * 32), json=message) == 404
    assert sandbox.get(webhook, token=None).status_code == 501
    assert sandbox.control("GET", "teams").json() == []


def test_the_signature_is_never_logged(sandbox: Any, webhook: str) -> None:
    sandbox.post(webhook, token=None, json={})
    path = sandbox.requests()[0]["path"]
    assert path.endswith("&sig=...")
    assert webhook.rpartition("sig=")[2] not in path
