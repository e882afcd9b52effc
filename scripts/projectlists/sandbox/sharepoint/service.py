"""SharePoint's front door: who is calling, which site is meant, which room answers; errors become answers here."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable
from typing import Protocol

from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.sharepoint import (
    access,
    address,
    aggregated,
    answers,
    bags,
    batch,
    csom,
    digests,
    groupsites,
    hubs,
    lists,
    menustate,
    navigation,
    projection,
    rights,
    rows,
    scopes,
    sites,
    tenantadmin,
    transfers,
    webrooms,
    webs,
)
from projectlists.sandbox.sharepoint.errors import access_denied, not_implemented, site_locked
from projectlists.sandbox.sharepoint.model import Call, Caller, Segment, ServiceError, Web, collection_url
from projectlists.sandbox.sharepoint.records import People
from projectlists.sandbox.sharepoint.schema import APP_PRINCIPAL, Schema
from projectlists.sandbox.tenant import Service, Tenant

REALM = 'Bearer realm="{tenant_id}",client_id="00000003-0000-0ff1-ce00-000000000000",trusted_issuers="*"'


class Claims(Protocol):
    """What a checked token says about the caller."""

    @property
    def app_id(self) -> str:
        """The client id."""

    @property
    def app_only(self) -> bool:
        """Whether no person is signed in."""

    @property
    def credential(self) -> str:
        """How the app proved itself: "1" secret, "2" certificate."""

    @property
    def roles(self) -> frozenset[str]:
        """Application permissions."""

    @property
    def scopes(self) -> frozenset[str]:
        """Delegated permissions."""

    @property
    def upn(self) -> str | None:
        """The person signed in."""


class Tokens(Protocol):
    """Checks bearer tokens; a refusal is an exception with a `reason`."""

    def verify(self, authorization_header: str, audience: str) -> Claims:
        """The claims of a good token for the audience."""


class Directory(People, Protocol):
    """People, and what apps were granted on a site."""

    def grants(self, app_id: str, site_id: str) -> frozenset[str]:
        """The roles an app was granted on a site collection."""


def make(tenant: Tenant, tokens: Tokens, directory: Directory) -> Service:
    """Make the service for `{tenant}.sharepoint.com` and `{tenant}-admin.sharepoint.com`."""
    schema = Schema(tenant, directory)
    navigation.declare(tenant.store)
    scopes.declare(tenant.store)
    bags.declare(tenant.store)
    rows.rows_of(tenant.store)
    gate = Gate(tenant, tokens, directory, schema)

    def serve(request: Request) -> Response:
        started = time.perf_counter()
        response = _served(request, gate, schema)
        return response.with_headers(*_common_headers(time.perf_counter() - started))

    return serve


class Gate:
    """Lets callers in: a good token, a certificate behind app-only ones, and a grant on the site."""

    def __init__(self, tenant: Tenant, tokens: Tokens, directory: Directory, schema: Schema) -> None:
        self.tenant = tenant
        self.tokens = tokens
        self.directory = directory
        self.schema = schema

    def claims(self, request: Request) -> Claims | Response:
        """The caller's claims, or the 401 (identity-mail-teams.md §2.4, §6)."""
        try:
            claims = self.tokens.verify(request.headers.get("Authorization"), f"https://{_host(request)}")
        except Exception as refusal:  # the refusal's class belongs to the sign-in service
            reason = getattr(refusal, "reason", None)
            if reason is None:
                raise
            return self._unauthorized(_REASONS.get(reason, _REASONS["invalid"]))
        if claims.app_only and claims.credential != "2":
            return self._unauthorized("Unsupported app only token.")
        return claims

    def level(self, claims: Claims, web: Web) -> int:
        """What the caller may do on a site, as a level of `rights`."""
        if not claims.app_only:
            return rights.level_of(claims.scopes, rights.SCOPES)
        by_role = rights.level_of(claims.roles, rights.ROLES)
        if "Sites.Selected" in claims.roles:
            granted = self.directory.grants(claims.app_id, web.site_id)
            return max(by_role, rights.level_of(granted, rights.GRANTS))
        return by_role

    def caller(self, claims: Claims, web: Web, level: int) -> Caller:
        """The caller, with that level, as the site knows it."""
        if claims.app_only or claims.upn is None:
            principal = APP_PRINCIPAL
        else:
            principal = self.schema.ensure_user(web.url, claims.upn).id
        held = claims.scopes | claims.roles
        return Caller(claims.app_id, claims.app_only, claims.upn, held, principal, rights.CEILINGS[level])

    def _unauthorized(self, text: str) -> Response:
        challenge = ("WWW-Authenticate", REALM.format(tenant_id=self.tenant.tenant_id))
        return Response.of_json({"error_description": text}, 401, "application/json; charset=utf-8", [challenge])


_REASONS = {
    "missing": "Access denied. Before opening files in this location, you must first browse to the web site.",
    "invalid": "Invalid JWT token.",
    "expired": "Invalid JWT token. The token is expired.",
    "audience": "Invalid issuer or signature.",
    "signature": "Invalid issuer or signature.",
}


def _served(request: Request, gate: Gate, schema: Schema) -> Response:
    try:
        return _answer(request, gate, schema)
    except ServiceError as failure:
        return answers.error(request, failure)


def _answer(request: Request, gate: Gate, schema: Schema) -> Response:
    claims = gate.claims(request)
    if isinstance(claims, Response):
        return claims
    place = address.locate(request.path)
    if place is None:
        raise not_implemented(f"{request.path.split('?')[0]}: only the REST service under _api")
    options = request.options
    projection.check_options(options)
    web_url, rest = place
    if _host(request) == gate.tenant.admin_host:
        # The administration has no lists of its own here; its site is the root site for sign-in's sake.
        web_url = ""
    web = schema.web(web_url)
    if web is None or not web.is_ready(gate.tenant.clock.now()):
        return Response.of_text("404 FILE NOT FOUND", 404)
    segments = address.segments(rest, options)
    needed = rights.level_needed(request.effective_method, segments)
    level = gate.level(claims, web)
    if level < needed:
        raise access_denied()
    if _host(request) != gate.tenant.admin_host:
        _refuse_locked(web if web.is_root else schema.web(collection_url(web.url)) or web, needed)
    with contextlib.nullcontext() if claims.app_only else schema.store.transaction():
        # Who is turned away leaves no trace among the people of the site.
        caller = gate.caller(claims, web, level)
        call = Call(gate.tenant, request, caller, web, segments, options, lambda other: _dispatch(other, schema))
        if not access.enters(call, schema):
            raise access_denied()
    digests.check(call)
    if needed == rights.FULL_CONTROL and rights.is_of_site(segments):
        access.require(call, schema, access.MANAGE_WEB)
    first = segments[0].key if segments else ""
    if first != "processquery" and (call.method == "GET" or first in {"", "$batch"}):
        return _dispatch(call, schema)
    with schema.store.lock:
        # What a writer has read and checked must still hold when it writes. The operations of a batch each do this.
        if first == "processquery":
            return csom.handle(call, segments[1:], schema, lambda inner: _served(inner, gate, schema))
        return _dispatch(call, schema)


def _refuse_locked(web: Web, needed: int) -> None:
    if web.lock_state == "NoAccess":
        raise site_locked()
    if web.lock_state == "ReadOnly" and needed > rights.READ:
        raise site_locked("Additions")


Room = Callable[[Call, tuple[Segment, ...], Schema], Response]


def _dispatch(call: Call, schema: Schema) -> Response:
    if not call.segments:
        raise not_implemented("the service document")
    first, rest = call.segments[0], call.segments[1:]
    if _host(call.request) == call.tenant.admin_host:
        below = aggregated.asked(call.segments)
        if below is not None:
            return aggregated.handle(call, below, schema)
    if first.key == "$batch":
        return batch.handle(call)
    if first.key == "lists":
        return lists.collection(call, call.segments, schema)
    room = ROOMS.get(first.key)
    if room is None:
        raise not_implemented(f"_api/{first.name}")
    return room(call, rest, schema)


ROOMS: dict[str, Room] = {
    "web": webrooms.handle,
    "contextinfo": webs.context_info,
    "sp.web.getweburlfrompageurl": webs.url_from_page_url,
    "sp.site.exists": sites.exists,
    "site": sites.site,
    "spsitemanager": sites.manager,
    "groupsitemanager": groupsites.handle,
    "hubsites": hubs.handle,
    "navigation": menustate.handle,
    **dict.fromkeys(tenantadmin.NAMES, tenantadmin.handle),
    **dict.fromkeys(transfers.UTILITY, transfers.by_utility),
}


def _host(request: Request) -> str:
    return request.host.partition(":")[0].lower()


def _common_headers(seconds: float) -> tuple[tuple[str, str], ...]:
    """The headers every answer carries (sharepoint-rest.md §1.5)."""
    identity = str(uuid.uuid4())
    spent = str(max(1, round(seconds * 1000)))
    return (
        ("SPRequestGuid", identity),
        ("request-id", identity),
        ("SPClientServiceRequestDuration", spent),
        ("X-SharePointHealthScore", "0"),
        ("X-SP-SERVERSTATE", "ReadOnly=0"),
        ("MicrosoftSharePointTeamServices", "16.0.0.26600"),
        ("Cache-Control", "private, max-age=0"),
        ("Vary", "Origin,Accept-Encoding"),
        ("DataServiceVersion", "3.0"),
    )
