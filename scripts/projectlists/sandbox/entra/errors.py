"""What Entra says when it refuses: numbers, texts and the JSON around them (identity-mail-teams.md §5)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from projectlists.sandbox.http import Request, Response

_UNAUTHORIZED: Final = "invalid_client"


class EntraError(Exception):
    """One refusal: the number behind AADSTS, the OAuth error, the text, and the HTTP status."""

    def __init__(
        self,
        number: int,
        error: str,
        message: str,
        *,
        status: int | None = None,
        suberror: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"AADSTS{number}: {message}")
        self.number = number
        self.error = error
        self.message = message
        # identity-mail-teams.md §5: invalid_client is 401, nearly all others 400.
        self.status = status or (401 if error == _UNAUTHORIZED else 400)
        self.suberror = suberror
        self.retry_after = retry_after


def answer(failure: EntraError, request: Request, now: datetime) -> Response:
    """Show a refusal as the token endpoint does, with the ids an administrator looks up."""
    trace = str(uuid.uuid4())
    correlation = request.headers.get("client-request-id") or str(uuid.uuid4())
    moment = now.strftime("%Y-%m-%d %H:%M:%SZ")
    body: dict[str, Any] = {
        "error": failure.error,
        "error_description": f"AADSTS{failure.number}: {failure.message} "
        f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {moment}",
        "error_codes": [failure.number],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={failure.number}",
    }
    if failure.suberror:
        body["suberror"] = failure.suberror
    headers = (("Retry-After", str(failure.retry_after)),) if failure.retry_after else ()
    return Response.of_json(body, failure.status, headers=headers)


def missing_parameter(name: str) -> EntraError:
    """A parameter the request cannot do without."""
    return EntraError(900144, "invalid_request", f"The request body must contain the following parameter: '{name}'.")


def unknown_tenant(name: str) -> EntraError:
    """No such tenant here."""
    return EntraError(
        90002,
        "invalid_tenant",
        f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant.",
    )


def unknown_application(app_id: str, tenant: str) -> EntraError:
    """No such registration in this tenant."""
    return EntraError(
        700016,
        "unauthorized_client",
        f"Application with identifier '{app_id}' was not found in the directory '{tenant}'. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant.",
    )


def disabled_application(app_id: str) -> EntraError:
    """The enterprise application is switched off."""
    return EntraError(7000112, "unauthorized_client", f"Application '{app_id}' is disabled.")


def single_tenant(app_id: str, endpoint: str) -> EntraError:
    """`common` and `organizations` are for apps of many tenants."""
    return EntraError(
        50194,
        "invalid_request",
        f"Application '{app_id}' is not configured as a multi-tenant application. Usage of the /{endpoint} endpoint "
        "is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or "
        "configure the application to be multi-tenant.",
    )


def wrong_secret(app_id: str) -> EntraError:
    """The value is not that of any secret of the app."""
    return EntraError(
        7000215,
        _UNAUTHORIZED,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
        f"not the client secret ID, for a secret added to app '{app_id}'.",
    )


def expired_secret(app_id: str) -> EntraError:
    """The secret was right once."""
    return EntraError(
        7000222,
        _UNAUTHORIZED,
        f"The provided client secret keys for app '{app_id}' are expired. Visit the Azure portal to create new keys "
        "for your app, or consider using certificate credentials for added security.",
    )


def credential_required(grant: str) -> EntraError:
    """An app that asks in its own name proves who it is."""
    return EntraError(
        7000216,
        _UNAUTHORIZED,
        f"'client_assertion', 'client_secret' or 'request' is required for the '{grant}' grant type.",
    )


def confidential_client() -> EntraError:
    """Signing a person in without a credential needs a public client."""
    return EntraError(
        7000218,
        _UNAUTHORIZED,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    )


def public_client() -> EntraError:
    """A public client that sends a credential."""
    return EntraError(
        700025,
        _UNAUTHORIZED,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    )


def assertion(number: int, message: str) -> EntraError:
    """Something is wrong with the signed assertion of a client."""
    return EntraError(number, _UNAUTHORIZED, message)


def scope(number: int, message: str) -> EntraError:
    """Something is wrong with the scope asked for."""
    return EntraError(number, "invalid_scope", message)


def unknown_resource(resource: str, tenant: str) -> EntraError:
    """No service of this tenant answers to that address."""
    return EntraError(
        500011,
        "invalid_resource",
        f"The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You might have sent your authentication request to the wrong tenant.",
    )


def no_consent(app_id: str, name: str) -> EntraError:
    """Nobody said the app may."""
    return EntraError(
        65001,
        "invalid_grant",
        f"The user or administrator has not consented to use the application with ID '{app_id}' named '{name}'. "
        "Send an interactive authorization request for this user and resource.",
    )


def grant(number: int, message: str) -> EntraError:
    """A code or refresh token that is not, or no longer, good."""
    return EntraError(number, "invalid_grant", message)
