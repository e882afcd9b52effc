"""Which rows of other lists the rules of a list ask for, and which changes there concern it. Pure.

What is asked of another list is read only for rows on which a rule could act, and rows are looked for anew only when
something changed in the other list. So a quiet day costs nothing extra (architecture.md, decision 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from projectlists.definitions.condition import (
    All,
    Any_,
    Around,
    Condition,
    Related,
    Some,
    Test,
    matches,
    related_of,
)
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.rulemodel import ReminderRule, StatusRule
from projectlists.item import Item, Reference
from projectlists.rules.due import is_awake, is_open
from projectlists.rules.filters import Period
from projectlists.rules.odata import Translator, instant_literal, none_of_labels, together

IDS_AT_ONCE = 20
"""Rows asked for in one filter by the row they point to."""
Rule = ReminderRule | StatusRule


@dataclass(frozen=True)
class Wanted:
    """Rows to read: a list and a filter text, empty for all of it."""

    list: str
    text: str


@dataclass(frozen=True)
class Tie:
    """A rule of `definition` that acts on a change in the list `other`.

    `by` is the lookup there that points here, `through` the lookup here that points there. `anywhere` tells that a
    change can concern rows that are not pointed to any more, as a sum does.
    """

    definition: ListDefinition
    rule: Rule
    other: str
    by: str | None = None
    through: str | None = None
    anywhere: bool = False

    def changes(self, period: Period) -> Wanted:
        """The rows of the other list that changed since the last run."""
        changed = f"Modified ge {instant_literal(period.changed_since)}"
        return Wanted(self.other, f"{changed} and {self.by}Id ne null" if self.by else changed)

    def concerned(self, changed: Sequence[Item], period: Period) -> Iterator[Wanted]:
        """The rows of this list that such changes can concern."""
        if not changed:
            return
        if self.through:
            yield from (Wanted(self.definition.key, text) for text in _one_of(f"{self.through}Id", changed))
        elif self.anywhere:
            yield Wanted(self.definition.key, _possible(self.definition, self.rule, period))
        else:
            targets = [item[self.by or ""] for item in changed]
            numbers = {target.id for target in targets if isinstance(target, Reference)}
            yield from (Wanted(self.definition.key, text) for text in _numbers("Id", numbers))


def ties(lists: Iterable[ListDefinition]) -> tuple[Tie, ...]:
    """Everything by which a change in one list sets off a rule of another."""
    return tuple(tie for definition in lists for tie in _ties(definition))


def _ties(definition: ListDefinition) -> Iterator[Tie]:
    for rule in definition.status_rules:
        for related in related_of(rule.when):
            if related.by:
                yield Tie(definition, rule, related.list, by=related.by, anywhere=True)
            elif isinstance(related, Some) and related.through:
                yield Tie(definition, rule, related.list, through=related.through)
        for setting in rule.set:
            if setting.gathered:
                found = setting.gathered
                yield Tie(definition, rule, found.list, by=found.by, anywhere=setting.sum is not None)
    for reminder in definition.reminders:
        lookup = definition.field(reminder.changed.through) if reminder.changed and reminder.changed.through else None
        if lookup and lookup.lookup:
            yield Tie(definition, reminder, lookup.lookup, through=lookup.name)


def wanted(lists: Sequence[ListDefinition], items: Mapping[str, Sequence[Item]], period: Period) -> tuple[Wanted, ...]:
    """What has to be read of other lists to judge these rows by their rules."""
    by_key = {definition.key: definition for definition in lists}
    found: list[Wanted] = []
    for definition in lists:
        rules: list[Rule] = [*definition.status_rules, *definition.reminders]
        for rule in rules:
            rows = [item for item in items.get(definition.key, ()) if may_concern(definition, rule, item, period.last)]
            if rows:
                found += _wanted(by_key, rule, rows, period)
    return tuple(dict.fromkeys(found))


def _wanted(lists: Mapping[str, ListDefinition], rule: Rule, rows: Sequence[Item], period: Period) -> Iterator[Wanted]:
    def those(key: str, condition: Condition | None) -> Wanted:
        translator = Translator(lists[key], period.first, period.last, period.zone)
        return Wanted(key, together(translator.condition(condition).clauses))

    for related in related_of(rule.when):
        if related.by:
            yield from (Wanted(related.list, text) for text in _one_of(f"{related.by}Id", rows))
        elif isinstance(related, Some) and related.through:
            yield from _targets(related.list, related.through, rows)
        else:
            yield those(related.list, related.are)
    if isinstance(rule, StatusRule):
        for setting in rule.set:
            if found := setting.gathered:
                yield from (Wanted(found.list, text) for text in _one_of(f"{found.by}Id", rows))
        return
    if rule.grown:
        yield Wanted(rule.grown.since.list, f"{rule.grown.since.field} ne null")
    if rule.shows and rule.shows.list:
        yield those(rule.shows.list, rule.shows.where)
    if rule.shows and rule.shows.of:
        people = {person.id for item in rows if (person := item.person(rule.shows.of))}
        for definition in lists.values():
            if definition.owner and definition.status:
                field = definition.field(definition.status.field)
                is_open_here = none_of_labels(field, definition.status.closing) if field else ()
                closing = "".join(f" and {clause.text}" for clause in is_open_here)
                yield from (
                    Wanted(definition.key, f"({text}){closing}") for text in _numbers(f"{definition.owner}Id", people)
                )


def _targets(key: str, through: str, rows: Sequence[Item]) -> Iterator[Wanted]:
    numbers = {target.id for item in rows if isinstance(target := item[through], Reference)}
    return (Wanted(key, text) for text in _numbers("Id", numbers))


def may_concern(definition: ListDefinition, rule: Rule, item: Item, today: date) -> bool:
    """Whether a rule could act on a row, as far as the row tells by itself, in whatever state it is soon."""
    if isinstance(rule, ReminderRule):
        named = rule.states is not None and definition.status is not None
        status = definition.status.field if definition.status else ""
        in_state = item[status] in (rule.states or ()) if named else is_awake(definition, item)
        return in_state and may_match(rule.when, item, today)
    # Another rule of the same run can bring the row into the state that this one asks for.
    return may_match(rule.when, item, today, free=definition.status.field if definition.status else None)


def may_match(condition: Condition | None, item: Item, today: date, free: str | None = None) -> bool:
    """Whether a condition can hold, whatever other lists and former versions say, and whatever is in column `free`."""
    if isinstance(condition, All):
        return all(may_match(part, item, today, free) for part in condition.all)
    if isinstance(condition, Any_):
        return any(may_match(part, item, today, free) for part in condition.any)
    if isinstance(condition, Related):
        return True
    if isinstance(condition, Test) and (condition.changed_since is not None or condition.field == free):
        return True
    return matches(condition, item, today)


def shown(
    lists: Sequence[ListDefinition], rule: ReminderRule, item: Item, today: date, around: Around
) -> tuple[tuple[ListDefinition, Item], ...]:
    """The rows of other lists that belong in the mail about a row, in order of lists and numbers."""
    if rule.shows is None:
        return ()
    person = item.person(rule.shows.of) if rule.shows.of else None
    pointing = next((one for one in related_of(rule.when) if one.by and one.list == rule.shows.list), None)
    found: list[tuple[ListDefinition, Item]] = []
    for definition in lists:
        for other in sorted(around.get(definition.key, ()), key=lambda one: one.id):
            if rule.shows.of:
                owner = other.person(definition.owner) if definition.owner else None
                is_shown = person is not None and owner is not None and owner.id == person.id
                is_shown = is_shown and is_open(definition, other)
            else:
                is_shown = definition.key == rule.shows.list and matches(rule.shows.where, other, today, around=around)
                target = other[pointing.by] if pointing and pointing.by else None
                is_shown = is_shown and (pointing is None or (isinstance(target, Reference) and target.id == item.id))
            if is_shown:
                found.append((definition, other))
    return tuple(found)


def _possible(definition: ListDefinition, rule: Rule, period: Period) -> str:
    """The rows of this list on which a rule could act, as far as a filter can tell."""
    translator = Translator(definition, period.first, period.last, period.zone)
    return together(translator.condition(rule.when).clauses)


def _one_of(column: str, rows: Iterable[Item]) -> Iterator[str]:
    return _numbers(column, {item.id for item in rows})


def _numbers(column: str, numbers: Iterable[int]) -> Iterator[str]:
    ordered = sorted(numbers)
    for start in range(0, len(ordered), IDS_AT_ONCE):
        yield " or ".join(f"{column} eq {number}" for number in ordered[start : start + IDS_AT_ONCE])


def in_order(lists: Sequence[ListDefinition]) -> tuple[ListDefinition, ...]:
    """The lists so that each comes after those its status rules read, as far as possible; else in their own order."""
    left, ordered = list(lists), list[ListDefinition]()
    while left:
        keys = {definition.key for definition in left}
        ready = next((found for found in left if keys.isdisjoint(_read_by(found) - {found.key})), left[0])
        left.remove(ready)
        ordered.append(ready)
    return tuple(ordered)


def _read_by(definition: ListDefinition) -> set[str]:
    return {key for rule in definition.status_rules for key in rule.lists}
