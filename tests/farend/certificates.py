"""Certificates for tests, made anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(
    *, until: datetime = NOW + timedelta(days=1), since: datetime = NOW - timedelta(days=9), key: Any = KEY
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    return x509.CertificateBuilder(name, name, key.public_key(), 1, since, until).sign(key, hashes.SHA256())


def pem(**parts: Any) -> str:
    return certificate(**parts).public_bytes(Encoding.PEM).decode()


def key_pem(key: Any = KEY, password: str = "") -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _sealed(password)).decode()


def pfx(password: str = "") -> bytes:
    return pkcs12.serialize_key_and_certificates(b"test", KEY, certificate(), None, _sealed(password))


def _sealed(password: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()
