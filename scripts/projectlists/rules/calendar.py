"""Working days of a Dutch municipality, local days and ISO weeks. Dates only; no clock.

Monday to Friday, minus the paid holidays of municipal staff, minus local closing days (guide.md §6.1). Days are counted
as dates, never as 24 hours (guide.md §6.3 c).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateutil.easter import easter
from holidays import country_holidays

from projectlists.config.model import WorkingDays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked, and counting in them. Made from the municipality's own settings."""

    days: WorkingDays = field(default_factory=WorkingDays)

    def is_working_day(self, day: date) -> bool:
        """Whether the municipality works on this day."""
        return (
            day.weekday() < _SATURDAY
            and day not in self.days.closing_days
            and day not in _free_days(day.year, self.days)
        )

    def before(self, day: date, count: int) -> date:
        """The `count`-th working day strictly before `day` (guide.md §2.0.7 e); `day` itself for 0."""
        return self._count(day, count, -_DAY)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day strictly after `day`; `day` itself for 0."""
        return self._count(day, count, _DAY)

    def between(self, day: date, today: date) -> int:
        """Working days after `day` up to and including `today`: how late it is (guide.md §2.0.7 e).

        Negative when `today` lies before `day`: minus the working days after today up to and including `day`, so that
        -3 reads as "in 3 working days".
        """
        if today < day:
            return -self.between(today, day)
        return sum(self.is_working_day(day + timedelta(days=ahead + 1)) for ahead in range((today - day).days))

    def on_or_before(self, day: date) -> date:
        """The day itself, or the last working day before it."""
        return day if self.is_working_day(day) else self.before(day, 1)

    def on_or_after(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        return day if self.is_working_day(day) else self.after(day, 1)

    def _count(self, day: date, count: int, step: timedelta) -> date:
        if count < 0:
            raise ValueError("a number of working days cannot be negative")
        while count:
            day += step
            count -= self.is_working_day(day)
        return day


# The settings are a pydantic model: hashing one costs more than the look-up, so its closing days stay out of the key.
def _free_days(year: int, days: WorkingDays) -> frozenset[date]:
    return _holidays(year, days.good_friday, days.carnival, days.day_after_ascension)


@cache
def _holidays(year: int, good_friday: bool, carnival: bool, day_after_ascension: bool) -> frozenset[date]:
    sunday = easter(year)
    # The library follows the rule of other employers, 5 May in lustrum years only, and counts Good Friday as public:
    # municipal staff has 5 May off every year and works on Good Friday unless the office closes (guide.md §6.1).
    free = {*country_holidays("NL", years=year), date(year, 5, 5)} - {sunday - 2 * _DAY}
    if good_friday:
        free.add(sunday - 2 * _DAY)
    if carnival:
        free |= {sunday - 48 * _DAY, sunday - 47 * _DAY}
    if day_after_ascension:
        free.add(sunday + 40 * _DAY)
    return frozenset(free)


def local_today(now: datetime, zone: ZoneInfo = AMSTERDAM) -> date:
    """The date in `zone` at an aware instant (guide.md §6.3). Raises ValueError for a naive one."""
    if now.tzinfo is None:
        raise ValueError("an instant without a time zone has no local date")
    return now.astimezone(zone).date()


def iso_week(day: date) -> tuple[int, int]:
    """ISO week year and week: 31 December 2026 is (2026, 53) (guide.md §6.2)."""
    year, week, _ = day.isocalendar()
    return year, week


def last_of_week(day: date) -> date:
    """The Sunday that ends the ISO week of `day`."""
    return day + (7 - day.isoweekday()) * _DAY
