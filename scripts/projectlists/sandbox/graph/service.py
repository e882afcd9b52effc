"""Graph's front door: which version, who calls, which room answers; errors become answers here."""

from __future__ import annotations

import uuid

from projectlists.sandbox.directory import Directory
from projectlists.sandbox.entra.tokens import Claims, TokenRefused, Tokens
from projectlists.sandbox.graph import batch, errors, mail, messages, recipients, sites, teamwork, users
from projectlists.sandbox.graph.call import Call, options_of, segments_of
from projectlists.sandbox.graph.errors import GraphError
from projectlists.sandbox.graph.throttle import Concurrency
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.tenant import Service, Tenant

HOST = "graph.microsoft.com"
# Of one request (identity-mail-teams.md §7.5).
LARGEST_REQUEST = 4 * 1024 * 1024
# Requests to mailboxes one app may have under way (identity-mail-teams.md §7.6).
MAILBOX_CONCURRENCY = 4

_TOKEN_REFUSALS = {
    "missing": "Access token is empty.",
    "invalid": "IDX14100: JWT is not well formed or not a token of this tenant.",
    "expired": "Lifetime validation failed, the token is expired.",
    "audience": "Access token validation failure. Invalid audience.",
    "signature": "Signature verification failed.",
}
_MAIL = frozenset({"messages", "mailfolders", "sendmail"})


def make(tenant: Tenant, tokens: Tokens, directory: Directory) -> Service:
    """Make the service for `graph.microsoft.com`, version 1.0 only."""
    mailboxes = mail.Mail(tenant.store, tenant.clock, recipients.refusing(tenant, directory))
    teamwork.declare(tenant.store)
    schema = Schema(tenant, directory)
    under_way = Concurrency(MAILBOX_CONCURRENCY)

    def answered(request: Request) -> Response:
        version, *rest = segments_of(request.path) or ("",)
        if version.lower() != "v1.0":
            raise errors.not_implemented(f"version '{version}'")
        claims = _claims(tokens, request)
        if len(request.body) > LARGEST_REQUEST:
            raise errors.request_too_large()
        call = Call(tenant, directory, request, claims, _from_me(rest, claims), options_of(request))
        keys = call.keys()
        if keys[:1] == ("users",) and len(keys) > 2 and keys[2] in _MAIL:
            with under_way.one(claims.app_id):
                return messages.handle(call, mailboxes)
        match keys[:1]:
            case ("users",):
                return users.handle(call)
            case ("sites",):
                return sites.handle(call, schema)
            case ("teams" | "groups",):
                return teamwork.handle(call)
            case ("$batch",):
                return batch.handle(call)
        raise errors.not_implemented(f"'/{'/'.join(rest[:1])}'")

    def service(request: Request) -> Response:
        try:
            answer = answered(request)
        except GraphError as error:
            answer = errors.answer(error, request, tenant.clock.now())
        return answer if answer.reset else _with_identity(answer, request)

    return service


def _claims(tokens: Tokens, request: Request) -> Claims:
    try:
        return tokens.verify(request.headers.get("Authorization"), HOST)
    except TokenRefused as refused:
        raise errors.invalid_token(_TOKEN_REFUSALS[refused.reason]) from refused


def _from_me(segments: list[str], claims: Claims) -> tuple[str, ...]:
    """`/me` is the person signed in; an app on its own is nobody (identity-mail-teams.md §7.1)."""
    if not segments or segments[0].lower() != "me":
        return tuple(segments)
    if claims.app_only:
        raise errors.bad_request("/me request is only valid with delegated authentication flow.")
    return ("users", claims.object_id, *segments[1:])


def _with_identity(answer: Response, request: Request) -> Response:
    """Each answer carries `request-id` and gives the client's own id back (identity-mail-teams.md §7.7)."""
    request_id = str(uuid.uuid4())
    return answer.with_headers(
        ("request-id", request_id),
        ("client-request-id", request.headers.get("client-request-id") or request_id),
        ("x-ms-ags-diagnostic", '{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5"}}'),
    )
