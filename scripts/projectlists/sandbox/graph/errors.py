"""Graph's error answers: codes and texts of the service, and the envelope they travel in.

Codes and texts: identity-mail-teams.md §6 (tokens), §7.7 (mail), §9.1 (people), §9.3 (sites). Texts the facts do not
quote are the ones public issue threads of Graph's clients show.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from projectlists.sandbox.http import Request, Response


class GraphError(Exception):
    """An error answer: HTTP status, code, text and headers such as `Retry-After`."""

    def __init__(self, status: int, code: str, message: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = tuple(headers)


def answer(error: GraphError, request: Request, now: datetime) -> Response:
    """Put an error into the envelope of identity-mail-teams.md §7.7; `now` is the tenant's time."""
    request_id = str(uuid.uuid4())
    inner = {
        "date": now.strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id,
        "client-request-id": request.headers.get("client-request-id") or request_id,
    }
    body = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
    return Response.of_json(body, error.status, "application/json", error.headers)


# The service as a whole


def not_implemented(what: str) -> GraphError:
    """The one honest answer to what the sandbox does not have."""
    return GraphError(501, "NotImplemented", f"The sandbox does not implement {what}.")


def bad_request(message: str) -> GraphError:
    """A request Graph itself cannot read."""
    return GraphError(400, "BadRequest", message)


def method_not_allowed(method: str) -> GraphError:
    """A verb the address does not take."""
    return GraphError(405, "BadRequest", f"The request target does not take the HTTP method {method}.")


def invalid_token(message: str) -> GraphError:
    """A missing, expired, foreign or broken token."""
    return GraphError(401, "InvalidAuthenticationToken", message)


def unknown_select(name: str, type_name: str) -> GraphError:
    """A `$select` or `$filter` names a property the type does not have."""
    return bad_request(
        f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{type_name}'."
    )


def invalid_filter(reason: str) -> GraphError:
    """A `$filter` that cannot be read."""
    return bad_request(f"Invalid filter clause: {reason}")


def unreadable_body(reason: str) -> GraphError:
    """A JSON body with something the type does not know (identity-mail-teams.md §7.7, RequestBodyRead)."""
    return GraphError(400, "RequestBodyRead", reason)


def unknown_property(name: str, type_name: str) -> GraphError:
    """A property the type does not have."""
    return unreadable_body(
        f"The property '{name}' does not exist on type '{type_name}'. Make sure to only use property names that are"
        " defined by the type."
    )


# Directory


def unknown_resource(key: str) -> GraphError:
    """Nobody by that id or name (identity-mail-teams.md §9.1)."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{key}' does not exist or one of its queried reference-property objects are not present.",
    )


def insufficient_privileges() -> GraphError:
    """The token has no role for the directory."""
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def unsupported_query(reason: str) -> GraphError:
    """A query that needs `ConsistencyLevel: eventual` and `$count=true` (identity-mail-teams.md §9.1)."""
    return GraphError(400, "Request_UnsupportedQuery", reason)


# Mail


def access_denied_to_mailbox() -> GraphError:
    """Neither Entra nor the mailbox scope allows it."""
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def send_as_denied() -> GraphError:
    """`from` is another mailbox."""
    return GraphError(
        403,
        "ErrorSendAsDenied",
        "The user account which was used to submit this request does not have the right to send mail on behalf of the"
        " specified sending account., Cannot submit message.",
    )


def invalid_user(key: str) -> GraphError:
    """The mailbox in the address belongs to nobody."""
    return GraphError(404, "ErrorInvalidUser", f"The requested user '{key}' is invalid.")


def no_mailbox() -> GraphError:
    """The user exists but has no mailbox in the cloud."""
    return GraphError(
        404,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
    )


def item_not_found() -> GraphError:
    """No such message under this id (any more)."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed_id() -> GraphError:
    """A text that is no id at all."""
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def no_recipients() -> GraphError:
    """A send without any recipient."""
    return GraphError(
        400,
        "ErrorInvalidRecipients",
        "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
    )


def unresolved_recipient(address: str) -> GraphError:
    """A send to something that is no address."""
    return GraphError(
        400,
        "ErrorInvalidRecipients",
        f"At least one recipient is not valid., Recipient '{address}' is not resolved. All recipients must be resolved"
        " before a message can be submitted.",
    )


def too_many_recipients(limit: int) -> GraphError:
    """More recipients than one message may have (identity-mail-teams.md §7.6; code and text inferred)."""
    return GraphError(
        400,
        "ErrorInvalidRecipients",
        f"At least one recipient is not valid., The message has more than {limit} recipients.",
    )


def sending_quota_exceeded() -> GraphError:
    """The mailbox has used its recipients of the last 24 hours (identity-mail-teams.md §7.6, §7.7)."""
    return GraphError(
        429,
        "ErrorExceededMessageLimit",
        "Cannot submit message: the sender has exceeded the recipient rate limit.",
        [("Retry-After", "3600")],
    )


def submission_blocked() -> GraphError:
    """The mailbox may not send any more (identity-mail-teams.md §7.7; text inferred)."""
    return GraphError(
        429,
        "ErrorMessageSubmissionBlocked",
        "Cannot send mail. The mailbox has been blocked from submitting messages.",
        [("Retry-After", "3600")],
    )


def application_throttled() -> GraphError:
    """More than four requests of one app in flight (identity-mail-teams.md §7.6)."""
    return GraphError(
        429,
        "ApplicationThrottled",
        "Application is over its MailboxConcurrency limit.",
        [("Retry-After", "1")],
    )


def bad_mime() -> GraphError:
    """A `text/plain` body that is not base64."""
    return GraphError(400, "ErrorMimeContentInvalidBase64String", "The MIME content is not a valid base64 string.")


def invalid_mime() -> GraphError:
    """Base64 of something that is no message."""
    return GraphError(400, "ErrorMimeContentInvalid", "The MIME content is not valid.")


def header_needs_x(name: str) -> GraphError:
    """A JSON message with a header that is not the sender's own."""
    return GraphError(
        400,
        "InvalidInternetMessageHeader",
        f"The internet message header name '{name}' should start with 'x-' or 'X-'.",
    )


def invalid_extended_property(text: str) -> GraphError:
    """An id that names no extended property (identity-mail-teams.md §7.4)."""
    return GraphError(
        400, "ErrorInvalidExtendedProperty", f"The extended property attribute combination is invalid: '{text}'."
    )


def abstract_type(name: str) -> GraphError:
    """An attachment without a concrete type (identity-mail-teams.md §12.3, §14)."""
    return GraphError(400, "UnprocessableType", f"Cannot process input of abstract type '{name}'.")


def not_changeable(name: str) -> GraphError:
    """A property that cannot be set on this message (any more)."""
    return GraphError(400, "ErrorInvalidPropertySet", f"Update operation is invalid for property '{name}'.")


def request_too_large() -> GraphError:
    """A request over 4 MB (identity-mail-teams.md §7.5)."""
    return GraphError(413, "RequestEntityTooLarge", "The request body exceeds the maximum supported size.")


def message_too_large() -> GraphError:
    """An attachment or message over the limit of a single request."""
    return GraphError(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")


def mailbox_full() -> GraphError:
    """The mailbox takes nothing more (identity-mail-teams.md §7.7; text inferred)."""
    return GraphError(507, "ErrorQuotaExceeded", "The mailbox has exceeded its quota.")


def inefficient_filter() -> GraphError:
    """A sort order the filter does not begin with: Exchange finds that too complex."""
    return GraphError(400, "InefficientFilter", "The restriction or sort order is too complex for this operation.")


# Sites and teams


def site_access_denied() -> GraphError:
    """No role, or no grant on the site."""
    return GraphError(403, "accessDenied", "Access denied")


def site_not_found() -> GraphError:
    """No site at that address."""
    return GraphError(404, "itemNotFound", "Requested site could not be found")


def site_locked() -> GraphError:
    """The administration has locked the site (sharepoint-rest.md §1.8: 423; code and text inferred)."""
    return GraphError(423, "resourceLocked", "Access to this site has been blocked.")


def grant_not_found() -> GraphError:
    """No grant with that id."""
    return GraphError(404, "itemNotFound", "Item not found")


def invalid_role() -> GraphError:
    """A role that cannot be given this way (identity-mail-teams.md §2.2)."""
    return GraphError(400, "invalidRequest", "Invalid value for role")


def invalid_request(message: str) -> GraphError:
    """A body that names nobody to grant to."""
    return GraphError(400, "invalidRequest", message)


def team_access_denied(roles: Iterable[str]) -> GraphError:
    """No role for teams, channels or tabs."""
    wanted = ", ".join(sorted(roles))
    return GraphError(403, "Forbidden", f"Missing role permissions on the request. API requires one of '{wanted}'.")


def team_part_not_found(what: str, key: str) -> GraphError:
    """No team, channel or tab with that id."""
    return GraphError(404, "NotFound", f"No {what} found with id '{key}'.")
