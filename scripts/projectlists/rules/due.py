"""Which rows are due for a reminder today, at which stage, to which role. Pure: no clock, no memory.

What was sent before is the ledger's business; this room says what the calendar asks for. The rules are guide.md
§2.0.7; the letters below are its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from projectlists.definitions.condition import NOTHING, Around, matches
from projectlists.definitions.model import ListDefinition, Profile
from projectlists.definitions.rulemodel import ON_SCHEDULE, Recipient, ReminderRule, Step
from projectlists.item import Item
from projectlists.rules import history
from projectlists.rules.calendar import WorkingCalendar, last_of_week
from projectlists.rules.schedule import last_occurrence, next_occurrence

STANDARD_RULE = "D"
EVE, ON_THE_DAY = "D-1", "D0"
FIRST_LOOK = timedelta(days=30)
"""How much older than the last edit of its row may be what a first run still tells."""


@dataclass(frozen=True)
class Reminder:
    """One step of one rule for one row and one of the roles it goes to.

    `due` is the date that drives it, `step_on` the working day on which it became due. `role` names the recipient in
    the ledger (m). `info` rows stand under "Ter info"; an escalation is a mail of its own (guide.md §5.3), whose info
    recipients are in cc. `external` says that the row is in the hands of somebody without an account.
    """

    list: str
    item: Item
    rule: str
    stage: str
    due: date
    step_on: date
    role: str
    to: Recipient
    info: bool
    escalation: bool
    external: bool = False


Skipped = Literal["", "created", "passed", "overtaken"]
"""Why the newest step of a series does not count: it is older than the row, a run passed it without finding it, or it
warns of the day before a date whose own day is the same working day (l)."""


@dataclass(frozen=True)
class Latest:
    """The newest step of a series until some day; `skipped` is empty while it counts."""

    reminder: Reminder
    skipped: Skipped


@dataclass(frozen=True)
class _Target:
    """A row that a rule concerns, and the date it counts from."""

    definition: ListDefinition
    rule: ReminderRule
    item: Item
    due: date


@dataclass(frozen=True)
class _Rung:
    """One occurrence of a step: its stage and the working day it falls on."""

    step: Step
    stage: str
    days: int
    on: date


def reminders(
    definition: ListDefinition,
    items: Iterable[Item],
    *,
    today: date,
    calendar: WorkingCalendar,
    last_run: date | None,
    profile: Profile,
    around: Around = NOTHING,
) -> tuple[Reminder, ...]:
    """Every reminder that is due on `today`, in the order of rows, rules and steps.

    Of each series, which is a rule, a role, and escalation or not, only the newest step counts (d); of two on one
    working day the later one (l). Steps from before the row existed are skipped (c). `last_run` is the last day on
    which reminders were looked for to the end: a step of that day or earlier that it did not find belongs to a row that
    was moved, reopened or created since, and is skipped too. None means that there was no run before. What happened on
    the day of that run may have come after it, so it is looked at again: the ledger knows what was sent. `around` holds
    the rows of other lists that the rules ask for.
    """
    found = [
        latest.reminder
        for item in items
        for latest in latest_steps(
            definition, item, today=today, calendar=calendar, last_run=last_run, profile=profile, around=around
        )
        if not latest.skipped
    ]
    return tuple(_each_once(definition, found))


def latest_steps(
    definition: ListDefinition,
    item: Item,
    *,
    today: date,
    calendar: WorkingCalendar,
    last_run: date | None,
    profile: Profile,
    around: Around = NOTHING,
) -> Iterator[Latest]:
    """The newest step of every series until today, and whether it still counts (see `reminders`)."""
    found: list[Latest] = []
    for target in _targets(definition, item, today, calendar, around):
        for recipient, rung in _newest(target, today, calendar, profile):
            skipped: Skipped = ""
            if rung.on < item.created_on:
                skipped = "created"
            elif not _is_new(target, rung, today, last_run):
                skipped = "passed"
            found.append(Latest(_reminder(target, rung, recipient), skipped))
    steps = [latest.reminder for latest in found]
    for latest in found:
        overtaken = not latest.skipped and _is_overtaken(definition, latest.reminder, steps)
        yield Latest(latest.reminder, "overtaken") if overtaken else latest


def _is_overtaken(definition: ListDefinition, one: Reminder, steps: Sequence[Reminder]) -> bool:
    """Whether a warning of the day before falls on the same working day as the day itself (l).

    Within one rule only the later of two counts anyway; here another rule about the same date has the day itself.
    """
    dates = {rule.id: rule.dates for rule in definition.reminders}
    return one.stage == EVE and any(
        (other.stage, other.step_on, other.due, other.role) == (ON_THE_DAY, one.step_on, one.due, one.role)
        and dates[other.rule] == dates[one.rule]
        for other in steps
    )


def _is_new(target: _Target, rung: _Rung, today: date, last_run: date | None) -> bool:
    if target.rule.is_event and not rung.days:
        return target.due >= (target.item.modified_on - FIRST_LOOK if last_run is None else last_run)
    return last_run is None or rung.on > last_run or rung.on == today


def _each_once(definition: ListDefinition, found: Iterable[Reminder]) -> Iterator[Reminder]:
    """Of a rule about the list as a whole only what stands at its first row."""
    whole = {rule.id for rule in definition.reminders if rule.once}
    first: dict[tuple[str, str, str], int] = {}
    for reminder in found:
        place = (reminder.rule, reminder.stage, reminder.role)
        if reminder.rule not in whole or first.setdefault(place, reminder.item.id) == reminder.item.id:
            yield reminder


def next_steps(
    definition: ListDefinition,
    item: Item,
    *,
    today: date,
    calendar: WorkingCalendar,
    profile: Profile,
    around: Around = NOTHING,
) -> tuple[Reminder, ...]:
    """What comes after today if nothing changes: the next occurrence of every step of every rule, by date."""
    found = [
        _reminder(target, rung, recipient)
        for target in _targets(definition, item, today, calendar, around, coming=True)
        for recipient, rung in _coming(target, today, calendar, profile)
        if rung.on >= item.created_on
    ]
    kept = [one for one in found if not _is_overtaken(definition, one, found)]
    return tuple(sorted(kept, key=lambda reminder: reminder.step_on))


def is_open(definition: ListDefinition, item: Item) -> bool:
    """Whether the row is not closed. A label nobody declared, or no status at all, counts as open (guide.md §2.0.2)."""
    return definition.status is None or item[definition.status.field] not in definition.status.closing


def is_awake(definition: ListDefinition, item: Item) -> bool:
    """Whether the row is open and not waiting for a start, as an idea or a dormant row is (o)."""
    return is_open(definition, item) and (
        definition.status is None or item[definition.status.field] not in definition.status.sleeping
    )


def is_overdue(definition: ListDefinition, item: Item, today: date) -> bool:
    """Whether the deadline lies before today and still counts: derived, never stored (guide.md §2.0.6)."""
    day = deadline(definition, item, today)
    return day is not None and day < today and is_open(definition, item)


def is_context(definition: ListDefinition, item: Item, today: date) -> bool:
    """Whether a digest shows the row beside those with a step today: overdue, or due this ISO week (a).

    Rows that are asleep or switched off ask nothing of anybody, so they are no context either.
    """
    day = deadline(definition, item, today)
    return day is not None and day <= last_of_week(today) and is_awake(definition, item) and not is_switched_off(item)


def deadline(definition: ListDefinition, item: Item, today: date) -> date | None:
    """The row's deadline, when it counts: that of an order no longer does once it is delivered (guide.md §2.8)."""
    counts = definition.due is not None and matches(definition.due_when, item, today)
    return item.day(definition.due) if definition.due and counts else None


def is_switched_off(item: Item) -> bool:
    """Whether somebody ticked "Geen herinnering" on the row (guide.md §2.0.4)."""
    return item["ReminderOff"] is True


def working_days_late(due: date, today: date, calendar: WorkingCalendar) -> int:
    """Working days after the date up to and including today (e); negative while it lies ahead."""
    return calendar.between(due, today)


def steps_of(rule: ReminderRule, profile: Profile) -> tuple[Step, ...]:
    """The rungs of a rule in a profile: in the standard set D the profile says how long before (guide.md §3)."""
    warnings = [step for step in rule.steps if step.days < 0]
    if rule.id != STANDARD_RULE or not warnings or profile.deadline_days is None:
        return rule.steps
    return (
        *(
            warnings[0].model_copy(update={"stage": f"D-{days}", "days": -days})
            for days in sorted(profile.deadline_days, reverse=True)
        ),
        *(step for step in rule.steps if step.days >= 0),
    )


def _targets(
    definition: ListDefinition,
    item: Item,
    today: date,
    calendar: WorkingCalendar,
    around: Around,
    *,
    coming: bool = False,
) -> Iterator[_Target]:
    if is_switched_off(item):
        return
    for rule in definition.reminders:
        if is_in_state(definition, rule, item) and matches(rule.when, item, today, around=around):
            due = driving_day(definition, rule, item, today=today, calendar=calendar, around=around, coming=coming)
            if due is not None:
                yield _Target(definition, rule, item, due)


def driving_day(
    definition: ListDefinition,
    rule: ReminderRule,
    item: Item,
    *,
    today: date,
    calendar: WorkingCalendar,
    around: Around,
    coming: bool = False,
) -> date | None:
    """The date that drives a rule for a row; of a schedule the last one, or with `coming` the next."""
    if rule.date == ON_SCHEDULE:
        occurrence = next_occurrence if coming else last_occurrence
        return occurrence(rule.schedule or "", today, calendar)
    if rule.is_event:
        return history.since(definition, rule, item, today, around)
    day = next((day for name in rule.dates if (day := item.day(name)) is not None), None)
    return day + relativedelta(months=rule.months) if day is not None else None


def is_in_state(definition: ListDefinition, rule: ReminderRule, item: Item) -> bool:
    """Whether the row is in a state that the rule names; where it names none, open and awake (o)."""
    if rule.states is None or definition.status is None:
        return is_awake(definition, item)
    return item[definition.status.field] in rule.states


def _newest(
    target: _Target, today: date, calendar: WorkingCalendar, profile: Profile
) -> Iterable[tuple[Recipient, _Rung]]:
    """Of each series the newest rung until today. Only that one can count: the others are older in every respect."""
    newest: dict[tuple[str, bool], tuple[Recipient, _Rung]] = {}
    for step in steps_of(target.rule, profile):
        position = _occurrences(target, step, today, calendar) - 1
        if position < 0:
            continue
        rung = _rung(target, step, position, calendar)
        for recipient in step.to:
            series = (recipient.as_, step.escalation)
            if series not in newest or _order(newest[series][1]) < _order(rung):
                newest[series] = (recipient, rung)
    return newest.values()


def _coming(
    target: _Target, today: date, calendar: WorkingCalendar, profile: Profile
) -> Iterable[tuple[Recipient, _Rung]]:
    """Of each step the first rung after today; where two of one series fall on one day, the later one."""
    coming: dict[tuple[str, bool, date], tuple[Recipient, _Rung]] = {}
    for step in steps_of(target.rule, profile):
        position = _occurrences(target, step, today, calendar)
        if position == _times(step):
            continue
        rung = _rung(target, step, position, calendar)
        for recipient in step.to:
            place = (recipient.as_, step.escalation, rung.on)
            if place not in coming or _order(coming[place][1]) < _order(rung):
                coming[place] = (recipient, rung)
    return coming.values()


def _order(rung: _Rung) -> tuple[date, int]:
    return rung.on, rung.days


def _times(step: Step) -> int | None:
    """How many occurrences a step has at most."""
    if step.is_endless:
        return None
    return 1 if step.repeat is None else step.times


def _occurrences(target: _Target, step: Step, today: date, calendar: WorkingCalendar) -> int:
    """How many occurrences of a step lie on or before today."""
    most = _times(step)
    if step.weekly:
        most = max(0, (today - target.due).days) // 7 + abs(step.days) + 2
    elif most is None:
        # More than can fit between the two dates, since a working day lasts at least a day.
        most = abs((today - target.due).days) // (step.repeat or 1) + abs(step.days) + 2
    return bisect_right(range(most), today, key=lambda position: _rung(target, step, position, calendar).on)


def _rung(target: _Target, step: Step, position: int, calendar: WorkingCalendar) -> _Rung:
    if step.weekly:
        first = _day(target, step.days, calendar)
        on = calendar.on_or_after(first + timedelta(days=-first.weekday() % 7 + 7 * position))
        days = calendar.between(target.due, on)
        return _Rung(step, f"{step.stage[0]}{days:+d}", days, on)
    days = step.days + position * (step.repeat or 0)
    stage = f"{step.stage[0]}{days:+d}" if position else step.stage
    return _Rung(step, stage, days, _day(target, days, calendar))


def _day(target: _Target, days: int, calendar: WorkingCalendar) -> date:
    """The working day of a step (e). Mails go on working days only (b), so counted in calendar days a step moves too:
    one that warns to the working day before, one that follows to the working day after. What comes some months after
    a day follows too: a year has not passed on the Friday before.
    """
    if target.rule.unit == "days":
        day = target.due + timedelta(days=days)
        return calendar.on_or_after(day) if days > 0 else calendar.on_or_before(day)
    if days < 0:
        return calendar.before(target.due, -days)
    if (target.rule.is_event or target.rule.months) and not days:
        return calendar.on_or_after(target.due)
    return calendar.after(target.due, days) if days else calendar.on_or_before(target.due)


def _reminder(target: _Target, rung: _Rung, recipient: Recipient) -> Reminder:
    definition, item = target.definition, target.item
    owned = (
        definition.owner is not None and recipient.field == definition.owner and item.person(definition.owner) is None
    )
    return Reminder(
        list=definition.key,
        item=item,
        rule=target.rule.id,
        stage=rung.stage,
        due=target.due,
        step_on=rung.on,
        role=recipient.as_,
        to=recipient,
        info=recipient.info,
        escalation=rung.step.escalation,
        external=owned and definition.external_owner is not None and item.text(definition.external_owner).strip() != "",
    )
