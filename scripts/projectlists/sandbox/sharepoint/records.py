"""More records of a site: a view, a person or group as the site knows it, and a person as the directory does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

USER, SECURITY_GROUP, SITE_GROUP = 1, 4, 8


@dataclass(frozen=True)
class ViewRecord:
    """One view. `url` is its page, server-relative; `fields` are internal names; `properties` has the REST names."""

    id: str
    list_id: str
    title: str
    url: str
    is_default: bool
    fields: tuple[str, ...]
    properties: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        """What is made of a view can be kept by it: views are the same when everything about them is."""
        return hash((self.id, self.title, self.is_default))

    @property
    def query(self) -> str:
        """The inside of `<Query>`, empty when the view has none."""
        return str(self.properties.get("ViewQuery") or "")

    @property
    def row_limit(self) -> int:
        """Rows on one page."""
        return int(self.properties.get("RowLimit") or 30)


@dataclass(frozen=True)
class Principal:
    """A person or group as one site knows it. Ids differ per site (sharepoint-rest.md §2.3).

    `kind` is 1 user, 4 security group, 8 SharePoint group; `login` is the claim, `i:0#.f|membership|upn` for a person.
    `members` are the ids of the users in a SharePoint group, `settings` its properties that can be set. A user who was
    `removed` from the site keeps the id, for the items that name it.
    """

    id: int
    web_url: str
    login: str
    kind: int
    title: str
    email: str = ""
    upn: str = ""
    job_title: str = ""
    department: str = ""
    description: str = ""
    members: tuple[int, ...] = ()
    is_admin: bool = False
    removed: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


class Person(Protocol):
    """What a site copies from the directory when a person is first named there."""

    @property
    def upn(self) -> str:
        """The sign-in name."""

    @property
    def name(self) -> str:
        """The display name."""

    @property
    def mail(self) -> str | None:
        """The address, when there is a mailbox."""

    @property
    def job_title(self) -> str | None:
        """The function."""

    @property
    def department(self) -> str | None:
        """The department."""


class People(Protocol):
    """The directory, as far as a site needs it."""

    def user(self, upn_or_id: str) -> Person | None:
        """Find a person by sign-in name, address or object id."""
