"""The way to Microsoft 365: name, proxy, certificates, tenant and clock, told apart by one request.

It goes to the sign-in service's own description of the tenant, because that needs no token (identity-mail-teams.md
§4.1) and its answer carries the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from projectlists.config.model import Config
from projectlists.doctor import people
from projectlists.doctor.finding import Finding
from projectlists.farend.identity import AUTHORITY
from projectlists.farend.network import Session
from projectlists.language import _

LINKS = ("proxy", "name", "connection", "certificates", "tenant", "clock")
"""The order in which a request meets them: after one that fails, those behind it cannot be checked."""
TOLERATED = timedelta(minutes=5)
"""Entra refuses an assertion that is further off than this (identity-mail-teams.md §5, 700024)."""


def connection(config: Config, now: Callable[[], datetime]) -> tuple[Finding, ...]:
    """A finding for each of `LINKS`."""
    try:
        answer = Session(config.network).get(f"{AUTHORITY}/{config.tenant}/v2.0/.well-known/openid-configuration")
    except requests.RequestException as error:
        return _until(_broken(config, error), config)
    if answer.status_code == 407:
        return _until(_proxy_failed(config), config)
    if answer.status_code >= 500 or answer.status_code == 429:
        busy = Finding(
            "connection", "failed", _("Microsoft's sign-in service is out of order just now."), _("Try again later.")
        )
        return _until(busy, config)
    if answer.status_code != 200:
        unknown = Finding(
            "tenant",
            "failed",
            _("The tenant {tenant} is not known.").format(tenant=config.tenant),
            _("Check tenant in tenant.yaml."),
            people.you(),
        )
        return (*_until(unknown, config)[:-1], _clock(answer, now()))
    return (*_before("clock", config), _clock(answer, now()))


def _until(finding: Finding, config: Config) -> tuple[Finding, ...]:
    """What went well before a link that fails, the link, and what cannot be known behind it."""
    behind = LINKS[LINKS.index(finding.check) + 1 :]
    reason = _("This could not be checked: there is no way to the sign-in service.")
    return (*_before(finding.check, config), finding, *(Finding(check, "unknown", reason) for check in behind))


def _before(check: str, config: Config) -> Iterator[Finding]:
    good = {
        "proxy": _("The proxy {proxy} lets this program through.").format(proxy=config.network.proxy)
        if config.network.proxy
        else _("No proxy is set in tenant.yaml."),
        "name": _("The sign-in service is found."),
        "connection": _("The sign-in service answers."),
        "certificates": _("The connection is trusted."),
        "tenant": _("The tenant {tenant} is known.").format(tenant=config.tenant),
    }
    for link in LINKS[: LINKS.index(check)]:
        yield Finding(link, "ok", good[link])


def _broken(config: Config, error: requests.RequestException) -> Finding:
    host = urlsplit(AUTHORITY).netloc
    if isinstance(error, requests.exceptions.SSLError):
        return _untrusted(config, host)
    if isinstance(error, requests.exceptions.ProxyError):
        return _proxy_failed(config)
    if _has(error, urllib3.exceptions.NameResolutionError):
        return Finding(
            "name",
            "failed",
            _("The name {host} is not found.").format(host=host),
            _("Check the network. Many municipal networks need network.proxy in tenant.yaml."),
            people.network(),
        )
    if isinstance(error, requests.exceptions.Timeout):
        return Finding(
            "connection",
            "failed",
            _("{host} gives no answer.").format(host=host),
            _("Let this machine through to it, or set network.proxy in tenant.yaml."),
            people.network(),
        )
    return Finding(
        "connection",
        "failed",
        _("There is no connection to {host}.").format(host=host),
        _("Let this machine through to it, or set network.proxy in tenant.yaml."),
        people.network(),
    )


def _untrusted(config: Config, host: str) -> Finding:
    if config.network.ca_bundle is None:
        return Finding(
            "certificates",
            "failed",
            _("The certificate of {host} is not trusted. Something in the network opens the traffic.").format(
                host=host
            ),
            _("Save the certificates of the network as a PEM file and name it with network.ca_bundle in tenant.yaml."),
            people.network(),
        )
    return Finding(
        "certificates",
        "failed",
        _("The certificate of {host} does not fit the certificates in {file} (network.ca_bundle).").format(
            host=host, file=config.network.ca_bundle
        ),
        # Since 3.13 certificates are held to RFC 5280, and those of inspecting networks often lack a key identifier.
        _(
            "Save the certificates that the network uses now in that file, also those in between. Python 3.13 and "
            "newer refuse some that older versions take: then the network needs new ones, or this program Python 3.12."
        ),
        people.network(),
    )


def _proxy_failed(config: Config) -> Finding:
    return Finding(
        "proxy",
        "failed",
        _("The proxy {proxy} gives no connection.").format(proxy=config.network.proxy or _("of this machine")),
        _(
            "Check network.proxy in tenant.yaml. The proxy must let this machine through to "
            "login.microsoftonline.com, graph.microsoft.com and {host} without a password."
        ).format(host=urlsplit(config.sharepoint).netloc),
        people.network(),
    )


def _clock(answer: requests.Response, now: datetime) -> Finding:
    try:
        there = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return Finding("clock", "unknown", _("The clock could not be compared: the answer carries no time."))
    minutes = round((now - there).total_seconds() / 60)
    if abs(now - there) <= TOLERATED:
        return Finding("clock", "ok", _("The clock of this machine is right."))
    sentence = (
        _("The clock of this machine is {minutes} minutes fast. Sign-in will be refused.")
        if minutes > 0
        else _("The clock of this machine is {minutes} minutes slow. Sign-in will be refused.")
    )
    return Finding("clock", "failed", sentence.format(minutes=abs(minutes)), _("Set it right."), people.you())


def _has(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether an error of this kind is at the bottom of another one."""
    queue: list[object] = [error]
    while queue:
        cause = queue.pop()
        if isinstance(cause, kind):
            return True
        if isinstance(cause, BaseException):
            queue += [*cause.args, getattr(cause, "reason", None)]
    return False
