"""Who signs in: one msal application, feeding SharePoint and Graph alike (identity-mail-teams.md §1 D1, §12.2)."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msal
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msal.exceptions import MsalServiceError

from projectlists.config.model import Config
from projectlists.errors import SignInRefused
from projectlists.farend.entra import refusal
from projectlists.farend.network import Session, unreachable
from projectlists.language import _

GRAPH = "https://graph.microsoft.com"
AUTHORITY = "https://login.microsoftonline.com"
MARGIN_SECONDS = 300
"""How long before its end a token is given up; the client itself uses one until the last second (§12.2)."""

_KEY = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class SignIn:
    """The app's sign-in for one tenant.

    Tokens live in memory only. Nothing is read or sent before the first token is asked for.
    """

    def __init__(
        self,
        config: Config,
        *,
        environment: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._config = config
        self._environment = environment
        self._now = now
        self._lock = threading.Lock()
        self._application: msal.ConfidentialClientApplication | None = None

    def token_for(self, resource: str) -> dict[str, Any]:
        """A token for `https://graph.microsoft.com` or `https://{tenant}.sharepoint.com`, as msal gives it.

        `expires_in` is shortened by 300 seconds.

        Raises:
            SignInRefused: no usable credential, or Entra said no; the sentence names the remedy.
            Unreachable: Entra could not be reached.
        """
        if resource != GRAPH and self._config.identity.certificate is None:
            raise SignInRefused(
                _(
                    "SharePoint refuses an app that signs in with a client secret. Name a certificate with "
                    "identity.certificate in tenant.yaml."
                )
            )
        result = self._asking(lambda: self._app().acquire_token_for_client([f"{resource}/.default"]))
        if "access_token" not in result:
            raise refusal(result, self._config.identity.client_id, self._config.tenant)
        return {**result, "expires_in": max(0, int(result.get("expires_in", 0)) - MARGIN_SECONDS)}

    def forget(self) -> None:
        """Drop the tokens held, so that the next one is a new one: the service no longer takes the old."""
        with self._lock:
            if self._application is not None:
                self._application.remove_tokens_for_client()

    def _asking(self, ask: Callable[[], Any]) -> dict[str, Any]:
        try:
            with self._lock:
                answer: dict[str, Any] = ask()
        except requests.RequestException as error:
            raise unreachable(error, urlsplit(AUTHORITY).netloc, self._config.network) from error
        except (MsalServiceError, json.JSONDecodeError) as error:
            raise SignInRefused(
                _("Microsoft's sign-in service is out of order just now. Try again later."), detail=type(error).__name__
            ) from error
        except ValueError as error:
            # msal hides why discovery failed; a name that Entra does not know is the one reason met in practice (§4.1).
            raise SignInRefused(
                _("The tenant {tenant} is not known. Check tenant in tenant.yaml.").format(tenant=self._config.tenant),
                detail="AADSTS90002",
            ) from error
        return answer

    def _app(self) -> msal.ConfidentialClientApplication:
        if self._application is None:
            self._application = msal.ConfidentialClientApplication(
                self._config.identity.client_id,
                authority=f"{AUTHORITY}/{self._config.tenant}",
                client_credential=self._credential(),
                http_client=Session(self._config.network),
                # Without this, msal looks up aliases after every refusal and may hide it behind an error of its own.
                instance_discovery=False,
            )
        return self._application

    def _credential(self) -> str | dict[str, str]:
        identity = self._config.identity
        if identity.certificate is not None:
            return certificate_credential(identity.certificate, self._now())
        secret = self._environment.get(identity.secret_variable or "", "")
        if not secret:
            raise SignInRefused(
                _(
                    "There is nothing to sign in with: set identity.certificate in tenant.yaml, or put the secret in "
                    "the environment variable {variable}."
                ).format(variable=identity.secret_variable or "-")
            )
        return secret


def certificate_credential(path: Path, now: datetime) -> dict[str, str]:
    """The PEM file as msal wants it for PS256 with `x5t#S256`: `private_key` and `public_certificate` (§2.3, §4.2).

    Raises:
        SignInRefused: the file is missing, unreadable, incomplete, or its certificate is not valid at `now`.
    """
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise SignInRefused(
            _("The certificate {path} is not there. Check identity.certificate in tenant.yaml.").format(path=path)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SignInRefused(
            _("The certificate {path} cannot be read. It must be a PEM file you may read.").format(path=path),
            detail=type(error).__name__,
        ) from error
    key, certificate = _KEY.search(text), _CERTIFICATE.search(text)
    if key is None or certificate is None:
        raise SignInRefused(
            _("The file {path} must hold both the private key and the certificate, in PEM form.").format(path=path)
        )
    _check(path, key.group(), certificate.group(), now)
    return {"private_key": key.group(), "public_certificate": certificate.group()}


def _check(path: Path, key_text: str, certificate_text: str, now: datetime) -> None:
    try:
        key = load_pem_private_key(key_text.encode(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_text.encode())
    except (ValueError, TypeError) as error:
        raise SignInRefused(
            _("The private key or the certificate in {path} is damaged, or the key has a password.").format(path=path),
            detail=type(error).__name__,
        ) from error
    if key.public_key() != certificate.public_key():
        raise SignInRefused(
            _("The private key and the certificate in {path} do not belong together.").format(path=path)
        )
    if certificate.not_valid_after_utc < now:
        raise SignInRefused(
            _(
                "The certificate {path} expired on {date}. Make a new one and upload its public half to the app "
                "registration."
            ).format(path=path, date=certificate.not_valid_after_utc.date().isoformat())
        )
    if certificate.not_valid_before_utc > now:
        raise SignInRefused(
            _("The certificate {path} is valid from {date}. Check the clock of this machine.").format(
                path=path, date=certificate.not_valid_before_utc.date().isoformat()
            )
        )
