"""The tables of refusals of identity-mail-teams.md §5, §6, §7.7, §9 and §10, row by row, over plain HTTP."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.conftest import GRAPH, Sandbox
from tests.sandbox.test_refusals_services import LETTER, graph_failure, sign_in_failure

NOBODY = "11111111-0000-0000-0000-000000000000"
DENIED = (403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
NOT_FOUND = "Resource '{}' does not exist or one of its queried reference-property objects are not present."
CORE_TEXTS = {
    "missing": "Access token is empty.",
    "broken": "CompactToken parsing failed with error code: 80049217",
    "expired": "Lifetime validation failed, the token is expired.",
    "foreign": "Access token validation failure. Invalid audience.",
}


@pytest.fixture(scope="module")
def tenant(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """One tenant for rows that leave nothing behind."""
    running_sandbox.reset()
    running_sandbox._tokens.clear()
    yield running_sandbox
    assert running_sandbox.mail() == []


def letter(*addresses: str, **more: Any) -> dict[str, Any]:
    return {**LETTER, "toRecipients": [{"emailAddress": {"address": one}} for one in addresses], **more}


def test_tokens(sandbox: Sandbox) -> None:
    people = f"{GRAPH}/v1.0/users"
    for kind, token in (
        ("missing", None),
        ("broken", "x.y.z"),
        ("foreign", sandbox.token(sandbox.sharepoint)),
    ):
        answer = sandbox.get(people, token=token)
        assert graph_failure(answer)[:2] == (401, "InvalidAuthenticationToken"), kind
        if kind == "foreign":
            assert graph_failure(answer)[2] == CORE_TEXTS[kind]
        assert {"date", "request-id", "client-request-id"} == set(answer.json()["error"]["innerError"])
    old = sandbox.token(GRAPH)
    sandbox.set_clock("2099-01-01T00:00:00Z")
    assert graph_failure(sandbox.get(people, token=old)) == (401, "InvalidAuthenticationToken", CORE_TEXTS["expired"])


MAIL: dict[str, tuple[str, Any, int, str, str]] = {
    "an address that is none": (
        "users/{mailbox}/sendMail",
        {"message": letter("geen adres")},
        400,
        "ErrorInvalidRecipients",
        "At least one recipient is not valid., Recipient 'geen adres' is not resolved. All recipients must be resolved"
        " before a message can be submitted.",
    ),
    "nobody": (
        "users/{mailbox}/sendMail",
        {"message": letter()},
        400,
        "ErrorInvalidRecipients",
        "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
    ),
    "a message without its wrapping": (
        "users/{mailbox}/sendMail",
        letter("a@b.example"),
        400,
        "RequestBodyRead",
        "The parameter 'subject' in the request payload is not a valid parameter for the operation 'sendMail'.",
    ),
    "another sender": (
        "users/{mailbox}/sendMail",
        {"message": letter("a@b.example", **{"from": {"emailAddress": {"address": "x@gemeente.example"}}})},
        403,
        "ErrorSendAsDenied",
        "The user account which was used to submit this request does not have the right to send mail on behalf of the"
        " specified sending account., Cannot submit message.",
    ),
    "an abstract attachment": (
        "users/{mailbox}/messages",
        letter("a@b.example", attachments=[{"@odata.type": "#microsoft.graph.Attachment", "name": "a"}]),
        400,
        "UnprocessableType",
        "Cannot process input of abstract type 'microsoft.graph.attachment'.",
    ),
    "an id that is none": (
        "users/{mailbox}/messages/x/send",
        None,
        400,
        "ErrorInvalidIdMalformed",
        "Id is malformed.",
    ),
    "a mailbox of nobody": (
        "users/niemand@gemeente.example/sendMail",
        {"message": letter("a@b.example")},
        404,
        "ErrorInvalidUser",
        "The requested user 'niemand@gemeente.example' is invalid.",
    ),
    "somebody without a mailbox": (
        "users/balie@gemeente.example/sendMail",
        {"message": letter("a@b.example")},
        404,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
    ),
    "another mailbox": ("users/{other}/sendMail", {"message": letter("a@b.example")}, *DENIED),
}


@pytest.mark.parametrize("row", MAIL.values(), ids=MAIL.keys())
def test_mail(tenant: Sandbox, row: tuple[str, Any, int, str, str]) -> None:
    path, body, *expected = row
    other = tenant.ready["users"][0]["upn"]
    answer = tenant.graph("POST", path.format(mailbox=tenant.ready["mailbox"], other=other), json=body)
    assert graph_failure(answer) == tuple(expected)


def test_mime_that_is_none(tenant: Sandbox) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = tenant.graph("POST", f"users/{tenant.ready['mailbox']}/sendMail", data=b"!", headers=headers)
    assert graph_failure(answer) == (
        400,
        "ErrorMimeContentInvalidBase64String",
        "The MIME content is not a valid base64 string.",
    )
    content = base64.b64encode(b"\xff\xfe")
    answer = tenant.graph("POST", f"users/{tenant.ready['mailbox']}/sendMail", data=content, headers=headers)
    assert answer.status_code == 400


def test_a_draft_that_is_gone(sandbox: Sandbox) -> None:
    messages = f"users/{sandbox.ready['mailbox']}/messages"
    draft = sandbox.graph("POST", messages, json=LETTER).json()["id"]
    # Gone for good the second time: the first one moves it to Deleted Items.
    first = sandbox.graph("POST", f"{messages}/{draft}/move", json={"destinationId": "deleteditems"}).json()["id"]
    assert sandbox.graph("DELETE", f"{messages}/{first}").status_code == 204
    gone = (404, "ErrorItemNotFound", "The specified object was not found in the store.")
    for method, path in (("POST", f"{messages}/{draft}/send"), ("GET", f"{messages}/{first}")):
        assert graph_failure(sandbox.graph(method, path)) == gone


def test_a_sender_that_is_blocked(sandbox: Sandbox) -> None:
    mailbox = sandbox.ready["mailbox"]
    draft = sandbox.graph("POST", f"users/{mailbox}/messages", json=LETTER).json()["id"]
    shown = sandbox.control("POST", "limits", json={"blocked_senders": [mailbox.upper()]}).json()
    assert shown["blocked_senders"] == [mailbox]
    for path, body in (("sendMail", {"message": LETTER}), (f"messages/{draft}/send", None)):
        answer = sandbox.graph("POST", f"users/{mailbox}/{path}", json=body)
        assert graph_failure(answer) == (
            429,
            "ErrorMessageSubmissionBlocked",
            "Cannot send mail. The mailbox has been blocked from submitting messages.",
        )
        assert answer.headers["Retry-After"] == "3600"
    assert sandbox.mail() == []
    # It can still write drafts.
    assert sandbox.graph("POST", f"users/{mailbox}/messages", json=LETTER).status_code == 201


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("status:429", (429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")),
        ("status:503", (503, "ServiceUnavailable", "The service is temporarily unavailable.")),
        ("status:504", (504, "UnknownError", "")),
    ],
)
def test_a_service_that_has_it_hard(sandbox: Sandbox, do: str, expected: tuple[int, str, str]) -> None:
    sandbox.faults({"path": "sendMail", "do": do})
    path = f"users/{sandbox.ready['mailbox']}/sendMail"
    answer = sandbox.graph("POST", path, json={"message": LETTER})
    assert graph_failure(answer) == expected
    assert ("Retry-After" in answer.headers) == (expected[0] != 504)
    assert sandbox.mail() == []


DIRECTORY: dict[str, tuple[str, str, int, str, str]] = {
    "nobody by that name": (
        "GET",
        "users/niemand@gemeente.example",
        404,
        "Request_ResourceNotFound",
        NOT_FOUND.format("niemand@gemeente.example"),
    ),
    "nobody by that id": ("GET", f"users/{NOBODY}", 404, "Request_ResourceNotFound", NOT_FOUND.format(NOBODY)),
    "no manager": (
        "GET",
        "users/balie@gemeente.example/manager",
        404,
        "Request_ResourceNotFound",
        NOT_FOUND.format("manager"),
    ),
    "a query that is an advanced one": (
        "GET",
        "users?$filter=endsWith(mail,'gemeente.example')",
        400,
        "Request_UnsupportedQuery",
        "",
    ),
    "no such site": (
        "GET",
        "sites/lindervoort.sharepoint.com:/sites/niets",
        404,
        "itemNotFound",
        "Requested site could not be found",
    ),
    "no such channel": (
        "GET",
        "teams/{team}/channels/x/tabs",
        404,
        "NotFound",
        "No channel found with id 'x'.",
    ),
    "no such tab": (
        "GET",
        "teams/{team}/channels/{channel}/tabs/x",
        404,
        "NotFound",
        "No tab found with id 'x'.",
    ),
    "no such team": (
        "GET",
        f"teams/{NOBODY}/channels",
        404,
        "NotFound",
        f"No team found with id '{NOBODY}'.",
    ),
    "no right to read a team": (
        "GET",
        "teams/{team}",
        403,
        "Forbidden",
        "Missing role permissions on the request. API requires one of 'Directory.Read.All, Directory.ReadWrite.All,"
        " Group.Read.All, Group.ReadWrite.All, Team.ReadBasic.All, TeamSettings.Read.All, TeamSettings.ReadWrite.All'.",
    ),
}


@pytest.mark.parametrize("row", DIRECTORY.values(), ids=DIRECTORY.keys())
def test_look_ups(tenant: Sandbox, row: tuple[str, str, int, str, str]) -> None:
    method, path, status, code, text = row
    ready = tenant.ready
    answer = tenant.graph(method, path.format(team=ready["team"], channel=ready["channel"]))
    found = graph_failure(answer)
    assert found[:2] == (status, code)
    assert not text or found[2] == text


def test_an_app_with_too_few_rights(sandbox: Sandbox) -> None:
    sandbox.control("POST", "rights", json={"application": {"graph": ["Sites.Selected"]}})
    token = sandbox.token(GRAPH, fresh=True)
    sandbox._tokens.clear()
    site = f"{GRAPH}/v1.0/sites/{sandbox.sharepoint.removeprefix('https://')}:/sites/demo"
    assert graph_failure(sandbox.get(f"{GRAPH}/v1.0/users", token=token)) == (
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )
    assert graph_failure(sandbox.get(site, token=token)) == (403, "accessDenied", "Access denied")


def test_grants_on_a_site(sandbox: Sandbox) -> None:
    # §2.2: `manage` and `fullcontrol` are not given at once.
    host = sandbox.sharepoint.removeprefix("https://")
    identity = sandbox.graph("GET", f"sites/{host}:/sites/demo").json()["id"]
    app = {"application": {"id": sandbox.ready["client_id"], "displayName": "x"}}
    for role in ("manage", "fullcontrol", "beheer"):
        body = {"roles": [role], "grantedToIdentities": [app]}
        answer = sandbox.graph("POST", f"sites/{identity}/permissions", json=body)
        assert graph_failure(answer) == (400, "invalidRequest", "Invalid value for role")
    answer = sandbox.graph("DELETE", f"sites/{identity}/permissions/x")
    assert graph_failure(answer) == (404, "itemNotFound", "Item not found")


def test_batches(sandbox: Sandbox) -> None:
    one = {"id": "1", "method": "GET", "url": "/users/niemand"}
    many = [{**one, "id": str(number)} for number in range(21)]
    assert sandbox.graph("POST", "$batch", json={"requests": many}).status_code == 400
    waiting = {"id": "2", "method": "GET", "url": "/users", "dependsOn": ["1"]}
    answers = sandbox.graph("POST", "$batch", json={"requests": [one, waiting]}).json()["responses"]
    assert {each["id"]: each["status"] for each in answers} == {"1": 404, "2": 424}


# The Teams webhook (§10.1)


def webhook_failure(sandbox: Sandbox, url: str, **arguments: Any) -> tuple[int, str]:
    answer = sandbox.post(url, token=None, **arguments)
    return answer.status_code, answer.json()["error"]["code"]


def test_the_webhook(sandbox: Sandbox) -> None:
    url = sandbox.control("GET", "").json()["webhook"]
    head = url.rpartition("sig=")[0]
    workflow = url.split("/workflows/")[1][:32]
    assert webhook_failure(sandbox, head + "sig=x", json={}) == (401, "AuthorizationFailed")
    assert webhook_failure(sandbox, url.replace(workflow, "0" * 32), json={}) == (404, "WorkflowNotFound")
    assert webhook_failure(sandbox, url, data=b"{") == (400, "InvalidRequestContent")
    assert sandbox.control("POST", "limits", json={"workflow_enabled": False}).status_code == 200
    assert webhook_failure(sandbox, url, json={}) == (400, "WorkflowTriggerIsNotEnabled")
    sandbox.control("POST", "limits", json={"workflow_enabled": True})
    sandbox.faults({"path": "/workflows/", "do": "status:429"})
    assert sandbox.post(url, token=None, json={}).status_code == 429
    # Without attachments the run fails behind the 202, with the text of the service.
    assert sandbox.post(url, token=None, json={"text": "x"}).status_code == 202
    (run,) = sandbox.control("GET", "runs").json()
    assert (
        "the result of the evaluation of 'foreach' expression '@triggerOutputs()?['body']?['attachments']' is of type"
        " 'Null'"
    ) in run["error"]


# Sign-in: what a request brings about by itself (§5); what a policy does is in test_entra_refusals


def test_sign_in(sandbox: Sandbox) -> None:
    ready = sandbox.ready
    elsewhere = "22222222-2222-2222-2222-222222222222"
    rows: dict[str, tuple[dict[str, str], tuple[int, str, int]]] = {
        "wrong secret": ({"client_secret": "x"}, (401, "invalid_client", 7000215)),
        "unknown app": ({"client_id": elsewhere}, (400, "unauthorized_client", 700016)),
        "unknown resource": ({"scope": "https://elders.sharepoint.com/.default"}, (400, "invalid_resource", 500011)),
        "not a scope": ({"scope": "/x/"}, (400, "invalid_scope", 70011)),
        "not .default": ({"scope": f"{GRAPH}/Mail.Send"}, (400, "invalid_scope", 1002012)),
        "two resources": (
            {"scope": f"{GRAPH}/.default {ready['sharepoint']}/.default"},
            (400, "invalid_scope", 700022),
        ),
    }
    for name, (change, expected) in rows.items():
        assert sign_in_failure(sandbox.sign_in(GRAPH, "secret", **change))[:3] == expected, name
    public = sandbox.control("GET", "").json()["public_client_id"]
    device = sandbox.token_endpoint.replace("/token", "/devicecode")
    secret = {"client_id": public, "client_secret": "x", "grant_type": "refresh_token", "refresh_token": "x"}
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=secret, token=None))[:3] == (
        401,
        "invalid_client",
        700025,
    )
    form = {"client_id": public, "scope": f"{ready['sharepoint']}/AllSites.FullControl"}
    assert sign_in_failure(sandbox.post(device, data=form, token=None))[:3] == (400, "invalid_grant", 65001)
    grant = {"client_id": public, "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=grant, token=None))[:3] == (
        400,
        "bad_verification_code",
        70018,
    )
    job = {**grant, "client_id": ready["client_id"]}
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=job, token=None))[:3] == (
        401,
        "invalid_client",
        7000218,
    )
    common = sandbox.token_endpoint.replace(ready["tenant_id"], "common")
    assert sign_in_failure(sandbox.post(common, data=grant, token=None))[2] == 50194
    unknown = sandbox.token_endpoint.replace(ready["tenant_id"], elsewhere)
    status, error, number, text = sign_in_failure(sandbox.post(unknown, data=grant, token=None))
    assert (status, error, number) == (400, "invalid_tenant", 90002)
    assert text.startswith(f"Tenant '{elsewhere}' not found.")


def test_a_sign_in_that_waits_and_ends(sandbox: Sandbox) -> None:
    public = sandbox.control("GET", "").json()["public_client_id"]
    form = {"client_id": public, "scope": f"{sandbox.sharepoint}/AllSites.Read"}
    flow = sandbox.post(sandbox.token_endpoint.replace("/token", "/devicecode"), data=form, token=None).json()
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    poll = {"client_id": public, "grant_type": grant, "device_code": flow["device_code"]}
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=poll, token=None)) == (
        400,
        "authorization_pending",
        70016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    )
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=poll, token=None))[1] == "slow_down"
    sandbox.set_clock("2099-01-01T00:00:00Z")
    assert sign_in_failure(sandbox.post(sandbox.token_endpoint, data=poll, token=None))[1:3] == (
        "expired_token",
        70020,
    )
