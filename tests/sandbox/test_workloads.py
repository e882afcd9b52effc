"""Identities without a secret over plain HTTP: managed identity, GitHub workflow, pod (identity-mail-teams.md §2.3)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from tests.sandbox.conftest import GRAPH, Sandbox
from tests.sandbox.test_refusals_services import sign_in_failure

IMDS = {"api-version": "2018-02-01", "resource": GRAPH}
METADATA = {"Metadata": "true"}


def identity(sandbox: Sandbox) -> dict[str, Any]:
    return dict(sandbox.control("GET", "identity").json())


def imds(sandbox: Sandbox, headers: dict[str, str] = METADATA, **change: str) -> requests.Response:
    base = identity(sandbox)["imds"]["AZURE_POD_IDENTITY_AUTHORITY_HOST"]
    address = f"{base}/metadata/identity/oauth2/token"
    return sandbox.web_session.get(address, params={**IMDS, **change}, headers=headers, timeout=10)


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_a_machine_in_azure(sandbox: Sandbox) -> None:
    found = imds(sandbox).json()
    assert (found["expires_in"], found["resource"], found["token_type"]) == ("3599", GRAPH, "Bearer")
    managed = identity(sandbox)["managed_identity"]
    shown = claims(found["access_token"])
    # §6: as with a certificate.
    assert (shown["appid"], shown["oid"], shown["appidacr"]) == (managed["client_id"], managed["object_id"], "2")
    assert (shown["aud"], shown["idtyp"]) == (GRAPH, "app")
    assert imds(sandbox, client_id=managed["client_id"]).status_code == 200
    assert imds(sandbox, object_id=managed["object_id"].upper()).status_code == 200


def test_the_managed_identity_opens_sharepoint_and_the_mailbox(sandbox: Sandbox) -> None:
    token = imds(sandbox, resource=sandbox.sharepoint).json()["access_token"]
    assert sandbox.get(f"{sandbox.site}/_api/web", token=token).status_code == 200
    token = imds(sandbox).json()["access_token"]
    folders = f"{GRAPH}/v1.0/users/{sandbox.ready['mailbox']}/mailFolders"
    assert sandbox.get(folders, token=token).status_code == 200
    assert sandbox.get(f"{sandbox.site}/_api/web", token=token).status_code == 401


@pytest.mark.parametrize(
    ("change", "headers", "expected"),
    [
        ({}, {}, ("invalid_request", "Required metadata header not specified")),
        ({"api-version": "2017"}, METADATA, ("invalid_request", "The api-version is missing or not supported")),
        ({"resource": ""}, METADATA, ("invalid_request", "The required query variable 'resource' is missing.")),
        ({"client_id": "x"}, METADATA, ("invalid_request", "Identity not found")),
        ({"resource": "https://elsewhere.example"}, METADATA, ("invalid_resource", "AADSTS500011: ")),
        # msal sends it as it is (§2.3).
        ({"resource": f"{GRAPH}/.default"}, METADATA, ("invalid_resource", "AADSTS500011: ")),
    ],
)
def test_no_token_for_a_machine(
    sandbox: Sandbox, change: dict[str, str], headers: dict[str, str], expected: tuple[str, str]
) -> None:
    answer = imds(sandbox, headers, **change)
    found = answer.json()
    assert (answer.status_code, found["error"]) == (400, expected[0])
    assert found["error_description"].startswith(expected[1])


def test_a_function_in_azure(sandbox: Sandbox) -> None:
    given = identity(sandbox)["app_service"]
    query = {"api-version": "2019-08-01", "resource": sandbox.sharepoint}

    def ask(header: str, **change: str) -> requests.Response:
        headers = {"X-IDENTITY-HEADER": header}
        return sandbox.web_session.get(
            given["IDENTITY_ENDPOINT"], params={**query, **change}, headers=headers, timeout=10
        )

    found = ask(given["IDENTITY_HEADER"]).json()
    # The end as seconds since 1970, in a text.
    assert abs(int(found["expires_on"]) - time.time() - 3599) < 60
    assert "expires_in" not in found
    assert sandbox.get(f"{sandbox.site}/_api/web", token=found["access_token"]).status_code == 200
    for answer, status in (
        (ask("x"), 401),
        (ask(given["IDENTITY_HEADER"], resource=f"{GRAPH}/.default"), 500),
        (ask(given["IDENTITY_HEADER"], mi_res_id="x"), 400),
    ):
        assert (answer.status_code, answer.json()["statusCode"]) == (status, status)
        assert answer.json()["message"]


def exchange(sandbox: Sandbox, assertion: str) -> requests.Response:
    return sandbox.sign_in(sandbox.sharepoint, client_assertion=assertion)


def test_a_workflow_on_github(sandbox: Sandbox) -> None:
    given = identity(sandbox)["github"]
    headers = {"Authorization": f"bearer {given['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
    # As §2.3 has it: the audience comes behind what the address already asks.
    address = given["ACTIONS_ID_TOKEN_REQUEST_URL"]
    asked = f"{address}&audience=api://AzureADTokenExchange"
    value = sandbox.web_session.get(asked, headers=headers, timeout=10).json()["value"]
    shown = claims(value)
    assert shown["iss"] == "https://token.actions.githubusercontent.com"
    assert shown["sub"].startswith("repo:")
    assert shown["sub"].endswith(":ref:refs/heads/main")
    token = exchange(sandbox, value).json()["access_token"]
    assert sandbox.get(f"{sandbox.site}/_api/web", token=token).status_code == 200
    # Without an audience it is one for GitHub itself, which Entra does not take.
    other = sandbox.web_session.get(address, headers=headers, timeout=10).json()["value"]
    assert sign_in_failure(exchange(sandbox, other))[:3] == (401, "invalid_client", 700212)
    assert sandbox.web_session.get(asked, headers={"Authorization": "bearer x"}, timeout=10).status_code == 401


def test_a_pod(sandbox: Sandbox) -> None:
    given = identity(sandbox)["kubernetes"]
    assert given["AZURE_CLIENT_ID"] == sandbox.ready["client_id"]
    assert given["AZURE_TENANT_ID"] == sandbox.ready["tenant_id"]
    file = Path(given["AZURE_FEDERATED_TOKEN_FILE"])
    assert file.stat().st_mode & 0o077 == 0
    first = file.read_text()
    assert claims(first)["aud"] == ["api://AzureADTokenExchange"]
    token = exchange(sandbox, first).json()["access_token"]
    assert sandbox.get(f"{sandbox.site}/_api/web", token=token).status_code == 200
    # The platform renews the file; here every look at the control does.
    identity(sandbox)
    assert file.read_text() != first
