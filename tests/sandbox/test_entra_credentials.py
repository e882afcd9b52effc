"""Entra over plain HTTP: how apps prove who they are, and what is refused (identity-mail-teams.md §4.2, §5)."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.entra_calls import GRAPH, LOGIN, certificate, refusal


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
