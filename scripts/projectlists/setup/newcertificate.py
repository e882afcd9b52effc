"""A certificate of one's own for the app: the key stays here, the public half goes to the app registration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

LIFE = timedelta(days=730)
"""Two years: the longest that Entra's own page proposes; the doctor warns 30 days before the end."""


@dataclass(frozen=True)
class NewCertificate:
    """Where the two halves are; `expires` is a moment in UTC."""

    private: Path
    public: Path
    expires: datetime


def make(private: Path, now: datetime) -> NewCertificate:
    """Write a key with its certificate (only this user may read it), and beside it the public half as `.cer`.

    Raises:
        FileExistsError: there is something already; it is left alone.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "projectlists")])
    # An hour back, so that a clock that is a little slow does not refuse it.
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + LIFE
    ).sign(key, hashes.SHA256())
    public = certificate.public_bytes(Encoding.PEM)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + public
    private.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    half = private.with_suffix(".cer")
    half.write_bytes(public)
    return NewCertificate(private, half, certificate.not_valid_after_utc)
