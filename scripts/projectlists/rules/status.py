"""Status rules: which rows change by themselves, into what, and why (guide.md §2.0.8). Pure: no clock, no memory.

What the tool did before comes in as `done` and `closed`, both since it last took a row as reopened; `recall` makes them
from the log. A rule that acted on certain trigger values leaves the row alone, whatever people make of it, until those
values change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal

from dateutil.relativedelta import relativedelta

from projectlists.definitions.condition import (
    NOTHING,
    Around,
    day_of,
    fields_of,
    matches,
    points_to,
    related_of,
    related_rows,
)
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.rulemodel import Gathered, Later, Setting, StatusRule
from projectlists.item import Item, Link, Person, Reference, Value, in_full
from projectlists.rules.calculation import calculated
from projectlists.rules.due import is_open

Done = Mapping[tuple[int, str], frozenset[str]]
"""(row, rule) → trigger texts on which the rule acted."""
TRIGGER_LENGTH = 16
"""How much is kept of a digest of rows in other lists."""
Closed = Mapping[int, frozenset[str]]
"""Row → trigger texts with which it was closed, by the tool or by somebody else."""
Hindrance = Literal["condition", "settled", "acted", "not_reopened", "life_cycle"]
"""Why a rule leaves a row alone: its condition does not hold, everything it would write is there, it acted on these
values before, the row was not seen closed with them, or the life cycle does not allow the move."""


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
    around: Around = NOTHING,
) -> tuple[Flip, ...]:
    """Every change the status rules make today, row by row and in the order in which they are made.

    Rules about reopened rows are looked at first, then the others as numbered. A rule acts when its condition holds,
    the life cycle allows the move, something would change, and it did not act on the same trigger values before. What
    one rule changes the next one sees, so that a second run finds nothing left to do; each rule acts at most once on a
    row in a run, so that rules never loop. `around` holds the rows of other lists that the rules ask for.
    """
    handling = _Handling(definition, today, done, closed, around)
    found: list[Flip] = []
    for item in items:
        waiting = sorted(definition.status_rules, key=lambda rule: not rule.reopened)
        row, anew = item, False
        while flip := next(handling.acting(row, waiting, anew=anew), None):
            waiting.remove(flip.rule)
            row, anew = after(definition, row, flip.changes), anew or flip.rule.reopened
            found.append(replace(flip, item=item))
    return tuple(found)


def hindrances(
    definition: ListDefinition, item: Item, *, today: date, done: Done, closed: Closed, around: Around = NOTHING
) -> dict[str, Hindrance]:
    """By rule: why it leaves a row alone that looks like this. Rules that would act are not named."""
    handling = _Handling(definition, today, done, closed, around)
    found = {
        rule.id: handling.hindrance(rule, item, _changes(definition, rule, item, today, around), anew=False)
        for rule in definition.status_rules
    }
    return {rule: why for rule, why in found.items() if why is not None}


def writes(changes: Iterable[Flip]) -> dict[int, dict[str, Value]]:
    """The flips of each row as one write: row → new values by field."""
    found: dict[int, dict[str, Value]] = {}
    for flip in changes:
        found.setdefault(flip.item.id, {}).update(flip.changes)
    return found


def written(definition: ListDefinition, item: Item, changes: Iterable[Flip]) -> Item:
    """The row as it is after all of its flips among these."""
    return after(definition, item, writes(changes).get(item.id, {}))


def after(definition: ListDefinition, item: Item, changes: Mapping[str, Value]) -> Item:
    """The row as it is after a write, its calculated columns included."""
    return calculated(definition, applied(item, changes), changes.keys())


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
        if not is_open(definition, item) and _changes(definition, rule, item, item.modified_on, NOTHING)
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
    around: Around

    def acting(self, row: Item, rules: Sequence[StatusRule], *, anew: bool) -> Iterator[Flip]:
        """What each of these rules would do to the row as it is; `anew` after a reopening, when its memory is gone."""
        for rule in rules:
            changes = _changes(self.definition, rule, row, self.today, self.around)
            if self.hindrance(rule, row, changes, anew=anew) is None:
                status = self.definition.status.field if self.definition.status else ""
                field = status if status in changes else next(iter(changes))
                trigger = self._trigger(rule, row)
                yield Flip(self.definition.key, row, rule, changes, field, row[field], changes[field], trigger)

    def hindrance(self, rule: StatusRule, row: Item, changes: Mapping[str, Value], *, anew: bool) -> Hindrance | None:
        """Why a rule does not make these changes; None when it does."""
        if not matches(rule.when, row, self.today, around=self.around):
            return "condition"
        if not changes:
            return "settled"
        if not self._is_armed(rule, row, anew=anew):
            return "not_reopened" if rule.reopened else "acted"
        return None if self._allows(rule, row, changes) else "life_cycle"

    def _is_armed(self, rule: StatusRule, row: Item, *, anew: bool) -> bool:
        if rule.always:
            return True
        trigger = self._trigger(rule, row)
        if rule.reopened:
            return is_open(self.definition, row) and trigger in self.closed.get(row.id, frozenset())
        return anew or trigger not in self.done.get((row.id, rule.id), frozenset())

    def _trigger(self, rule: StatusRule, row: Item) -> str:
        """What sets the rule off: its own columns, and the rows of other lists with what the rule reads of them."""
        own = trigger_text(rule.trigger, row)
        read = [
            f"{related.list}:{other.id}({trigger_text(fields_of(related.are), other)})"
            for related in related_of(rule.when)
            for other in related_rows(related, row, self.around)
        ]
        read += [
            f"{setting.field}<{_stable(gathered)}"
            for setting in rule.set
            if setting.gathered and (gathered := _gathered(setting, row, self.today, self.around)) is not None
        ]
        if not read:
            return own
        return own + (";" if own else "") + sha256("|".join(read).encode()).hexdigest()[:TRIGGER_LENGTH]

    def _allows(self, rule: StatusRule, row: Item, changes: Mapping[str, Value]) -> bool:
        """Whether the life cycle allows the move. A label nobody declared moves nowhere (guide.md §2.0.2)."""
        status = self.definition.status
        if status is None or status.field not in changes:
            return True
        before, after = row.text(status.field), str(changes[status.field])
        over = rule.over
        return status.allows(before, after) or bool(over and status.allows(before, over) and status.allows(over, after))


def _changes(definition: ListDefinition, rule: StatusRule, row: Item, today: date, around: Around) -> dict[str, Value]:
    """The values a rule would write that are not there yet."""
    found: dict[str, Value] = {}
    for setting in rule.set:
        before = row[setting.field]
        after = _after(definition, setting, row, today, around)
        if after != before:
            found[setting.field] = after
    return found


def _after(definition: ListDefinition, setting: Setting, row: Item, today: date, around: Around) -> Value:  # noqa: PLR0911 - one line a kind
    before = row[setting.field]
    if setting.clear:
        return None
    if setting.later:
        return _later(setting.later, row)
    if setting.gathered:
        gathered = _gathered(setting, row, today, around)
        if gathered is None or (setting.latest and isinstance(before, date) and before >= gathered):  # type: ignore[operator]
            return before
        return gathered
    if setting.at_most is not None:
        return min(before, setting.at_most) if isinstance(before, int | float) else before
    if setting.if_empty and before is not None and before != "":
        return before
    field = definition.field(setting.field)
    if isinstance(setting.to, str) and field is not None and field.type == "DateTime":
        return day_of(setting.to, today)
    return setting.to


def _later(later: Later, row: Item) -> Value:
    """The day some time after another; None where what it is made from is missing."""
    start = row.day(later.than)
    if start is None or (later.unless and row[later.unless] is True):
        return None
    if later.years:
        years = row[later.years]
        return start + relativedelta(years=int(years)) if isinstance(years, int | float) else None
    number = row[later.by] if later.by else None
    if isinstance(number, int | float):
        days = next((band.days for band in later.bands if number >= band.at_least), None)
    else:
        days = later.days
    return start + timedelta(days=days) if days is not None else None


def _gathered(setting: Setting, row: Item, today: date, around: Around) -> Value:
    """The sum or the last day from the rows of another list that point here; None while that list was not read."""
    gathered = setting.gathered
    if gathered is None or gathered.list not in around:
        return None
    values = [other[gathered.field] for other in _pointing(gathered, row, today, around)]
    if setting.sum:
        total = round(sum(value for value in values if isinstance(value, int | float)), 2)
        return int(total) if float(total).is_integer() else total
    return max((value for value in values if isinstance(value, date)), default=None)


def _pointing(gathered: Gathered, row: Item, today: date, around: Around) -> Iterator[Item]:
    return (
        other
        for other in around[gathered.list]
        if points_to(other, gathered.by, row) and matches(gathered.where, other, today, around=around)
    )


def _stable(value: Value) -> str:  # noqa: PLR0911 - one line a kind of value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return in_full(value)
        case Person() | Reference():
            return str(value.id)
        case Link():
            return value.url
        case tuple():
            return ",".join(sorted(value))
        case _:
            return str(value)
