"""One request to Graph under way: who calls, what address, which options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from projectlists.sandbox.directory import Directory
from projectlists.sandbox.entra.tokens import Claims
from projectlists.sandbox.graph import errors
from projectlists.sandbox.http import Request
from projectlists.sandbox.tenant import Tenant

ROOT = "https://graph.microsoft.com/v1.0"
_SYSTEM_OPTIONS = frozenset(
    {"$select", "$filter", "$expand", "$orderby", "$top", "$skip", "$skiptoken", "$count", "$search"}
)


@dataclass(frozen=True)
class Call:
    """A request with a valid token. `segments` follow the version, decoded; names of `options` are in lower case."""

    tenant: Tenant
    directory: Directory
    request: Request
    claims: Claims
    segments: tuple[str, ...]
    options: Mapping[str, str]

    @property
    def method(self) -> str:
        """The verb; Graph knows no tunnelling."""
        return self.request.method.upper()

    def keys(self) -> tuple[str, ...]:
        """The segments for comparison: their names are case-insensitive (identity-mail-teams.md §14)."""
        return tuple(segment.lower() for segment in self.segments)

    def has(self, *permissions: str) -> bool:
        """Whether the token carries one of these application roles or delegated scopes."""
        granted = self.claims.roles if self.claims.app_only else self.claims.scopes
        return not granted.isdisjoint(permissions)

    def takes(self, *methods: str) -> None:
        """Refuse any other verb."""
        if self.method not in methods:
            raise errors.method_not_allowed(self.method)

    def takes_options(self, *names: str) -> None:
        """Refuse any other query option that starts with `$`: none is ever ignored."""
        for name in self.options:
            if name.startswith("$") and name not in names:
                if name in _SYSTEM_OPTIONS:
                    raise errors.not_implemented(f"the query option '{name}' here")
                raise errors.bad_request(f"The query parameter '{name}' is not supported.")

    def body(self) -> Any:
        """The JSON body; raises GraphError when it cannot be read."""
        try:
            return self.request.json()
        except ValueError as error:
            raise errors.bad_request("Unable to read JSON request payload.") from error


def segments_of(path: str) -> tuple[str, ...]:
    """Split a path, then decode each part: ids and UPNs may hold encoded slashes and `#`."""
    return tuple(unquote(part) for part in path.split("/") if part)


def options_of(request: Request) -> dict[str, str]:
    """The query options by lower-case name; Graph takes the system ones without `$` too."""
    named = {name.lower(): value for name, value in request.options.items()}
    return {f"${name}" if f"${name}" in _SYSTEM_OPTIONS else name: value for name, value in named.items()}
