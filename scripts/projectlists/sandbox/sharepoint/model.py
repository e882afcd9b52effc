"""What the SharePoint rooms share: a site, a list, a field, a view, the caller, one request under way.

`schema` (webs, lists, fields, views, people) writes these; `content` (items, batch) reads them.
Everything that is not named here is kept in `properties`, with the service's own names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.tenant import Tenant

_COLLECTION = re.compile(r"/(?:sites|teams)/[^/]+", re.IGNORECASE)


def collection_url(web_url: str) -> str:
    """The URL of the site collection that a site is in: `/sites/demo` of `/sites/demo/sub`."""
    found = _COLLECTION.match(web_url)
    return found[0] if found else ""


@dataclass(frozen=True)
class Web:
    """One site: the root of a site collection, or a sub-site in one. `url` is server-relative: `/sites/demo`."""

    id: str
    site_id: str
    url: str
    title: str
    language: int
    time_zone_id: int
    locale_id: int
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_root(self) -> bool:
        """Whether it is the root of its site collection."""
        return self.url.lower() == collection_url(self.url).lower()

    @property
    def lock_state(self) -> str:
        """What the administration of the tenant has set: Unlock, ReadOnly or NoAccess."""
        return str(self.properties.get("Administration", {}).get("LockState", "Unlock"))

    @property
    def deleted_at(self) -> str | None:
        """When its site collection was deleted (UTC), while it waits in the recycle bin of the tenant."""
        found = self.properties.get("DeletedAt")
        return None if found is None else str(found)

    def is_ready(self, now: datetime) -> bool:
        """Whether its creation is done at a moment (aware)."""
        at = self.properties.get("ReadyAt")
        return at is None or datetime.fromisoformat(at) <= now


@dataclass(frozen=True)
class ListRecord:
    """One list or library. `url` is its root folder, server-relative: `/sites/demo/Lists/Actions`."""

    id: str
    web_url: str
    url: str
    title: str
    base_template: int
    entity_type_name: str
    item_type_name: str
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_library(self) -> bool:
        """Whether it holds files."""
        return self.base_template in {101, 109, 119}


@dataclass(frozen=True)
class FieldRecord:
    """One field of a list. `type` is TypeAsString (`Text`, `UserMulti`, …); `xml` its whole schema XML.

    `properties` holds the REST properties beyond these (Title, Description, DefaultValue, Choices, MinimumValue, …).
    """

    id: str
    list_id: str
    name: str
    type: str
    kind: int
    title: str
    required: bool
    hidden: bool
    read_only: bool
    indexed: bool
    unique: bool
    xml: str
    built_in: bool = False
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def entity_name(self) -> str:
        """The key in item JSON: names that start with `_` get `OData_` (sharepoint-rest.md §4.3)."""
        return f"OData_{self.name}" if self.name.startswith("_") else self.name


@dataclass(frozen=True)
class Caller:
    """Who calls. An app has `app_only` and acts as principal 1073741822 'SharePoint App'; a person has a UPN.

    `ceiling` is what the token allows at most, in the bits of `SP.BasePermissions`.
    """

    app_id: str
    app_only: bool
    upn: str | None
    scopes: frozenset[str]
    principal_id: int
    ceiling: int


@dataclass(frozen=True)
class Segment:
    """One path segment after `_api`: its name as sent and its arguments (quotes and `guid'…'` taken off).

    `arguments` are positional values and (name, value) pairs; values are str, int, float, bool, None or a
    dict (JSON alias).
    """

    name: str
    arguments: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    called: bool = False

    @cached_property
    def key(self) -> str:
        """The name for comparison: segments are case-insensitive."""
        return self.name.lower()


@dataclass(frozen=True)
class Call:
    """One request under way: who, where, what was asked and how the answer must look.

    `room` answers a call by its segments.
    """

    tenant: Tenant
    request: Request
    caller: Caller
    web: Web
    segments: tuple[Segment, ...]
    options: Mapping[str, str]
    room: Callable[[Call], Response]

    def elsewhere(self, *segments: Segment) -> Response:
        """The answer at another place of the site: an item leads to its list, its file or its folder, and they back."""
        return self.room(replace(self, segments=segments))

    @property
    def method(self) -> str:
        """The effective verb."""
        return self.request.effective_method

    @property
    def web_absolute_url(self) -> str:
        """`https://host/sites/demo`."""
        return f"https://{self.request.host}{self.web.url}"


class ServiceError(Exception):
    """An error answer of SharePoint: HTTP status, code such as `-1, System.ArgumentException`, text."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
