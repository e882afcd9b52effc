"""What each service answers when it fails: the bodies of faults and throttling, in the service's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from projectlists.sandbox.entra import errors as entra
from projectlists.sandbox.graph import errors as graph
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.sharepoint import answers
from projectlists.sandbox.sharepoint.errors import save_conflict
from projectlists.sandbox.sharepoint.model import ServiceError
from projectlists.sandbox.tenant import Tenant

_LOGIN: Final = "login.microsoftonline.com"
_GRAPH: Final = "graph.microsoft.com"

# sharepoint-rest.md §1.7 and §1.8. 429 and 503 and the gateway's own errors are no JSON there (§1.6).
_SHAREPOINT: Final = {
    401: ("-2147024891, System.UnauthorizedAccessException", "Attempted to perform an unauthorized operation."),
    403: (
        "-2147024891, System.UnauthorizedAccessException",
        "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
    ),
    404: ("-2147024894, System.IO.FileNotFoundException", "File Not Found."),
    409: (save_conflict().code, save_conflict().message),
    423: (
        "-2147018894, Microsoft.SharePoint.SPFileLockException",
        "The file is locked for shared use.",
    ),
    500: ("-2147467259, Microsoft.SharePoint.SPException", "Cannot complete this action.\n\nPlease try again."),
}
_GRAPH_CODES: Final = {
    400: ("BadRequest", "Bad Request."),
    401: ("InvalidAuthenticationToken", "Access token is empty."),
    403: ("accessDenied", "Access denied."),
    404: ("itemNotFound", "The resource could not be found."),
    409: ("Conflict", "The request conflicts with the state of the resource."),
    423: ("resourceLocked", "The resource is locked."),
    429: ("ApplicationThrottled", "Application is over its MailboxConcurrency limit."),
    500: ("InternalServerError", "The server encountered an internal error."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("UnknownError", ""),
}
_REASONS: Final = {429: "429 TOO MANY REQUESTS", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


def failure(request: Request, status: int, tenant: Tenant) -> Response:
    """The answer of the service asked when it fails with this status; 429 and 503 say `Retry-After: 1`."""
    now = tenant.clock.now()
    if status < 400:
        return Response(status)
    if request.host == _GRAPH:
        answer = _graph(request, status, now)
    elif request.host == _LOGIN:
        answer = _login(request, status, now)
    elif request.host in {tenant.sharepoint_host, tenant.admin_host}:
        answer = _sharepoint(request, status)
    else:
        answer = _plain(status)
    return answer.with_headers(("Retry-After", "1")) if status in {429, 503} else answer


def expired_token(request: Request, tenant: Tenant) -> Response:
    """The 401 of a service that finds the token of a request expired."""
    if request.host == _GRAPH:
        failed = graph.invalid_token("Lifetime validation failed, the token is expired.")
        return graph.answer(failed, request, tenant.clock.now())
    challenge = 'Bearer realm="", error="invalid_token", error_description="The token is expired."'
    body = {"error_description": "Invalid JWT token. The token is expired."}
    return Response.of_json(body, 401, headers=(("WWW-Authenticate", challenge),))


def unimplemented(request: Request) -> Response:
    """The answer of a host that has no service behind it."""
    message = f"The sandbox does not implement {request.host}."
    return Response.of_json({"error": {"code": "NotImplemented", "message": message}}, 501)


def defect(request: Request) -> Response:
    """The answer when the sandbox itself breaks: plainly its own fault, never taken for the service's."""
    message = f"The sandbox has a defect: {request.effective_method} failed. Its log tells more."
    return Response.of_json({"error": {"code": "SandboxDefect", "message": message}}, 500)


def _sharepoint(request: Request, status: int) -> Response:
    if status not in _SHAREPOINT:
        return _plain(status)
    code, message = _SHAREPOINT[status]
    return answers.error(request, ServiceError(status, code, message))


def _graph(request: Request, status: int, now: datetime) -> Response:
    code, message = _GRAPH_CODES.get(status, ("UnknownError", ""))
    return graph.answer(graph.GraphError(status, code, message), request, now)


def _login(request: Request, status: int, now: datetime) -> Response:
    error = "temporarily_unavailable" if status in {429, 503, 504} else "invalid_request"
    failed = entra.EntraError(90033, error, "A transient error has occurred. Please try again.", status=status)
    return entra.answer(failed, request, now)


def _plain(status: int) -> Response:
    return Response.of_text(_REASONS.get(status, f"Error {status}"), status)
