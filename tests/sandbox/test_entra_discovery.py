"""Entra over plain HTTP: what there is (identity-mail-teams.md §4.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.entra_calls import LOGIN, refusal


@pytest.mark.parametrize("name", ["{tenant_id}", "{tenant}.onmicrosoft.com", "LINDERVOORT.onmicrosoft.com", "{tenant}"])
def test_configuration_names_the_guid_whatever_was_asked(sandbox: Any, name: str) -> None:
    asked = name.format(**sandbox.ready)
    found = sandbox.get(f"{LOGIN}/{asked}/v2.0/.well-known/openid-configuration", token=None).json()
    base = f"{LOGIN}/{sandbox.ready['tenant_id']}"
    assert found["token_endpoint"] == f"{base}/oauth2/v2.0/token"
    assert found["authorization_endpoint"] == f"{base}/oauth2/v2.0/authorize"
    assert found["device_authorization_endpoint"] == f"{base}/oauth2/v2.0/devicecode"
    assert found["issuer"] == f"{base}/v2.0"
    assert sandbox.get(found["jwks_uri"], token=None).json()["keys"][0]["kty"] == "RSA"


def test_organizations_is_known_but_gives_no_token_to_a_single_tenant_app(sandbox: Any) -> None:
    found = sandbox.get(f"{LOGIN}/organizations/v2.0/.well-known/openid-configuration", token=None).json()
    assert found["issuer"] == f"{LOGIN}/{{tenantid}}/v2.0"
    form = {"client_id": sandbox.ready["client_id"], "grant_type": "client_credentials"}
    answer = sandbox.post(found["token_endpoint"], data=form, token=None)
    assert refusal(answer) == (400, "invalid_request", 50194)


def test_unknown_tenant(sandbox: Any) -> None:
    answer = sandbox.get(f"{LOGIN}/xyz.com/v2.0/.well-known/openid-configuration", token=None)
    assert refusal(answer) == (400, "invalid_tenant", 90002)
    assert "Tenant 'xyz.com' not found." in answer.json()["error_description"]


def test_instance_discovery(sandbox: Any) -> None:
    url = f"{LOGIN}/common/discovery/instance"
    authority = f"{LOGIN}/{sandbox.ready['tenant_id']}/oauth2/v2.0/authorize"
    first = sandbox.get(url, params={"api-version": "1.0", "authorization_endpoint": authority}, token=None).json()
    assert first["tenant_discovery_endpoint"].startswith(f"{LOGIN}/{sandbox.ready['tenant_id']}/v2.0/")
    second = sandbox.get(
        url, params={"api-version": "1.1", "authorization_endpoint": f"{LOGIN}/common/oauth2/authorize"}, token=None
    ).json()
    assert "login.microsoftonline.com" in second["metadata"][0]["aliases"]
    other = sandbox.get(url, params={"authorization_endpoint": "https://localhost/x/oauth2/v2.0/authorize"}, token=None)
    assert (other.status_code, other.json()["error"]) == (400, "invalid_instance")


def test_what_is_not_there_says_so(sandbox: Any) -> None:
    answer = sandbox.get(f"{LOGIN}/common/userrealm/anna@gemeente.example?api-version=1.0", token=None)
    assert (answer.status_code, answer.json()["error"]) == (501, "not_implemented")
