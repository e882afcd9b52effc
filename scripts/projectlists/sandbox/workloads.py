"""Who code without a secret is: a managed identity in Azure, a workflow on GitHub, a pod (identity-mail-teams.md §2.3).

The endpoints that such code asks are plain http at the people's address, under `_sandbox/identity/`. Environment
variables lead a client there, as they do on the platforms themselves.
"""

from __future__ import annotations

import hmac
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt

from projectlists.sandbox import files, seeds
from projectlists.sandbox.credentials import Credentials
from projectlists.sandbox.directory import Application, Directory
from projectlists.sandbox.entra.errors import EntraError
from projectlists.sandbox.entra.scopes import application_scope
from projectlists.sandbox.entra.tokens import LIFETIME, Tokens
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.tenant import Tenant

_ROOM: Final = "identity"
_IMDS: Final = f"{_ROOM}/metadata/identity/oauth2/token"
_APP_SERVICE: Final = f"{_ROOM}/msi/token"
_GITHUB: Final = f"{_ROOM}/github/token"
_IMDS_VERSION, _APP_SERVICE_VERSION = "2018-02-01", "2019-08-01"
_IMDS_NAMES: Final = ("client_id", "object_id", "msi_res_id")
_APP_SERVICE_NAMES: Final = ("client_id", "object_id", "principal_id", "mi_res_id")
# GitHub's tokens live minutes; a pod's file is renewed long before a day is over.
_GITHUB_SECONDS: Final = 300
_POD_SECONDS: Final = 86_400


class _Refused(Exception):
    """No token: the OAuth error and the text."""

    def __init__(self, error: str, text: str) -> None:
        super().__init__(text)
        self.error = error
        self.text = text


@dataclass(frozen=True)
class Workloads:
    """The endpoints; `web` is the people's address."""

    tenant: Tenant
    tokens: Tokens
    directory: Directory
    credentials: Credentials
    web: str

    @property
    def token_file(self) -> Path:
        """The file with a pod's token; `write_token` renews it, as the platform does."""
        return self.tenant.folder / "federated-token"

    def endpoints(self) -> dict[str, Callable[[Request], Response]]:
        """What answers under `_sandbox/`, by name; `identity` itself renews the pod's token and tells all there is."""
        return {_ROOM: self._shown, _IMDS: self._imds, _APP_SERVICE: self._app_service, _GITHUB: self._github}

    def overview(self) -> dict[str, Any]:
        """The managed identity, and for each platform the environment variables that it sets for its code."""
        here = f"{self.web}/_sandbox"
        job = self.directory.stable_id("application", seeds.JOB)
        return {
            "managed_identity": {
                "client_id": self.directory.stable_id("application", seeds.IDENTITY),
                "object_id": self.directory.stable_id("service principal", seeds.IDENTITY),
            },
            "imds": {"AZURE_POD_IDENTITY_AUTHORITY_HOST": f"{here}/{_ROOM}"},
            "app_service": {
                "IDENTITY_ENDPOINT": f"{here}/{_APP_SERVICE}",
                "IDENTITY_HEADER": self.credentials.identity_header,
            },
            "github": {
                "ACTIONS_ID_TOKEN_REQUEST_URL": f"{here}/{_GITHUB}?api-version=2.0",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.credentials.request_token,
            },
            "kubernetes": {
                "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
                "AZURE_CLIENT_ID": job,
                "AZURE_FEDERATED_TOKEN_FILE": str(self.token_file),
                "AZURE_TENANT_ID": self.tenant.tenant_id,
            },
        }

    def write_token(self) -> None:
        """Put a fresh token in the pod's file, good for a day by this machine's clock."""
        # The platform gives the audience as a list.
        claims = {"iss": seeds.WORKLOAD_ISSUER, "sub": seeds.WORKLOAD_SUBJECT, "aud": [seeds.WORKLOAD_AUDIENCE]}
        with self.tenant.store.lock:
            files.write_private(self.token_file, self._assertion(claims, _POD_SECONDS).encode())

    def _shown(self, _request: Request) -> Response:
        self.write_token()
        return Response.of_json(self.overview())

    def _imds(self, request: Request) -> Response:
        if request.headers.get("Metadata").lower() != "true":
            text = "Required metadata header not specified"
            return Response.of_json({"error": "invalid_request", "error_description": text}, 400)
        try:
            body = self._token(request.options, _IMDS_VERSION, _IMDS_NAMES)
        except _Refused as refusal:
            return Response.of_json({"error": refusal.error, "error_description": refusal.text}, 400)
        return Response.of_json({**body, "expires_in": str(int(LIFETIME.total_seconds()))})

    def _app_service(self, request: Request) -> Response:
        if not _same(request.headers.get("X-IDENTITY-HEADER"), self.credentials.identity_header):
            return _failed(401, "The header X-IDENTITY-HEADER is not the one of this host.")
        try:
            return Response.of_json(self._token(request.options, _APP_SERVICE_VERSION, _APP_SERVICE_NAMES))
        except _Refused as refusal:
            # A wrong resource ends up with 500 here, with no OAuth error.
            return _failed(500 if refusal.error == "invalid_resource" else 400, refusal.text)

    def _token(self, given: Mapping[str, str], version: str, names: tuple[str, ...]) -> dict[str, Any]:
        if given.get("api-version") != version:
            raise _Refused("invalid_request", f"The api-version is missing or not supported: use {version}.")
        if not given.get("resource"):
            raise _Refused("invalid_request", "The required query variable 'resource' is missing.")
        identity = self._identity([given[name] for name in names if name in given])
        try:
            # A `/.default` in the resource is part of its name here, and no such resource exists (§2.3).
            asked = application_scope(f"{given['resource'].rstrip('/')}/.default", self.tenant)
        except EntraError as refusal:
            raise _Refused("invalid_resource", str(refusal)) from refusal
        token = self.tokens.issue(
            app_id=identity.app_id,
            audience=asked.url,
            credential="2",
            object_id=identity.object_id,
            app_name=identity.name,
            roles=self.directory.roles(identity.app_id, asked.resource),
        )
        # The client reckons with its own clock.
        expires = str(int(time.time() + LIFETIME.total_seconds()))
        resource, client_id = given["resource"], identity.app_id
        return {
            "access_token": token,
            "client_id": client_id,
            "expires_on": expires,
            "resource": resource,
            "token_type": "Bearer",
        }

    def _identity(self, named: list[str]) -> Application:
        """The managed identity: the host's own, or the one that is named by any of its ids."""
        found = self.directory.application(self.directory.stable_id("application", seeds.IDENTITY))
        if found is None or any(name.lower() not in {found.app_id, found.object_id} for name in named):
            raise _Refused("invalid_request", "Identity not found")
        return found

    def _github(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization").partition(" ")
        if scheme.lower() != "bearer" or not _same(token.strip(), self.credentials.request_token):
            return Response.of_json({"message": "The request token is not valid."}, 401)
        owner = seeds.GITHUB_REPOSITORY.partition("/")[0]
        claims = {
            "iss": seeds.GITHUB_ISSUER,
            "sub": seeds.GITHUB_SUBJECT,
            "aud": request.options.get("audience", f"https://github.com/{owner}"),
            "repository": seeds.GITHUB_REPOSITORY,
            "repository_owner": owner,
            "ref": "refs/heads/main",
        }
        value = self._assertion(claims, _GITHUB_SECONDS)
        return Response.of_json({"count": len(value), "value": value})

    def _assertion(self, claims: Mapping[str, Any], seconds: int) -> str:
        now = int(time.time())
        times = {"iat": now, "nbf": now, "exp": now + seconds, "jti": str(uuid.uuid4())}
        key = self.credentials.federation_key.read_bytes()
        return jwt.encode({**claims, **times}, key, algorithm="RS256", headers={"kid": "federation"})


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _failed(status: int, text: str) -> Response:
    return Response.of_json({"statusCode": status, "message": text, "correlationId": str(uuid.uuid4())}, status)
