"""Fixed days in the calendar, by hand: Mondays, first working days, 1 October; days off give way to the next day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.schedule import last_occurrence, next_occurrence

CALENDAR = WorkingCalendar()


# guide.md §2.7 F-R1 and F-R3, §2.10 V-R3 and V-R4, §2.14 E-R3, §2.0.7 p; holidays §6.1.
@pytest.mark.parametrize(
    ("schedule", "today", "last", "coming"),
    [
        ("weekly", date(2026, 12, 1), date(2026, 11, 30), date(2026, 12, 7)),
        ("weekly", date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 7)),
        # Easter Monday is 6 April 2026: Tuesday the 7th stands in for it.
        ("weekly", date(2026, 4, 6), date(2026, 3, 30), date(2026, 4, 7)),
        ("weekly", date(2026, 4, 7), date(2026, 4, 7), date(2026, 4, 13)),
        # The year 2026 has a week 53; Monday 28 December is its first day.
        ("weekly", date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 4)),
        # 1 November 2026 is a Sunday, 1 December a Tuesday, 1 January a holiday and a Friday, 1 May 2027 a Saturday.
        ("monthly", date(2026, 11, 1), date(2026, 10, 1), date(2026, 11, 2)),
        ("monthly", date(2026, 11, 30), date(2026, 11, 2), date(2026, 12, 1)),
        ("monthly", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 4)),
        ("monthly", date(2027, 1, 3), date(2026, 12, 1), date(2027, 1, 4)),
        ("monthly", date(2027, 5, 2), date(2027, 4, 1), date(2027, 5, 3)),
        ("quarterly", date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 4)),
        ("quarterly", date(2027, 3, 31), date(2027, 1, 4), date(2027, 4, 1)),
        # 1 October 2027 is a Friday, 2028 a Sunday.
        ("10-01", date(2026, 9, 30), date(2025, 10, 1), date(2026, 10, 1)),
        ("10-01", date(2026, 10, 1), date(2026, 10, 1), date(2027, 10, 1)),
        ("10-01", date(2028, 10, 1), date(2027, 10, 1), date(2028, 10, 2)),
    ],
)
def test_occurrences(schedule: str, today: date, last: date, coming: date) -> None:
    assert last_occurrence(schedule, today, CALENDAR) == last
    assert next_occurrence(schedule, today, CALENDAR) == coming


def test_every_second_monday_goes_on_through_week_53() -> None:
    first = last_occurrence("fortnightly", date(2026, 12, 14), CALENDAR)
    days = [first]
    for _number in range(4):
        days.append(next_occurrence("fortnightly", days[-1], CALENDAR))
    assert [(later - day).days for day, later in pairwise(days)] == [14, 14, 14, 14]
    assert {day.weekday() for day in days} == {0}


def test_the_next_one_follows_the_last_one_without_a_gap() -> None:
    for schedule in ("weekly", "fortnightly", "monthly", "quarterly", "10-01"):
        for ahead in range(0, 800, 7):
            today = date(2026, 1, 1) + timedelta(days=ahead)
            coming = next_occurrence(schedule, today, CALENDAR)
            assert last_occurrence(schedule, today, CALENDAR) <= today < coming
            assert last_occurrence(schedule, coming - timedelta(days=1), CALENDAR) <= today
            assert last_occurrence(schedule, coming, CALENDAR) == coming
