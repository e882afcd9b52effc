"""Rows on the wire, both ways: service JSON to items, values to bodies (sharepoint-rest.md §6.2-§6.6). Pure.

Date-only columns are UTC instants of local midnight in the site's zone; they become dates here and nowhere else.
Choices are labels in the language of the site and become keys here; both languages are understood, and a label that
nobody declared stays as it is (guide.md §2.0.2).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.farend.batch import etag_of
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.language import Language

PERSON_PARTS = ("Id", "Title", "EMail", "Name")
"""What is asked of a person: it is `EMail` in an expanded column (§6.4)."""
_ALWAYS = ("Id", "Created", "Modified")
FILE = "FileLeafRef"
"""The name of a file in a library; it comes only when it is asked for (§6.2)."""


def options(definition: ListDefinition, names: Collection[str] | None = None) -> dict[str, str]:
    """`$select` and `$expand` that read a list's columns, or the named ones, with people and lookups in full.

    Every column of a library goes with the names of its files.
    """
    select, expand = list(_ALWAYS), []
    if definition.kind == "library" and names is None:
        select.append(FILE)
    for field in definition.fields:
        if names is not None and field.name not in names:
            continue
        if field.type == "User":
            select += [f"{field.name}/{part}" for part in PERSON_PARTS]
            expand.append(field.name)
        elif field.type == "Lookup":
            select += [f"{field.name}/Id", f"{field.name}/Title"]
            expand.append(field.name)
        else:
            select.append(field.name)
    return {"$select": ",".join(select)} | ({"$expand": ",".join(expand)} if expand else {})


def items_from(definition: ListDefinition, zone: ZoneInfo, rows: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Rows as items; columns that a row does not have are None."""
    rows = tuple(rows)
    if not rows:
        return ()
    readers = [(field.name, _reader(field, zone)) for field in definition.fields]
    return tuple(_item(row, readers, zone) for row in rows)


def _item(row: Mapping[str, Any], readers: list[tuple[str, Callable[[Any], Value]]], zone: ZoneInfo) -> Item:
    created, modified = _instant(row.get("Created")), _instant(row.get("Modified"))
    return Item(
        id=int(row.get("Id") or row.get("ID") or 0),
        etag=etag_of(row) or "",
        created=created,
        modified=modified,
        created_on=created.astimezone(zone).date(),
        modified_on=modified.astimezone(zone).date(),
        values={name: read(row.get(name)) for name, read in readers},
        file=str(row.get(FILE) or ""),
    )


def _reader(field: ListField, zone: ZoneInfo) -> Callable[[Any], Value]:  # noqa: PLR0911 - one line a type
    match field.type if field.type != "Calculated" else field.result_type or "Text":
        case "DateTime":
            return lambda value: _instant(value).astimezone(zone).date() if value else None
        case "Choice":
            keys = _keys(field)
            return lambda value: keys.get(value, value) if value else None
        case "MultiChoice":
            keys = _keys(field)
            return lambda value: tuple(keys.get(label, label) for label in _members(value))
        case "User":
            return _person
        case "Lookup":
            return _reference
        case "URL":
            return _link
        case "Number" | "Currency":
            return _number
        case "Boolean":
            return lambda value: None if value is None else value in {True, "1", "Yes", "true"}
        case _:
            return lambda value: None if value is None or value == "" else str(value)


def _keys(field: ListField) -> dict[str, str]:
    return {label: choice.key for choice in field.choices for label in choice.labels}


def _members(value: Any) -> list[str]:
    # An empty set is null in light answers and an empty `results` in verbose ones (§6.3).
    found = value.get("results", ()) if isinstance(value, Mapping) else value or ()
    return [str(member) for member in found]


def _person(value: Any) -> Person | None:
    number = value.get("Id", value.get("ID")) if isinstance(value, Mapping) else None
    if number is None:  # unset: null, `__deferred` or an object of nulls (§11.4)
        return None
    return Person(
        id=int(number),
        name=str(value.get("Title") or ""),
        mail=str(value.get("EMail") or "").lower(),
        login=str(value.get("Name") or ""),
    )


def site_user(entity: Mapping[str, Any]) -> Person:
    """A person as the site's own user list gives them: the address is `Email` there (§2.3)."""
    return Person(
        id=int(entity.get("Id") or 0),
        name=str(entity.get("Title") or ""),
        mail=str(entity.get("Email") or "").lower(),
        login=str(entity.get("LoginName") or ""),
    )


def _reference(value: Any) -> Reference | None:
    number = value.get("Id", value.get("ID")) if isinstance(value, Mapping) else None
    return None if number is None else Reference(int(number), str(value.get("Title") or ""))


def _link(value: Any) -> Link | None:
    url = value.get("Url") if isinstance(value, Mapping) else value
    if not url:
        return None
    return Link(str(url), str(value.get("Description") or "") if isinstance(value, Mapping) else "")


def _number(value: Any) -> int | float | None:
    if value is None or value == "":
        return None
    number = float(str(value).removeprefix("float;#"))
    return int(number) if number.is_integer() else number


def _instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(str(value or "1900-01-01T00:00:00Z"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def midnight(day: date, zone: ZoneInfo) -> str:
    """A date as SharePoint stores it: the UTC instant of that day's start in the site's zone (§6.6)."""
    return datetime.combine(day, time(), zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def values_for(
    definition: ListDefinition, language: Language, zone: ZoneInfo, values: Mapping[str, Value]
) -> dict[str, Any]:
    """Values by internal name as a light JSON body for POST or MERGE; None empties a column.

    Raises:
        KeyError: a name that the list does not have.
    """
    body: dict[str, Any] = {}
    for name, value in values.items():
        field = definition.field(name)
        if field is None:
            raise KeyError(name)
        body |= _entry(field, language, zone, value)
    return body


def _entry(field: ListField, language: Language, zone: ZoneInfo, value: Value) -> dict[str, Any]:
    labels = {choice.key: choice.label(language) for choice in field.choices}
    if field.type in {"User", "Lookup"}:
        return {f"{field.name}Id": value.id if isinstance(value, Person | Reference) else None}
    if isinstance(value, Link):
        return {field.name: {"Url": value.url, "Description": value.text or value.url}}
    if isinstance(value, tuple):
        return {field.name: [labels.get(key, key) for key in value]}
    if isinstance(value, date):
        return {field.name: midnight(value, zone)}
    if isinstance(value, str):
        return {field.name: labels.get(value, value)}
    return {field.name: value}
