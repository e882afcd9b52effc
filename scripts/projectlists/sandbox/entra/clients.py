"""Who the client is: secret, signed assertion, or a public client with neither (identity-mail-teams.md §4.2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from projectlists.sandbox.directory import Application, Directory, Federation
from projectlists.sandbox.entra import errors
from projectlists.sandbox.entra.errors import EntraError
from projectlists.sandbox.entra.tokens import Credential
from projectlists.sandbox.tenant import Tenant

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW_SECONDS: Final = 300
_UNTIMED: Final[Any] = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}


@dataclass(frozen=True)
class Client:
    """A registration and how it proved itself: `appidacr` as in Claims."""

    application: Application
    credential: Credential


def identify(form: Mapping[str, str], directory: Directory, tenant: Tenant, audiences: frozenset[str]) -> Client:
    """Find the app of a token request and check its credential; `audiences` are the names of this token endpoint.

    Raises EntraError. Without a credential the answer is "0"; whether that will do depends on the grant.
    """
    application = find(form, directory, tenant)
    app_id = application.app_id
    secret, assertion = form.get("client_secret"), form.get("client_assertion")
    if secret is None and assertion is None:
        return Client(application, "0")
    if application.public_client:
        raise errors.public_client()
    if assertion is None:
        _check_secret(secret or "", app_id, directory, tenant)
        return Client(application, "1")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise errors.missing_parameter("client_assertion_type")
    header, unverified = _unverified(assertion)
    if unverified.get("iss") != app_id and not _names_certificate(header):
        _check_federated(assertion, unverified, directory.federations(app_id))
    else:
        _check_assertion(assertion, header, app_id, directory.certificates(app_id), audiences)
    return Client(application, "2")


def find(form: Mapping[str, str], directory: Directory, tenant: Tenant) -> Application:
    """The registration that `client_id` names. Raises EntraError 900144, 700016 or 7000112."""
    app_id = form.get("client_id", "")
    if not app_id:
        raise errors.missing_parameter("client_id")
    application = directory.application(app_id)
    if application is None:
        raise errors.unknown_application(app_id, tenant.name)
    if not application.enabled:
        raise errors.disabled_application(app_id)
    return application


def _check_secret(value: str, app_id: str, directory: Directory, tenant: Tenant) -> None:
    digest = hashlib.sha256(value.encode()).hexdigest()
    known = next((each for each in directory.secrets(app_id) if hmac.compare_digest(each.digest, digest)), None)
    if known is None:
        raise errors.wrong_secret(app_id)
    if known.expires is not None and known.expires <= tenant.clock.now():
        raise errors.expired_secret(app_id)


def _unverified(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        return jwt.get_unverified_header(assertion), jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise EntraError(50027, "invalid_request", "JWT token is invalid or malformed.") from error


def _check_federated(assertion: str, claims: Mapping[str, Any], known: tuple[Federation, ...]) -> None:
    """Check another issuer's token against the federated identity credentials of the app: issuer, subject, audience."""
    left = list(known)
    for number, name in ((700211, "issuer"), (700213, "subject"), (700212, "audience")):
        presented = claims.get(name[:3])
        # Kubernetes gives the audience as a list.
        among = presented if isinstance(presented, list) else [presented]
        left = [each for each in left if getattr(each, name) in among]
        if not left:
            raise errors.assertion(
                number,
                f"No matching federated identity record found for presented assertion {name} '{presented}'. "
                f"Please check your federated identity credential {name}.",
            )
    try:
        jwt.decode(assertion, left[0].key, algorithms=["RS256"], options=_UNTIMED)
    except jwt.InvalidTokenError as error:
        raise errors.assertion(50013, "Assertion failed signature validation.") from error
    _check_time(claims)


def _check_assertion(
    assertion: str, header: Mapping[str, Any], app_id: str, pems: tuple[str, ...], audiences: frozenset[str]
) -> None:
    claims = _verified(assertion, header, _certificate(header, app_id, pems), app_id)
    if claims.get("iss") != app_id or claims.get("sub") != app_id:
        raise errors.assertion(700021, "Client assertion application identifier doesn't match 'client_id' parameter.")
    if claims.get("aud") not in audiences:
        raise errors.assertion(700023, "Client assertion audience claim does not match Realm issuer.")
    _check_time(claims)


def _check_time(claims: Mapping[str, Any]) -> None:
    # The clients live on this machine: their assertions are judged by its clock, not by the tenant's.
    # msal writes iat and exp as floats (identity-mail-teams.md §4.2).
    now = time.time()
    expires, starts = claims.get("exp"), claims.get("nbf", claims.get("iat", 0))
    if not isinstance(expires, int | float) or not isinstance(starts, int | float):
        raise EntraError(50027, "invalid_request", "JWT token is invalid or malformed.")
    if now > expires + _SKEW_SECONDS or now < starts - _SKEW_SECONDS:
        raise errors.assertion(
            700024,
            "Client assertion is not within its valid time range. Current time, expiry time and start time of the "
            "assertion must agree; check the clock of this computer.",
        )


def _names_certificate(header: Mapping[str, Any]) -> bool:
    return any(name in header for name in ("x5t", "x5t#S256", "x5c"))


def _verified(assertion: str, header: Mapping[str, Any], certificate: x509.Certificate, app_id: str) -> dict[str, Any]:
    if header.get("alg") not in {"RS256", "PS256"}:
        raise errors.assertion(5002738, f"Invalid JWT token. '{header.get('alg')}' is not a supported algorithm.")
    try:
        return jwt.decode(
            assertion,
            certificate.public_key(),  # type: ignore[arg-type]
            algorithms=["RS256", "PS256"],
            options=_UNTIMED,
        )
    except (jwt.InvalidTokenError, TypeError) as error:
        raise errors.assertion(
            700027,
            f"The certificate with identifier used to sign the client assertion is registered on application "
            f"'{app_id}', but the signature of the assertion is not valid. [Reason - The key used is not the key of "
            "the certificate.]",
        ) from error


def _certificate(header: Mapping[str, Any], app_id: str, pems: tuple[str, ...]) -> x509.Certificate:
    """The registered certificate an assertion names. Thumbprints come with or without `=`, `x5c` with newlines."""
    wanted: set[tuple[str, str]] = set()
    if "x5t" in header:
        wanted.add(("x5t", str(header["x5t"]).rstrip("=")))
    if "x5t#S256" in header:
        wanted.add(("x5t#S256", str(header["x5t#S256"]).rstrip("=")))
    if "x5c" in header:
        wanted.add(("x5c", _chain_head(header["x5c"])))
    for pem in pems:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if wanted and wanted <= _identifiers(certificate):
            return certificate
    raise errors.assertion(
        700027,
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        f"[Reason - The key was not found. Check the certificates of app registration '{app_id}'.]",
    )


def _identifiers(certificate: x509.Certificate) -> set[tuple[str, str]]:
    sha1, sha256 = certificate.fingerprint(hashes.SHA1()), certificate.fingerprint(hashes.SHA256())  # noqa: S303
    return {("x5t", _base64url(sha1)), ("x5t#S256", _base64url(sha256)), ("x5c", _base64url(sha256))}


def _chain_head(chain: Any) -> str:
    """SHA-256 of the first certificate of `x5c` (base64url); empty when it cannot be read."""
    try:
        first = chain[0] if isinstance(chain, list) else str(chain)
        return _base64url(hashlib.sha256(base64.b64decode("".join(first.split()))).digest())
    except (ValueError, IndexError, AttributeError):
        return ""


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
