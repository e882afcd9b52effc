"""Fixed days in the calendar on which a rule looks at its rows (guide.md §2.5, §2.7, §2.10, §2.14). Pure.

`weekly` and `fortnightly` are Mondays (§2.0.7 p), `monthly` and `quarterly` the first of the month or quarter, `10-01`
is 1 October. A day off gives way to the next working day.
"""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from projectlists.rules.calendar import WorkingCalendar

_QUARTER = 3


def last_occurrence(schedule: str, today: date, calendar: WorkingCalendar) -> date:
    """The last working day of the schedule that is not after today."""
    period = _period_of(schedule, today)
    while (found := calendar.on_or_after(_start(schedule, period))) > today:
        period = _moved(schedule, period, -1)
    return found


def next_occurrence(schedule: str, today: date, calendar: WorkingCalendar) -> date:
    """The first working day of the schedule after today."""
    period = _moved(schedule, _period_of(schedule, today), -1)
    while (found := calendar.on_or_after(_start(schedule, period))) <= today:
        period = _moved(schedule, period, 1)
    return found


def _period_of(schedule: str, day: date) -> date:
    """The first day of the week, month, quarter or year in which a day lies."""
    match schedule:
        case "weekly":
            return day - timedelta(days=day.weekday())
        case "fortnightly":
            # Every second Monday, counted through the years: week numbers would give two odd weeks after week 53.
            monday = day - timedelta(days=day.weekday())
            return monday - timedelta(days=7 * (monday.toordinal() // 7 % 2))
        case "monthly":
            return day.replace(day=1)
        case "quarterly":
            return date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)
        case _:
            return date(day.year, 1, 1)


def _start(schedule: str, period: date) -> date:
    if schedule in {"weekly", "fortnightly", "monthly", "quarterly"}:
        return period
    month, day = (int(part) for part in schedule.split("-"))
    return period + relativedelta(month=month, day=day)


def _moved(schedule: str, period: date, count: int) -> date:
    match schedule:
        case "weekly":
            return period + timedelta(days=7 * count)
        case "fortnightly":
            return period + timedelta(days=14 * count)
        case "monthly":
            return period + relativedelta(months=count)
        case "quarterly":
            return period + relativedelta(months=_QUARTER * count)
        case _:
            return period + relativedelta(years=count)
