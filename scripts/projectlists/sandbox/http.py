"""What every service of the sandbox speaks: one request in, one response out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote


class Headers:
    """HTTP headers: names compare without case, order and spelling are kept."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)
        self._first: dict[str, str] = {}
        for name, value in self.pairs:
            self._first.setdefault(name.lower(), value)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a header, or the default."""
        return self._first.get(name.lower(), default)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._first


@dataclass(frozen=True)
class Request:
    """One HTTP request as it arrived, or one operation of a `$batch`.

    `path` and `query` are as sent, still percent-encoded: a service splits before it unquotes
    (sharepoint-rest.md §1.1). `batch` is the number of the batch an operation came in.
    """

    method: str
    host: str
    path: str
    query: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    batch: int | None = None

    @property
    def effective_method(self) -> str:
        """The verb meant: `X-HTTP-Method` on a POST tunnels MERGE, PATCH, PUT and DELETE."""
        tunnelled = self.headers.get("X-HTTP-Method")
        return tunnelled.upper() if tunnelled and self.method.upper() == "POST" else self.method.upper()

    @property
    def target(self) -> str:
        """Path and query as one text, for logs and fault rules."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def options(self) -> dict[str, str]:
        """Query options with names and values decoded (clients percent-encode `$top` as `%24top`)."""
        return dict(_query_pairs(self.query))

    @property
    def plain_path(self) -> str:
        """The decoded path, for services whose addresses hold no quoted literals."""
        return unquote(self.path)

    def json(self) -> Any:
        """Read the body as JSON; raises ValueError when it is not."""
        return json.loads(self.body.decode("utf-8"))

    def inner(self, *, method: str, path: str, query: str, headers: Headers, body: bytes, batch: int) -> Request:
        """Make the request that one operation of this batch stands for."""
        return Request(method, self.host, path, query, headers, body, batch)


@dataclass(frozen=True)
class Response:
    """One HTTP answer. `reset` cuts the connection instead of answering."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reset: bool = False

    @staticmethod
    def of_json(
        value: Any,
        status: int = 200,
        content_type: str = "application/json;charset=utf-8",
        headers: Iterable[tuple[str, str]] = (),
    ) -> Response:
        """Make a JSON answer."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return Response(status, (("Content-Type", content_type), *headers), body)

    @staticmethod
    def of_text(text: str, status: int = 200, content_type: str = "text/plain;charset=utf-8") -> Response:
        """Make a plain answer."""
        return Response(status, (("Content-Type", content_type),), text.encode())

    def with_headers(self, *pairs: tuple[str, str]) -> Response:
        """The same answer with more headers."""
        return Response(self.status, (*self.headers, *pairs), self.body, self.reset)


# A fleet is asked the same of every site.
@lru_cache(maxsize=512)
def _query_pairs(query: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(query, keep_blank_values=True))
