"""`$batch`: many operations in one request, answered flat and in order (sharepoint-rest.md §7).

Every operation goes back through the tenant's front (`Tenant.handle`), so that the request log, the faults and the
service see it like a request of its own. A failing operation stops nothing; one that cuts the connection cuts the whole
batch.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import policy
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.sharepoint import address, answers
from projectlists.sandbox.sharepoint.errors import bad_request, save_conflict, unsupported_verb
from projectlists.sandbox.sharepoint.model import Call, ServiceError

MOST_OPERATIONS = 100
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "MERGE", "DELETE"})
_BOUNDARY = re.compile(rb'boundary="?(changeset_[\w.\-]{1,60})')
_NEW_COLUMN = re.compile(
    r"(.*)/fields(?:/(?:addfield|createfieldasxml|adddependentlookupfield)(?:\(.*\))?)?/?", re.IGNORECASE | re.DOTALL
)
_ENVELOPE_HEADERS = frozenset({"content-length", "connection", "keep-alive", "transfer-encoding", "date", "server"})


@dataclass(frozen=True)
class Operation:
    """One operation as it stands in the batch. `target` is the URL as written, absolute or from the host's root."""

    method: str
    target: str
    headers: Headers
    body: bytes
    in_changeset: bool


def handle(call: Call) -> Response:
    """Answer a batch. Raises ServiceError (400) when it cannot be read or holds more than 100 operations."""
    if call.request.batch is not None:
        raise bad_request("A batch cannot hold another batch.")
    if call.method != "POST":
        raise unsupported_verb("SP.Batch", call.method)
    operations = read(call.request.headers.get("Content-Type"), call.request.body)
    if not operations:
        raise bad_request("The batch holds no operation.")
    if len(operations) > MOST_OPERATIONS:
        raise bad_request(f"The batch holds {len(operations)} operations; at most {MOST_OPERATIONS} are accepted.")
    number = call.tenant.new_batch_number()
    parts: list[Response] = []
    with_new_columns: set[str] = set()
    for operation in operations:
        answer = _run(call, operation, number)
        if answer.reset:
            return answer
        listing = _list_with_new_column(operation) if call.tenant.save_conflicts and answer.status < 300 else None
        if listing in with_new_columns:
            # The column was made all the same (sharepoint-rest.md §1.7).
            answer = answers.error(call, save_conflict())
        if listing:
            with_new_columns.add(listing)
        parts.append(_keyed_like_outer(call.request, answer))
    return _envelope(parts)


def read(content_type: str, body: bytes) -> list[Operation]:
    """Read the operations of a batch body, tolerant of what clients send (sharepoint-rest.md §7.1).

    MIME headers before the first boundary, LF or CRLF, `Header:value`, extra blank lines before a body.
    Raises ServiceError (400) when it is no multipart body or a part is no HTTP request.
    """
    if not content_type.lower().startswith("multipart/mixed"):
        raise bad_request("The Content-Type of a batch must be multipart/mixed with a boundary.")
    safe_type = " ".join(content_type.encode("ascii", "replace").decode().split())
    whole = f"Content-Type: {safe_type}\n\n".encode() + _with_boundaries_on_own_lines(body)
    message = BytesParser(policy=policy.compat32).parsebytes(whole)
    if not message.is_multipart():
        raise bad_request("The batch body does not hold the boundary its Content-Type names.")
    return list(_operations(message, in_changeset=False))


def _with_boundaries_on_own_lines(body: bytes) -> bytes:
    """The service finds a boundary behind a JSON body on the same line; the CLI for Microsoft 365 writes it there."""
    if b"}--changeset_" not in body:
        return body
    named = {match[1] for match in _BOUNDARY.finditer(body)}
    for boundary in named:
        body = re.sub(rb"(?<=\})(?=--" + re.escape(boundary) + rb"(?:--)?\r?\n)", b"\n", body)
    return body


def _operations(message: Message, *, in_changeset: bool) -> Iterator[Operation]:
    for part in message.get_payload():
        if not isinstance(part, Message):
            continue
        kind = part.get_content_type()
        if kind == "multipart/mixed" and part.is_multipart() and not in_changeset:
            yield from _operations(part, in_changeset=True)
        elif kind == "application/http":
            content = part.get_payload(decode=True)
            yield _operation(content if isinstance(content, bytes) else b"", in_changeset)
        else:
            raise bad_request(f"A part of the batch has the content type '{kind}' instead of application/http.")


def _operation(content: bytes, in_changeset: bool) -> Operation:
    lines = content.lstrip(b"\r\n").splitlines(keepends=True)
    request_line = lines[0].decode("utf-8", "replace").split() if lines else []
    if len(request_line) != 3 or not request_line[2].upper().startswith("HTTP/"):
        raise bad_request("A part of the batch does not begin with a request line.")
    pairs: list[tuple[str, str]] = []
    for at, line in enumerate(lines[1:], start=1):
        text = line.decode("utf-8", "replace").strip()
        if not text:
            return _checked(request_line, pairs, b"".join(lines[at:]).strip(b"\r\n"), in_changeset)
        name, colon, value = text.partition(":")
        if not colon:
            raise bad_request("A part of the batch has a header line without a colon.")
        pairs.append((name.strip(), value.strip()))
    return _checked(request_line, pairs, b"", in_changeset)


def _checked(request_line: list[str], pairs: list[tuple[str, str]], body: bytes, in_changeset: bool) -> Operation:
    method = request_line[0].upper()
    if method not in METHODS:
        raise bad_request(f"The verb '{method}' cannot stand in a batch.")
    return Operation(method, request_line[1], Headers(pairs), body, in_changeset)


def _run(call: Call, operation: Operation, number: int) -> Response:
    try:
        inner = _request(call, operation, number)
    except ServiceError as failure:
        return answers.error(call, failure)
    return call.tenant.handle(inner)


def _list_with_new_column(operation: Operation) -> str | None:
    """The list, as addressed, that an operation makes a column on; None for any other operation."""
    found = _NEW_COLUMN.fullmatch(unquote(urlsplit(operation.target).path)) if operation.method == "POST" else None
    return found[1].lower() if found and not operation.headers.get("X-HTTP-Method") else None


def _request(call: Call, operation: Operation, number: int) -> Request:
    """The request an operation stands for. Raises ServiceError (400): it leaves the site, or reads in a changeset."""
    if operation.in_changeset and operation.method == "GET":
        raise bad_request("A changeset cannot hold a GET operation.")
    try:
        parts = urlsplit(operation.target)
    except ValueError:
        raise bad_request("The URL of an operation in the batch is not valid.") from None
    # A relative URL counts from the service the batch was sent to.
    path = parts.path if parts.path.startswith("/") else f"{call.web.url}/_api/{parts.path}"
    located = address.locate(path)
    elsewhere = located is None or located[0].lower() != call.web.url.lower()
    if elsewhere or (parts.hostname and parts.hostname.lower() != call.request.host.partition(":")[0].lower()):
        raise bad_request("All operations of a batch must address the site of the batch.")
    given = [pair for pair in operation.headers.pairs if pair[0].lower() != "content-length"]
    for name in ("Authorization", "Accept", "Accept-Language"):
        outer = call.request.headers.get(name)
        if name not in operation.headers and outer:
            given.append((name, outer))
    return call.request.inner(
        method=operation.method,
        path=path,
        query=parts.query,
        headers=Headers(given),
        body=operation.body,
        batch=number,
    )


def _keyed_like_outer(outer: Request, answer: Response) -> Response:
    """An error's key follows the format the batch asked for, not its operation (sharepoint-rest.md §1.2)."""
    if answer.status < 400:
        return answer
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer
    style = answers.wanted(outer) or answers.Format.MINIMAL
    key = "error" if style is answers.Format.VERBOSE or style.v4 else "odata.error"
    other = "odata.error" if key == "error" else "error"
    if not isinstance(body, dict) or list(body) != [other]:
        return answer
    return replace(answer, body=json.dumps({key: body[other]}, ensure_ascii=False).encode())


def _envelope(parts: list[Response]) -> Response:
    boundary = f"batchresponse_{uuid.uuid4()}"
    pieces: list[bytes] = []
    for part in parts:
        pieces.append(
            f"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode()
        )
        pieces.append(f"HTTP/1.1 {part.status} {_reason(part.status)}\r\n".encode())
        pieces.extend(
            f"{name.upper()}: {value}\r\n".encode()
            for name, value in part.headers
            if name.lower() not in _ENVELOPE_HEADERS
        )
        pieces.append(b"\r\n" + part.body + b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    return Response(200, (("Content-Type", f"multipart/mixed; boundary={boundary}"),), b"".join(pieces))


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
