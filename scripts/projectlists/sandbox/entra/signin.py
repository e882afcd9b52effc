"""People signing in: device codes, authorisation codes and refresh tokens, as state in the store.

Codes and refresh tokens are bearer secrets: only their SHA-256 is kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.entra import errors
from projectlists.sandbox.entra.errors import EntraError
from projectlists.sandbox.store import Store

DEVICE_CODE_LIFE: Final = timedelta(minutes=15)
POLL_SECONDS: Final = 5
_AUTHORISATION_CODE_LIFE: Final = timedelta(minutes=10)
# identity-mail-teams.md §4.6: 90 days without use.
_REFRESH_TOKEN_LIFE: Final = timedelta(days=90)
# Letters that cannot be taken for one another when read aloud.
_USER_CODE_ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS device_codes (digest TEXT PRIMARY KEY, user_code TEXT NOT NULL UNIQUE, app_id TEXT NOT NULL,
  scope TEXT NOT NULL, state TEXT NOT NULL, upn TEXT, expires TEXT NOT NULL, polled REAL);
CREATE TABLE IF NOT EXISTS authorisation_codes (digest TEXT PRIMARY KEY, details TEXT NOT NULL, expires TEXT NOT NULL,
  used INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refresh_tokens (digest TEXT PRIMARY KEY, app_id TEXT NOT NULL, upn TEXT NOT NULL,
  used TEXT NOT NULL);
"""

Decision = Literal["approve", "decline"]


@dataclass(frozen=True)
class SignedIn:
    """Someone who signed in to an app, and the scope that was asked."""

    upn: str
    scope: str
    nonce: str | None = None


@dataclass(frozen=True)
class AuthorisationRequest:
    """What the browser asked for at `/authorize`; the code is good for exactly this."""

    app_id: str
    redirect_uri: str
    scope: str
    upn: str
    challenge: str
    nonce: str | None


class SignIn:
    """Hands out codes and refresh tokens. Their lives run on the tenant's clock, polling on the machine's."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        store.declare(_TABLES)

    # Device code

    def start_device(self, app_id: str, scope: str) -> tuple[str, str]:
        """Begin a device sign-in: the device code (for the app) and the user code (for the person)."""
        device_code = secrets.token_urlsafe(48)
        user_code = "".join(secrets.choice(_USER_CODE_ALPHABET) for _ in range(9))
        self._store.execute(
            "INSERT INTO device_codes VALUES (?, ?, ?, ?, 'pending', NULL, ?, NULL)",
            (_digest(device_code), user_code, app_id, scope, self._until(DEVICE_CODE_LIFE)),
        )
        return device_code, user_code

    def decide_device(self, user_code: str, decision: Decision, upn: str | None) -> bool:
        """Approve (as `upn`) or decline what a user code stands for; False when nothing waits under that code."""
        state = "approved" if decision == "approve" else "declined"
        changed = self._store.execute(
            "UPDATE device_codes SET state = ?, upn = ? WHERE user_code = ? AND state = 'pending' AND expires > ?",
            (state, upn, user_code.strip().upper().replace("-", ""), self._now()),
        )
        return changed.rowcount == 1

    def poll_device(self, app_id: str, device_code: str) -> SignedIn:
        """Answer an app that asks whether the person is done. Raises EntraError (identity-mail-teams.md §4.5)."""
        with self._store.transaction():
            row = self._store.row("SELECT * FROM device_codes WHERE digest = ?", (_digest(device_code),))
            if row is None or row["app_id"] != app_id or row["state"] == "used":
                raise EntraError(70018, "bad_verification_code", "Invalid verification code. Restart the sign-in.")
            if row["expires"] <= self._now():
                raise EntraError(70020, "expired_token", "The device code has expired. Restart the sign-in.")
            polled, now = row["polled"], time.time()
            self._store.execute("UPDATE device_codes SET polled = ? WHERE digest = ?", (now, row["digest"]))
        if row["state"] == "declined":
            raise EntraError(70017, "authorization_declined", "The person declined the sign-in.")
        if row["state"] == "pending":
            if polled is not None and now - polled < POLL_SECONDS - 1:
                raise EntraError(70016, "slow_down", "OAuth 2.0 device flow error. Polling too often.")
            raise EntraError(
                70016,
                "authorization_pending",
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
            )
        self._store.execute("UPDATE device_codes SET state = 'used' WHERE digest = ?", (row["digest"],))
        return SignedIn(row["upn"], row["scope"])

    def waiting_devices(self) -> tuple[str, ...]:
        """The user codes nobody has decided on yet, for the page where people do."""
        rows = self._store.rows(
            "SELECT user_code FROM device_codes WHERE state = 'pending' AND expires > ? ORDER BY rowid", (self._now(),)
        )
        return tuple(row["user_code"] for row in rows)

    # Authorisation code with PKCE

    def authorise(self, asked: AuthorisationRequest) -> str:
        """Make the code that the browser takes back to the app."""
        code = secrets.token_urlsafe(48)
        self._store.execute(
            "INSERT INTO authorisation_codes VALUES (?, ?, ?, 0)",
            (_digest(code), json.dumps(vars(asked)), self._until(_AUTHORISATION_CODE_LIFE)),
        )
        return code

    def redeem_code(self, app_id: str, code: str, redirect_uri: str, verifier: str) -> SignedIn:
        """Take a code in, once. Raises EntraError invalid_grant."""
        with self._store.transaction():
            row = self._store.row("SELECT * FROM authorisation_codes WHERE digest = ?", (_digest(code),))
            if row is None:
                raise errors.grant(9002313, "Invalid request. Request is malformed or invalid.")
            self._store.execute("UPDATE authorisation_codes SET used = 1 WHERE digest = ?", (row["digest"],))
        asked = AuthorisationRequest(**json.loads(row["details"]))
        if row["used"]:
            raise errors.grant(54005, "OAuth2 Authorization code was already redeemed, please retry with a new code.")
        if row["expires"] <= self._now():
            raise errors.grant(70008, "The provided authorization code has expired due to inactivity.")
        if asked.app_id != app_id:
            raise errors.grant(70000, "The provided value for the 'code' parameter is not valid.")
        if asked.redirect_uri != redirect_uri:
            raise errors.grant(500112, "The reply address does not match the one the authorization code was made for.")
        if not verifier or asked.challenge != challenge_of(verifier):
            raise errors.grant(
                501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request."
            )
        return SignedIn(asked.upn, asked.scope, asked.nonce)

    # Refresh tokens

    def new_refresh_token(self, app_id: str, upn: str) -> str:
        """Make a refresh token; older ones of the same person stay good."""
        token = f"1.{secrets.token_urlsafe(96)}"
        self._store.execute(
            "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?)", (_digest(token), app_id, upn, self._now())
        )
        return token

    def use_refresh_token(self, app_id: str, token: str) -> str:
        """Whose refresh token this is (UPN). Raises EntraError invalid_grant."""
        row: sqlite3.Row | None = self._store.row("SELECT * FROM refresh_tokens WHERE digest = ?", (_digest(token),))
        if row is None or row["app_id"] != app_id:
            raise errors.grant(9002313, "Invalid request. Request is malformed or invalid.")
        if datetime.fromisoformat(row["used"]) + _REFRESH_TOKEN_LIFE < self._clock.now():
            raise errors.grant(
                700082, "The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00."
            )
        self._store.execute("UPDATE refresh_tokens SET used = ? WHERE digest = ?", (self._now(), row["digest"]))
        return str(row["upn"])

    def _now(self) -> str:
        return self._clock.now().isoformat()

    def _until(self, life: timedelta) -> str:
        return (self._clock.now() + life).isoformat()


def clear(store: Store) -> None:
    """Forget all codes and refresh tokens."""
    with store.transaction():
        for table in ("device_codes", "authorisation_codes", "refresh_tokens"):
            store.execute(f"DELETE FROM {table}")  # noqa: S608


def challenge_of(verifier: str) -> str:
    """The PKCE challenge (S256) that belongs to a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
