"""Entra over plain HTTP: what access tokens say (identity-mail-teams.md §6)."""

from __future__ import annotations

import datetime
from typing import Any

from tests.sandbox.entra_calls import GRAPH, claims_of


def test_claims_of_an_app_with_certificate(sandbox: Any) -> None:
    claims = claims_of(sandbox, sandbox.token(sandbox.sharepoint))
    tenant_id = sandbox.ready["tenant_id"]
    assert claims["aud"] == "https://lindervoort.sharepoint.com"
    assert claims["iss"] == f"https://sts.windows.net/{tenant_id}/"
    assert (claims["tid"], claims["appid"]) == (tenant_id, sandbox.ready["client_id"])
    assert (claims["appidacr"], claims["idtyp"], claims["ver"]) == ("2", "app", "1.0")
    assert claims["oid"] == claims["sub"]
    assert claims["roles"] == ["Sites.FullControl.All"]
    assert claims["exp"] - claims["iat"] == 3599
    assert not {"scp", "upn", "name"} & set(claims)


def test_claims_of_an_app_with_secret(sandbox: Any) -> None:
    claims = claims_of(sandbox, sandbox.token(GRAPH, "secret"))
    assert (claims["appidacr"], claims["aud"]) == ("1", GRAPH)
    # Mail is scoped to one mailbox (§2.5), so it is no role of the token.
    assert "User.Read.All" in claims["roles"]
    assert not [role for role in claims["roles"] if role.startswith("Mail.")]


def test_tokens_run_on_the_tenants_clock(sandbox: Any) -> None:
    sandbox.set_clock("2027-10-31T00:59:00Z")
    claims = claims_of(sandbox, sandbox.token(GRAPH))
    assert 0 <= claims["iat"] - datetime.datetime(2027, 10, 31, 0, 59, tzinfo=datetime.UTC).timestamp() < 30
