"""The token endpoint: one function per grant type (identity-mail-teams.md §4.2, §4.5, §4.6)."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from projectlists.sandbox.directory import Directory, Person
from projectlists.sandbox.entra import errors
from projectlists.sandbox.entra.clients import Client, identify
from projectlists.sandbox.entra.errors import EntraError
from projectlists.sandbox.entra.refusals import Refusals
from projectlists.sandbox.entra.scopes import Asked, application_scope, delegated_scope
from projectlists.sandbox.entra.signin import SignedIn, SignIn
from projectlists.sandbox.entra.tokens import LIFETIME, Tokens
from projectlists.sandbox.tenant import Tenant

_DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True)
class TokenEndpoint:
    """Turns a token request into the body of its answer."""

    tenant: Tenant
    tokens: Tokens
    directory: Directory
    sign_in: SignIn
    refusals: Refusals

    def answer(self, form: Mapping[str, str], audiences: frozenset[str]) -> dict[str, Any]:
        """Serve one request; `audiences` are the names of this endpoint in client assertions. Raises EntraError."""
        grant_type = form.get("grant_type", "")
        if not grant_type:
            raise errors.missing_parameter("grant_type")
        client = identify(form, self.directory, self.tenant, audiences)
        match grant_type:
            case "client_credentials":
                return self._client_credentials(client, form)
            case grant if grant == _DEVICE_CODE:
                return self._device_code(client, form)
            case "authorization_code":
                return self._authorisation_code(client, form)
            case "refresh_token":
                return self._refresh_token(client, form)
            case _:
                raise EntraError(
                    70003, "unsupported_grant_type", f"The app requested an unsupported grant type '{grant_type}'."
                )

    def _client_credentials(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        if client.credential == "0":
            raise errors.credential_required("client_credentials")
        asked = application_scope(form.get("scope", ""), self.tenant)
        application = client.application
        self.refusals.check(application.app_id, None)
        token = self.tokens.issue(
            app_id=application.app_id,
            audience=asked.url,
            credential=client.credential,
            object_id=application.object_id,
            app_name=application.name,
            roles=self.directory.roles(application.app_id, asked.resource),
        )
        return {**_life(), "access_token": token}

    def _device_code(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        self._must_be_public(client)
        code = form.get("device_code") or form.get("code", "")
        if not code:
            raise errors.missing_parameter("device_code")
        return self._delegated(client, self.sign_in.poll_device(client.application.app_id, code), form)

    def _authorisation_code(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        self._must_be_public(client)
        for name in ("code", "redirect_uri"):
            if not form.get(name):
                raise errors.missing_parameter(name)
        signed_in = self.sign_in.redeem_code(
            client.application.app_id, form["code"], form["redirect_uri"], form.get("code_verifier", "")
        )
        return self._delegated(client, signed_in, form)

    def _refresh_token(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        self._must_be_public(client)
        if not form.get("refresh_token"):
            raise errors.missing_parameter("refresh_token")
        upn = self.sign_in.use_refresh_token(client.application.app_id, form["refresh_token"])
        return self._delegated(client, SignedIn(upn, form.get("scope", "")), form)

    def _must_be_public(self, client: Client) -> None:
        if client.credential == "0" and not client.application.public_client:
            raise errors.confidential_client()

    def _delegated(self, client: Client, signed_in: SignedIn, form: Mapping[str, str]) -> dict[str, Any]:
        app_id = client.application.app_id
        person = self.directory.user(signed_in.upn)
        if person is None:
            raise errors.grant(50034, "The user account does not exist in the directory.")
        if not person.enabled:
            raise errors.grant(50057, "The user account is disabled.")
        self.refusals.check(app_id, person.upn)
        asked = delegated_scope(form.get("scope") or signed_in.scope, self.tenant)
        scopes = self.consented(client, asked)
        token = self.tokens.issue(
            app_id=app_id,
            audience=asked.url,
            credential=client.credential,
            object_id=person.object_id,
            scopes=scopes,
            person=person,
            app_name=client.application.name,
        )
        body = {**_life(), "scope": asked.qualified(scopes), "access_token": token}
        if "offline_access" in asked.openid:
            body["refresh_token"] = self.sign_in.new_refresh_token(app_id, person.upn)
        if "openid" in asked.openid:
            body["id_token"] = self._id_token(app_id, person, signed_in.nonce)
        if form.get("client_info") == "1":
            info = json.dumps({"uid": person.object_id, "utid": self.tenant.tenant_id})
            body["client_info"] = base64.urlsafe_b64encode(info.encode()).decode().rstrip("=")
        return body

    def consented(self, client: Client, asked: Asked) -> frozenset[str]:
        """The delegated permissions a token carries. Raises EntraError 65001 for one that nobody consented to."""
        application = client.application
        granted = self.directory.scopes(application.app_id, asked.resource)
        wanted = granted if asked.everything else frozenset(asked.names)
        if not wanted <= granted or (asked.names and not wanted):
            raise errors.no_consent(application.app_id, application.name)
        return wanted

    def _id_token(self, app_id: str, person: Person, nonce: str | None) -> str:
        now = int(self.tenant.clock.now().timestamp())
        subject = uuid.uuid5(uuid.UUID(self.tenant.tenant_id), f"{app_id}/{person.object_id}")
        claims: dict[str, Any] = {
            "aud": app_id,
            "iss": f"https://login.microsoftonline.com/{self.tenant.tenant_id}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + int(LIFETIME.total_seconds()),
            "name": person.name,
            "oid": person.object_id,
            "preferred_username": person.upn,
            "sub": base64.urlsafe_b64encode(subject.bytes).decode().rstrip("="),
            "tid": self.tenant.tenant_id,
            "ver": "2.0",
        }
        if nonce:
            claims["nonce"] = nonce
        return self.tokens.sign(claims)


def _life() -> dict[str, Any]:
    seconds = int(LIFETIME.total_seconds())
    return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds}
