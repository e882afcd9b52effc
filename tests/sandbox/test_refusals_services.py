"""Refusals of Graph and of the sign-in service, over plain HTTP (identity-mail-teams.md §5, §7.7)."""

from __future__ import annotations

import base64
import datetime
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import GRAPH, Sandbox

LETTER = {
    "subject": "x",
    "body": {"contentType": "text", "content": "x"},
    "toRecipients": [{"emailAddress": {"address": "a@b.example"}}],
}
MEGABYTE = 1024 * 1024


def graph_failure(answer: requests.Response) -> tuple[int, str, str]:
    found = answer.json()["error"]
    return answer.status_code, found["code"], found["message"]


def sign_in_failure(answer: requests.Response) -> tuple[int, str, int, str]:
    """Status, error, number, and the text without its number and the ids behind it."""
    found = answer.json()
    number = found["error_codes"][0]
    text = found["error_description"].removeprefix(f"AADSTS{number}: ").partition(" Trace ID:")[0]
    return answer.status_code, found["error"], number, text


def attached(size: int) -> dict[str, str]:
    content = base64.b64encode(b"x" * size).decode()
    return {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.bin", "contentBytes": content}


# Graph


@pytest.mark.parametrize("path", ["users/{mailbox}/sendMail", "$batch"])
def test_a_request_over_four_megabytes(sandbox: Sandbox, path: str) -> None:
    body = b" " * (4 * MEGABYTE) + b"{}"
    address = path.format(mailbox=sandbox.ready["mailbox"])
    answer = sandbox.graph("POST", address, data=body, headers={"Content-Type": "application/json"})
    assert graph_failure(answer) == (
        413,
        "RequestEntityTooLarge",
        "The request body exceeds the maximum supported size.",
    )


def test_an_attachment_of_three_megabytes(sandbox: Sandbox) -> None:
    messages = f"users/{sandbox.ready['mailbox']}/messages"
    draft = sandbox.graph("POST", messages, json=LETTER).json()
    path = f"{messages}/{draft['id']}/attachments"
    assert sandbox.graph("POST", path, json=attached(2_999_999)).status_code == 201
    too_large = (413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
    assert graph_failure(sandbox.graph("POST", path, json=attached(3_000_000))) == too_large
    sent = {"message": {**LETTER, "attachments": [attached(3_000_000)]}}
    assert graph_failure(sandbox.graph("POST", f"users/{sandbox.ready['mailbox']}/sendMail", json=sent)) == too_large
    assert sandbox.mail() == []


def test_a_full_mailbox(sandbox: Sandbox) -> None:
    mailbox = sandbox.ready["mailbox"]
    messages = f"users/{mailbox}/messages"
    draft = sandbox.graph("POST", messages, json=LETTER).json()["id"]
    answer = sandbox.control("POST", "limits", json={"full_mailboxes": [mailbox.upper()]})
    assert answer.json()["full_mailboxes"] == [mailbox]
    full = (507, "ErrorQuotaExceeded", "The mailbox has exceeded its quota.")
    calls: list[tuple[str, Any]] = [
        (messages, LETTER),
        (f"{messages}/{draft}/attachments", attached(1)),
        (f"{messages}/{draft}/send", None),
        (f"users/{mailbox}/sendMail", {"message": LETTER}),
    ]
    for path, body in calls:
        assert graph_failure(sandbox.graph("POST", path, json=body)) == full, path
    assert sandbox.mail() == []
    # It can be read and made room in.
    assert len(sandbox.graph("GET", messages).json()["value"]) == 1
    assert sandbox.graph("DELETE", f"{messages}/{draft}").status_code == 204


# Sign-in


def test_a_secret_expires_after_two_years(sandbox: Sandbox) -> None:
    app_id = sandbox.ready["client_id"]
    now = datetime.datetime.fromisoformat(sandbox.control("GET", "clock").json()["now"])
    sandbox.set_clock((now + datetime.timedelta(days=729)).isoformat())
    assert sandbox.sign_in(GRAPH, "secret").status_code == 200
    sandbox.set_clock((now + datetime.timedelta(days=731)).isoformat())
    assert sign_in_failure(sandbox.sign_in(GRAPH, "secret")) == (
        401,
        "invalid_client",
        7000222,
        f"The provided client secret keys for app '{app_id}' are expired. Visit the Azure portal to create new keys"
        " for your app, or consider using certificate credentials for added security.",
    )
    # A wrong one is wrong still, and the certificate good.
    wrong = sandbox.sign_in(GRAPH, "secret", client_secret="x")
    assert sign_in_failure(wrong)[2] == 7000215
    assert sandbox.sign_in(GRAPH).status_code == 200


def test_an_app_that_is_switched_off(sandbox: Sandbox) -> None:
    app_id = sandbox.ready["client_id"]
    shown = sandbox.control("POST", "rights", json={"enabled": False}).json()
    assert shown["enabled"] is False
    for credential in ("certificate", "secret"):
        assert sign_in_failure(sandbox.sign_in(GRAPH, credential)) == (
            400,
            "unauthorized_client",
            7000112,
            f"Application '{app_id}' is disabled.",
        )
    assert sandbox.control("POST", "rights", json={"enabled": 1}).status_code == 400
    assert sandbox.control("POST", "rights", json={"enabled": True}).json()["enabled"] is True
    assert sandbox.sign_in(GRAPH).status_code == 200


@pytest.mark.parametrize("name", [".default", "AllSites.Read"])
def test_scopes_of_an_app_nothing_was_consented_to(sandbox: Sandbox, name: str) -> None:
    app_id = sandbox.control("GET", "").json()["public_client_id"]
    sandbox.control("POST", "rights", json={"app_id": app_id, "delegated": {"sharepoint": []}})
    address = sandbox.token_endpoint.replace("/token", "/devicecode")
    form = {"client_id": app_id, "scope": f"{sandbox.sharepoint}/{name}"}
    assert sign_in_failure(sandbox.post(address, data=form, token=None)) == (
        400,
        "invalid_grant",
        65001,
        f"The user or administrator has not consented to use the application with ID '{app_id}' named"
        " 'Projectlijsten aanmelden'. Send an interactive authorization request for this user and resource.",
    )


def test_a_consent_withdrawn_after_the_sign_in(sandbox: Sandbox) -> None:
    app_id = sandbox.control("GET", "").json()["public_client_id"]
    form = {"client_id": app_id, "scope": f"{sandbox.sharepoint}/AllSites.Read offline_access"}
    flow = sandbox.post(sandbox.token_endpoint.replace("/token", "/devicecode"), data=form, token=None).json()
    upn = sandbox.ready["users"][0]["upn"]
    sandbox.control("POST", "devicecode", json={"user_code": flow["user_code"], "upn": upn})
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    poll = {"client_id": app_id, "grant_type": grant, "device_code": flow["device_code"]}
    refresh = sandbox.post(sandbox.token_endpoint, data=poll, token=None).json()["refresh_token"]
    sandbox.control("POST", "rights", json={"app_id": app_id, "delegated": {"sharepoint": ["AllSites.Write"]}})
    again = {**form, "grant_type": "refresh_token", "refresh_token": refresh}
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=again, token=None))[2] == 65001
    # identity-mail-teams.md §4.6: 90 days without use.
    now = datetime.datetime.fromisoformat(sandbox.control("GET", "clock").json()["now"])
    sandbox.set_clock((now + datetime.timedelta(days=91)).isoformat())
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=again, token=None)) == (
        400,
        "invalid_grant",
        700082,
        "The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00.",
    )
