"""Who signs in: one msal application, feeding SharePoint and Graph alike (identity-mail-teams.md §1 D1, §12.2)."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import msal
import requests
from msal.exceptions import MsalServiceError

from projectlists.config.model import Config, Network
from projectlists.errors import SignInRefused
from projectlists.farend.certificate import certificate_of
from projectlists.farend.entra import refusal
from projectlists.farend.network import Session, unreachable
from projectlists.farend.person import Desk, PersonalSignIn
from projectlists.farend.workload import workload_token
from projectlists.language import _

GRAPH = "https://graph.microsoft.com"
AUTHORITY = "https://login.microsoftonline.com"
MARGIN_SECONDS = 300
"""How long before its end a token is given up; the client itself uses one until the last second (§12.2)."""
MACHINE_SECONDS = 15.0
"""How long the machine may take to say who it is; its service is local and answers at once or not at all."""


class _Way(Protocol):
    """One way to sign in."""

    def token_for(self, resource: str) -> Mapping[str, Any]: ...

    def forget(self) -> None: ...


class SignIn:
    """The sign-in for one tenant, in the mode that the config names.

    The tokens of an app live in memory only. Nothing is read or sent before the first token is asked for.
    """

    def __init__(
        self,
        config: Config,
        *,
        environment: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        desk: Desk = Desk(),  # noqa: B008 - frozen
    ) -> None:
        self._config = config
        self._environment = environment
        self._now = now
        self._desk = desk
        self._lock = threading.Lock()
        self._way: _Way | None = None

    def token_for(self, resource: str) -> dict[str, Any]:
        """A token for `https://graph.microsoft.com` or `https://{tenant}.sharepoint.com`, as msal gives it.

        `expires_in` is shortened by 300 seconds.

        Raises:
            SignInRefused: no usable credential, or Entra said no; the sentence names the remedy.
            Unreachable: Entra could not be reached.
        """
        if resource != GRAPH and self._config.identity.mode == "secret":
            raise SignInRefused(
                _(
                    "SharePoint refuses an app that signs in with a client secret. Name a certificate with "
                    "identity.certificate in tenant.yaml."
                )
            )
        result = self._asking(lambda way: way.token_for(resource))
        if "access_token" not in result:
            raise refusal(result, self._config.identity.client_id or "-", self._config.tenant)
        return {**result, "expires_in": max(0, int(result.get("expires_in", 0)) - MARGIN_SECONDS)}

    def forget(self) -> None:
        """Drop the tokens held, so that the next one is a new one: the service no longer takes the old."""
        with self._lock:
            if self._way is not None:
                self._way.forget()

    def _asking(self, ask: Callable[[_Way], Mapping[str, Any]]) -> Mapping[str, Any]:
        try:
            with self._lock:
                self._way = self._way or self._chosen()
                return ask(self._way)
        except msal.ManagedIdentityError as error:
            raise _no_machine(error) from error
        except requests.RequestException as error:
            if self._config.identity.mode == "managed-identity":
                raise _no_machine(error) from error
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

    def _chosen(self) -> _Way:
        identity = self._config.identity
        client, authority = identity.client_id or "", f"{AUTHORITY}/{self._config.tenant}"
        match identity.mode:
            case "managed-identity":
                return _Machine(identity.client_id)
            case "browser" | "device-code":
                return PersonalSignIn(
                    client, authority, self._desk, self._session(), by_code=identity.mode == "device-code"
                )
            case _:
                return _App(client, authority, self._credential(), self._session())

    def _session(self) -> Session:
        return Session(self._config.network)

    def _credential(self) -> str | dict[str, Any]:
        identity, environment, network = self._config.identity, self._environment, self._config.network
        if identity.mode == "federated":
            return {"client_assertion": lambda: workload_token(environment, network)}
        if identity.mode == "certificate":
            return dict(certificate_of(identity, environment, self._now()).credential())
        secret = environment.get(identity.secret_variable or "", "")
        if not secret:
            raise SignInRefused(
                _(
                    "There is nothing to sign in with: set identity.certificate in tenant.yaml, or put the secret in "
                    "the environment variable {variable}."
                ).format(variable=identity.secret_variable or "-")
            )
        return secret


def _no_machine(error: Exception) -> SignInRefused:
    return SignInRefused(
        _(
            "This machine has no managed identity, or it does not answer. Turn it on for this machine, or choose "
            "another sign_in in tenant.yaml."
        ),
        detail=type(error).__name__,
    )


class _App:
    """An app with a certificate, a secret or a token of the place where it runs."""

    def __init__(self, client_id: str, authority: str, credential: str | dict[str, Any], session: Session) -> None:
        self._application = msal.ConfidentialClientApplication(
            client_id,
            authority=authority,
            client_credential=credential,
            http_client=session,
            # Without this, msal looks up aliases after every refusal and may hide it behind an error of its own.
            instance_discovery=False,
        )

    def token_for(self, resource: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._application.acquire_token_for_client([f"{resource}/.default"])
        return answer

    def forget(self) -> None:
        self._application.remove_tokens_for_client()


class _Machine:
    """The managed identity of an Azure machine: its own service knows it, without any secret (§2.3)."""

    def __init__(self, client_id: str | None) -> None:
        self._identity = (
            msal.UserAssignedManagedIdentity(client_id=client_id) if client_id else msal.SystemAssignedManagedIdentity()
        )
        self.forget()

    def token_for(self, resource: str) -> Mapping[str, Any]:
        # Here the resource is named as it is: with `/.default` the machine's service refuses it.
        answer: Mapping[str, Any] = self._client.acquire_token_for_client(resource=resource)
        return answer

    def forget(self) -> None:
        # The client has no way to drop a token, so there is a new one with an empty memory.
        session = Session(Network(timeout_seconds=MACHINE_SECONDS))
        session.trust_env = False  # the address is the machine's own: no proxy knows it
        self._client = msal.ManagedIdentityClient(self._identity, http_client=session)
