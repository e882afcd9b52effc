"""Rows that come again: when the next one is, and what it takes over (guide.md §2.3, "Herhaling"). Pure.

The days are counted from the first row of the series: 31 January, 28 February and 31 March are one series, and a day
that gave way to a holiday does not shift the ones after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count

from dateutil.relativedelta import relativedelta

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Value
from projectlists.rules.calendar import WorkingCalendar

FREQUENCIES: Mapping[str, relativedelta] = {
    "weekly": relativedelta(weeks=1),
    "monthly": relativedelta(months=1),
    "quarterly": relativedelta(months=3),
}


@dataclass(frozen=True)
class Series:
    """A series by its first day; which of its days a row is on follows from the row's own date."""

    first: date
    frequency: str

    def after(self, day: date, calendar: WorkingCalendar) -> date:
        """The first day of the series after this one.

        A series that begins on a working day keeps to working days: a day off gives way to the next one worked.
        """
        step = FREQUENCIES[self.frequency]
        keeps = calendar.is_working_day(self.first)
        days = (self.first + step * number for number in count(1))
        return next(found for nominal in days if (found := calendar.on_or_after(nominal) if keeps else nominal) > day)


def repeats(definition: ListDefinition, item: Item) -> bool:
    """Whether a row is of a kind that comes again."""
    recurrence = definition.recurrence
    return (
        recurrence is not None
        and definition.status is not None
        and item[recurrence.frequency] in FREQUENCIES
        and item.day(recurrence.date) is not None
    )


def comes_again(definition: ListDefinition, item: Item) -> bool:
    """Whether a row has been carried out and is of a kind that comes again."""
    recurrence, status = definition.recurrence, definition.status
    done = recurrence is not None and status is not None and item[status.field] in recurrence.done
    return done and repeats(definition, item)


def coming_day(definition: ListDefinition, item: Item, first: date, today: date, calendar: WorkingCalendar) -> date:
    """The day of the row that follows this one, if that is made today; `first` is the first day of the series.

    Raises:
        ValueError: the list has nothing that comes again.
    """
    recurrence = definition.recurrence
    if recurrence is None:
        raise ValueError("only a list with a recurrence has rows that come again")
    here = item.day(recurrence.date) or first
    return Series(first, item.text(recurrence.frequency)).after(max(here, today), calendar)


def next_row(
    definition: ListDefinition, item: Item, first: date, today: date, calendar: WorkingCalendar
) -> dict[str, Value]:
    """The row that follows one that was carried out; `first` is the first day of the series.

    It comes after the row's own day, and not before today: days that were missed are not made up for.
    """
    recurrence, status = definition.recurrence, definition.status
    if recurrence is None or status is None:
        raise ValueError("only a list with a recurrence and a status has rows that come again")
    here = item.day(recurrence.date) or first
    coming = coming_day(definition, item, first, today, calendar)
    values = {
        field.name: item[field.name]
        for field in definition.fields
        if field.type != "Calculated" and field.name not in recurrence.leave and item[field.name] not in (None, "", ())
    }
    for name in recurrence.along:
        day = item.day(name)
        if day is not None:
            values[name] = coming + (day - here)
    return {**values, recurrence.date: coming, status.field: recurrence.start}


def is_next(definition: ListDefinition, item: Item, other: Item) -> bool:
    """Whether a row is what comes after another, made by somebody already: the same title on a later day."""
    recurrence = definition.recurrence
    if recurrence is None or other.id == item.id:
        return False
    here, there = item.day(recurrence.date), other.day(recurrence.date)
    return other.text("Title") == item.text("Title") and here is not None and there is not None and there > here
