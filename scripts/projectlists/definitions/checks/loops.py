"""Status rules never set each other off without end (guide.md §2.0.8), seen before anything runs.

A rule acts once on the same trigger values. So rules can only go on for ever in a circle in which each writes a trigger
of the next, and leaves the row so that the next one's condition can hold. Such a circle is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from projectlists.definitions.checks.subject import Subject
from projectlists.definitions.condition import (
    DATE_OPERATORS,
    All,
    Any_,
    Condition,
    Related,
    Test,
    day_of,
    is_day,
    matches,
    related_of,
)
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.rulemodel import StatusRule
from projectlists.errors import Problem
from projectlists.item import Item
from projectlists.language import _

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"""Any day will do: what a rule writes and what a condition asks are both counted from the same one."""


@dataclass(frozen=True)
class _Rule:
    """A rule with its list; `place` is its position there."""

    definition: ListDefinition
    rule: StatusRule
    place: int

    @property
    def name(self) -> tuple[str, str]:
        return self.definition.key, self.rule.id


def loop_problems(subject: Subject) -> Iterator[Problem]:
    """Circles of status rules that begin in this list."""
    definitions = {**subject.surroundings.definitions, subject.definition.key: subject.definition}
    rules = [
        _Rule(definition, rule, position)
        for definition in definitions.values()
        for position, rule in enumerate(definition.status_rules)
        if not rule.reopened  # acts only after a person opened the row again
    ]
    following = {one.name: [other for other in rules if _sets_off(one, other)] for one in rules}
    for one in rules:
        if one.definition.key != subject.definition.key:
            continue
        circle = _circle(one, following)
        if circle is not None and min(rule.name for rule in circle) == one.name:
            names = " → ".join(rule.rule.id for rule in [*circle, one])
            sentence = _("These status rules set each other off without end: {names}. Change a condition.")
            yield subject.problem(("status_rules", one.place), sentence.format(names=names))


def _circle(start: _Rule, following: Mapping[tuple[str, str], list[_Rule]]) -> list[_Rule] | None:
    """The shortest way from a rule back to itself."""
    ways = [[start]]
    seen: set[tuple[str, str]] = set()
    while ways:
        way = ways.pop(0)
        for other in following[way[-1].name]:
            if other.name == start.name:
                return way
            if other.name not in seen:
                seen.add(other.name)
                ways.append([*way, other])
    return None


def _sets_off(one: _Rule, other: _Rule) -> bool:
    """Whether a rule, by what it writes, can make another act that did not act before, or act again."""
    written = {setting.field for setting in one.rule.set}
    if one.definition.key != other.definition.key:
        asked = [related for related in related_of(other.rule.when) if related.list == one.definition.key]
        gathered = [setting.gathered for setting in other.rule.set if setting.gathered]
        read = {name for related in asked for name in _read(related.are)}
        read |= {found.field for found in gathered if found.list == one.definition.key}
        read |= {name for found in gathered if found.list == one.definition.key for name in _read(found.where)}
        return bool(written & read)
    if other.rule.always:
        # Works its own columns out of others; writing what stands there already is no change.
        return bool(written & {name for setting in other.rule.set for name in setting.reads})
    return bool(written & set(other.rule.trigger)) and _can_hold(other.rule.when, one.rule)


def _read(condition: Condition | None) -> set[str]:
    if isinstance(condition, Test):
        return {condition.field}
    if isinstance(condition, All | Any_):
        parts = condition.all if isinstance(condition, All) else condition.any
        return {name for part in parts for name in _read(part)}
    return set()


def _can_hold(condition: Condition | None, before: StatusRule) -> bool:  # noqa: PLR0911 - one line a kind
    """Whether a condition can hold on a row that a rule has just acted on."""
    if isinstance(condition, All):
        return all(_can_hold(part, before) for part in condition.all)
    if isinstance(condition, Any_):
        return any(_can_hold(part, before) for part in condition.any)
    if condition is None or isinstance(condition, Related):
        return True
    setting = next((setting for setting in before.set if setting.field == condition.field), None)
    if setting is None:
        return all(_agree(condition, known) for known in _certain(before.when) if known.field == condition.field)
    if condition.empty is not None:
        return setting.clear == condition.empty or not (setting.clear or setting.to is not None)
    if setting.clear:
        return condition.operator in {"not_equals", "none_of"}
    if condition.operator in DATE_OPERATORS and isinstance(setting.to, str) and is_day(condition.operand):
        written = Item(0, "", _MOMENT, _MOMENT, _MOMENT.date(), _MOMENT.date(), {condition.field: _day(setting.to)})
        return matches(condition, written, _MOMENT.date())
    keys = _keys(condition)
    if setting.to is None or keys is None:
        return True
    return (setting.to in keys) == (condition.operator in {"equals", "one_of"})


def _day(text: str) -> date | None:
    return day_of(text, _MOMENT.date()) if is_day(text) else None


def _certain(condition: Condition | None) -> Iterator[Test]:
    """The tests that surely held."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, All):
        for part in condition.all:
            yield from _certain(part)


def _agree(one: Test, other: Test) -> bool:
    """Whether two tests on one column can hold together."""
    if one.empty is not None or other.empty is not None:
        filled = {test.empty is True for test in (one, other) if test.empty is not None or _keys(test)}
        return len(filled) < 2
    left, right = _keys(one), _keys(other)
    if left is None or right is None:
        return True
    positive = [test.operator in {"equals", "one_of"} for test in (one, other)]
    if all(positive):
        return bool(left & right)
    if not any(positive):
        return True
    wanted, barred = (left, right) if positive[0] else (right, left)
    return bool(wanted - barred)


def _keys(test: Test) -> set[object] | None:
    """The values that an equality names."""
    if test.operator not in {"equals", "one_of", "not_equals", "none_of"}:
        return None
    return set(test.operand) if isinstance(test.operand, tuple) else {test.operand}
