"""Checks of the life cycle, the reminder rules and the status rules (guide.md §2.0.7, §2.0.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from projectlists.definitions.checks.conditions import NUMBERS, condition_problems, lookup_problems
from projectlists.definitions.checks.loops import loop_problems
from projectlists.definitions.checks.subject import Subject, doubles
from projectlists.definitions.condition import is_day, lists_of
from projectlists.definitions.model import FieldType
from projectlists.definitions.rulemodel import (
    CHANGED,
    GROWN,
    HOLDS_SINCE,
    ON_SCHEDULE,
    STATUS_SINCE,
    TURNED,
    Gathered,
    Later,
    Recipient,
    ReminderRule,
    Setting,
    StatusRule,
    Step,
)
from projectlists.errors import Problem
from projectlists.language import _
from projectlists.yamlfile import Place

_ROLES_OF_LIST: dict[str, FieldType] = {
    "owner": "User",
    "external_owner": "Text",
    "due": "DateTime",
    "due_time": "Text",
    "progress": "Note",
    "review": "DateTime",
}


def rule_problems(subject: Subject) -> Iterator[Problem]:
    """Problems with what a list says about its owner, its life cycle and its rules."""
    definition = subject.definition
    for key, wanted in _ROLES_OF_LIST.items():
        name = getattr(definition, key)
        if name is not None:
            yield from subject.column(name, (key,), wanted)
    if definition.due_when is not None and definition.due is None:
        yield subject.problem(("due_when",), _("A list without due has no due_when; remove it."))
    yield from condition_problems(subject, definition.due_when, ("due_when",), view=False)
    yield from _status_problems(subject)
    for position, name in doubles(rule.id for rule in definition.reminders):
        yield _twice(subject, ("reminders", position, "id"), name)
    for position, name in doubles(rule.id for rule in definition.status_rules):
        yield _twice(subject, ("status_rules", position, "id"), name)
    for position, reminder in enumerate(definition.reminders):
        yield from _reminder_problems(subject, reminder, ("reminders", position))
    for position, rule in enumerate(definition.status_rules):
        yield from _status_rule_problems(subject, rule, ("status_rules", position))
    yield from _recurrence_problems(subject)
    yield from loop_problems(subject)


def _recurrence_problems(subject: Subject) -> Iterator[Problem]:
    recurrence, status = subject.definition.recurrence, subject.definition.status
    if recurrence is None:
        return
    yield from subject.column(recurrence.frequency, ("recurrence", "frequency"), "Choice")
    for word, names in (("date", (recurrence.date,)), ("along", recurrence.along)):
        for name in names:
            yield from subject.column(name, ("recurrence", word), "DateTime")
    for name in recurrence.leave:
        yield from subject.column(name, ("recurrence", "leave"))
    for key in (*recurrence.done, recurrence.start):
        if status is not None:
            yield from subject.choice(status.field, key, ("recurrence",))


def _twice(subject: Subject, place: Place, name: str) -> Problem:
    return subject.problem(place, _("The rule {name} appears twice; give it another id.").format(name=name))


def _status_problems(subject: Subject) -> Iterator[Problem]:
    status = subject.definition.status
    if status is None:
        return
    yield from subject.column(status.field, ("status", "field"), "Choice")
    for word in ("closing", "sleeping"):
        for position, key in enumerate(getattr(status, word)):
            yield from subject.choice(status.field, key, ("status", word, position))
    for before, targets in status.moves.items():
        yield from subject.choice(status.field, before, ("status", "moves", before))
        for position, key in enumerate(targets):
            yield from subject.choice(status.field, key, ("status", "moves", before, position))


def _reminder_problems(subject: Subject, rule: ReminderRule, place: Place) -> Iterator[Problem]:
    status = subject.definition.status
    yield from _date_problems(subject, rule, place)
    for position, key in enumerate(rule.states or ()):
        if status is not None:
            yield from subject.choice(status.field, key, (*place, "states", position))
    yield from condition_problems(subject, rule.when, (*place, "when"), view=False)
    if not rule.steps and subject.is_whole((*place, "steps")):
        yield subject.problem((*place, "steps"), _("The rule has no steps; add one."))
    for position, stage in doubles(step.stage for step in rule.steps):
        sentence = _("The stage {stage} appears twice in one rule.")
        yield subject.problem((*place, "steps", position, "stage"), sentence.format(stage=stage))
    for position, step in enumerate(rule.steps):
        yield from _step_problems(subject, step, (*place, "steps", position))


def _date_problems(subject: Subject, rule: ReminderRule, place: Place) -> Iterator[Problem]:
    """Problems with what a rule counts from, and with the keys that go with it."""
    here = (*place, "date")
    for name, key in zip(rule.dates, ("date", "otherwise"), strict=False):
        yield from subject.column(name, (*place, key), "DateTime")
    if not rule.dates and (rule.otherwise or rule.months):
        yield subject.problem(here, _("otherwise and months go with a date column."))
    if rule.date == STATUS_SINCE and subject.definition.status is None:
        yield subject.problem(here, _("status_since needs a status; this list has none."))
    if rule.date == HOLDS_SINCE and (rule.when is None or lists_of(rule.when)):
        yield subject.problem(here, _("holds_since needs a condition on the columns of this list alone."))
    for word in (CHANGED, TURNED, GROWN, ON_SCHEDULE):
        if (rule.date == word) != (getattr(rule, word) is not None):
            sentence = _("date: {word} goes with the key {word}, and only with that.")
            yield subject.problem(here, sentence.format(word=word))
    if rule.changed and rule.changed.through:
        yield from subject.column(rule.changed.through, (*place, "changed", "through"), "Lookup")
        lookup = subject.definition.field(rule.changed.through)
        other = _other(subject, lookup.lookup if lookup else None)
        if other is not None:
            yield from other.column(rule.changed.field, (*place, "changed", "field"))
    elif rule.changed:
        yield from subject.column(rule.changed.field, (*place, "changed", "field"))
    for position, name in enumerate(rule.turned.fields if rule.turned else ()):
        yield from subject.column(name, (*place, "turned", "fields", position), "Choice")
        yield from subject.choice(name, rule.turned.to if rule.turned else "", (*place, "turned", "to"))
    if rule.grown:
        yield from subject.column(rule.grown.field, (*place, "grown", "field"), *NUMBERS)
        since = (*place, "grown", "since")
        yield from _list_problems(subject, rule.grown.since.list, (*since, "list"))
        other = _other(subject, rule.grown.since.list)
        if other is not None:
            yield from other.column(rule.grown.since.field, (*since, "field"), "DateTime")
    yield from _shown_problems(subject, rule, place)


def _shown_problems(subject: Subject, rule: ReminderRule, place: Place) -> Iterator[Problem]:
    if rule.with_list is not None:
        yield from _list_problems(subject, rule.with_list, (*place, "with_list"))
    if rule.shows is None:
        return
    here = (*place, "shows")
    if (rule.shows.list is None) == (rule.shows.of is None):
        yield subject.problem(here, _("shows names either a list, or with of a person column."))
    if rule.shows.of is not None:
        yield from subject.column(rule.shows.of, (*here, "of"), "User")
    if rule.shows.list is not None:
        yield from _list_problems(subject, rule.shows.list, (*here, "list"))
        other = _other(subject, rule.shows.list)
        if other is not None:
            yield from condition_problems(other, rule.shows.where, (*here, "where"), view=False)


def _list_problems(subject: Subject, key: str, place: Place) -> Iterator[Problem]:
    if not subject.surroundings.has_list(key):
        sentence = _("There is no list {name}; name a list of this folder.")
        yield subject.problem(place, sentence.format(name=key))


def _other(subject: Subject, key: str | None) -> Subject | None:
    """Another list, to be looked at from this file; None when it could not be read."""
    found = subject.surroundings.definitions.get(key or "")
    return replace(subject, definition=found, unsure=frozenset()) if found else None


def _step_problems(subject: Subject, step: Step, place: Place) -> Iterator[Problem]:
    expected = None if step.stage == "ESC" else int(step.stage[1:])
    if expected is not None and step.days != expected:
        sentence = _("The stage {stage} stands for days: {expected}, but there it says {days}; make them the same.")
        yield subject.problem((*place, "stage"), sentence.format(stage=step.stage, expected=expected, days=step.days))
    if step.escalation != (step.stage == "ESC"):
        yield subject.problem((*place, "stage"), _("The stage ESC goes with escalation: true, and only with that."))
    if step.repeat is not None and step.repeat < 1:
        yield subject.problem((*place, "repeat"), _("repeat is 1 or more working days."))
    if step.times is not None and (step.repeat is None or step.times < 1):
        yield subject.problem((*place, "times"), _("times is 1 or more, and goes with repeat."))
    if step.weekly and (step.repeat is not None or step.days < 1):
        yield subject.problem((*place, "weekly"), _("A weekly step begins after the date and has no repeat."))
    if not step.to and subject.is_whole((*place, "to")):
        yield subject.problem((*place, "to"), _("The step goes to nobody; name a column or a role."))
    for position, recipient in enumerate(step.to):
        yield from _recipient_problems(subject, recipient, (*place, "to", position))


def _recipient_problems(subject: Subject, recipient: Recipient, place: Place) -> Iterator[Problem]:
    if (recipient.field is None) == (recipient.role is None):
        yield subject.problem(place, _("A recipient is either a field or a role."))
    if recipient.field is not None:
        yield from subject.column(recipient.field, (*place, "field"), "User")
    role = recipient.role
    if role not in {None, "escalation"} and not subject.surroundings.has_role(str(role)):
        sentence = _("There is no role {role}; use escalation or a choice of TeamRole.")
        yield subject.problem((*place, "role"), sentence.format(role=role))


def _status_rule_problems(subject: Subject, rule: StatusRule, place: Place) -> Iterator[Problem]:
    yield from condition_problems(subject, rule.when, (*place, "when"), view=False)
    if not rule.trigger and not rule.always and not rule.lists and subject.is_whole((*place, "trigger")):
        yield subject.problem((*place, "trigger"), _("The rule has no trigger; name the columns that set it off."))
    for position, name in enumerate(rule.trigger):
        yield from subject.column(name, (*place, "trigger", position))
    status = subject.definition.status
    if rule.over is not None and status is not None:
        yield from subject.choice(status.field, rule.over, (*place, "over"))
    if not rule.set and subject.is_whole((*place, "set")):
        yield subject.problem((*place, "set"), _("The rule sets nothing; add a column."))
    for position, setting in enumerate(rule.set):
        yield from _setting_problems(subject, setting, (*place, "set", position))


def _later_problems(subject: Subject, later: Later, place: Place) -> Iterator[Problem]:
    yield from subject.column(later.than, (*place, "than"), "DateTime")
    if sum((later.days is not None, later.years is not None, later.by is not None)) != 1:
        yield subject.problem(place, _("later has exactly one of days, years and by."))
    for key in ("years", "by"):
        name = getattr(later, key)
        if name is not None:
            yield from subject.column(name, (*place, key), *NUMBERS)
    if later.unless is not None:
        yield from subject.column(later.unless, (*place, "unless"), "Boolean")
    if (later.by is None) != (not later.bands):
        yield subject.problem(place, _("by goes with bands, and only with that."))


def _gathered_problems(
    subject: Subject, gathered: Gathered, types: tuple[FieldType, ...], place: Place
) -> Iterator[Problem]:
    yield from _list_problems(subject, gathered.list, (*place, "list"))
    other = _other(subject, gathered.list)
    if other is not None:
        yield from lookup_problems(other, gathered.by, subject.definition.key, (*place, "by"))
        yield from other.column(gathered.field, (*place, "field"), *types)
        yield from condition_problems(other, gathered.where, (*place, "where"), view=False)


def _setting_problems(subject: Subject, setting: Setting, place: Place) -> Iterator[Problem]:
    unknown = tuple(subject.column(setting.field, (*place, "field")))
    yield from unknown
    given = (setting.to, setting.clear or None, setting.at_most, setting.later, setting.sum, setting.latest)
    if sum(value is not None for value in given) != 1:
        yield subject.problem(place, _("A setting has exactly one of to, clear, at_most, later, sum and latest."))
        return
    if setting.later:
        yield from _later_problems(subject, setting.later, (*place, "later"))
    if setting.sum:
        yield from _gathered_problems(subject, setting.sum, ("Number", "Currency"), (*place, "sum"))
    if setting.latest:
        yield from _gathered_problems(subject, setting.latest, ("DateTime",), (*place, "latest"))
    if unknown:
        return
    kind, here = subject.type_of(setting.field), (*place, "to")
    if kind in {"Calculated", "User", "Lookup", "URL", "MultiChoice"} and not setting.clear:
        sentence = _("A rule cannot write to column {name}, which is of type {type}.")
        yield subject.problem((*place, "field"), sentence.format(name=setting.field, type=kind))
    elif setting.to is not None and kind == "DateTime" and not is_day(str(setting.to)):
        yield subject.problem(here, _("{value} is not a day; use today, today+90 or a date.").format(value=setting.to))
    elif setting.to is not None and kind in {"Number", "Currency"} and isinstance(setting.to, bool | str):
        yield subject.problem(here, _("{value} is not a number.").format(value=setting.to))
    elif setting.to is not None and kind == "Boolean" and not isinstance(setting.to, bool):
        yield subject.problem(here, _("{value} is not true or false.").format(value=setting.to))
    elif setting.to is not None:
        yield from subject.choice(setting.field, setting.to, here)
