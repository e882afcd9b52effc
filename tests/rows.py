"""Rows and lists for tests of rules: the shipped lists, and rows written as plain values."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from projectlists.definitions import loading as definitions
from projectlists.definitions.model import Definitions, ListDefinition, Profile
from projectlists.definitions.names import ProfileKey
from projectlists.item import Item, Person, Value
from projectlists.rules.calendar import AMSTERDAM

LISTS = Path(__file__).parent.parent / "lists"
OWNER = Person(11, "Civieltechnisch adviseur", "civiel@gemeente.example", "i:0#.f|membership|civiel@gemeente.example")


@cache
def shipped() -> Definitions:
    return definitions.load([LISTS])


def list_of(key: str, profile: ProfileKey = "project") -> ListDefinition:
    return next(found for found in shipped().chosen(profile, (key,)) if found.key == key)


def profile_of(key: ProfileKey = "project") -> Profile:
    return shipped().profiles[key]


def row(
    number: int = 1,
    *,
    created: date = date(2026, 1, 5),
    modified: date | None = None,
    since: date | None = None,
    **values: Value,
) -> Item:
    """A row created (and modified) at noon of a day; `since` is the date of its present status."""
    changed = modified or created
    return Item(
        id=number,
        etag='"1"',
        created=datetime.combine(created, time(12), AMSTERDAM),
        modified=datetime.combine(changed, time(12), AMSTERDAM),
        created_on=created,
        modified_on=changed,
        values=values,
        state_since=since,
    )
