"""A person signs in, in the browser or with a code; the next time within days nobody is asked anything.

The tokens are kept encrypted where the computer can do that, else in a file that only this user may read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msal
import msal_extensions
from msal.oauth2cli.oauth2 import BrowserInteractionTimeoutError

from projectlists.errors import SignInRefused
from projectlists.language import _

BROWSER_SECONDS = 300
"""How long the browser may take, as a person does who looks for a phone."""


def _print_nothing(_url: str, _code: str) -> None:
    raise SignInRefused(_("Nobody can be asked to sign in here. Use a certificate or a managed identity instead."))


@dataclass(frozen=True)
class Desk:
    """Where the person sits: how to show a code, and the folder that keeps the tokens (None: memory only)."""

    show_code: Callable[[str, str], None] = _print_nothing
    tokens: Path | None = None


class PersonalSignIn:
    """Sign-in of a person through a public client application."""

    def __init__(self, client_id: str, authority: str, desk: Desk, http_client: Any, *, by_code: bool) -> None:
        self._desk = desk
        self._by_code = by_code
        self._stale = False
        self._application = msal.PublicClientApplication(
            client_id,
            authority=authority,
            http_client=http_client,
            instance_discovery=False,
            token_cache=_cache(desk.tokens, f"{authority.rsplit('/', 1)[-1]}-{client_id}"),
        )

    def token_for(self, resource: str) -> Mapping[str, Any]:
        """A token as msal gives it; asks the person only when no kept one will do."""
        scopes = [f"{resource}/.default"]
        accounts = self._application.get_accounts()
        if accounts:
            kept: Mapping[str, Any] | None = self._application.acquire_token_silent(
                scopes, accounts[0], force_refresh=self._stale
            )
            if kept and "access_token" in kept:
                self._stale = False
                return kept
        return self._with_code(scopes) if self._by_code else self._in_browser(scopes)

    def forget(self) -> None:
        """Take a new token the next time; the person need not sign in again for it."""
        self._stale = True

    def _in_browser(self, scopes: list[str]) -> Mapping[str, Any]:
        done = _("You are signed in. You can close this page.")
        page = f'<!doctype html><meta charset="utf-8"><title>projectlists</title><p>{done}'
        try:
            answer: Mapping[str, Any] = self._application.acquire_token_interactive(
                scopes, timeout=BROWSER_SECONDS, success_template=page
            )
        except BrowserInteractionTimeoutError:
            return {"error": "timed_out"}
        return answer

    def _with_code(self, scopes: list[str]) -> Mapping[str, Any]:
        flow = self._application.initiate_device_flow(scopes)
        if "user_code" not in flow:
            return dict(flow)
        self._desk.show_code(flow["verification_uri"], flow["user_code"])
        answer: Mapping[str, Any] = self._application.acquire_token_by_device_flow(flow)
        return answer


def _cache(folder: Path | None, name: str) -> msal.TokenCache:
    if folder is None:
        return msal.TokenCache()
    location = str(folder / f"{name}.tokens")
    try:
        store = msal_extensions.build_encrypted_persistence(location)
        store.save(store.load() if Path(location).exists() else "{}")  # some key stores only refuse when they are used
    except Exception:
        store = msal_extensions.FilePersistence(location)
    return msal_extensions.PersistedTokenCache(store)
