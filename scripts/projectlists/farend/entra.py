"""What Entra says when it gives no token, and what to do about it (identity-mail-teams.md §5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projectlists.errors import SignInRefused
from projectlists.language import _


def _remedies() -> dict[int, str]:
    return {
        7000215: _("The client secret is wrong. Use its value, not its id; better still, move to a certificate."),
        7000222: _("The client secret has expired. Make a new one, or better, move to a certificate."),
        700027: _(
            "The certificate is not known for this app. Upload its public half to the app registration and check the "
            "clock of this machine."
        ),
        700024: _("The clock of this machine differs too much from Microsoft's. Set it right."),
        700016: _(
            "The app {client} is not known in tenant {tenant}. Check identity.client_id and tenant in tenant.yaml, and "
            "let an administrator grant consent."
        ),
        7000112: _("The app {client} is disabled. An administrator can enable its enterprise application again."),
        70001: _("The app {client} is disabled or unknown in tenant {tenant}. Ask an administrator."),
        90002: _("The tenant {tenant} is not known. Check tenant in tenant.yaml."),
        500011: _("The service asked for does not exist in this tenant. Check sharepoint in tenant.yaml."),
        50001: _("The service asked for does not exist in this tenant. Check sharepoint in tenant.yaml."),
        650057: _("The app {client} lacks this API permission. An administrator must add it and grant consent."),
        65001: _("The app {client} has no consent. An administrator must grant it in the app registration."),
        53003: _("Conditional Access blocks the app. An administrator finds the policy in the sign-in log."),
        50194: _("The app belongs to one tenant. Set tenant in tenant.yaml to that tenant."),
        700025: _("The app is registered as a public client. Turn off 'Allow public client flows' for it."),
        90055: _("Microsoft's sign-in service is too busy. Try again later."),
        90033: _("Microsoft's sign-in service is too busy. Try again later."),
    }


def _remedies_by_error() -> dict[str, str]:
    return {
        "authorization_declined": _("The sign-in was declined. Run the command again to try once more."),
        "expired_token": _("The code was not used in time. Run the command again for a new one."),
        "access_denied": _("The sign-in was declined. Run the command again to try once more."),
        "timed_out": _("Nobody signed in within five minutes. Run the command again to try once more."),
    }


def refusal(result: Mapping[str, Any], client: str, tenant: str) -> SignInRefused:
    """The error for msal's answer without a token.

    The sentence is advice by `error_codes`; `detail` holds the code and the correlation id that an administrator types
    in the sign-in log, and never the description, which may name users.
    """
    codes = [int(code) for code in result.get("error_codes") or () if str(code).isdigit()]
    remedies = _remedies()
    known = next((code for code in codes if code in remedies), None)
    sentence = remedies[known] if known is not None else _remedies_by_error().get(str(result.get("error")))
    if sentence is None:
        sentence = _(
            "Sign-in of the app {client} was refused ({error}). The log has the details for the administrator."
        )
    detail = ["AADSTS" + str(codes[0])] if codes else [str(result.get("error", ""))]
    detail += [f"{name} {result[name]}" for name in ("correlation_id", "trace_id", "timestamp") if result.get(name)]
    return SignInRefused(
        sentence.format(client=client, tenant=tenant, error=result.get("error", "")), detail="; ".join(detail)
    )
