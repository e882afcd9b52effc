"""msal for Python, unmodified: every way to sign in that a job or a person has (identity-mail-teams.md §2, §4)."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.interop.led import environment_of
from tests.sandbox.conftest import GRAPH, Sandbox

MANAGE = "https://lindervoort.sharepoint.com/AllSites.Manage"
READ_SELF = "https://graph.microsoft.com/User.Read"


@pytest.fixture(autouse=True)
def led(sandbox: Sandbox) -> Iterator[None]:
    with environment_of(sandbox):
        yield


def authority(sandbox: Sandbox) -> str:
    return f"https://login.microsoftonline.com/{sandbox.ready['tenant_id']}"


def confidential(sandbox: Sandbox, credential: Any) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        sandbox.ready["client_id"], authority=authority(sandbox), client_credential=credential
    )


def public(sandbox: Sandbox) -> msal.PublicClientApplication:
    client_id = sandbox.control("GET", "").json()["public_client_id"]
    return msal.PublicClientApplication(client_id, authority=authority(sandbox))


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def opens_site(sandbox: Sandbox, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return requests.get(f"{sandbox.site}/_api/web", headers=headers, timeout=30).status_code


def certificate_credentials(sandbox: Sandbox) -> dict[str, dict[str, str]]:
    pem = Path(sandbox.ready["certificate"]).read_text()
    public_part = x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.PEM).decode()
    by_thumbprint = {"private_key": pem, "thumbprint": sandbox.ready["thumbprint"]}
    return {
        "RS256, thumbprint": by_thumbprint,
        "PS256, certificate": {"private_key": pem, "public_certificate": public_part},
        "RS256, both": {**by_thumbprint, "public_certificate": public_part},
    }


@pytest.mark.parametrize("kind", ["RS256, thumbprint", "PS256, certificate", "RS256, both"])
def test_certificate(sandbox: Sandbox, kind: str) -> None:
    app = confidential(sandbox, certificate_credentials(sandbox)[kind])
    answer = app.acquire_token_for_client([f"{sandbox.sharepoint}/.default"])
    assert (answer["token_source"], claims(answer["access_token"])["appidacr"]) == ("identity_provider", "2")
    assert opens_site(sandbox, answer["access_token"]) == 200
    # One token per resource; the second time it comes from the cache (§4.3).
    assert app.acquire_token_for_client([f"{GRAPH}/.default"])["token_source"] == "identity_provider"
    assert app.acquire_token_for_client([f"{sandbox.sharepoint}/.default"])["token_source"] == "cache"


def test_certificate_in_a_pfx_file(sandbox: Sandbox, tmp_path: Path) -> None:
    pem = Path(sandbox.ready["certificate"]).read_bytes()
    key: Any = serialization.load_pem_private_key(pem, None)
    packed = pkcs12.serialize_key_and_certificates(
        b"app", key, x509.load_pem_x509_certificate(pem), None, serialization.BestAvailableEncryption(b"word")
    )
    (tmp_path / "app.pfx").write_bytes(packed)
    credential = {"private_key_pfx_path": str(tmp_path / "app.pfx"), "passphrase": "word"}
    answer = confidential(sandbox, credential).acquire_token_for_client([f"{sandbox.sharepoint}/.default"])
    assert opens_site(sandbox, answer["access_token"]) == 200


def test_secret_is_good_for_graph_and_not_for_sharepoint(sandbox: Sandbox) -> None:
    app = confidential(sandbox, sandbox.ready["client_secret"])
    graph = app.acquire_token_for_client([f"{GRAPH}/.default"])["access_token"]
    found = requests.get(f"{GRAPH}/v1.0/users?$top=1", headers={"Authorization": f"Bearer {graph}"}, timeout=30)
    assert found.status_code == 200
    # §2.4: the token is issued, SharePoint refuses it.
    token = app.acquire_token_for_client([f"{sandbox.sharepoint}/.default"])["access_token"]
    assert (claims(token)["appidacr"], opens_site(sandbox, token)) == ("1", 401)


def test_wrong_secret(sandbox: Sandbox) -> None:
    answer = confidential(sandbox, "no").acquire_token_for_client([f"{GRAPH}/.default"])
    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [7000215])


def workload_token(sandbox: Sandbox, **changes: Any) -> str:
    """What a workload outside the tenant is given by its own issuer."""
    federation = sandbox.control("GET", "").json()["federation"]
    now = int(time.time())
    content = {
        "iss": federation["issuer"],
        "sub": federation["subject"],
        "aud": federation["audience"],
        "iat": now,
        "exp": now + 600,
        "jti": str(uuid.uuid4()),
        **changes,
    }
    return jwt.encode(content, Path(federation["key"]).read_bytes(), algorithm="RS256", headers={"kid": "workload"})


def test_federated_assertion(sandbox: Sandbox) -> None:
    asked: list[str] = []

    def assertion() -> str:
        asked.append(workload_token(sandbox))
        return asked[-1]

    app = confidential(sandbox, {"client_assertion": assertion})
    answer = app.acquire_token_for_client([f"{sandbox.sharepoint}/.default"])
    assert opens_site(sandbox, answer["access_token"]) == 200
    # §2.3: called once per request on the wire, not for a cached token.
    app.acquire_token_for_client([f"{GRAPH}/.default"])
    app.acquire_token_for_client([f"{GRAPH}/.default"])
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"iss": "https://oidc.other.example"}, 700211),
        ({"aud": "api://other"}, 700212),
        ({"sub": "system:serviceaccount:other:job"}, 700213),
        ({"exp": 1}, 700024),
    ],
)
def test_federated_assertion_of_somebody_else(sandbox: Sandbox, changes: dict[str, Any], number: int) -> None:
    app = confidential(sandbox, {"client_assertion": lambda: workload_token(sandbox, **changes)})
    answer = app.acquire_token_for_client([f"{GRAPH}/.default"])
    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [number])


def test_federated_assertion_with_another_key(sandbox: Sandbox) -> None:
    forged = jwt.encode(claims(workload_token(sandbox)), Path(sandbox.ready["certificate"]).read_bytes(), "RS256")
    answer = confidential(sandbox, {"client_assertion": lambda: forged}).acquire_token_for_client([f"{GRAPH}/.default"])
    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [50013])


def test_device_code(sandbox: Sandbox) -> None:
    app = public(sandbox)
    flow = app.initiate_device_flow([MANAGE])
    assert flow["user_code"] in flow["message"]
    upn = sandbox.ready["users"][1]["upn"]
    sandbox.control("POST", "devicecode", json={"user_code": flow["user_code"], "upn": upn})
    answer = app.acquire_token_by_device_flow(flow)
    assert claims(answer["access_token"])["upn"] == upn
    (account,) = app.get_accounts()
    assert account["username"] == upn
    # §2.1: one sign-in, then the refresh token serves the second resource.
    assert app.acquire_token_silent([MANAGE], account)["token_source"] == "cache"
    assert app.acquire_token_silent([READ_SELF], account)["token_source"] == "identity_provider"


def test_device_code_declined(sandbox: Sandbox) -> None:
    app = public(sandbox)
    flow = app.initiate_device_flow([MANAGE])
    sandbox.control("POST", "devicecode", json={"user_code": flow["user_code"], "action": "decline"})
    assert app.acquire_token_by_device_flow(flow)["error"] == "authorization_declined"


class Form(HTMLParser):
    """The one form of a page: where it goes, and its values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            self.values[given["name"]] = given["value"]


def test_authorisation_code_by_form(sandbox: Sandbox) -> None:
    app = public(sandbox)
    upn = sandbox.ready["users"][2]["upn"]
    flow = app.initiate_auth_code_flow(
        [MANAGE], redirect_uri="http://localhost:5000", login_hint=upn, response_mode="form_post"
    )
    # What the browser does: follow the link, and send the form that comes back.
    form = Form(requests.get(flow["auth_uri"], timeout=30).text)
    assert form.action == "http://localhost:5000"
    answer = app.acquire_token_by_auth_code_flow(flow, form.values)
    assert claims(answer["access_token"])["upn"] == upn


def test_interactive(sandbox: Sandbox) -> None:
    app = public(sandbox)
    upn = sandbox.ready["users"][3]["upn"]

    def browse(url: str) -> None:
        form = Form(requests.get(url, timeout=30).text)
        requests.post(form.action, data=form.values, timeout=30)

    answer = app.acquire_token_interactive(
        [MANAGE],
        login_hint=upn,
        timeout=30,
        auth_uri_callback=lambda url: threading.Thread(target=browse, args=(url,)).start(),
    )
    assert claims(answer["access_token"])["upn"] == upn


@pytest.mark.filterwarnings("ignore:response_mode")
def test_authorisation_code_in_the_address(sandbox: Sandbox) -> None:
    app = public(sandbox)
    upn = sandbox.ready["users"][2]["upn"]
    flow = app.initiate_auth_code_flow([MANAGE], redirect_uri="http://localhost:5000", login_hint=upn)
    # What the browser does: follow the link, come back with what the address then holds.
    sent = requests.get(flow["auth_uri"], allow_redirects=False, timeout=30)
    assert sent.status_code == 302
    answer = app.acquire_token_by_auth_code_flow(flow, dict(parse_qsl(urlsplit(sent.headers["Location"]).query)))
    assert answer["id_token_claims"]["preferred_username"] == upn
    assert opens_site(sandbox, answer["access_token"]) == 200
    (account,) = app.get_accounts()
    renewed = app.acquire_token_silent([MANAGE], account, force_refresh=True)
    assert renewed["token_source"] == "identity_provider"
    assert claims(renewed["access_token"])["scp"] == "AllSites.Manage"


@pytest.mark.parametrize("platform", ["imds", "app_service"])
def test_managed_identity(sandbox: Sandbox, platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = sandbox.control("GET", "identity").json()
    for name, value in identity[platform].items():
        monkeypatch.setenv(name, value)
    # The client asks its neighbour without a proxy; services are asked through it.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client_id = identity["managed_identity"]["client_id"]
    for managed in (msal.SystemAssignedManagedIdentity(), msal.UserAssignedManagedIdentity(client_id=client_id)):
        with requests.Session() as http:
            client = msal.ManagedIdentityClient(managed, http_client=http)
            answer = client.acquire_token_for_client(resource=sandbox.sharepoint)
            assert 3500 < answer["expires_in"] <= 3599
            assert opens_site(sandbox, answer["access_token"]) == 200
            # `/.default` is no part of a resource (identity-mail-teams.md §2.3).
            refused = client.acquire_token_for_client(resource=f"{GRAPH}/.default")
            assert refused["error"] in {"invalid_resource", "invalid_scope"}


def test_federated_tokens_of_platforms(sandbox: Sandbox) -> None:
    identity = sandbox.control("GET", "identity").json()
    pod = Path(identity["kubernetes"]["AZURE_FEDERATED_TOKEN_FILE"])

    def from_github() -> str:
        given = identity["github"]
        headers = {"Authorization": f"bearer {given['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
        address = f"{given['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=api://AzureADTokenExchange"
        return str(sandbox.web_session.get(address, headers=headers, timeout=10).json()["value"])

    for source in (pod.read_text, from_github):
        app = confidential(sandbox, {"client_assertion": source})
        answer = app.acquire_token_for_client([f"{sandbox.sharepoint}/.default"])
        assert opens_site(sandbox, answer["access_token"]) == 200
