"""Signing in as a workload outside the tenant, and getting the code in a form, over plain HTTP."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from tests.sandbox.conftest import GRAPH, LOGIN, Sandbox

VERIFIER = "v" * 50


def number_of(answer: requests.Response) -> tuple[int, str, int]:
    body = answer.json()
    return answer.status_code, body["error"], body["error_codes"][0]


# Federated identity credentials (identity-mail-teams.md §2.3)


def workload_assertion(sandbox: Sandbox, **changes: Any) -> str:
    federation = sandbox.control("GET", "").json()["federation"]
    now = int(time.time())
    content = {
        "iss": federation["issuer"],
        "sub": federation["subject"],
        "aud": federation["audience"],
        "iat": now,
        "exp": now + 600,
        **changes,
    }
    return jwt.encode(content, Path(federation["key"]).read_bytes(), algorithm="RS256")


def test_a_token_of_the_named_issuer_stands_for_the_app(sandbox: Sandbox) -> None:
    answer = sandbox.sign_in(GRAPH, client_assertion=workload_assertion(sandbox))
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert (claims["appidacr"], claims["appid"]) == ("2", sandbox.ready["client_id"])


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"iss": "https://x.example"}, 700211),
        ({"aud": "api://x"}, 700212),
        ({"sub": "x"}, 700213),
        ({"exp": 1}, 700024),
    ],
)
def test_a_token_for_something_else(sandbox: Sandbox, changes: dict[str, Any], number: int) -> None:
    answer = sandbox.sign_in(GRAPH, client_assertion=workload_assertion(sandbox, **changes))
    assert number_of(answer) == (401, "invalid_client", number)


def test_a_token_signed_by_somebody_else(sandbox: Sandbox) -> None:
    claims = jwt.decode(workload_assertion(sandbox), options={"verify_signature": False})
    forged = jwt.encode(claims, Path(sandbox.ready["certificate"]).read_bytes(), algorithm="RS256")
    answer = sandbox.sign_in(GRAPH, client_assertion=forged)
    assert number_of(answer) == (401, "invalid_client", 50013)


def test_a_token_carries_the_name_of_the_app(sandbox: Sandbox) -> None:
    claims = jwt.decode(sandbox.token(GRAPH), options={"verify_signature": False})
    assert claims["app_displayname"] == "Projectlijsten taak"


# The code in a form: what msal's own browser sign-in asks for


def authorise(sandbox: Sandbox, **change: str) -> requests.Response:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    asked = {
        "client_id": sandbox.control("GET", "").json()["public_client_id"],
        "response_type": "code",
        "redirect_uri": "http://localhost:5000",
        "scope": f"{sandbox.sharepoint}/AllSites.Manage openid",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": sandbox.ready["users"][0]["upn"],
        **change,
    }
    url = f"{LOGIN}/{sandbox.ready['tenant_id']}/oauth2/v2.0/authorize"
    return sandbox.get(url, params=asked, token=None, allow_redirects=False)


def test_the_code_comes_in_a_form(sandbox: Sandbox) -> None:
    page = authorise(sandbox, response_mode="form_post", state='"><script>')
    assert page.headers["Content-Type"].startswith("text/html")
    assert '<form method="post" action="http://localhost:5000">' in page.text
    assert "<script>" not in page.text
    code = re.search(r'name="code" value="([^"]+)"', page.text)
    assert code is not None
    form = {
        "client_id": sandbox.control("GET", "").json()["public_client_id"],
        "grant_type": "authorization_code",
        "code": code[1],
        "redirect_uri": "http://localhost:5000",
        "code_verifier": VERIFIER,
    }
    assert sandbox.post(sandbox.token_endpoint, data=form, token=None).status_code == 200


def test_an_unknown_response_mode(sandbox: Sandbox) -> None:
    assert number_of(authorise(sandbox, response_mode="smoke"))[2] == 90015
