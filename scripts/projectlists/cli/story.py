"""The demo's story: five working days of a fictional project, and what its people do in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from projectlists.item import Value
from projectlists.language import _
from projectlists.rules.calendar import WorkingCalendar

DAYS = 5


@dataclass(frozen=True)
class Deed:
    """What somebody does in a list: which row of the sample (by its key), and the values they fill in."""

    day: int
    list: str
    row: str
    values: Mapping[str, Value]
    told: str


def working_days(first: date, calendar: WorkingCalendar) -> tuple[date, ...]:
    """The five consecutive working days of the story, from `first` or the working day after it."""
    start = first if calendar.is_working_day(first) else calendar.after(first, 1)
    return (start, *(calendar.after(start, count) for count in range(1, DAYS)))


def deeds(days: tuple[date, ...]) -> tuple[Deed, ...]:
    """What the people of the project do, each before the run of a day (counted from 0)."""
    return (
        Deed(
            1,
            "Actions",
            "A1",
            {"ActionDoneOn": days[1]},
            _("The civil engineer finishes the overview of cables and fills in “Carried out on”."),
        ),
        Deed(1, "Actions", "A9", {"PercentDone": 100}, _("The guest list is ready: its progress goes to 100 %.")),
        Deed(
            2,
            "CommunicationCalendar",
            "C7",
            {"PublishedOn": days[2]},
            _("The communication adviser puts the message about the new dates on the website."),
        ),
        Deed(
            2,
            "Commitments",
            "O4",
            {"OrderSentOn": days[2]},
            _("The order for the trial trenches is signed and sent: the civil engineer fills in the date."),
        ),
        Deed(2, "Actions", "A14", {"PercentDone": 20}, _("The traffic engineer starts on the walking route.")),
        Deed(
            3,
            "Actions",
            "A1",
            {"ActionStatus": "in_progress"},
            _("One cable is missing after all: the civil engineer opens the action again."),
        ),
        Deed(
            3,
            "Actions",
            "A8",
            {"ActionStatus": "done"},
            _("The hall is booked: the supporter sets the action to “Done”."),
        ),
        Deed(
            4, "Actions", "A4", {"ActionDoneOn": days[4]}, _("The designer delivers the drawing with the extra trees.")
        ),
        Deed(
            4,
            "Milestones",
            "M6",
            {"ActualEnd": days[4]},
            _("The specifications are ready, before the forecast: the civil engineer fills in the milestone's date."),
        ),
    )
