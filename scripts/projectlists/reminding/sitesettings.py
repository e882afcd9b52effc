"""What a supporter chose for one project, in the site's own list ReminderSettings (guide.md §2.0.7 j, k; §6.1). Pure.

A value that cannot be read is told to the supporter, and what everybody has is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from projectlists.config.model import WorkingDays
from projectlists.definitions.model import ListDefinition, Profile, file_name
from projectlists.definitions.rulemodel import ReminderRule, Step
from projectlists.item import Item
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import STANDARD_RULE

LIST = "ReminderSettings"
MOST_DAYS = 60
Rhythm = Literal["off", "weekly", "daily"]
_HELPERS = {
    "carnaval": "carnival",
    "carnival": "carnival",
    "goede vrijdag": "good_friday",
    "good friday": "good_friday",
    "vrijdag na hemelvaart": "day_after_ascension",
    "friday after ascension": "day_after_ascension",
}
_DUTCH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


@dataclass(frozen=True)
class Mistake:
    """A value that cannot be read: the column, what stands there, and how to write it."""

    field: str
    value: str
    example: str


@dataclass(frozen=True)
class SiteSettings:
    """The choices of one site; None and empty mean: as everybody. `several` says that only the first row counted."""

    reminders_on: bool = True
    lists_off: frozenset[str] = frozenset()
    deadline_days: tuple[int, ...] | None = None
    repeat_days: int | None = None
    escalate_after: int | None = None
    supporter_overview: Rhythm = "weekly"
    manager_overview: Rhythm = "weekly"
    not_before: time | None = None
    days: WorkingDays = field(default_factory=WorkingDays)
    mistakes: tuple[Mistake, ...] = ()
    several: bool = False

    def profile(self, profile: Profile) -> Profile:
        """The profile with the site's own days before a deadline."""
        return (
            profile if self.deadline_days is None else profile.model_copy(update={"deadline_days": self.deadline_days})
        )

    def lists(self, lists: Iterable[ListDefinition]) -> tuple[ListDefinition, ...]:
        """The lists with their reminders as the site wants them; status rules stay as they are."""
        return tuple(self._adapted(definition) for definition in lists)

    def calendar(self, calendar: WorkingCalendar) -> WorkingCalendar:
        """The municipality's working days without the site's own days off; the same object when there are none."""
        if self.days == WorkingDays():
            return calendar
        return WorkingCalendar(
            WorkingDays(
                good_friday=calendar.days.good_friday or self.days.good_friday,
                carnival=calendar.days.carnival or self.days.carnival,
                day_after_ascension=calendar.days.day_after_ascension or self.days.day_after_ascension,
                closing_days=(*calendar.days.closing_days, *self.days.closing_days),
            )
        )

    def _adapted(self, definition: ListDefinition) -> ListDefinition:
        off = not self.reminders_on or definition.key in self.lists_off
        if not off and self.repeat_days is None and self.escalate_after is None:
            return definition
        rules = () if off else tuple(self._rule(rule) for rule in definition.reminders)
        return definition.model_copy(update={"reminders": rules})

    def _rule(self, rule: ReminderRule) -> ReminderRule:
        """Only the standard set has numbers that a project chooses; what a list says of itself stays."""
        if rule.id != STANDARD_RULE:
            return rule
        return rule.model_copy(update={"steps": tuple(self._step(step) for step in rule.steps)})

    def _step(self, step: Step) -> Step:
        if step.escalation and self.escalate_after is not None:
            return step.model_copy(update={"days": self.escalate_after})
        if step.repeat is not None and self.repeat_days is not None:
            days = self.repeat_days
            return step.model_copy(update={"stage": f"D+{days}", "days": days, "repeat": days})
        return step


def settings_of(items: Iterable[Item]) -> SiteSettings:
    """The choices in the first row of ReminderSettings, by number; without a row everything is as everybody has it."""
    rows = sorted(items, key=lambda item: item.id)
    if not rows:
        return SiteSettings()
    row = rows[0]
    mistakes: list[Mistake] = []
    off = row["ListsOff"]
    return SiteSettings(
        reminders_on=row["RemindersOn"] is not False,
        lists_off=frozenset(_list_key(str(key)) for key in off) if isinstance(off, tuple) else frozenset(),
        deadline_days=_days(row.text("DeadlineDays"), mistakes),
        repeat_days=_number(row, "RepeatDays", "3", mistakes),
        escalate_after=_number(row, "EscalateAfter", "5", mistakes),
        supporter_overview=_rhythm(row, "SupporterOverview", ("off", "weekly"), mistakes),
        manager_overview=_rhythm(row, "ManagerOverview", ("off", "weekly", "daily"), mistakes),
        not_before=_time(row.text("DigestTime"), mistakes),
        days=_closing_days(row.text("ClosingDays"), mistakes),
        mistakes=tuple(mistakes),
        several=len(rows) > 1,
    )


def _list_key(choice: str) -> str:
    """`communication_calendar` → `CommunicationCalendar`; a label that nobody declared stays and names no list."""
    key = "".join(part.capitalize() for part in choice.split("_"))
    return key if file_name(key) == f"{choice}.yaml" else choice


def _days(text: str, mistakes: list[Mistake]) -> tuple[int, ...] | None:
    if not text.strip():
        return None
    parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    if all(part.isascii() and part.isdigit() and 1 <= int(part) <= MOST_DAYS for part in parts):
        return tuple(sorted({int(part) for part in parts}, reverse=True))
    mistakes.append(Mistake("DeadlineDays", text, "7, 1"))
    return None


def _number(row: Item, name: str, example: str, mistakes: list[Mistake]) -> int | None:
    value = row[name]
    if value is None:
        return None
    if isinstance(value, int | float) and float(value).is_integer() and 1 <= value <= MOST_DAYS:
        return int(value)
    mistakes.append(Mistake(name, str(value), example))
    return None


def _rhythm(row: Item, name: str, known: tuple[Rhythm, ...], mistakes: list[Mistake]) -> Rhythm:
    text = row.text(name)
    found = next((rhythm for rhythm in known if rhythm == text), None)
    if found is None and text:
        mistakes.append(Mistake(name, text, "weekly"))
    return found or "weekly"


def _time(text: str, mistakes: list[Mistake]) -> time | None:
    if not text.strip():
        return None
    found = _TIME.fullmatch(text.strip())
    if found:
        return time(int(found[1]), int(found[2]))
    mistakes.append(Mistake("DigestTime", text, "08:00"))
    return None


def _closing_days(text: str, mistakes: list[Mistake]) -> WorkingDays:
    days: list[date] = []
    flags: dict[str, bool] = {}
    for line in re.split(r"[\n,;]+", text):
        words = " ".join(line.split()).lower()
        if words in _HELPERS:
            flags[_HELPERS[words]] = True
        elif day := _day(words):
            days.append(day)
        elif words:
            mistakes.append(Mistake("ClosingDays", line.strip(), "24-12-2026"))
    return WorkingDays(closing_days=tuple(days), **flags)


def _day(text: str) -> date | None:
    found = _DUTCH_DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None
