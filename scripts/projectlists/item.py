"""One row of a list, as rules and messages see it: plain values, dates as dates, choices as keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True)
class Person:
    """Somebody in a person column. `id` is the site's own number; `mail` is lower case, empty without a mailbox."""

    id: int
    name: str = ""
    mail: str = ""
    login: str = ""


@dataclass(frozen=True)
class Reference:
    """A lookup to a row of another list."""

    id: int
    title: str = ""


@dataclass(frozen=True)
class Link:
    """A hyperlink with its text."""

    url: str
    text: str = ""


Value: TypeAlias = str | int | float | bool | date | Person | Reference | Link | tuple[str, ...] | None


def in_full(number: float) -> str:
    """A number with every digit it has, a point and no power of ten: `1250000`, `0.35`."""
    return str(int(number)) if number == int(number) else format(Decimal(repr(number)), "f")


@dataclass(frozen=True)
class Item:
    """One row.

    `values` holds fields by internal name: a choice is its key (an unknown label stays as it is, guide.md §2.0.2),
    several choices a tuple, a date-only column a `date` in the site's zone, an empty field None.
    `created` and `modified` are aware instants; `created_on` and `modified_on` are their dates in the site's zone.
    `state_since` is the date on which the status got its present value, where that was looked up.
    `past` are its versions, newest first and the present one included, where a rule asked for them; the `created` of
    each is when it was saved. They hold only the columns that were asked for.
    `file` is the name of the file that a row of a library describes; empty where not every column was asked for.
    """

    id: int
    etag: str
    created: datetime
    modified: datetime
    created_on: date
    modified_on: date
    values: Mapping[str, Value] = field(default_factory=dict)
    state_since: date | None = None
    past: tuple[Item, ...] = ()
    file: str = ""

    def __getitem__(self, name: str) -> Value:
        return self.values.get(name)

    def text(self, name: str) -> str:
        """The value of a text field; empty when there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> date | None:
        """The value of a date field. `Created` and `Modified` give their dates in the site's zone."""
        if name == "Created":
            return self.created_on
        if name == "Modified":
            return self.modified_on
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def person(self, name: str) -> Person | None:
        """The value of a person field."""
        value = self.values.get(name)
        return value if isinstance(value, Person) else None
