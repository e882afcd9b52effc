"""The reminders and status rules of an action list as guide.md §2.0.7, §2.0.8 and §2.1 can be read in an afternoon.

Written from the guide alone, for comparison: it looks at every row every day, knows no filters, no ledger and no
recipients' directory, and shares no code with the product. Free days are those of the table in guide.md §6.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

FREE = {
    *(date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 3, 29), date(2027, 4, 27)),
    *(date(2027, 5, 5), date(2027, 5, 6), date(2027, 5, 17)),
}
CLOSED = ("done", "cancelled")
DAY = timedelta(days=1)


def is_worked(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in FREE


def moved(day: date, count: int) -> date:
    """So many working days after the day, or before it, the day itself not counted."""
    step = DAY if count > 0 else -DAY
    while count:
        day += step
        if is_worked(day):
            count -= 1 if count > 0 else -1
    return day


@dataclass(frozen=True, order=True)
class Key:
    """What may be sent once: (m) row, rule, stage, target date and role."""

    row: int
    rule: str
    stage: str
    due: date
    role: str


@dataclass
class Row:
    """One action. What the tool remembers of it for its status rules stands at the end."""

    number: int
    made: date
    owner: str
    due: date | None
    status: str = "new"
    percent: int = 0
    done_on: date | None = None
    off: bool = False
    acted: dict[str, object] = field(default_factory=dict)
    closed_with: tuple[date | None, int] | None = None

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    def follow_rules(self, today: date) -> list[str]:
        """S5 first, then S1 to S4 (§2.1); each acts once on the same value of its own field. Which ones acted."""
        found: list[str] = []
        if self.is_open and self.closed_with == (self.done_on, self.percent):
            self.done_on, self.percent = None, min(self.percent, 90)
            self.closed_with = None
            self.acted.clear()
            found.append("S5")
        if self._acts("S1", self.done_on, self.done_on is not None and self.is_open):
            self.status, self.percent = "done", 100
            found.append("S1")
        if self._acts("S2", self.percent, self.percent == 100 and self.status in {"new", "in_progress"}):
            self.status, self.done_on = "done", self.done_on or today
            found.append("S2")
        if self._acts("S3", self.status, self.status == "done" and self.done_on is None):
            self.done_on, self.percent = today, 100
            found.append("S3")
        if self._acts("S4", self.percent, self.percent > 0 and self.status == "new"):
            self.status = "in_progress"
            found.append("S4")
        if not self.is_open and (self.done_on is not None or self.percent > 90):
            self.closed_with = (self.done_on, self.percent)
        return found

    def _acts(self, rule: str, value: object, holds: bool) -> bool:
        if not holds or self.acted.get(rule) == value:
            return False
        self.acted[rule] = value
        return True

    def due_steps(self, today: date, last_run: date | None) -> Iterator[Key]:
        """What the row asks for today: of each series the newest step, when it is not older than the row (c) and no
        complete run passed it without finding it (c, d)."""
        if not self.is_open or self.off or not is_worked(today):
            return
        series: list[tuple[str, str, date, list[tuple[str, int, date]]]] = []
        if self.due:
            ladder = [(f"D{count:+d}", count, moved(self.due, count)) for count in (-7, -1, *range(3, 25, 3))]
            on_time = self.due if is_worked(self.due) else moved(self.due, -1)
            series.append(("D", "owner", self.due, [*ladder, ("D0", 0, on_time)]))
            series.append(("D", "project_manager", self.due, [("ESC", 5, moved(self.due, 5))]))
        if not self.owner or not self.due:
            series.append(("W1", "supporter", self.made, [("W+2", 2, moved(self.made, 2))]))
        for rule, role, due, steps in series:
            come = [(day, count, stage) for stage, count, day in steps if day <= today]
            if not come:
                continue
            day, _count, stage = max(come)
            if day >= self.made and (last_run is None or day > last_run or day == today):
                yield Key(self.number, rule, stage, due, role)


def asked(rows: Iterable[Row], today: date, last_run: date | None) -> set[Key]:
    """What a run of today has to see to."""
    return {key for row in rows for key in row.due_steps(today, last_run)}
