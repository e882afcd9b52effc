"""Refusals on order: what Entra says because of a policy or a state that this tenant does not model.

A rule names a number of identity-mail-teams.md §5, and the app or person it is about. The texts are the service's where
they are known, else say what the facts say.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from projectlists.sandbox.entra.errors import EntraError

_GRANT, _CLIENT, _BUSY, _INTERACTION = (
    "invalid_grant",
    "invalid_client",
    "temporarily_unavailable",
    "interaction_required",
)
_MOVED: Final = (
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
)
_POLICY: Final = (
    "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
)
_CONSENT: Final = "An administrator must consent before this application can be used."
_EXPIRED: Final = "The refresh token has expired or is invalid."
_RETRY_SECONDS: Final = 5


@dataclass(frozen=True)
class Kind:
    """How one number is answered: OAuth error, text, and what else is in the body or the headers."""

    error: str
    text: str
    suberror: str | None = None
    status: int | None = None
    retry_after: int | None = None


def _busy(text: str, status: int = 503) -> Kind:
    return Kind(_BUSY, text, status=status, retry_after=_RETRY_SECONDS)


KINDS: Final[Mapping[int, Kind]] = {
    # The client
    7000215: Kind(_CLIENT, "Invalid client secret provided."),
    7000222: Kind(_CLIENT, "The provided client secret keys are expired."),
    700027: Kind(_CLIENT, "The certificate used to sign the client assertion is not registered on application."),
    700030: Kind(_CLIENT, "Invalid certificate - subject name in certificate is not authorized."),
    700024: Kind(_CLIENT, "Client assertion is not within its valid time range."),
    500133: Kind(_CLIENT, "Assertion is not within its valid time range."),
    700229: Kind(_CLIENT, "Only app-only tokens can be used as federated identity credentials."),
    700016: Kind("unauthorized_client", "The application was not found in the directory."),
    7000112: Kind("unauthorized_client", "The application is disabled."),
    70001: Kind("unauthorized_client", "The application is disabled."),
    100007: Kind("invalid_request", "The regional endpoint is not allowed for this application."),
    90038: Kind("invalid_request", "The tenant of the request belongs to another national cloud."),
    900382: Kind("invalid_request", "Confidential client is not supported in a request across clouds."),
    900432: Kind("invalid_request", "Confidential client is not supported in a request across clouds."),
    # Consent and assignment
    65001: Kind(_GRANT, "The user or administrator has not consented to use the application.", "consent_required"),
    65004: Kind("access_denied", "The user declined to consent to access the app."),
    90094: Kind(_GRANT, _CONSENT),
    90095: Kind(_GRANT, f"{_CONSENT} A request can be sent to one."),
    50105: Kind(_GRANT, "The signed in user is not assigned to a role for the application."),
    # The account
    50020: Kind(_GRANT, "The user account from another identity provider does not exist in this tenant."),
    16000: Kind(_INTERACTION, "The user account from another identity provider does not exist in this tenant."),
    51004: Kind(_GRANT, "The user account does not exist in the directory."),
    50034: Kind(_GRANT, "The user account does not exist in the directory."),
    50057: Kind(_GRANT, "The user account is disabled."),
    50126: Kind(_GRANT, "Error validating credentials due to invalid username or password."),
    50055: Kind(_GRANT, "The password is expired.", "user_password_expired"),
    50056: Kind(_GRANT, "Invalid or null password: password does not exist in the directory for this user."),
    50144: Kind(_GRANT, "The user's Active Directory password has expired."),
    50053: Kind(
        _GRANT, "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."
    ),
    # Policies
    50076: Kind(_GRANT, f"{_MOVED}use multi-factor authentication to access the resource.", "basic_action"),
    50074: Kind(_INTERACTION, "Strong Authentication is required."),
    50078: Kind(
        _INTERACTION,
        "Presented multi-factor authentication has expired due to policies configured by your "
        "administrator, you must refresh your multi-factor authentication to access the resource.",
    ),
    50079: Kind(_INTERACTION, f"{_MOVED}enroll in multi-factor authentication to access the resource."),
    50072: Kind(_INTERACTION, f"{_MOVED}enroll in multi-factor authentication to access the resource."),
    53004: Kind(_INTERACTION, "The user must complete the registration of multi-factor authentication first."),
    53010: Kind(_INTERACTION, "The registration of multi-factor authentication is blocked from this place or device."),
    50097: Kind(_INTERACTION, "Device authentication is required."),
    53000: Kind(_INTERACTION, "Device is not in required device state: it must be compliant."),
    53001: Kind(_INTERACTION, "Device is not in required device state: it must be domain joined."),
    53002: Kind(_INTERACTION, "The application used is not an approved application for Conditional Access."),
    53003: Kind(_GRANT, _POLICY, "message_only"),
    530032: Kind(_GRANT, "Blocked by security policy of the tenant."),
    530034: Kind(_GRANT, "A delegated administrator was blocked from accessing the tenant."),
    530035: Kind(_GRANT, "Access has been blocked by security defaults."),
    # Tokens that are no good any more
    700082: Kind(_GRANT, "The refresh token has expired due to inactivity.", "bad_token"),
    70008: Kind(_GRANT, _EXPIRED, "bad_token"),
    70043: Kind(_GRANT, f"{_EXPIRED} Sign-in frequency checks by Conditional Access.", "bad_token"),
    50173: Kind(
        _GRANT,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have "
        "changed or reset their password.",
        "bad_token",
    ),
    50132: Kind(_GRANT, "Session is not valid: the password has expired or was changed recently.", "bad_token"),
    50133: Kind(_GRANT, "Session is invalid due to expiration or recent password change.", "bad_token"),
    50196: Kind(_GRANT, "The server terminated an operation because it encountered a client request loop."),
    # Entra itself
    90055: _busy("The tenant is throttled: there are too many incoming requests.", 429),
    90033: _busy("A transient error has occurred. Please try again."),
    90006: _busy("A temporary error of another service has occurred. Please try again."),
    50033: _busy("A transient error has occurred. Please try again."),
    50087: _busy("A transient error has occurred during single sign-out. Please try again."),
}
"""The numbers that can be ordered. Those that follow from a request itself need no order and are not here."""


class RefusalError(ValueError):
    """A rule that cannot be read; the message says why."""


@dataclass
class Rule:
    """One order: for which app and person (None: any), and how often it still holds (None: always)."""

    code: int
    client_id: str | None
    user: str | None
    times: int | None

    def shown(self) -> dict[str, Any]:
        """The rule as it is given."""
        return {"code": self.code, "client_id": self.client_id, "user": self.user, "times": self.times}


class Refusals:
    """The rules in force, the first that fits counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def show(self) -> list[dict[str, Any]]:
        """All rules; `times` is how often each one will still refuse."""
        with self._lock:
            return [rule.shown() for rule in self._rules]

    def add(self, document: Any) -> None:
        """Put rules in force: `[{"code": 53003, "client_id": …, "user": UPN, "times": n}]`, all but the code optional.

        Raises RefusalError and then nothing has changed.
        """
        if not isinstance(document, list):
            raise RefusalError("Refusals are a JSON list of rules.")
        made = [_rule(one) for one in document]
        with self._lock:
            self._rules += made

    def clear(self) -> None:
        """Lift all rules."""
        with self._lock:
            self._rules = []

    def check(self, app_id: str, upn: str | None) -> None:
        """Refuse an app (and the person signing in to it) when a rule says so. Raises EntraError."""
        with self._lock:
            rule = next((one for one in self._rules if _fits(one, app_id, upn)), None)
            if rule is None:
                return
            if rule.times is not None:
                rule.times -= 1
        kind = KINDS[rule.code]
        raise EntraError(
            rule.code,
            kind.error,
            kind.text,
            status=kind.status,
            suberror=kind.suberror,
            retry_after=kind.retry_after,
        )


def _fits(rule: Rule, app_id: str, upn: str | None) -> bool:
    if rule.times == 0 or rule.client_id not in {None, app_id.lower()}:
        return False
    return rule.user is None or (upn is not None and rule.user == upn.lower())


def _rule(given: Any) -> Rule:
    if not isinstance(given, dict) or set(given) - {"code", "client_id", "user", "times"}:
        raise RefusalError('A refusal is {"code": 53003}, with client_id, user (a UPN) and times if wanted.')
    code, times = given.get("code"), given.get("times")
    if code not in KINDS or type(code) is not int:
        raise RefusalError(f"'code' is one of {', '.join(map(str, sorted(KINDS)))}.")
    if times is not None and (type(times) is not int or times < 1):
        raise RefusalError("'times' is a whole number from 1.")
    names = [given.get(name) for name in ("client_id", "user")]
    if any(not isinstance(name, str) for name in names if name is not None):
        raise RefusalError("'client_id' and 'user' are texts.")
    client_id, user = (name.lower() if isinstance(name, str) else None for name in names)
    return Rule(code, client_id, user, times)
