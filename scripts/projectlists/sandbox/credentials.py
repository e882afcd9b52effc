"""The tenant's keys and secrets: made at first start, kept in its folder for its owner's eyes only."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from projectlists.sandbox import files

_KEY_BITS: Final = 2048
_SECRETS: Final = ("client_secret", "workflow_signature", "identity_header", "request_token")
_VALID: Final = timedelta(days=3650)


@dataclass(frozen=True)
class Credentials:
    """`certificate` is the app's PEM file (key and certificate), `thumbprint` its SHA-1 in capital hex.

    `identity_header` and `request_token` open the token endpoints of a managed identity and of a GitHub workflow.
    `federation_key` is the PEM file with the key of an issuer outside the tenant whose tokens stand for the app.
    """

    token_key: RSAPrivateKey
    certificate: Path
    public_certificate: str
    thumbprint: str
    federation_key: Path
    federation_public_key: str
    client_secret: str
    workflow_signature: str
    identity_header: str
    request_token: str


def prepare(folder: Path) -> Credentials:
    """Read the credentials in `folder`, or make them."""
    token_key, certificate, secret_file = folder / "token-key.pem", folder / "app.pem", folder / "secrets.json"
    if not token_key.exists():
        files.write_private(token_key, _pem(_new_key()))
    if not certificate.exists():
        key = _new_key()
        files.write_private(certificate, _pem(key) + _self_signed(key))
    federation_key = folder / "federation-key.pem"
    if not federation_key.exists():
        files.write_private(federation_key, _pem(_new_key()))
    kept = json.loads(secret_file.read_text("utf-8")) if secret_file.exists() else {}
    if missing := [name for name in _SECRETS if name not in kept]:
        kept |= {name: secrets.token_urlsafe(30) for name in missing}
        files.write_private(secret_file, json.dumps(kept).encode())
    public = x509.load_pem_x509_certificate(certificate.read_bytes())
    return Credentials(
        token_key=_read(token_key),
        certificate=certificate,
        public_certificate=public.public_bytes(serialization.Encoding.PEM).decode(),
        thumbprint=public.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303
        federation_key=federation_key,
        federation_public_key=_read(federation_key)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        **{name: kept[name] for name in _SECRETS},
    )


def _new_key() -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def _read(path: Path) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError(f"{path} does not hold an RSA key.")
    return key


def _pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _self_signed(key: RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "projectlists sandbox app")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)
