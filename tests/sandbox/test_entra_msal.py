"""msal itself, unmodified, against the sandbox (identity-mail-teams.md §4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msal
import pytest
from cryptography.hazmat.primitives import serialization

from tests.sandbox.entra_calls import GRAPH, LOGIN, certificate, claims_of, public_id


@pytest.mark.parametrize("kind", ["thumbprint", "public certificate", "secret"])
def test_msal_signs_in(sandbox: Any, kind: str) -> None:
    pem = Path(sandbox.ready["certificate"]).read_text()
    credential: Any = {
        "thumbprint": {"private_key": pem, "thumbprint": sandbox.ready["thumbprint"]},
        "public certificate": {
            "private_key": pem,
            "public_certificate": certificate(sandbox).public_bytes(serialization.Encoding.PEM).decode(),
        },
        "secret": sandbox.ready["client_secret"],
    }[kind]
    app = msal.ConfidentialClientApplication(
        sandbox.ready["client_id"],
        authority=f"{LOGIN}/{sandbox.ready['tenant_id']}",
        client_credential=credential,
        http_client=sandbox.session,
    )
    for resource in (sandbox.sharepoint, GRAPH):
        answer = app.acquire_token_for_client([f"{resource}/.default"])
        assert answer.get("error_description") is None
        assert claims_of(sandbox, answer["access_token"])["appidacr"] == ("1" if kind == "secret" else "2")


def test_msal_reads_the_error(sandbox: Any) -> None:
    app = msal.ConfidentialClientApplication(
        sandbox.ready["client_id"],
        authority=f"{LOGIN}/lindervoort.onmicrosoft.com",
        client_credential="wrong",
        http_client=sandbox.session,
    )
    answer = app.acquire_token_for_client([f"{GRAPH}/.default"])
    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [7000215])


def test_msal_device_code(sandbox: Any) -> None:
    app = msal.PublicClientApplication(
        public_id(sandbox), authority=f"{LOGIN}/{sandbox.ready['tenant_id']}", http_client=sandbox.session
    )
    flow = app.initiate_device_flow([f"{sandbox.sharepoint}/AllSites.Manage"])
    upn = sandbox.ready["users"][1]["upn"]
    sandbox.control("POST", "devicecode", json={"user_code": flow["user_code"], "upn": upn})
    answer = app.acquire_token_by_device_flow(flow)
    assert answer["id_token_claims"]["preferred_username"] == upn
    (account,) = app.get_accounts()
    silent = app.acquire_token_silent([f"{sandbox.sharepoint}/AllSites.Manage"], account)
    assert silent["token_source"] == "cache"
    assert app.acquire_token_silent(["User.Read"], account)["token_source"] == "identity_provider"
