"""The fixture `sandbox`: a real one on free ports, spoken to over plain HTTP, as seeded before each test."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from projectlists.sandbox.main import Options, running
from tests.sandbox.fuzzing import Bench

LOGIN = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"


class Sandbox:
    """One running sandbox, seen from outside."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.session = requests.Session()
        # Variables of the machine must not lead the tests elsewhere.
        self.session.trust_env = False
        self.session.proxies = {"https": ready["proxy"]}
        self.session.verify = ready["ca"]
        self.web_session = requests.Session()
        self.web_session.trust_env = False
        self._tokens: dict[tuple[str, str], str] = {}

    @property
    def sharepoint(self) -> str:
        """`https://{tenant}.sharepoint.com`."""
        return str(self.ready["sharepoint"])

    @property
    def site(self) -> str:
        """Absolute URL of the first seeded site."""
        return str(self.ready["sites"][0])

    @property
    def web(self) -> str:
        """Address of the people's pages."""
        return str(self.ready["web"])

    # The far end

    def request(self, method: str, url: str, *, token: str | None = "", **arguments: Any) -> requests.Response:
        """One request through the proxy; signed in with the certificate unless `token` says otherwise (None: not)."""
        headers = {"Accept": "application/json;odata=nometadata", **(arguments.pop("headers", None) or {})}
        if token == "":
            token = self.token(GRAPH if url.startswith(GRAPH) else self.sharepoint)
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token}")
        return self.session.request(method, url, headers=headers, timeout=30, **arguments)

    def get(self, url: str, **arguments: Any) -> requests.Response:
        """GET, see `request`."""
        return self.request("GET", url, **arguments)

    def post(self, url: str, **arguments: Any) -> requests.Response:
        """POST, see `request`."""
        return self.request("POST", url, **arguments)

    def api(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """A request to `{site}/_api/{path}` of the first seeded site."""
        return self.request(method, f"{self.site}/_api/{path}", **arguments)

    def graph(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """A request to `https://graph.microsoft.com/v1.0/{path}`."""
        return self.request(method, f"{GRAPH}/v1.0/{path}", **arguments)

    # Sign-in

    @property
    def token_endpoint(self) -> str:
        """The token endpoint by the tenant's GUID."""
        return f"{LOGIN}/{self.ready['tenant_id']}/oauth2/v2.0/token"

    def token(self, resource: str, credential: str = "certificate", *, fresh: bool = False) -> str:
        """An app-only token for a resource's URL, by `certificate` or `secret`; remembered unless `fresh`."""
        if fresh or (resource, credential) not in self._tokens:
            answer = self.sign_in(resource, credential)
            assert answer.status_code == 200, answer.text
            self._tokens[resource, credential] = answer.json()["access_token"]
        return self._tokens[resource, credential]

    def sign_in(self, resource: str, credential: str = "certificate", **form: str) -> requests.Response:
        """The answer of the token endpoint to a client_credentials request; `form` adds or replaces parameters."""
        proof = (
            {"client_secret": self.ready["client_secret"]}
            if credential == "secret"
            else {
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self.assertion(),
            }
        )
        wanted = {
            "client_id": self.ready["client_id"],
            "grant_type": "client_credentials",
            "scope": f"{resource}/.default",
            **proof,
            **form,
        }
        return self.session.post(self.token_endpoint, data=wanted, timeout=30)

    def person_token(self, number: int = 0, scope: str | None = None) -> str:
        """A delegated token of one of the seeded people, signed in by device code; SharePoint's lists by default."""
        app_id = self.control("GET", "").json()["public_client_id"]
        form = {"client_id": app_id, "scope": scope or f"{self.sharepoint}/AllSites.Manage"}
        flow = self.session.post(self.token_endpoint.replace("/token", "/devicecode"), data=form, timeout=30).json()
        upn = self.ready["users"][number]["upn"]
        self.control("POST", "devicecode", json={"user_code": flow["user_code"], "upn": upn})
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        form = {"client_id": app_id, "grant_type": grant, "device_code": flow["device_code"]}
        return str(self.session.post(self.token_endpoint, data=form, timeout=30).json()["access_token"])

    def assertion(self, header: dict[str, Any] | None = None, algorithm: str = "RS256", **claims: Any) -> str:
        """A client assertion as msal signs it; `claims` replace its own, `header` its thumbprint."""
        pem = Path(self.ready["certificate"]).read_bytes()
        certificate = x509.load_pem_x509_certificate(pem)
        # msal sends the thumbprint with its padding and times as floats (identity-mail-teams.md §4.2).
        thumbprint = {"x5t": jwt.utils.base64url_encode(certificate.fingerprint(hashes.SHA1())).decode() + "="}
        now = time.time()
        content = {
            "aud": self.token_endpoint,
            "iss": self.ready["client_id"],
            "sub": self.ready["client_id"],
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + 600,
            **claims,
        }
        return jwt.encode(content, pem, algorithm=algorithm, headers=thumbprint if header is None else header)

    # Controls

    def control(self, method: str, name: str, **arguments: Any) -> requests.Response:
        """A request to `{web}/_sandbox/{name}`."""
        return self.web_session.request(method, f"{self.web}/_sandbox/{name}", timeout=30, **arguments)

    def requests(self) -> list[dict[str, Any]]:
        """The request log."""
        return list(self.control("GET", "requests").json())

    def mail(self) -> list[dict[str, Any]]:
        """Every message delivered."""
        return list(self.control("GET", "mail").json())

    def faults(self, *rules: dict[str, Any]) -> None:
        """Put fault rules in force."""
        answer = self.control("POST", "faults", json=list(rules))
        assert answer.status_code == 200, answer.text

    def set_clock(self, moment: str) -> None:
        """Move the tenant's clock to an ISO moment. Tokens from before may be no good afterwards."""
        answer = self.control("POST", "clock", json={"now": moment})
        assert answer.status_code == 200, answer.text
        self._tokens.clear()

    def reset(self) -> None:
        """The tenant as seeded."""
        answer = self.control("POST", "reset")
        assert answer.status_code == 204, answer.text

    def close(self) -> None:
        """Close the connections."""
        self.session.close()
        self.web_session.close()


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests of a worker; use `sandbox`."""
    with running(Options()) as ready:
        opened = Sandbox(ready)
        yield opened
        opened.close()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """A sandbox with seed none, as new."""
    running_sandbox.reset()
    # A clock set by the test before makes its tokens too young or too old.
    running_sandbox._tokens.clear()
    return running_sandbox


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A tenant to throw anything at; what one test leaves there, the next one meets."""
    opened = Bench(tmp_path_factory.mktemp("fuzz"))
    with contextlib.closing(opened.assembly):
        yield opened
