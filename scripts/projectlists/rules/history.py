"""Since when: what the versions of a row tell about the day on which something came to be so. Pure.

`Item.past` holds the versions, newest first; the `created_on` of each is the day it was saved (sharepoint-rest.md
§6.11). Reading it from the versions needs no memory of our own: a run that was missed, or a second run, sees the same
day. None means that it is not so, or that the versions do not tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise

from projectlists.definitions.condition import NOTHING, Around, matches, tests_of
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.rulemodel import HOLDS_SINCE, STATUS_SINCE, Changed, Grown, ReminderRule
from projectlists.item import Item, Reference
from projectlists.rules.calculation import calculated, sources


def columns(definition: ListDefinition) -> tuple[str, ...]:
    """The columns whose former values some rule of the list asks for."""
    found: list[str] = []
    for rule in definition.reminders:
        if rule.date == HOLDS_SINCE:
            found += [test.field for test in tests_of(rule.when)]
            found += [test.below_part.of for test in tests_of(rule.when) if test.below_part]
        found += [rule.changed.field] if rule.changed and not rule.changed.through else []
        found += list(rule.turned.fields) if rule.turned else []
        found += [rule.grown.field] if rule.grown else []
    for condition in [*(rule.when for rule in definition.reminders), *(rule.when for rule in definition.status_rules)]:
        for test in tests_of(condition):
            if test.changed_since:
                found += [test.field, test.changed_since]
    if definition.status and (found or any(rule.date == STATUS_SINCE for rule in definition.reminders)):
        found.append(definition.status.field)
    return _plain(definition, found)


def _plain(definition: ListDefinition, names: Iterable[str]) -> tuple[str, ...]:
    """The columns that calculated ones are made of stand in for those: versions are not sure to have their result."""
    found: list[str] = []
    for name in names:
        field = definition.field(name)
        if field is not None and field.type == "Calculated":
            found += _plain(definition, sources(field.formula or ""))
        elif field is not None:
            found.append(name)
    return tuple(dict.fromkeys(found))


def since(
    definition: ListDefinition, rule: ReminderRule, item: Item, today: date, around: Around = NOTHING
) -> date | None:
    """The day a rule about something that happened counts from."""
    match rule.date:
        case "status_since":
            return item.state_since
        case "holds_since":
            return _holds_since(definition, item, lambda version: matches(rule.when, version, today))
        case "changed" if rule.changed:
            return _changed(definition, item, rule.changed, around)
        case "turned" if rule.turned:
            days = [_turned(definition, item, name, rule.turned.to) for name in rule.turned.fields]
            return max((day for day in days if day is not None), default=None)
        case _:
            return _grown(definition, item, rule.grown, around) if rule.grown else None


def status_since(definition: ListDefinition, item: Item) -> date | None:
    """The day on which the row got its present status."""
    field = definition.status.field if definition.status else ""
    return _holds_since(definition, item, lambda version: version[field] == item[field])


def changed_on(item: Item, field: str) -> date | None:
    """The day on which a column got its present value; None when it has had no other."""
    for newer, older in pairwise(item.past):
        if older[field] != newer[field]:
            return newer.created_on if newer[field] == item[field] else None
    return None


def _holds_since(definition: ListDefinition, item: Item, holds: Callable[[Item], bool]) -> date | None:
    """The day of the oldest version, counted back from the newest, up to which something holds without a break."""
    found: date | None = None
    for version in item.past:
        if not holds(calculated(definition, version)):
            break
        found = version.created_on
    return found


def _changed(definition: ListDefinition, item: Item, changed: Changed, around: Around) -> date | None:
    if changed.through is None:
        return changed_on(item, changed.field)
    target, lookup = item[changed.through], definition.field(changed.through)
    rows = around.get(lookup.lookup or "", ()) if lookup else ()
    pointed_at = (other for other in rows if isinstance(target, Reference) and other.id == target.id)
    return next((changed_on(other, changed.field) for other in pointed_at), None)


def _turned(definition: ListDefinition, item: Item, field: str, to: str) -> date | None:
    """The day on which a column got this value; None when it has had it from the start."""
    found = _holds_since(definition, item, lambda version: version[field] == to)
    return found if found and item.past[-1][field] != to else None


def _grown(definition: ListDefinition, item: Item, grown: Grown, around: Around) -> date | None:
    """The day on which a number had grown by more than so much since the last day in another list."""
    days = [day for other in around.get(grown.since.list, ()) if (day := other.day(grown.since.field))]
    former = [version for version in item.past if days and version.created_on <= max(days)] or list(item.past[-1:])
    if not former:
        return None
    start = calculated(definition, former[0])[grown.field]

    def has_grown(version: Item) -> bool:
        number = version[grown.field]
        return isinstance(number, int | float) and isinstance(start, int | float) and number - start > grown.by

    return _holds_since(definition, item, has_grown)
