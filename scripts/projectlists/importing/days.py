"""Dates as people write them in Dutch lists (guide.md §2.0.12, §6.2). Pure.

Days come before months. A week is its Friday. A year that is left out is the one that brings the date nearest to today.
What is no day (`medio maart`, `eind Q2`, `z.s.m.`, `doorlopend`) is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from projectlists.importing.grid import Raw
from projectlists.importing.words import normal

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb febr februari february",
            "mrt maart mar march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = (
    "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun"
)
_BEFORE = re.compile(rf"^(?:(?:uiterlijk|voor|per|op|dd|d d|by|on|due|{_WEEKDAYS})[ ,]+)+")
_NUMERIC = re.compile(r"(\d{1,2})[-/ ](\d{1,2})[-/ ](\d{4}|'?\d{2})")
_POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})")
_WITHOUT_YEAR = re.compile(r"(\d{1,2})[-/](\d{1,2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]\d{1,2}:?\d{2}.*)?")
_NAMED = re.compile(r"(\d{1,2})(?:e|ste|de|st|nd|rd|th)?[- ]?([a-z]+)(?:[-, ]*('?\d{2}|\d{4}))?")
_ENGLISH = re.compile(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_WEEK = re.compile(r"(?:wk|week|w) ?(\d{1,2})(?:[-/, ]+(\d{4}|'\d{2}))?")
_YEAR_WEEK = re.compile(r"(\d{4})[-/ ]?(?:wk|week|w) ?(\d{1,2})")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
"""Numbers Excel shows as dates from 1954 to 2119; a number beyond them is no date."""


def day_of(cell: Raw, today: date, *, weeks: bool = False) -> date | None:
    """The day a cell means; None when it means no single day. `weeks`: a bare number is a week."""
    match cell:
        case datetime():
            return cell.date()
        case date():
            return cell
        case bool():
            return None
        case int() | float():
            return _numbered(cell, today, weeks)
        case str():
            return _written(cell, today, weeks)
        case _:
            return None


def _numbered(number: float, today: date, weeks: bool) -> date | None:
    if weeks and number == int(number):
        return _week(int(number), None, today)
    if _FIRST_SERIAL < number < _LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(number))
    return None


def _written(text: str, today: date, weeks: bool) -> date | None:
    pointed = _POINTED.fullmatch(text.strip())
    if pointed:
        return _day(_year(pointed[3]), int(pointed[2]), int(pointed[1]))
    plain = _BEFORE.sub("", normal(text))
    if weeks and plain.isdigit():
        return _week(int(plain), None, today)
    for pattern, read in _READERS:
        found = pattern.fullmatch(plain)
        if found:
            return read(found, today)
    return None


def _named(found: re.Match[str], today: date) -> date | None:
    month = _MONTHS.get(found[2])
    if month is None:
        return None
    if found[3]:
        return _day(_year(found[3]), month, int(found[1]))
    return _nearest(lambda year: _day(year, month, int(found[1])), today)


def _english(found: re.Match[str], _today: date) -> date | None:
    month = _MONTHS.get(found[1])
    return _day(int(found[3]), month, int(found[2])) if month else None


def _week(number: int, year: int | None, today: date) -> date | None:
    return _friday(year, number) if year else _nearest(lambda each: _friday(each, number), today)


def _friday(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 5)
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= 1900 else None
    except ValueError:
        return None


def _year(text: str) -> int:
    number = int(text.strip("'"))
    return number if number >= 100 else 2000 + number


def _nearest(make: Callable[[int], date | None], today: date) -> date | None:
    made = (make(year) for year in (today.year - 1, today.year, today.year + 1))
    return min((day for day in made if day), key=lambda day: (abs(day - today), day < today), default=None)


_Reader = Callable[[re.Match[str], date], date | None]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_NUMERIC, lambda found, _today: _day(_year(found[3]), int(found[2]), int(found[1]))),
    (_ISO, lambda found, _today: _day(int(found[1]), int(found[2]), int(found[3]))),
    (_WITHOUT_YEAR, lambda found, today: _nearest(lambda year: _day(year, int(found[2]), int(found[1])), today)),
    (_WEEK, lambda found, today: _week(int(found[1]), _year(found[2]) if found[2] else None, today)),
    (_YEAR_WEEK, lambda found, today: _week(int(found[2]), int(found[1]), today)),
    (_NAMED, _named),
    (_ENGLISH, _english),
)
