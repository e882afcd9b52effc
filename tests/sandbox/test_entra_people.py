"""Entra over plain HTTP: people signing in by device code and in a browser (identity-mail-teams.md §4.5, §4.6)."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.sandbox.entra_calls import DEVICE_GRANT, GRAPH, LOGIN, claims_of, public_id, refusal


def test_device_code_pending_slow_down_approved(sandbox: Any) -> None:
    scope = f"{sandbox.sharepoint}/AllSites.Manage offline_access openid profile"
    tenant = f"{LOGIN}/{sandbox.ready['tenant_id']}"
    app_id = public_id(sandbox)
    flow = sandbox.post(
        f"{tenant}/oauth2/v2.0/devicecode", data={"client_id": app_id, "scope": scope}, token=None
    ).json()
    assert (flow["expires_in"], flow["interval"]) == (900, 5)
    assert flow["verification_uri"] == f"{sandbox.web}/_sandbox/devicecode"
    form = {"client_id": app_id, "grant_type": DEVICE_GRANT, "client_info": "1", "device_code": flow["device_code"]}

    def poll() -> Any:
        return sandbox.post(sandbox.token_endpoint, data=form, token=None)

    assert refusal(poll()) == (400, "authorization_pending", 70016)
    assert poll().json()["error"] == "slow_down"
    upn = sandbox.ready["users"][0]["upn"]
    decided = sandbox.control("POST", "devicecode", json={"user_code": flow["user_code"], "upn": upn})
    assert decided.status_code == 204
    answer = poll().json()
    # Names come back fully qualified, or msal's cache misses them.
    assert f"{sandbox.sharepoint}/AllSites.Manage" in answer["scope"].split()
    claims = claims_of(sandbox, answer["access_token"])
    assert (claims["scp"], claims["upn"], claims["idtyp"]) == ("AllSites.Manage", upn, "user")
    assert claims["appidacr"] == "0"
    assert "roles" not in claims
    info = json.loads(base64.urlsafe_b64decode(answer["client_info"] + "=="))
    assert info == {"uid": claims["oid"], "utid": sandbox.ready["tenant_id"]}
    # A device code is good for one token.
    assert refusal(poll())[1] == "bad_verification_code"


def test_device_code_declined_and_expired(sandbox: Any) -> None:
    tenant, app_id = f"{LOGIN}/{sandbox.ready['tenant_id']}", public_id(sandbox)
    data = {"client_id": app_id, "scope": "User.Read"}
    flows = [sandbox.post(f"{tenant}/oauth2/v2.0/devicecode", data=data, token=None).json() for _ in range(2)]
    forms = [{"client_id": app_id, "grant_type": DEVICE_GRANT, "device_code": flow["device_code"]} for flow in flows]
    page = sandbox.control("POST", "devicecode", data={"user_code": flows[0]["user_code"], "action": "decline"})
    assert "Geweigerd." in page.text
    answer = sandbox.post(sandbox.token_endpoint, data=forms[0], token=None)
    assert answer.json()["error"] == "authorization_declined"
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=16)
    sandbox.set_clock(later.isoformat())
    answer = sandbox.post(sandbox.token_endpoint, data=forms[1], token=None)
    assert answer.json()["error"] == "expired_token"


def test_a_confidential_app_cannot_use_device_code_without_credential(sandbox: Any) -> None:
    form = {"client_id": sandbox.ready["client_id"], "grant_type": DEVICE_GRANT, "device_code": "x"}
    answer = sandbox.post(sandbox.token_endpoint, data=form, token=None)
    assert refusal(answer) == (401, "invalid_client", 7000218)


def test_a_public_app_must_not_send_a_secret(sandbox: Any) -> None:
    answer = sandbox.sign_in(GRAPH, "secret", client_id=public_id(sandbox))
    assert refusal(answer) == (401, "invalid_client", 700025)


def test_scopes_without_consent(sandbox: Any) -> None:
    url = f"{LOGIN}/{sandbox.ready['tenant_id']}/oauth2/v2.0/devicecode"
    data = {"client_id": public_id(sandbox), "scope": f"{sandbox.sharepoint}/AllSites.FullControl"}
    assert refusal(sandbox.post(url, data=data, token=None)) == (400, "invalid_grant", 65001)


def authorise(sandbox: Any, verifier: str, **change: str) -> Any:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "client_id": public_id(sandbox),
        "response_type": "code",
        "redirect_uri": "http://localhost:5000",
        "scope": f"{sandbox.sharepoint}/AllSites.Manage offline_access openid profile",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": sandbox.ready["users"][0]["upn"],
        **change,
    }
    url = f"{LOGIN}/{sandbox.ready['tenant_id']}/oauth2/v2.0/authorize"
    return sandbox.get(url, params=asked, token=None, allow_redirects=False)


def redeem(sandbox: Any, code: str, verifier: str, **change: str) -> Any:
    form = {
        "client_id": public_id(sandbox),
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "http://localhost:5000",
        "code_verifier": verifier,
        **change,
    }
    return sandbox.post(sandbox.token_endpoint, data=form, token=None)


def test_authorisation_code_with_pkce_and_refresh_for_another_resource(sandbox: Any) -> None:
    sent = authorise(sandbox, "v" * 50)
    assert sent.status_code == 302
    back = urlsplit(sent.headers["Location"])
    assert f"{back.scheme}://{back.netloc}" == "http://localhost:5000"
    answered = parse_qs(back.query)
    assert answered["state"] == ["s1"]
    tokens = redeem(sandbox, answered["code"][0], "v" * 50).json()
    assert jwt.decode(tokens["id_token"], options={"verify_signature": False})["nonce"] == "n1"
    form = {
        "client_id": public_id(sandbox),
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "scope": "https://graph.microsoft.com/User.Read offline_access",
    }
    second = sandbox.post(sandbox.token_endpoint, data=form, token=None).json()
    assert claims_of(sandbox, second["access_token"])["scp"] == "User.Read"
    assert second["refresh_token"] != tokens["refresh_token"]
    assert refusal(redeem(sandbox, answered["code"][0], "v" * 50)) == (400, "invalid_grant", 54005)
    # identity-mail-teams.md §4.6: 90 days of inactivity.
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=91)
    sandbox.set_clock(later.isoformat())
    assert refusal(sandbox.post(sandbox.token_endpoint, data=form, token=None)) == (400, "invalid_grant", 700082)


def test_a_code_is_for_who_asked_it(sandbox: Any) -> None:
    for change, number in (({"code_verifier": "w" * 50}, 501481), ({"redirect_uri": "http://localhost:1"}, 500112)):
        code = parse_qs(urlsplit(authorise(sandbox, "v" * 50).headers["Location"]).query)["code"][0]
        assert refusal(redeem(sandbox, code, "v" * 50, **change)) == (400, "invalid_grant", number)


def test_authorize_without_account_lets_the_person_choose(sandbox: Any) -> None:
    page = authorise(sandbox, "v" * 50, login_hint="")
    assert page.status_code == 200
    # The account without a mailbox can sign in too.
    assert page.text.count("login_hint=") == len(sandbox.ready["users"]) + 1
    # Nobody signs in to a shared mailbox.
    assert sandbox.ready["mailbox"] not in page.text


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"redirect_uri": "https://example.com/x"}, 50011),
        ({"redirect_uri": "http://["}, 50011),
        ({"code_challenge": ""}, 9002325),
        ({"response_type": "token"}, 700054),
    ],
)
def test_refused_authorize_requests(sandbox: Any, change: dict[str, str], number: int) -> None:
    assert refusal(authorise(sandbox, "v" * 50, **change))[2] == number
