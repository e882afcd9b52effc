"""Entra over plain HTTP: discovery, credentials, scopes, tokens, people (identity-mail-teams.md §4-§6, §14)."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import msal
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

LOGIN = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def refusal(answer: Any) -> tuple[int, str, int]:
    """Status, OAuth error and AADSTS number; the description opens with the number and names what to look up."""
    body = answer.json()
    assert body["error_description"].startswith(f"AADSTS{body['error_codes'][0]}: ")
    assert all(part in body["error_description"] for part in ("Trace ID: ", "Correlation ID: ", "Timestamp: "))
    assert {"timestamp", "trace_id", "correlation_id", "error_uri"} <= set(body)
    return answer.status_code, body["error"], body["error_codes"][0]


def public_id(sandbox: Any) -> str:
    return str(sandbox.control("GET", "").json()["public_client_id"])


# Discovery (§4.1)


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


# Credentials of apps (§4.2, §5)


def certificate(sandbox: Any) -> x509.Certificate:
    return x509.load_pem_x509_certificate(Path(sandbox.ready["certificate"]).read_bytes())


def sha256_header(sandbox: Any) -> dict[str, Any]:
    return {"x5t#S256": jwt.utils.base64url_encode(certificate(sandbox).fingerprint(hashes.SHA256())).decode() + "="}


def chain_header(sandbox: Any) -> dict[str, Any]:
    # msal puts the PEM's own lines in (§4.2).
    pem = certificate(sandbox).public_bytes(serialization.Encoding.PEM).decode().splitlines(keepends=True)
    return {"x5c": ["".join(pem[1:-1])]}


def test_rs256_with_sha1_thumbprint(sandbox: Any) -> None:
    answer = sandbox.sign_in(sandbox.sharepoint)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3599


def test_ps256_with_sha256_thumbprint_and_chain(sandbox: Any) -> None:
    for header in (sha256_header(sandbox), {**sha256_header(sandbox), **chain_header(sandbox)}, chain_header(sandbox)):
        signed = sandbox.assertion(header, algorithm="PS256")
        assert sandbox.sign_in(GRAPH, client_assertion=signed).status_code == 200


def test_an_assertion_serves_twice(sandbox: Any) -> None:
    signed = sandbox.assertion()
    assert sandbox.sign_in(sandbox.sharepoint, client_assertion=signed).status_code == 200
    assert sandbox.sign_in(GRAPH, client_assertion=signed).status_code == 200


def test_assertion_audience_by_name_and_by_guid(sandbox: Any) -> None:
    named = f"{LOGIN}/lindervoort.onmicrosoft.com/oauth2/v2.0/token"
    assert sandbox.sign_in(GRAPH, client_assertion=sandbox.assertion(aud=named)).status_code == 200
    other = sandbox.assertion(aud=f"{LOGIN}/xyz.com/oauth2/v2.0/token")
    assert refusal(sandbox.sign_in(GRAPH, client_assertion=other)) == (401, "invalid_client", 700023)


def test_assertion_times_go_by_this_machine_not_by_the_tenant(sandbox: Any) -> None:
    sandbox.set_clock("2030-01-01T00:00:00Z")
    assert sandbox.sign_in(GRAPH).status_code == 200
    now = time.time()
    # 5 minutes of clock difference are allowed.
    assert sandbox.sign_in(GRAPH, client_assertion=sandbox.assertion(exp=now - 290)).status_code == 200
    for claims in ({"exp": now - 310}, {"nbf": now + 310, "exp": now + 900}, {"iat": now + 310, "exp": now + 900}):
        answer = sandbox.sign_in(GRAPH, client_assertion=sandbox.assertion(**claims))
        assert refusal(answer) == (401, "invalid_client", 700024)


def test_assertion_for_another_app(sandbox: Any) -> None:
    answer = sandbox.sign_in(GRAPH, client_assertion=sandbox.assertion(sub="someone else"))
    assert refusal(answer) == (401, "invalid_client", 700021)


def test_unregistered_certificate(sandbox: Any) -> None:
    answer = sandbox.sign_in(GRAPH, client_assertion=sandbox.assertion({"x5t": "AAAA"}))
    assert refusal(answer) == (401, "invalid_client", 700027)


def test_thumbprint_and_chain_must_be_of_one_certificate(sandbox: Any) -> None:
    for header in ({**sha256_header(sandbox), "x5c": ["AAAA"]}, {**chain_header(sandbox), "x5t": "AAAA"}):
        answer = sandbox.sign_in(GRAPH, client_assertion=sandbox.assertion(header))
        assert refusal(answer) == (401, "invalid_client", 700027)


def test_right_thumbprint_wrong_key(sandbox: Any) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(sandbox.assertion(), options={"verify_signature": False})
    forged = jwt.encode(claims, key, algorithm="PS256", headers=sha256_header(sandbox))
    assert refusal(sandbox.sign_in(GRAPH, client_assertion=forged)) == (401, "invalid_client", 700027)


def test_unsigned_and_symmetric_assertions_are_refused(sandbox: Any) -> None:
    claims = jwt.decode(sandbox.assertion(), options={"verify_signature": False})
    for key, algorithm in ((None, "none"), ("x" * 32, "HS256")):
        forged = jwt.encode(claims, key, algorithm=algorithm, headers=sha256_header(sandbox))
        assert sandbox.sign_in(GRAPH, client_assertion=forged).status_code == 401


def test_an_assertion_of_another_issuer_has_no_federated_credential(sandbox: Any) -> None:
    foreign = sandbox.assertion({"kid": "1"}, iss="https://oidc.elders.example")
    assert refusal(sandbox.sign_in(GRAPH, client_assertion=foreign)) == (401, "invalid_client", 700211)


def test_garbage_for_an_assertion(sandbox: Any) -> None:
    assert refusal(sandbox.sign_in(GRAPH, client_assertion="a.b.c")) == (400, "invalid_request", 50027)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"client_secret": "not it"}, (401, "invalid_client", 7000215)),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, (400, "unauthorized_client", 700016)),
        ({"client_id": ""}, (400, "invalid_request", 900144)),
        ({"grant_type": ""}, (400, "invalid_request", 900144)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"scope": ""}, (400, "invalid_request", 900144)),
        ({"scope": "https://graph.microsoft.com/Mail.Send"}, (400, "invalid_scope", 1002012)),
        ({"scope": "openid"}, (400, "invalid_scope", 70011)),
        ({"scope": "openid https://graph.microsoft.com/.default"}, (400, "invalid_scope", 1002012)),
        ({"scope": "graph.microsoft.com/.default"}, (400, "invalid_scope", 70011)),
        ({"scope": "https://meerdrecht.sharepoint.com/.default"}, (400, "invalid_resource", 500011)),
        ({"scope": "https://lindervoort.sharepoint.com/sites/demo/.default"}, (400, "invalid_resource", 500011)),
        (
            {"scope": "https://graph.microsoft.com/.default https://lindervoort.sharepoint.com/.default"},
            (400, "invalid_scope", 700022),
        ),
    ],
)
def test_refused_token_requests(sandbox: Any, change: dict[str, str], expected: tuple[int, str, int]) -> None:
    assert refusal(sandbox.sign_in(GRAPH, "secret", **change)) == expected


def test_without_a_credential(sandbox: Any) -> None:
    form = {
        "client_id": sandbox.ready["client_id"],
        "grant_type": "client_credentials",
        "scope": f"{GRAPH}/.default",
    }
    answer = sandbox.post(sandbox.token_endpoint, data=form, token=None)
    assert refusal(answer) == (401, "invalid_client", 7000216)


def test_the_correlation_id_is_the_clients(sandbox: Any) -> None:
    answer = sandbox.post(sandbox.token_endpoint, data={}, token=None, headers={"client-request-id": "abc-1"})
    assert answer.json()["correlation_id"] == "abc-1"


# Access tokens (§6)


def claims_of(sandbox: Any, token: str) -> dict[str, Any]:
    """The claims, after checking the signature with the tenant's published key."""
    keys = sandbox.get(f"{LOGIN}/common/discovery/v2.0/keys", token=None).json()["keys"]
    header = jwt.get_unverified_header(token)
    key = next(each for each in keys if each["kid"] == header["kid"])
    assert header == {"typ": "JWT", "alg": "RS256", "kid": header["kid"], "x5t": header["kid"]}
    return dict(
        jwt.decode(
            token,
            jwt.PyJWK(key).key,
            algorithms=["RS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    )


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


# People (§4.5, §4.6)


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


# msal itself, unmodified


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
