"""The certificate: every place it may stand, every form, and every way in which it is no good."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import keyring
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from projectlists.config.model import Identity
from projectlists.errors import SignInRefused
from projectlists.farend.certificate import certificate_of
from tests.farend.certificates import KEY, NOW, key_pem, pem, pfx

APP = "5e2a7c9e-0000-4000-8000-000000000001"


def test_a_good_file_is_split_for_msal(tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    path.write_text(f"Bag Attributes\n{pem()}\n{key_pem()}")

    found = certificate_of(Identity(client_id=APP, certificate=path), {}, NOW)

    assert found.credential() == {"private_key": key_pem(), "public_certificate": pem()}


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (pfx(), ""),
        (pfx("geheim"), "geheim"),
        ((key_pem(password="geheim") + pem()).encode(), "geheim"),
        ((key_pem() + pem()).encode(), "not needed"),
    ],
)
def test_forms_with_and_without_a_password(content: bytes, password: str, tmp_path: Path) -> None:
    path = tmp_path / "app.pfx"
    path.write_bytes(content)
    identity = Identity(client_id=APP, certificate=path, password_variable="PASSWORD")

    found = certificate_of(identity, {"PASSWORD": password}, NOW)

    assert found.credential() == {"private_key": key_pem(), "public_certificate": pem()}


@pytest.mark.parametrize(
    "text",
    [
        key_pem() + pem(),
        (key_pem() + pem()).replace("\n", "\\n"),  # one line, as many services store a variable
        b64encode(pfx()).decode(),
    ],
)
def test_the_certificate_itself_in_a_variable(text: str) -> None:
    found = certificate_of(Identity(client_id=APP, certificate_variable="APP"), {"APP": text}, NOW)

    assert found.certificate.public_key() == KEY.public_key()


class Memory(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self, entries: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self._entries = entries

    def get_password(self, service: str, username: str) -> str | None:
        return self._entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


def test_the_key_store_of_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Memory({("projectlists", "job"): key_pem() + pem()})
    monkeypatch.setattr(keyring, "get_password", store.get_password)

    found = certificate_of(Identity(client_id=APP, certificate_keyring="job"), {}, NOW)

    assert found.place == "job"
    with pytest.raises(SignInRefused, match="keyring set projectlists other"):
        certificate_of(Identity(client_id=APP, certificate_keyring="other"), {}, NOW)


def test_a_computer_without_a_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", NoKeyring().get_password)

    with pytest.raises(SignInRefused, match="Use a file or an environment variable"):
        certificate_of(Identity(client_id=APP, certificate_keyring="job"), {}, NOW)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "is not there"),
        ("", "both the private key and the certificate"),
        ("no certificate at all", "both the private key and the certificate"),
        (pem(), "both the private key and the certificate"),
        (key_pem(), "both the private key and the certificate"),
        (key_pem() + pem(key=rsa.generate_private_key(public_exponent=65537, key_size=2048)), "do not belong together"),
        (key_pem() + pem(until=NOW - timedelta(days=2)), "expired on 23 November 2026"),
        (key_pem() + pem(since=NOW + timedelta(hours=20)), "clock"),
        (key_pem()[:300] + "\n-----END PRIVATE KEY-----\n" + pem(), "damaged"),
        (key_pem(password="geheim") + pem(), "password"),
        (key_pem(ec.generate_private_key(ec.SECP256R1())) + pem(), "no RSA key"),
        ("0\x00\x00", "damaged"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: str | None, part: str) -> None:
    path = tmp_path / "app.pem"
    if content is not None:
        path.write_text(content)

    with pytest.raises(SignInRefused, match=part) as refused:
        certificate_of(Identity(client_id=APP, certificate=path, password_variable="P"), {"P": "wrong"}, NOW)

    assert str(path) in str(refused.value)
    assert "PRIVATE KEY" not in str(refused.value)
    assert "wrong" not in str(refused.value)


def test_an_empty_variable_is_named() -> None:
    with pytest.raises(SignInRefused, match="APP is empty"):
        certificate_of(Identity(client_id=APP, certificate_variable="APP"), {}, NOW)


def test_no_key_in_what_is_printed_about_it(tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    path.write_text(key_pem() + pem())

    assert repr(certificate_of(Identity(client_id=APP, certificate=path), {}, NOW)) == f"Certificate({str(path)!r})"
