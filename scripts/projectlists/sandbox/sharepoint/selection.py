"""`$filter` and `$orderby` over small collections: lists, fields, views, people (sharepoint-rest.md §3.3).

The filter language is that of items; here the columns are the properties of the entities themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from projectlists.sandbox.sharepoint import conditions, filters
from projectlists.sandbox.sharepoint.conditions import Column, Comparable, Values
from projectlists.sandbox.sharepoint.errors import bad_request, unknown_column
from projectlists.sandbox.sharepoint.model import FieldRecord


class Shown(Protocol):
    """Anything with named properties."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """The properties by their service names."""


Kind = TypeVar("Kind", bound=Shown)


def filtered(text: str, entities: Sequence[Kind]) -> list[Kind]:
    """Those that satisfy a filter. Raises ServiceError (400) on a filter that cannot be read."""
    known = {name for entity in entities for name in entity.properties}

    def resolve(name: str, member: str | None) -> Column:
        if member is not None or (entities and name not in known):
            raise unknown_column(name)
        return Column(_column(name))

    condition = filters.parse(text, resolve, lambda _column, literal: _comparable(literal.value))
    return list(filter(conditions.matcher(condition, _read), entities))


def ordered(text: str, entities: Sequence[Kind]) -> list[Kind]:
    """Sorted by the terms of an `$orderby`: `Title desc,Id`. Entities without a value stand first."""
    result = list(entities)
    for term in reversed(text.split(",")):
        name, _, direction = term.strip().partition(" ")
        if not name or direction.strip().lower() not in {"", "asc", "desc"}:
            raise bad_request(f'The expression "{text}" is not valid.')
        if entities and not any(name in entity.properties for entity in entities):
            raise unknown_column(name)
        result.sort(key=lambda entity: _sort_key(entity, name), reverse=direction.strip().lower() == "desc")
    return result


def _column(name: str) -> FieldRecord:
    return FieldRecord(
        id=name,
        list_id="",
        name=name,
        type="Text",
        kind=2,
        title=name,
        required=False,
        hidden=False,
        read_only=True,
        indexed=False,
        unique=False,
        xml="",
    )


def _read(entity: Shown, column: Column) -> Values:
    value = entity.properties.get(column.field.name)
    return () if value is None or isinstance(value, list | tuple | dict) else (_comparable(value),)


def _comparable(value: Any) -> Comparable:
    return float(value) if isinstance(value, bool | int | float) else str(value).lower()


def _sort_key(entity: Shown, name: str) -> tuple[int, float, str]:
    value = entity.properties.get(name)
    if value is None:
        return (0, 0.0, "")
    found = _comparable(value)
    return (1, found, "") if isinstance(found, float) else (1, 0.0, found)
