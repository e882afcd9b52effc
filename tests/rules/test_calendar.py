"""Working days: the table of guide.md §6.1, counting, and the weeks of §6.2."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.config.model import WorkingDays
from projectlists.rules.calendar import AMSTERDAM, WorkingCalendar, iso_week, last_of_week, local_today

CALENDAR = WorkingCalendar()
ALL_OFF = WorkingCalendar(WorkingDays(good_friday=True, carnival=True, day_after_ascension=True))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))

# The table of guide.md §6.1, typed over: Good Friday, Easter Monday, Koningsdag, 5 May, Ascension Day, Whit Monday,
# carnival Monday and Tuesday.
TABLE = {
    2026: ["3 Apr", "6 Apr", "27 Apr", "5 May", "14 May", "25 May", "16 Feb", "17 Feb"],
    2027: ["26 Mar", "29 Mar", "27 Apr", "5 May", "6 May", "17 May", "8 Feb", "9 Feb"],
    2028: ["14 Apr", "17 Apr", "27 Apr", "5 May", "25 May", "5 Jun", "28 Feb", "29 Feb"],
    2029: ["30 Mar", "2 Apr", "27 Apr", "5 May", "10 May", "21 May", "12 Feb", "13 Feb"],
    2030: ["19 Apr", "22 Apr", "27 Apr", "5 May", "30 May", "10 Jun", "4 Mar", "5 Mar"],
}


def days_of(year: int) -> list[date]:
    return [datetime.strptime(f"{text} {year}", "%d %b %Y").date() for text in TABLE[year]]


@pytest.mark.parametrize("year", TABLE)
def test_holidays_are_those_of_the_guide(year: int) -> None:
    good_friday, *paid, monday, tuesday = days_of(year)
    assert not any(CALENDAR.is_working_day(day) for day in paid)
    assert CALENDAR.is_working_day(good_friday)
    assert CALENDAR.is_working_day(monday)
    assert CALENDAR.is_working_day(tuesday)


@pytest.mark.parametrize("year", TABLE)
def test_local_closing_days_are_off_when_chosen(year: int) -> None:
    good_friday, _, _, _, ascension, _, monday, tuesday = days_of(year)
    friday_after = ascension + timedelta(days=1)
    assert CALENDAR.is_working_day(friday_after) == (friday_after != date(year, 5, 5))
    assert not any(ALL_OFF.is_working_day(day) for day in (good_friday, friday_after, monday, tuesday))


@pytest.mark.parametrize("year", TABLE)
def test_nothing_else_is_free(year: int) -> None:
    # Eight paid holidays (guide.md §6.1): the five of the table, 1 January, 25 and 26 December.
    free = {*days_of(year)[1:6], date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    every_day = [date(year, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    for day in every_day:
        assert CALENDAR.is_working_day(day) == (day.weekday() < 5 and day not in free), day


def test_kings_day_moves_to_saturday_when_it_is_a_sunday() -> None:
    # 27 April 2031 is a Sunday: celebrated on the 26th, so Monday the 28th is worked (guide.md §6.1).
    assert date(2031, 4, 27).isoweekday() == 7
    assert CALENDAR.is_working_day(date(2031, 4, 28))


def test_closing_days_of_the_municipality() -> None:
    closed = WorkingCalendar(WorkingDays(closing_days=(date(2026, 12, 24),)))
    assert not closed.is_working_day(date(2026, 12, 24))
    assert CALENDAR.is_working_day(date(2026, 12, 24))
    # 25 December 2026 is a Friday: the last working day before Monday the 28th is then Wednesday the 23rd.
    assert closed.before(date(2026, 12, 28), 1) == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("day", "count", "before", "after"),
    [
        # Tuesday 1 December 2026, no holiday near.
        (date(2026, 12, 1), 0, date(2026, 12, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), 1, date(2026, 11, 30), date(2026, 12, 2)),
        (date(2026, 12, 1), 7, date(2026, 11, 20), date(2026, 12, 10)),
        # Friday 7 May 2027: Wednesday the 5th and Thursday the 6th are both free (guide.md §6.1).
        (date(2027, 5, 7), 1, date(2027, 5, 4), date(2027, 5, 10)),
        # Thursday 31 December 2026: Friday 1 January is free, so the next working day is Monday 4 January.
        (date(2026, 12, 31), 1, date(2026, 12, 30), date(2027, 1, 4)),
        # Easter Monday 29 March 2027: Good Friday the 26th is worked.
        (date(2027, 3, 29), 1, date(2027, 3, 26), date(2027, 3, 30)),
        # Saturday 5 December 2026.
        (date(2026, 12, 5), 1, date(2026, 12, 4), date(2026, 12, 7)),
    ],
)
def test_counting_from_a_day(day: date, count: int, before: date, after: date) -> None:
    assert CALENDAR.before(day, count) == before
    assert CALENDAR.after(day, count) == after


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.before(date(2026, 12, 1), -1)


@pytest.mark.parametrize(
    ("day", "today", "late"),
    [
        # guide.md §5.1: on Tuesday 1 December a deadline of Thursday 26 November is 3 working days late (27, 30, 1) ...
        (date(2026, 11, 26), date(2026, 12, 1), 3),
        # ... and Friday 4 December comes in 3 working days (2, 3, 4).
        (date(2026, 12, 4), date(2026, 12, 1), -3),
        # guide.md §5.3: 24 November is then 5 working days late (25, 26, 27, 30, 1).
        (date(2026, 11, 24), date(2026, 12, 1), 5),
        (date(2026, 12, 1), date(2026, 12, 1), 0),
        # Friday to Sunday: no working day has gone by.
        (date(2026, 12, 4), date(2026, 12, 6), 0),
        # Thursday 24 December to Monday 28: the 25th is a holiday, so only the 28th counts.
        (date(2026, 12, 24), date(2026, 12, 28), 1),
    ],
)
def test_how_late(day: date, today: date, late: int) -> None:
    assert CALENDAR.between(day, today) == late


def test_moving_to_a_working_day() -> None:
    sunday = date(2026, 12, 6)
    assert CALENDAR.on_or_before(sunday) == date(2026, 12, 4)
    assert CALENDAR.on_or_after(sunday) == date(2026, 12, 7)
    assert CALENDAR.on_or_before(date(2026, 12, 7)) == CALENDAR.on_or_after(date(2026, 12, 7)) == date(2026, 12, 7)


@given(DAYS, st.integers(1, 40))
def test_before_and_after_agree_with_between(day: date, count: int) -> None:
    assert CALENDAR.between(day, CALENDAR.after(day, count)) == count
    before = CALENDAR.before(day, count)
    assert CALENDAR.is_working_day(before)
    assert CALENDAR.after(before, count) >= day
    # Exactly `count` working days lie from `before` up to, not including, `day`.
    assert CALENDAR.between(before - timedelta(days=1), day - timedelta(days=1)) == count


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        # Winter: local midnight is 23:00Z of the day before (guide.md §6.3 a).
        (datetime(2026, 12, 3, 22, 59, tzinfo=UTC), date(2026, 12, 3)),
        (datetime(2026, 12, 3, 23, 0, tzinfo=UTC), date(2026, 12, 4)),
        # Summer: 22:00Z.
        (datetime(2026, 7, 3, 21, 59, tzinfo=UTC), date(2026, 7, 3)),
        (datetime(2026, 7, 3, 22, 0, tzinfo=UTC), date(2026, 7, 4)),
        # The clock goes back on Sunday 25 October 2026: midnight before it is 22:00Z, midnight after it 23:00Z.
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        # The clock goes forward on Sunday 28 March 2027.
        (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 29)),
    ],
)
def test_today_in_amsterdam(instant: datetime, local: date) -> None:
    assert local_today(instant, AMSTERDAM) == local


def test_today_needs_a_zone() -> None:
    assert local_today(datetime(2026, 12, 3, 23, 30, tzinfo=UTC), ZoneInfo("Europe/London")) == date(2026, 12, 3)
    with pytest.raises(ValueError, match="time zone"):
        local_today(datetime(2026, 12, 3))


@pytest.mark.parametrize(
    ("day", "week"),
    [
        # guide.md §6.2: 2026 has a week 53, and its ISO year goes on until Sunday 3 January 2027.
        (date(2026, 12, 31), (2026, 53)),
        (date(2027, 1, 1), (2026, 53)),
        (date(2027, 1, 3), (2026, 53)),
        (date(2027, 1, 4), (2027, 1)),
        (date(2026, 12, 4), (2026, 49)),
    ],
)
def test_iso_weeks(day: date, week: tuple[int, int]) -> None:
    assert iso_week(day) == week


def test_the_week_ends_on_sunday() -> None:
    assert last_of_week(date(2026, 12, 31)) == date(2027, 1, 3)
    assert last_of_week(date(2027, 1, 3)) == date(2027, 1, 3)
    assert last_of_week(date(2027, 1, 4)) == date(2027, 1, 10)
