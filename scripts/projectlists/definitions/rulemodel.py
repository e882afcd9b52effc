"""The rules of a list as typed and frozen data: reminders and status rules (guide.md §2.0.7, §2.0.8).

One small vocabulary serves every list. What a rule counts from: a date of the row, how long a state or a condition
holds, what changed, a fixed day in the calendar. What it asks of other lists is in its condition (`condition`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Attribute

from projectlists.definitions.condition import Condition, fields_of, lists_of
from projectlists.language import Text
from projectlists.modelfile import Frozen

STAGE = r"^(D[+-]\d{1,3}|D0|W\+\d{1,3}|ESC)$"
REMINDER_ID = r"^([A-Z]+-)?[A-Z]+\d*$"
STATUS_RULE_ID = r"^([A-Z]+-)?S\d+$"
SCHEDULE = r"^(weekly|fortnightly|monthly|quarterly|(0[1-9]|1[0-2])-([0-2]\d|3[01]))$"

STATUS_SINCE = "status_since"
HOLDS_SINCE = "holds_since"
CHANGED = "changed"
TURNED = "turned"
GROWN = "grown"
ON_SCHEDULE = "schedule"
EVENTS = frozenset({STATUS_SINCE, HOLDS_SINCE, CHANGED, TURNED, GROWN})
"""What `date` of a reminder rule can say instead of a column: the day on which something happened to the row."""


class Recipient(Frozen):
    """Who a step goes to: the person in a column, or a role from TeamRoles. `info` puts it under 'Ter info'."""

    field: str | None = Attribute(default=None, description="a person column of this list")
    role: str | None = Attribute(default=None, description="a TeamRoles role, or escalation for the profile's manager")
    as_: Literal["owner", "approver", "supporter", "project_manager", "communication"] = Attribute(alias="as")
    info: bool = False


class Step(Frozen):
    """One rung of a ladder.

    `days` is relative to the rule's date: -7 is seven working days before, 0 the day itself, 3 three after.
    `repeat` goes on every so many working days after `days`, `times` times at most in all (None: without end).
    `weekly` goes on every Monday instead, from the first one at or after `days` (guide.md §2.0.7 p).
    """

    stage: Annotated[str, Attribute(pattern=STAGE)]
    days: int
    repeat: int | None = None
    times: int | None = None
    weekly: bool = False
    to: tuple[Recipient, ...]
    escalation: bool = Attribute(default=False, description="a mail of its own to the manager (guide.md §5.3)")

    @property
    def is_endless(self) -> bool:
        """Whether the step comes again without end."""
        return self.weekly or (self.repeat is not None and self.times is None)


class Changed(Frozen):
    """A column got another value: of the row itself, or of the row that a lookup column points to."""

    field: str
    through: str | None = Attribute(default=None, description="the lookup column that points to the row in question")


class Turned(Frozen):
    """One of these choice columns got this value."""

    fields: tuple[str, ...]
    to: str


class Latest(Frozen):
    """The last day in a column of another list, as far as it has come."""

    list: str
    field: str


class Grown(Frozen):
    """A number grew by more than `by` since the last day in another list, or since the row was made."""

    field: str
    by: float
    since: Latest


class Shows(Frozen):
    """Rows of other lists that belong in the mail about this row.

    Of `list` those that meet `where`; or, with `of`, everything open that the person in this column has.
    """

    list: str | None = None
    where: Condition | None = None
    of: str | None = Attribute(default=None, description="a person column: what this person still has to do")


class ReminderRule(Frozen):
    """One reminder rule: for which rows, around which date, which steps, to whom (guide.md §2.0.7)."""

    id: Annotated[str, Attribute(pattern=REMINDER_ID)]
    date: str = Attribute(
        description=(
            "a date column, Created, or what it counts from instead: status_since (the row has its status), "
            "holds_since (its condition holds), changed, turned, grown, or schedule"
        )
    )
    otherwise: str | None = Attribute(default=None, description="the date that counts where the first one is empty")
    months: int = Attribute(default=0, ge=0, description="the date lies this many months later")
    changed: Changed | None = None
    turned: Turned | None = None
    grown: Grown | None = None
    schedule: Annotated[str, Attribute(pattern=SCHEDULE)] | None = Attribute(
        default=None, description="weekly or fortnightly (Monday), monthly, quarterly (first working day), or 10-01"
    )
    once: bool = Attribute(default=False, description="one reminder for the whole list, at the first of its rows")
    with_list: str | None = Attribute(default=None, description="without this list the rule rests")
    shows: Shows | None = None
    unit: Literal["working_days", "days"] = "working_days"
    when: Condition | None = None
    states: tuple[str, ...] | None = Attribute(default=None, description="None: open and not sleeping (§2.0.7 o)")
    steps: tuple[Step, ...]
    text: Text | None = Attribute(default=None, description="what is asked, when it is not simply the deadline")

    @property
    def is_event(self) -> bool:
        """Whether it counts from something that happened, rather than from a day that somebody chose."""
        return self.date in EVENTS

    @property
    def dates(self) -> tuple[str, ...]:
        """The date columns it counts from, the first that is filled; none when it counts from something else."""
        if self.is_event or self.date == ON_SCHEDULE:
            return ()
        return (self.date, self.otherwise) if self.otherwise else (self.date,)

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns without which the rule rests."""
        people = (recipient.field for step in self.steps for recipient in step.to if recipient.field)
        changed = (self.changed.through or self.changed.field,) if self.changed else ()
        turned = self.turned.fields if self.turned else ()
        grown = (self.grown.field,) if self.grown else ()
        return (*self.dates, *fields_of(self.when), *people, *changed, *turned, *grown)

    @property
    def lists(self) -> tuple[str, ...]:
        """The other lists without which the rule rests."""
        named = (self.with_list, self.shows.list if self.shows else None, self.grown.since.list if self.grown else None)
        return tuple(dict.fromkeys([*lists_of(self.when), *(name for name in named if name)]))


class Recurrence(Frozen):
    """A row that comes again: when it is done, the next one is made, once (guide.md §2.3, "Herhaling")."""

    frequency: str = Attribute(description="the choice column with once, weekly, monthly or quarterly")
    date: str = Attribute(description="the date column that moves on")
    done: tuple[str, ...] = Attribute(description="the states in which a row has been carried out")
    start: str = Attribute(description="the state in which the next row begins")
    along: tuple[str, ...] = Attribute(default=(), description="dates that keep their distance to the date")
    leave: tuple[str, ...] = Attribute(default=(), description="columns that the next row begins without")

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns without which nothing comes again."""
        return (self.frequency, self.date, *self.along, *self.leave)


class Band(Frozen):
    """From this value on, so many days."""

    at_least: float
    days: int


class Later(Frozen):
    """A day some time after another day of the row: `days`, `years` from a number column, or days by a column."""

    than: str = Attribute(description="the date column it counts from")
    days: int | None = None
    years: str | None = Attribute(default=None, description="the number column with the years")
    by: str | None = Attribute(default=None, description="the number column that decides about the days")
    bands: tuple[Band, ...] = Attribute(default=(), description="the first band that the number reaches counts")
    unless: str | None = Attribute(default=None, description="a yes/no column that empties the day when it says yes")


class Gathered(Frozen):
    """One value from the rows of another list that point to this row."""

    list: str
    by: str = Attribute(description="the lookup column there that points to this list")
    field: str
    where: Condition | None = None


class Setting(Frozen):
    """What a status rule writes into one field."""

    field: str
    to: str | int | float | bool | None = Attribute(default=None, description="a choice key, a number, today+90")
    clear: bool = False
    at_most: float | None = None
    if_empty: bool = False
    later: Later | None = None
    sum: Gathered | None = None
    latest: Gathered | None = Attribute(default=None, description="the last of these days, when it is later")

    @property
    def gathered(self) -> Gathered | None:
        """What it takes from another list."""
        return self.sum or self.latest

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns of the row that the value is made from."""
        if self.later is None:
            return ()
        named = (self.later.than, self.later.years, self.later.by, self.later.unless)
        return tuple(name for name in named if name)


class StatusRule(Frozen):
    """One status rule (guide.md §2.0.8). `trigger` fields re-arm it after a move made by hand.

    `reopened` rules hold for rows that were closed, have the same trigger values as then, and are open again (S5).
    `always` rules keep a column of the tool's own right, whatever stands there; they have no trigger.
    What a rule reads in other lists belongs to its trigger without being named.
    """

    id: Annotated[str, Attribute(pattern=STATUS_RULE_ID)]
    when: Condition | None = None
    trigger: tuple[str, ...] = ()
    reopened: bool = False
    always: bool = False
    over: str | None = Attribute(
        default=None, description="a state it may pass over, where the life cycle has no direct move"
    )
    set: tuple[Setting, ...]
    trace: Text = Attribute(description="why, in words: shown in the log of the site")

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns without which the rule rests."""
        reads = (name for setting in self.set for name in setting.reads)
        return (*fields_of(self.when), *self.trigger, *(setting.field for setting in self.set), *reads)

    @property
    def lists(self) -> tuple[str, ...]:
        """The other lists without which the rule rests."""
        gathered = (setting.gathered.list for setting in self.set if setting.gathered)
        return tuple(dict.fromkeys([*lists_of(self.when), *gathered]))
