"""Signing in: the credential, a token for each service, and what the tokens allow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from projectlists.config.model import PERSONAL, Config
from projectlists.doctor import people
from projectlists.doctor.finding import Finding
from projectlists.errors import FarEndError, SignInRefused
from projectlists.farend.certificate import certificate_of
from projectlists.farend.entra import advice
from projectlists.farend.identity import GRAPH, SignIn
from projectlists.language import _, day_in_words

CHECKS = ("sign-in-sharepoint", "rights-sharepoint", "sign-in-graph", "rights-graph")
WARNED_AHEAD = timedelta(days=30)
_BROAD = frozenset({"Sites.FullControl.All", "Sites.Manage.All", "Sites.ReadWrite.All", "AllSites.FullControl"})
_ENOUGH = frozenset({"Sites.Selected", "AllSites.Manage", "AllSites.Write", *_BROAD})
_PEOPLE = frozenset({"User.Read.All", "Directory.Read.All"})
_NAMES_ONLY = frozenset({"User.ReadBasic.All"})


def credential(config: Config, now: datetime, environment: Mapping[str, str] = os.environ) -> Finding:
    """The certificate, or what stands in its place."""
    if config.identity.mode != "certificate":
        if config.identity.mode == "secret":
            return Finding(
                "certificate",
                "failed",
                _("The app signs in with a client secret, and SharePoint refuses that."),
                _("Make a certificate, upload its public half to the app registration, and name it in tenant.yaml."),
                people.entra(),
            )
        return Finding(
            "certificate", "ok", _("Sign-in with {mode} needs no certificate.").format(mode=config.identity.mode)
        )
    try:
        found = certificate_of(config.identity, environment, now)
    except SignInRefused as error:
        return Finding(
            "certificate", "failed", str(error), _("Put the certificate right and run this again."), people.you()
        )
    until = found.certificate.not_valid_after_utc
    if until - now <= WARNED_AHEAD:
        return Finding(
            "certificate",
            "warning",
            _("The certificate expires on {date}. After that day nothing works any more.").format(
                date=day_in_words(until.date())
            ),
            _("Make a new one and upload its public half to the app registration before that day."),
            people.entra(),
        )
    return Finding(
        "certificate",
        "ok",
        _("The certificate is valid until {date} (thumbprint {thumbprint}).").format(
            date=day_in_words(until.date()), thumbprint=found.thumbprint
        ),
    )


def examine(
    config: Config, sign_in: SignIn, now: datetime, environment: Mapping[str, str] = os.environ
) -> Iterator[Finding]:
    """The credential, a token for SharePoint and one for Graph, and the rights in them."""
    found = credential(config, now, environment)
    yield found
    if found.outcome == "failed" and config.identity.mode == "certificate":
        reason = _("This could not be checked: there is no certificate to sign in with.")
        yield from (Finding(check, "unknown", reason) for check in CHECKS)
    else:
        yield from tokens(config, sign_in)


def tokens(config: Config, sign_in: SignIn) -> Iterator[Finding]:
    """A token for SharePoint and one for Graph, and the rights in them."""
    for check, rights, resource in (
        ("sign-in-sharepoint", "rights-sharepoint", config.sharepoint),
        ("sign-in-graph", "rights-graph", GRAPH),
    ):
        service = "SharePoint" if resource != GRAPH else "Microsoft Graph"
        try:
            token = sign_in.token_for(resource)["access_token"]
        except FarEndError as error:
            yield _refused(check, config, error)
            yield Finding(rights, "unknown", _("This could not be checked: there is no sign-in."))
            continue
        yield Finding(check, "ok", _("{service} lets the app sign in.").format(service=service))
        held = _rights(token)
        if held is None:
            yield Finding(rights, "unknown", _("The token cannot be read, so its rights are not known."))
        else:
            yield (_sharepoint if resource != GRAPH else _graph)(config, held)


def _refused(check: str, config: Config, error: FarEndError) -> Finding:
    if not isinstance(error, SignInRefused):
        return Finding(check, "unknown", str(error), _("Put the connection right first."), people.network())
    client, code = config.identity.client_id or "-", error.detail.partition(";")[0]
    found = advice(error, client, config.tenant)
    if found is None:
        return Finding(check, "failed", _with_code(str(error), code), _("Ask an administrator."), people.entra())
    return Finding(check, "failed", _with_code(found.meaning, error.detail), found.remedy, found.who)


def _with_code(sentence: str, code: str) -> str:
    return f"{sentence} ({code})" if code.startswith("AADSTS") else sentence


def _rights(token: str) -> frozenset[str] | None:
    """The roles of an app or the scopes of a person; the signature is the service's business."""
    try:
        claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return None
    return frozenset([*claims.get("roles", ()), *str(claims.get("scp", "")).split()])


def _sharepoint(config: Config, held: frozenset[str]) -> Finding:
    if not held & _ENOUGH:
        return Finding(
            "rights-sharepoint",
            "failed",
            _("The app has no right on SharePoint."),
            _("Give it the permission Sites.Selected of SharePoint (not only that of Microsoft Graph) and consent."),
            people.entra(),
        )
    broad = sorted(held & _BROAD)
    if broad and config.identity.mode not in PERSONAL:
        return Finding(
            "rights-sharepoint",
            "warning",
            _("The app may do more than it needs: {rights}.").format(rights=", ".join(broad)),
            _("For the daily job Sites.Selected is enough, with a grant on each site."),
            people.entra(),
        )
    return Finding("rights-sharepoint", "ok", _("The rights on SharePoint are as they should be."))


def _graph(config: Config, held: frozenset[str]) -> Finding:
    mail = sorted(right for right in held if right.startswith("Mail."))
    if mail and config.identity.mode not in PERSONAL:  # a person's scope goes no further than that person
        return Finding(
            "rights-graph",
            "warning",
            _("The app may use every mailbox of the municipality: {rights}.").format(rights=", ".join(mail)),
            _("Take these consents away and give the app a role on its own mailbox in Exchange only."),
            people.entra(),
        )
    if held & _PEOPLE:
        return Finding("rights-graph", "ok", _("The app can see who has a working account."))
    if held & _NAMES_ONLY:
        return Finding(
            "rights-graph",
            "warning",
            _("The app sees names but not whether an account still works. Who left is only known from the team list."),
            _("Give it the permission User.Read.All of Microsoft Graph and consent."),
            people.entra(),
        )
    return Finding(
        "rights-graph",
        "warning",
        _("The app cannot see accounts. Who left is only known from the team list."),
        _("Give it the permission User.Read.All of Microsoft Graph and consent."),
        people.entra(),
    )
