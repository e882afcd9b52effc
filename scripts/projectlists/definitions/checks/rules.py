"""Checks of the life cycle, the reminder rules and the status rules (guide.md §2.0.7, §2.0.8)."""

from __future__ import annotations

from collections.abc import Iterator

from projectlists.definitions.checks.conditions import condition_problems
from projectlists.definitions.checks.subject import Subject, doubles
from projectlists.definitions.condition import is_day
from projectlists.definitions.model import FieldType, Recipient, ReminderRule, Setting, StatusRule, Step
from projectlists.errors import Problem
from projectlists.language import _
from projectlists.yamlfile import Place

_ROLES_OF_LIST: dict[str, FieldType] = {
    "owner": "User",
    "external_owner": "Text",
    "due": "DateTime",
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
    if rule.date != "status_since":
        yield from subject.column(rule.date, (*place, "date"), "DateTime")
    elif status is None:
        yield subject.problem((*place, "date"), _("status_since needs a status; this list has none."))
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


def _step_problems(subject: Subject, step: Step, place: Place) -> Iterator[Problem]:
    expected = None if step.stage == "ESC" else int(step.stage[1:])
    if expected is not None and step.days != expected:
        sentence = _("The stage {stage} stands for {expected} days, but days is {days}; make them the same.")
        yield subject.problem((*place, "stage"), sentence.format(stage=step.stage, expected=expected, days=step.days))
    if step.escalation != (step.stage == "ESC"):
        yield subject.problem((*place, "stage"), _("The stage ESC goes with escalation: true, and only with that."))
    if step.repeat is not None and step.repeat < 1:
        yield subject.problem((*place, "repeat"), _("repeat is 1 or more working days."))
    if step.times is not None and (step.repeat is None or step.times < 1):
        yield subject.problem((*place, "times"), _("times is 1 or more, and goes with repeat."))
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
    if not rule.trigger and subject.is_whole((*place, "trigger")):
        yield subject.problem((*place, "trigger"), _("The rule has no trigger; name the columns that set it off."))
    for position, name in enumerate(rule.trigger):
        yield from subject.column(name, (*place, "trigger", position))
    if not rule.set and subject.is_whole((*place, "set")):
        yield subject.problem((*place, "set"), _("The rule sets nothing; add a column."))
    for position, setting in enumerate(rule.set):
        yield from _setting_problems(subject, setting, (*place, "set", position))


def _setting_problems(subject: Subject, setting: Setting, place: Place) -> Iterator[Problem]:
    unknown = tuple(subject.column(setting.field, (*place, "field")))
    yield from unknown
    if sum((setting.to is not None, setting.clear, setting.at_most is not None)) != 1:
        yield subject.problem(place, _("A setting has exactly one of to, clear and at_most."))
        return
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
