"""What is due for one row on a day, and over a period with a run on every working day."""

from __future__ import annotations

from datetime import date, timedelta

from projectlists.definitions.model import ListDefinition
from projectlists.definitions.names import ProfileKey
from projectlists.item import Item
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import Reminder, reminders
from tests.rows import profile_of

CALENDAR = WorkingCalendar()


def due_on(
    definition: ListDefinition,
    item: Item,
    today: date,
    *,
    last_run: date | None = None,
    profile: ProfileKey = "project",
) -> list[Reminder]:
    """What is due on a day when reminders were last looked for on the working day before, or on `last_run`."""
    found = reminders(
        definition,
        [item],
        today=today,
        calendar=CALENDAR,
        last_run=last_run or CALENDAR.before(today, 1),
        profile=profile_of(profile),
    )
    return list(found)


def steps_on(definition: ListDefinition, item: Item, today: date, **options: date | None) -> set[str]:
    """Due steps as `rule stage role`, copies for information in brackets."""
    found = due_on(definition, item, today, **options)  # type: ignore[arg-type]
    return {
        f"({one.rule} {one.stage} {one.role})" if one.info else f"{one.rule} {one.stage} {one.role}" for one in found
    }


def ladder(definition: ListDefinition, item: Item, first: date, last: date) -> dict[str, str]:
    """Day → steps, over every working day of a period with a run on each."""
    found: dict[str, str] = {}
    for ahead in range((last - first).days + 1):
        today = first + timedelta(days=ahead)
        if CALENDAR.is_working_day(today) and (due := steps_on(definition, item, today)):
            found[today.isoformat()] = ", ".join(sorted(due))
    return found
