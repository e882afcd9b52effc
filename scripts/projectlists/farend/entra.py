"""What Entra says when it gives no token, and what to do about it (identity-mail-teams.md §5). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from projectlists.errors import SignInRefused
from projectlists.language import _, current

_CODE = re.compile(r"AADSTS(\d+)")


@dataclass(frozen=True)
class Advice:
    """What a refusal means, what to do, and who can do it."""

    meaning: str
    remedy: str
    who: str


def refusal(result: Mapping[str, Any], client: str, tenant: str) -> SignInRefused:
    """The error for msal's answer without a token.

    The sentence is advice by `error_codes`; `detail` holds the code and the correlation id that an administrator types
    in the sign-in log, and never the description, which may name users.
    """
    codes = [int(code) for code in result.get("error_codes") or () if str(code).isdigit()]
    error = str(result.get("error", ""))
    found = _first(codes, error)
    sentence = (
        f"{found.meaning} {found.remedy}"
        if found
        else _("Sign-in of the app {client} was refused ({error}). The log has the details for the administrator.")
    )
    detail = ["AADSTS" + str(codes[0])] if codes else [error]
    detail += [f"{name} {result[name]}" for name in ("correlation_id", "trace_id", "timestamp") if result.get(name)]
    return SignInRefused(sentence.format(client=client, tenant=tenant, error=error), detail="; ".join(detail))


def advice(error: SignInRefused, client: str, tenant: str) -> Advice | None:
    """The advice for an error made by `refusal`, its names filled in; None when its code is not known."""
    codes = [int(code) for code in _CODE.findall(error.detail)]
    found = _first(codes, error.detail.partition(";")[0])
    if found is None:
        return None
    return Advice(
        found.meaning.format(client=client, tenant=tenant), found.remedy.format(client=client, tenant=tenant), found.who
    )


def _first(codes: Iterable[int], error: str) -> Advice | None:
    table = _by_code(current())
    return next((table[code] for code in codes if code in table), None) or _by_error(current()).get(error)


@cache
def _by_error(_language: str) -> Mapping[str, Advice]:
    """Answers that may come without a code."""
    declined = Advice(_("The sign-in was declined."), _("Run the command again and accept."), _you())
    return {
        "authorization_declined": declined,
        "access_denied": declined,
        "expired_token": Advice(_("The code was not used in time."), _("Run the command again for a new one."), _you()),
        "timed_out": Advice(
            _("Nobody signed in within five minutes."), _("Run the command again to try once more."), _you()
        ),
    }


def _you() -> str:
    return _("you")


def _entra() -> str:
    return _("an administrator of Entra")


@cache
def _by_code(_language: str) -> Mapping[int, Advice]:
    """Every code of the table, one entry for those that ask the same of people."""
    return {code: advice for codes, advice in (*_of_the_app(), *_of_the_request(), *_of_people()) for code in codes}


def _of_the_app() -> list[tuple[tuple[int, ...], Advice]]:
    """The registration of the app and its credential."""
    entra, you = _entra(), _you()
    return [
        (
            (7000215,),
            Advice(
                _("The client secret is wrong."),
                _("Use its value, not its id; better still, move to a certificate."),
                you,
            ),
        ),
        (
            (7000222,),
            Advice(_("The client secret has expired."), _("Make a new one, or better, move to a certificate."), entra),
        ),
        (
            (700027,),
            Advice(
                _("The certificate is not known for this app."),
                _("Upload its public half to the app registration and check the clock of this machine."),
                entra,
            ),
        ),
        (
            (700030,),
            Advice(
                _("The name in the certificate is not allowed for this app."),
                _("Upload the certificate itself to the app registration."),
                entra,
            ),
        ),
        (
            (700025,),
            Advice(
                _("The app is registered as a public client."), _("Turn off 'Allow public client flows' for it."), entra
            ),
        ),
        (
            (7000218,),
            Advice(
                _("The app may not let people sign in this way."),
                _("Turn on 'Allow public client flows' for it, or sign in with a certificate."),
                entra,
            ),
        ),
        (
            (7000112, 70001),
            Advice(_("The app {client} is disabled."), _("Enable its enterprise application again."), entra),
        ),
        (
            (700016,),
            Advice(
                _("The app {client} is not known in tenant {tenant}."),
                _("Check identity.client_id and tenant in tenant.yaml, and let an administrator grant consent."),
                you,
            ),
        ),
        (
            (700211, 700212, 700213, 70021),
            Advice(
                _("The app does not trust the place where this runs."),
                _("Make issuer, subject and audience of its federated credential the same as those of this job."),
                entra,
            ),
        ),
        ((700229,), Advice(_("This kind of token proves nothing here."), _("Use the token of the job itself."), you)),
        (
            (700024, 500133),
            Advice(_("The clock of this machine differs too much from Microsoft's."), _("Set it right."), you),
        ),
    ]


def _of_the_request() -> list[tuple[tuple[int, ...], Advice]]:
    """What was asked for, and of whom."""
    entra, you = _entra(), _you()
    busy = Advice(_("Microsoft's sign-in service is too busy."), _("Try again later."), you)
    return [
        ((90002,), Advice(_("The tenant {tenant} is not known."), _("Check tenant in tenant.yaml."), you)),
        (
            (90038, 900382, 900432),
            Advice(_("The tenant {tenant} is in another cloud of Microsoft."), _("Check tenant in tenant.yaml."), you),
        ),
        (
            (500011, 50001),
            Advice(
                _("The service asked for does not exist in this tenant."), _("Check sharepoint in tenant.yaml."), you
            ),
        ),
        (
            (650057,),
            Advice(
                _("The app {client} lacks this API permission."),
                _("Add it to the app registration and grant consent."),
                entra,
            ),
        ),
        (
            (70011, 28002, 1002012, 700022, 700023),
            Advice(
                _("The sign-in service does not understand what is asked for."),
                _("Check sharepoint in tenant.yaml: only https:// and the host name."),
                you,
            ),
        ),
        (
            (65001, 90094, 90095),
            Advice(
                _("The app {client} has no consent."),
                _("Grant it: https://login.microsoftonline.com/{tenant}/adminconsent?client_id={client}"),
                entra,
            ),
        ),
        ((50194,), Advice(_("The app belongs to one tenant."), _("Set tenant in tenant.yaml to that tenant."), you)),
        (
            (53003,),
            Advice(
                _("Conditional Access blocks the sign-in."),
                _("Find the policy in the sign-in log with the correlation id, and make an exception for this app."),
                entra,
            ),
        ),
        (
            (530032, 530034, 530035),
            Advice(
                _("The security policy of the tenant blocks the sign-in."),
                _("Find the policy in the sign-in log with the correlation id, and make an exception for this app."),
                entra,
            ),
        ),
        (
            (50196,),
            Advice(_("Entra sees the same sign-in again and again."), _("Start fewer jobs at the same time."), you),
        ),
        (
            (100007,),
            Advice(
                _("The sign-in was sent to a region of its own."), _("Remove MSAL_FORCE_REGION on this machine."), you
            ),
        ),
        ((90055, 90033, 90006, 50033, 50087), busy),
    ]


def _of_people() -> list[tuple[tuple[int, ...], Advice]]:
    """The account of the person who signs in."""
    entra, you = _entra(), _you()
    again = _("Sign in again.")
    return [
        ((65004,), Advice(_("The sign-in was declined."), _("Run the command again and accept."), you)),
        (
            (50105,),
            Advice(
                _("This account is not assigned to the app."),
                _("Assign it, or turn off 'Assignment required' for the app."),
                entra,
            ),
        ),
        (
            (50020, 16000, 51004, 50034),
            Advice(
                _("This account does not belong to tenant {tenant}."), _("Sign in with your municipal account."), you
            ),
        ),
        ((50057,), Advice(_("This account is disabled."), _("Ask the people who manage accounts."), entra)),
        (
            (50126,),
            Advice(_("The user name or the password is wrong."), _("Sign in with the browser: sign_in: browser."), you),
        ),
        (
            (50055, 50056, 50144),
            Advice(_("The password of this account has expired or is missing."), _("Change it, then sign in."), you),
        ),
        ((50053,), Advice(_("This account is locked for a while."), _("Wait, and look in the sign-in log."), entra)),
        (
            (50076, 50074, 50078),
            Advice(
                _("A second proof is needed, such as your phone."),
                _("Sign in with the browser: sign_in: browser."),
                you,
            ),
        ),
        (
            (50079, 50072, 53004, 53010),
            Advice(
                _("This account has no second proof yet, such as a phone."),
                _("Register one at https://aka.ms/mfasetup and sign in again."),
                you,
            ),
        ),
        (
            (50097, 53000, 53001, 53002),
            Advice(
                _("This sign-in needs a computer that the municipality manages."),
                _("Use your work computer and sign in with the browser."),
                you,
            ),
        ),
        ((700082, 70008, 70043), Advice(_("The sign-in has expired."), again, you)),
        (
            (50173, 50132, 50133),
            Advice(_("The sign-in was withdrawn, for instance after a new password."), again, you),
        ),
        (
            (70018,),
            Advice(_("The code was typed wrong."), _("Run the command again for a new one."), you),
        ),
        (
            (70019, 70020),
            Advice(_("The code was not used in time."), _("Run the command again for a new one."), you),
        ),
    ]
