"""Status rules: which rows change by themselves, into what, and why (guide.md §2.0.8). Pure: no clock, no memory.

What the tool did before comes in as `done` and `closed`, both since it last took a row as reopened; `recall` makes them
from the log. A rule that acted on certain trigger values leaves the row alone, whatever people make of it, until those
values change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from projectlists.definitions.condition import day_of, matches
from projectlists.definitions.model import ListDefinition, Setting, StatusRule
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.rules.due import is_open

Done = Mapping[tuple[int, str], frozenset[str]]
"""(row, rule) → trigger texts on which the rule acted."""
Closed = Mapping[int, frozenset[str]]
"""Row → trigger texts with which it was closed, by the tool or by somebody else."""


@dataclass(frozen=True)
class Flip:
    """One status rule acting on one row.

    `changes` are its new values by field; `field`, `before` and `after` tell the one that matters, the status if it is
    among them. `trigger` is the text to remember this by. Flips of one row build on each other: write them together.
    """

    list: str
    item: Item
    rule: StatusRule
    changes: Mapping[str, Value]
    field: str
    before: Value
    after: Value
    trigger: str


@dataclass(frozen=True)
class Event:
    """One line of the tool's log about a row: a rule acted, or (`rule` empty) the row was seen closed."""

    item: int
    rule: str
    trigger: str


def flips(
    definition: ListDefinition,
    items: Iterable[Item],
    *,
    today: date,
    done: Done,
    closed: Closed,
) -> tuple[Flip, ...]:
    """Every change the status rules make today, row by row and in the order in which they are made.

    Rules about reopened rows are looked at first, then the others as numbered. A rule acts when its condition holds,
    the life cycle allows the move, something would change, and it did not act on the same trigger values before. What
    one rule changes the next one sees, so that a second run finds nothing left to do; each rule acts at most once on a
    row in a run, so that rules never loop.
    """
    handling = _Handling(definition, today, done, closed)
    found: list[Flip] = []
    for item in items:
        waiting = sorted(definition.status_rules, key=lambda rule: not rule.reopened)
        row, anew = item, False
        while flip := next(handling.acting(row, waiting, anew=anew), None):
            waiting.remove(flip.rule)
            row, anew = applied(row, flip.changes), anew or flip.rule.reopened
            found.append(replace(flip, item=item))
    return tuple(found)


def writes(changes: Iterable[Flip]) -> dict[int, dict[str, Value]]:
    """The flips of each row as one write: row → new values by field."""
    found: dict[int, dict[str, Value]] = {}
    for flip in changes:
        found.setdefault(flip.item.id, {}).update(flip.changes)
    return found


def applied(item: Item, changes: Mapping[str, Value]) -> Item:
    """The row as it is after a write."""
    return replace(item, values={**item.values, **changes})


def trigger_text(fields: Sequence[str], item: Item) -> str:
    """The values of trigger fields as stable text: `ActionDoneOn=2026-12-03;PercentDone=100`."""
    return ";".join(f"{name}={_stable(item.day(name) or item[name])}" for name in fields)


def sightings(definition: ListDefinition, items: Iterable[Item]) -> tuple[tuple[int, str], ...]:
    """Rows that are closed now and would have to be recognised if somebody reopened them: (row, trigger text).

    Rows in which a reopening would clear or cap nothing are left out: there is nothing to recognise them for.
    """
    return tuple(
        (item.id, trigger_text(rule.trigger, item))
        for rule in definition.status_rules
        if rule.reopened
        for item in items
        if not is_open(definition, item) and _changes(definition, rule, item, item.modified_on)
    )


def recall(definition: ListDefinition, events: Iterable[Event]) -> tuple[Done, Closed]:
    """What the tool remembers of the rows, from its log in order of time.

    Of each rule the last trigger values count. With a reopening the memory of a row starts anew: carried out a second
    time, even on the same day, it closes again.
    """
    reopening = {rule.id for rule in definition.status_rules if rule.reopened}
    done: dict[tuple[int, str], frozenset[str]] = {}
    closed: dict[int, frozenset[str]] = {}
    for event in events:
        if event.rule in reopening:
            closed.pop(event.item, None)
            for rule in definition.status_rules:
                done.pop((event.item, rule.id), None)
        elif event.rule:
            done[event.item, event.rule] = frozenset({event.trigger})
        else:
            closed[event.item] = frozenset({event.trigger})
    return done, closed


@dataclass(frozen=True)
class _Handling:
    """One run over the rows of one list."""

    definition: ListDefinition
    today: date
    done: Done
    closed: Closed

    def acting(self, row: Item, rules: Sequence[StatusRule], *, anew: bool) -> Iterator[Flip]:
        """What each of these rules would do to the row as it is; `anew` after a reopening, when its memory is gone."""
        for rule in rules:
            changes = _changes(self.definition, rule, row, self.today)
            if (
                changes
                and self._is_armed(rule, row, anew=anew)
                and matches(rule.when, row, self.today)
                and self._allows(row, changes)
            ):
                status = self.definition.status.field if self.definition.status else ""
                field = status if status in changes else next(iter(changes))
                trigger = trigger_text(rule.trigger, row)
                yield Flip(self.definition.key, row, rule, changes, field, row[field], changes[field], trigger)

    def _is_armed(self, rule: StatusRule, row: Item, *, anew: bool) -> bool:
        trigger = trigger_text(rule.trigger, row)
        if rule.reopened:
            return is_open(self.definition, row) and trigger in self.closed.get(row.id, frozenset())
        return anew or trigger not in self.done.get((row.id, rule.id), frozenset())

    def _allows(self, row: Item, changes: Mapping[str, Value]) -> bool:
        """Whether the life cycle allows the move. A label nobody declared moves nowhere (guide.md §2.0.2)."""
        status = self.definition.status
        return (
            status is None
            or status.field not in changes
            or status.allows(row.text(status.field), str(changes[status.field]))
        )


def _changes(definition: ListDefinition, rule: StatusRule, row: Item, today: date) -> dict[str, Value]:
    """The values a rule would write that are not there yet."""
    found: dict[str, Value] = {}
    for setting in rule.set:
        before = row[setting.field]
        after = _after(definition, setting, before, today)
        if after != before:
            found[setting.field] = after
    return found


def _after(definition: ListDefinition, setting: Setting, before: Value, today: date) -> Value:
    if setting.clear:
        return None
    if setting.at_most is not None:
        return min(before, setting.at_most) if isinstance(before, int | float) else before
    if setting.if_empty and before is not None and before != "":
        return before
    field = definition.field(setting.field)
    if isinstance(setting.to, str) and field is not None and field.type == "DateTime":
        return day_of(setting.to, today)
    return setting.to


def _stable(value: Value) -> str:  # noqa: PLR0911 - one line a kind of value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:g}"
        case Person() | Reference():
            return str(value.id)
        case Link():
            return value.url
        case tuple():
            return ",".join(sorted(value))
        case _:
            return str(value)
