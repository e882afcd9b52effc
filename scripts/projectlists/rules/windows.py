"""Between which dates a row must be due for a reminder rule to have a step in a period. Pure.

The inverse of how `due` places steps; where the exact bound depends on holidays on both sides it errs to the wide side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from projectlists.definitions.rulemodel import ReminderRule, Step
from projectlists.rules.calendar import WorkingCalendar

_DAY = timedelta(days=1)
_MONTH_END = timedelta(days=3)
"""By so much a day some months away can be cut off: 31 January and a month is 28 February."""


def window(
    rule: ReminderRule,
    steps: Sequence[Step],
    *,
    first: date,
    last: date,
    last_run: date | None,
    calendar: WorkingCalendar,
) -> tuple[date | None, date]:
    """The target dates that can have a step on a day from `first` to `last`: (since, before), half-open.

    `since` is None when there is no lower bound: on a first run, and for steps that repeat without end.
    """
    earliest = min(step.days for step in steps)
    before = _earlier(rule, _before(rule, earliest, last, calendar), _MONTH_END)
    if last_run is None or any(step.is_endless for step in steps):
        return None, before
    latest = max(step.days + (step.repeat or 0) * ((step.times or 1) - 1) for step in steps)
    return _earlier(rule, _since(rule, latest, min(last_run + _DAY, first), calendar), -_MONTH_END), before


def _earlier(rule: ReminderRule, day: date, margin: timedelta) -> date:
    """The day by as many months as the rule's date lies later, on the wide side of a month that is too short."""
    return day - relativedelta(months=rule.months) + margin if rule.months else day


def _before(rule: ReminderRule, days: int, last: date, calendar: WorkingCalendar) -> date:
    """The first target date whose step `days` falls after `last`, or a later one."""
    if rule.unit == "days":
        return last - days * _DAY + _DAY if days > 0 else calendar.after(last, 1) - days * _DAY
    if days > 0:
        return last
    return calendar.after(last, -days) + _DAY if days else calendar.after(last, 1)


def _since(rule: ReminderRule, days: int, first: date, calendar: WorkingCalendar) -> date:
    """The last target date whose step `days` falls before `first`, plus a day, or an earlier one."""
    if rule.unit == "days":
        return (calendar.before(first, 1) if days > 0 else first) - days * _DAY
    if rule.months and days >= 0:
        return calendar.before(first, max(days, 1))  # its own day gives way to the working day after
    return calendar.before(first, max(days, 0))
