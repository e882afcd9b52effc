"""`$batch`: many operations in one request, and one checked answer for each (sharepoint-rest.md §7). Pure.

The client's own `execute_batch` cannot carry the creation of columns and views (§7.5), sends writes before reads
(§9.2 bug 5) and does not notice an answer that is missing (bug 4); so operations are composed and checked here and
travel over the client's transport (`channel.py`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Any, Literal
from urllib.parse import quote

from projectlists.errors import FarEndError, Unanswered
from projectlists.farend.purpose import purpose
from projectlists.farend.refusals import body_of, refusal
from projectlists.language import _

MAXIMUM_OPERATIONS = 100
MAXIMUM_BYTES = 1_000_000
"""§7.3: 100 operations and 1 MiB in one request."""

Method = Literal["GET", "POST", "MERGE", "DELETE"]
LIGHT = "application/json;charset=utf-8"
VERBOSE = "application/json;odata=verbose"
_READS_AS = "application/json;odata=minimalmetadata"  # the leanest form that still gives odata.etag (§1.2)
_PATH_SAFE = "/()',=@$;:!*~-._"
_VALUE_SAFE = "/()',:$;*!~-._"


@dataclass(frozen=True)
class Operation:
    """One call inside a batch.

    `path` is relative to the web's `_api/` and readable: `web/GetList('/sites/x/Lists/Actions')/items`; literals in it
    are made with `literal`. `query` holds options by name, values readable too; both are percent-encoded on the way
    out. A path that starts with `https://` is a link from the service and goes as it is.
    `etag` is sent as If-Match with MERGE and DELETE; None stands for any version. `once` is for what would show when it
    is done twice, such as a row without a unique value: after a 503, which may have been done all the same, it is left
    to whoever asked for it to look first.
    """

    method: Method
    path: str
    body: Mapping[str, Any] | None = None
    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    once: bool = False

    @property
    def reads(self) -> bool:
        """Whether it changes nothing and may simply be asked again."""
        return self.method == "GET"


@dataclass(frozen=True)
class Answer:
    """What came back for one operation. `error` is None when it went well; `body` is parsed JSON, text or None."""

    status: int
    headers: Mapping[str, str]
    body: Any = None
    error: FarEndError | None = None

    @property
    def etag(self) -> str | None:
        """The ETag of the entity written or read."""
        found = next((value for name, value in self.headers.items() if name.lower() == "etag"), None)
        return found or etag_of(self.body)

    def checked(self) -> Answer:
        """The answer itself, or its error raised."""
        if self.error is not None:
            raise self.error
        return self

    @property
    def entity(self) -> Mapping[str, Any]:
        """The entity in the body; empty when there is none."""
        body = self.body.get("d", self.body) if isinstance(self.body, Mapping) else {}
        return body if isinstance(body, Mapping) else {}

    @property
    def entries(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of the collection in the body."""
        found = self.entity.get("value", self.entity.get("results", ()))
        return tuple(entry for entry in found if isinstance(entry, Mapping)) if isinstance(found, list) else ()

    @property
    def next_link(self) -> str | None:
        """The address of the next page, when there is one."""
        names = ("odata.nextLink", "@odata.nextLink", "__next")
        return next((str(self.entity[name]) for name in names if self.entity.get(name)), None)


def etag_of(entity: object) -> str | None:
    """The ETag inside an entity: an opaque text (§1.7)."""
    if not isinstance(entity, Mapping):
        return None
    metadata = entity.get("__metadata")
    inner = metadata.get("etag") if isinstance(metadata, Mapping) else None
    found = entity.get("odata.etag") or entity.get("@odata.etag") or inner
    return str(found) if found else None


def literal(text: str) -> str:
    """A text as an OData literal: in single quotes, those inside doubled."""
    return "'" + text.replace("'", "''") + "'"


def address(web_url: str, operation: Operation) -> str:
    """The absolute, percent-encoded address.

    Values are encoded whole: the client leaves & # + % in them (bug 8).
    """
    if operation.path.startswith("https://"):
        return operation.path
    url = f"{web_url}/_api/{quote(operation.path, safe=_PATH_SAFE)}"
    options = "&".join(f"{name}={_quoted(value)}" for name, value in operation.query.items())
    return f"{url}?{options}" if options else url


@lru_cache(maxsize=1024)
def _quoted(value: str) -> str:
    """A value of an option; all sites are asked with the same few."""
    return quote(value, safe=_VALUE_SAFE)


def compose(web_url: str, operations: Sequence[Operation]) -> tuple[str, bytes]:
    """The content type and body of one request; neighbouring writes share a changeset, the order stays."""
    batch = f"batch_{uuid.uuid4()}"
    parts: list[str] = []
    for reads, group in groupby(operations, key=lambda operation: operation.reads):
        if reads:
            parts += [f"--{batch}\r\n{_part(web_url, operation)}" for operation in group]
            continue
        changeset = f"changeset_{uuid.uuid4()}"
        parts.append(f'--{batch}\r\nContent-Type: multipart/mixed; boundary="{changeset}"\r\n\r\n')
        parts += [f"--{changeset}\r\n{_part(web_url, operation)}" for operation in group]
        parts.append(f"--{changeset}--\r\n\r\n")
    body = "".join(parts) + f"--{batch}--\r\n"
    return f'multipart/mixed; boundary="{batch}"', body.encode()


def _part(web_url: str, operation: Operation) -> str:
    headers = {"Accept": _READS_AS}
    content = ""
    if operation.body is not None:
        headers["Content-Type"] = LIGHT
        content = json.dumps(operation.body, ensure_ascii=True, separators=(",", ":"))
    if operation.method in {"MERGE", "DELETE"}:
        headers["X-HTTP-Method"] = operation.method
        headers["If-Match"] = operation.etag or "*"
    headers.update(operation.headers)
    lines = [
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "",
        f"{operation.method} {address(web_url, operation)} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        content,
        "",
    ]
    return "\r\n".join(lines)


def parse(web_url: str, content_type: str, body: bytes, operations: Sequence[Operation]) -> list[Answer]:
    """The answers of the web at `web_url`, in the order of the operations.

    Answers of a changeset are taken flat or nested: the client drops nested ones (§7.2).

    Raises:
        Unanswered: there is not exactly one answer for each operation, so what was done is not known.
    """
    message = BytesParser(policy=compat32).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    contents = list(_contents(message))
    if len(contents) != len(operations):
        raise Unanswered(
            _(
                "{site} answered {answers} of {operations} questions. Whether the rest was done is not known. "
                "Run the same command again: it first looks at what is there."
            ).format(site=web_url, answers=len(contents), operations=len(operations)),
            detail=content_type,
        )
    return [_answer(web_url, content, operation) for content, operation in zip(contents, operations, strict=True)]


def _contents(message: Message) -> Iterator[bytes]:
    if message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _contents(part)
    elif message.get_content_type() == "application/http":
        payload = message.get_payload(decode=True)
        yield payload if isinstance(payload, bytes) else b""


def _headers(lines: BytesIO) -> Iterator[tuple[str, str]]:
    """The headers of an answer, up to the empty line before its body. The email parser takes several times as long."""
    for line in iter(lines.readline, b""):
        if not line.strip():
            return
        name, _colon, value = line.decode("latin-1").partition(":")
        yield name.strip(), value.strip()


def _answer(web_url: str, content: bytes, operation: Operation) -> Answer:
    status_line, _end, rest = content.lstrip(b"\r\n").partition(b"\n")
    words = status_line.split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise Unanswered(
            _("{site} gave an answer that cannot be read. Run the same command again.").format(site=web_url),
            detail=repr(status_line[:100]),
        )
    lines = BytesIO(rest)
    headers = dict(_headers(lines))
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    parsed = body_of(lines.read().strip(), kind.lower())
    status = int(words[1])
    if status < 400:
        return Answer(status, headers, parsed)
    where = purpose(operation.method, operation.path, operation.body, web_url)
    return Answer(status, headers, parsed, refusal(status, headers, parsed, where))
