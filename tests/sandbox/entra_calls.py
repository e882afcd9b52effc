"""What the tests of sign-in share: addresses, refusals read, the public app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jwt
from cryptography import x509

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


def certificate(sandbox: Any) -> x509.Certificate:
    return x509.load_pem_x509_certificate(Path(sandbox.ready["certificate"]).read_bytes())


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
