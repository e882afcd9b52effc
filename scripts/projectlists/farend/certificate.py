"""The app's certificate with its private key: found, opened and checked before anything is sent.

It stands in a file, an environment variable or the key store of the computer, as PEM or as PFX (PKCS #12).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from projectlists.config.model import Identity
from projectlists.errors import SignInRefused
from projectlists.language import _, day_in_words

_KEY = re.compile(rb"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
KEYRING_SERVICE = "projectlists"


@dataclass(frozen=True)
class Certificate:
    """A private key and the certificate that belongs to it. `place` says to people where they come from."""

    place: str
    key: RSAPrivateKey
    certificate: x509.Certificate

    def __repr__(self) -> str:
        return f"Certificate({self.place!r})"

    @property
    def thumbprint(self) -> str:
        """The SHA-1 fingerprint as the app registration shows it: 40 hexadecimal digits."""
        from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415 - a name for people, not a protection

        return self.certificate.fingerprint(SHA1()).hex().upper()  # noqa: S303

    def credential(self) -> dict[str, str]:
        """As msal wants it for PS256 with `x5t#S256`: `private_key` and `public_certificate` (§2.3, §4.2)."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return {
            "private_key": key.decode(),
            "public_certificate": self.certificate.public_bytes(Encoding.PEM).decode(),
        }


def certificate_of(identity: Identity, environment: Mapping[str, str], now: datetime) -> Certificate:
    """The certificate that the config names.

    Raises:
        SignInRefused: it is missing, unreadable, incomplete, needs a password, or is not valid at `now`.
    """
    place, content = _content(identity, environment)
    password = environment.get(identity.password_variable or "", "").encode() or None
    found = _opened(place, content, password)
    _check(found, now)
    return found


def _content(identity: Identity, environment: Mapping[str, str]) -> tuple[str, bytes]:
    if identity.certificate is not None:
        return str(identity.certificate), _from_file(identity)
    if identity.certificate_variable is not None:
        text = environment.get(identity.certificate_variable, "")
        if not text:
            raise SignInRefused(
                _("The environment variable {variable} is empty. It must hold the certificate and its key.").format(
                    variable=identity.certificate_variable
                )
            )
        return identity.certificate_variable, _decoded(text)
    if identity.certificate_keyring is not None:
        return identity.certificate_keyring, _from_keyring(identity.certificate_keyring)
    raise SignInRefused(_("There is no certificate to sign in with: set identity.certificate in tenant.yaml."))


def _from_file(identity: Identity) -> bytes:
    path = identity.certificate
    assert path is not None  # noqa: S101 - the caller has looked
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SignInRefused(
            _("The certificate {path} is not there. Check identity.certificate in tenant.yaml.").format(path=path)
        ) from error
    except OSError as error:
        raise SignInRefused(
            _("The certificate {path} cannot be read. It must be a PEM or PFX file you may read.").format(path=path),
            detail=type(error).__name__,
        ) from error


def _from_keyring(name: str) -> bytes:
    try:
        import keyring  # noqa: PLC0415 - an extra
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError as error:
        raise SignInRefused(
            _("The key store of the computer needs one more package: pip install 'projectlists[keyring]'.")
        ) from error
    try:
        text = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError as error:
        raise SignInRefused(
            _("The key store of this computer cannot be opened. Use a file or an environment variable instead."),
            detail=type(error).__name__,
        ) from error
    if not text:
        raise SignInRefused(
            _("The key store has no entry {name}. Add it with: keyring set {service} {name}").format(
                name=name, service=KEYRING_SERVICE
            )
        )
    return _decoded(text)


def _decoded(text: str) -> bytes:
    """PEM text as it is; anything else as base64, the way a PFX is put into a variable."""
    if "-----BEGIN" in text:
        # A variable often holds its line ends as the two characters \\n.
        return text.replace("\\n", "\n").encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        return text.encode()


def _opened(place: str, content: bytes, password: bytes | None) -> Certificate:
    try:
        if b"-----BEGIN" in content:
            key, certificate = _from_pem(place, content, password)
        else:
            key, certificate = _from_pfx(place, content, password)
    except (ValueError, TypeError, UnicodeDecodeError) as error:
        raise SignInRefused(
            _(
                "The private key or the certificate in {path} is damaged, or its password is not the one in "
                "identity.password_variable."
            ).format(path=place),
            detail=type(error).__name__,
        ) from error
    if not isinstance(key, RSAPrivateKey):
        raise SignInRefused(_("The key in {path} is no RSA key, and Entra takes only those.").format(path=place))
    return Certificate(place, key, certificate)


def _from_pem(place: str, content: bytes, password: bytes | None) -> tuple[object, x509.Certificate]:
    key, certificate = _KEY.search(content), _CERTIFICATE.search(content)
    if key is None or certificate is None:
        raise _incomplete(place)
    # An open key refuses a password that it does not need.
    sealed = b"ENCRYPTED" in key.group()
    return (
        load_pem_private_key(key.group(), password if sealed else None),
        x509.load_pem_x509_certificate(certificate.group()),
    )


def _from_pfx(place: str, content: bytes, password: bytes | None) -> tuple[object, x509.Certificate]:
    if not content.startswith(b"\x30"):  # every PFX is an ASN.1 sequence
        raise _incomplete(place)
    key, certificate, _chain = pkcs12.load_key_and_certificates(content, password)
    if key is None or certificate is None:
        raise _incomplete(place)
    return key, certificate


def _incomplete(place: str) -> SignInRefused:
    return SignInRefused(
        _("{path} must hold both the private key and the certificate, as PEM or PFX.").format(path=place)
    )


def _check(found: Certificate, now: datetime) -> None:
    certificate = found.certificate
    if found.key.public_key() != certificate.public_key():
        raise SignInRefused(
            _("The private key and the certificate in {path} do not belong together.").format(path=found.place)
        )
    if certificate.not_valid_after_utc < now:
        raise SignInRefused(
            _(
                "The certificate {path} expired on {date}. Make a new one and upload its public half to the app "
                "registration."
            ).format(path=found.place, date=day_in_words(certificate.not_valid_after_utc.date()))
        )
    if certificate.not_valid_before_utc > now:
        raise SignInRefused(
            _("The certificate {path} is valid from {date}. Check the clock of this machine.").format(
                path=found.place, date=day_in_words(certificate.not_valid_before_utc.date())
            )
        )
