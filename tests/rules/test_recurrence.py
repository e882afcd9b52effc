"""Rows that come again (guide.md §2.3, "Herhaling"). Days by hand; holidays from §6.1."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.item import Item, Link, Value
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.recurrence import Series, comes_again, is_next, next_row
from tests.rows import OWNER, list_of, row

CALENDAR = WorkingCalendar()
MOMENTS = list_of("CommunicationCalendar")


@pytest.mark.parametrize(
    ("frequency", "first", "days"),
    [
        # Month ends: 2027 has 28 days in February. 30 April is a Friday; 31 January and 28 February are Sundays.
        ("monthly", date(2026, 12, 31), [date(2027, 2, 1), date(2027, 3, 1), date(2027, 3, 31), date(2027, 4, 30)]),
        # 27 April 2026 is Koningsdag: the 28th, and the next one is the 27th of May again.
        ("monthly", date(2026, 3, 27), [date(2026, 4, 28), date(2026, 5, 27)]),
        # A series on Saturdays stays on Saturdays.
        ("weekly", date(2026, 12, 5), [date(2026, 12, 12), date(2026, 12, 19)]),
        # Thursdays through week 53: 31 December 2026 is in week 53.
        ("weekly", date(2026, 12, 24), [date(2026, 12, 31), date(2027, 1, 7)]),
        # Friday 25 December is a holiday, and so is 1 January: the Mondays after them, then Friday again.
        ("weekly", date(2026, 12, 18), [date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 8)]),
        # Quarters: 30 November, 28 February 2027 (a Sunday: Monday 1 March), 30 May (a Sunday: Monday the 31st).
        ("quarterly", date(2026, 11, 30), [date(2027, 3, 1), date(2027, 5, 31), date(2027, 8, 30)]),
    ],
)
def test_the_days_of_a_series(frequency: str, first: date, days: list[date]) -> None:
    found, day = [], first
    for _number in days:
        day = Series(first, frequency).after(day, CALENDAR)
        found.append(day)
    assert found == days


def moment(**values: Value) -> Item:
    given: dict[str, Value] = {
        "Title": "Nieuwsbrief",
        "CommDate": date(2026, 12, 1),
        "CommFrequency": "monthly",
        "CommStatus": "published",
    }
    return row(**{**given, **values})


@pytest.mark.parametrize(
    ("values", "again"),
    [
        ({}, True),
        ({"CommStatus": "evaluated"}, True),
        ({"CommStatus": "approved"}, False),
        ({"CommStatus": "cancelled"}, False),
        ({"CommFrequency": "once"}, False),
        ({"CommFrequency": None}, False),
        ({"CommDate": None}, False),
    ],
)
def test_what_comes_again(values: dict[str, Value], again: bool) -> None:
    assert comes_again(MOMENTS, moment(**values)) is again


def test_what_the_next_row_takes_over() -> None:
    # 1 January is a holiday: Monday the 4th. The draft is due 6 days before the moment: 29 December.
    item = moment(
        DraftDueOn=date(2026, 11, 25),
        CommEndDate=date(2026, 12, 2),
        CommOwner=OWNER,
        CommChannel=("newsletter",),
        ApprovedOn=date(2026, 11, 27),
        PublishedOn=date(2026, 12, 1),
        PublishedLink=Link("https://x.example"),
        EffectNote="goed",
        ImportKey="7",
        RelatedMilestone=None,
    )
    assert next_row(MOMENTS, item, date(2026, 12, 1), date(2026, 12, 2), CALENDAR) == {
        "Title": "Nieuwsbrief",
        "CommDate": date(2027, 1, 4),
        "CommEndDate": date(2027, 1, 5),
        "DraftDueOn": date(2026, 12, 29),
        "CommFrequency": "monthly",
        "CommStatus": "planned",
        "CommOwner": OWNER,
        "CommChannel": ("newsletter",),
    }


def test_days_that_were_missed_are_not_made_up_for() -> None:
    # Carried out on 10 March: January to March are over, the next one is Thursday 1 April 2027.
    values = next_row(MOMENTS, moment(), date(2026, 12, 1), date(2027, 3, 10), CALENDAR)
    assert values["CommDate"] == date(2027, 4, 1)


def test_what_somebody_planned_already_counts_as_the_next() -> None:
    item = moment()
    assert is_next(MOMENTS, item, row(2, Title="Nieuwsbrief", CommDate=date(2027, 1, 15)))
    assert not is_next(MOMENTS, item, row(2, Title="Nieuwsbrief", CommDate=date(2026, 12, 1)))
    assert not is_next(MOMENTS, item, row(2, Title="Brief", CommDate=date(2027, 1, 15)))
    assert not is_next(MOMENTS, item, item)
