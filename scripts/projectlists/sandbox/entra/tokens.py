"""Access tokens: made by Entra, checked by every service (identity-mail-teams.md §6)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import RSAAlgorithm

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.directory import GRAPH, SHAREPOINT, Person

LIFETIME: Final = timedelta(seconds=3599)
_KEPT: Final = 256
_SKEW: Final = timedelta(minutes=5)
_GRAPH_URL: Final = "https://graph.microsoft.com"

Credential = Literal["0", "1", "2"]
Reason = Literal["missing", "invalid", "expired", "audience", "signature"]


@dataclass(frozen=True)
class Claims:
    """What a token says. `credential` is `appidacr`: "0" public client, "1" secret, "2" certificate."""

    app_id: str
    app_only: bool
    credential: Credential
    roles: frozenset[str]
    scopes: frozenset[str]
    upn: str | None
    object_id: str
    tenant_id: str
    audience: str


class TokenRefused(Exception):
    """A token that does not open this service; each service has its own words for each reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Tokens:
    """Signs access tokens with the tenant's key and verifies them by the tenant's clock."""

    def __init__(self, tenant_id: str, clock: Clock, key: RSAPrivateKey) -> None:
        self.tenant_id = tenant_id
        self.issuer = f"https://sts.windows.net/{tenant_id}/"
        self._clock = clock
        self._key = key
        self._public_key = key.public_key()
        der = self._public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        # A client sends the same token with every request; what it says does not change, whether it is still good does.
        self._read = lru_cache(maxsize=_KEPT)(self._decoded)
        self._claims = lru_cache(maxsize=_KEPT)(self._claims_of)
        self.key_id = base64.urlsafe_b64encode(hashlib.sha256(der).digest()[:20]).decode().rstrip("=")

    def issue(
        self,
        *,
        app_id: str,
        audience: str,
        credential: Credential,
        object_id: str,
        roles: Iterable[str] = (),
        scopes: Iterable[str] = (),
        person: Person | None = None,
        app_name: str | None = None,
        lifetime: timedelta = LIFETIME,
    ) -> str:
        """Make an access token; with `person` a delegated one, else app-only. `audience` is a resource's URL.

        Clients show the app's name as the one who is signed in, where there is no person.
        """
        now = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "aud": audience,
            "iss": self.issuer,
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            "tid": self.tenant_id,
            "appid": app_id,
            "appidacr": credential,
            "oid": object_id,
            "sub": object_id,
            "uti": secrets.token_urlsafe(16),
            "ver": "1.0",
        }
        if app_name is not None:
            claims["app_displayname"] = app_name
        if person is None:
            claims["idtyp"] = "app"
            # Absent, not empty, when nothing is consented.
            if granted := sorted(roles):
                claims["roles"] = granted
        else:
            pairwise = uuid.uuid5(uuid.UUID(self.tenant_id), f"{app_id}/{object_id}")
            claims |= {
                "idtyp": "user",
                "sub": base64.urlsafe_b64encode(pairwise.bytes).decode().rstrip("="),
                "scp": " ".join(sorted(scopes)),
                "upn": person.upn,
                "unique_name": person.upn,
                "name": person.name,
                "amr": ["pwd", "mfa"],
                "ipaddr": "127.0.0.1",
            }
        return self.sign(claims)

    def sign(self, claims: dict[str, Any]) -> str:
        """Sign any claims with the tenant's key, as tokens of version 1 carry it: `kid` and the same `x5t`."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.key_id, "x5t": self.key_id})

    def verify(self, authorization_header: str, audience: str) -> Claims:
        """Read the bearer token of a request to `audience` (URL or host of the service called).

        Raises TokenRefused. A clock difference of 5 minutes is allowed.
        """
        scheme, _, token = authorization_header.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenRefused("missing")
        token = token.strip()
        claims = self._read(token)
        now = self._clock.now().timestamp()
        if now > claims["exp"] + _SKEW.total_seconds():
            raise TokenRefused("expired")
        if now < claims["nbf"] - _SKEW.total_seconds():
            raise TokenRefused("invalid")
        if claims["aud"] not in self._audiences(audience):
            raise TokenRefused("audience")
        return self._claims(token)

    def _claims_of(self, token: str) -> Claims:
        claims = self._read(token)
        return Claims(
            app_id=claims["appid"],
            app_only=claims["idtyp"] == "app",
            credential=claims["appidacr"],
            roles=frozenset(claims.get("roles", ())),
            scopes=frozenset(claims.get("scp", "").split()),
            upn=claims.get("upn"),
            object_id=claims["oid"],
            tenant_id=claims["tid"],
            audience=claims["aud"],
        )

    def _decoded(self, token: str) -> dict[str, Any]:
        """The claims of a token with a good signature. Raises TokenRefused."""
        try:
            return jwt.decode(
                token,
                self._public_key,
                algorithms=["RS256"],
                # An ID token is signed by the same key and must not open a service.
                options={
                    "require": ["aud", "exp", "nbf", "appid", "appidacr", "oid", "tid", "idtyp"],
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidSignatureError as error:
            raise TokenRefused("signature") from error
        except jwt.InvalidTokenError as error:
            raise TokenRefused("invalid") from error

    def key_set(self) -> dict[str, Any]:
        """The public key as a JWKS."""
        key = RSAAlgorithm.to_jwk(self._public_key, as_dict=True)
        return {"keys": [{**key, "use": "sig", "kid": self.key_id, "x5t": self.key_id, "issuer": self.issuer}]}

    def _audiences(self, audience: str) -> frozenset[str]:
        """Both forms in use: the URL, and the resource's GUID (for SharePoint with host and tenant)."""
        host = audience.removeprefix("https://").rstrip("/").lower()
        url = f"https://{host}"
        if url == _GRAPH_URL:
            return frozenset({url, GRAPH})
        return frozenset({url, f"{SHAREPOINT}/{host}@{self.tenant_id}"})
