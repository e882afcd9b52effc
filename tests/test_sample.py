"""The sample project's rows on a day: expected dates worked out from the head of the file and the calendar of 2026."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists import sample
from projectlists.config.model import WorkingDays
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.item import Person, Reference
from projectlists.rules.calendar import WorkingCalendar

PROJECT = sample.load(shipped_folder("config") / "sample-project.yaml")
CALENDAR = WorkingCalendar(WorkingDays())


def row(definitions: Definitions, key: str, reference_day: date, name: str = "Actions") -> sample.SampleRow:
    rows = PROJECT.rows(definitions.lists[name], reference_day, CALENDAR)
    return next(found for found in rows if found.key == key)


@pytest.mark.parametrize(
    ("key", "reference_day", "due"),
    [
        # A4 is due at -1. Wednesday 25 November 2026: the day before is a Tuesday.
        ("A4", date(2026, 11, 25), date(2026, 11, 24)),
        # Monday 23 November: -1 is a Sunday, and negative offsets go back to Friday.
        ("A4", date(2026, 11, 23), date(2026, 11, 20)),
        # A8 is due at 0, which stays, also on a Saturday.
        ("A8", date(2026, 11, 28), date(2026, 11, 28)),
        # A9 is due at +1. From Friday 24 December 2027 that is Christmas Day, a Saturday; Monday 27 is the next
        # working day.
        ("A9", date(2027, 12, 24), date(2027, 12, 27)),
        # From Tuesday 4 May 2027: 5 and 6 May are holidays, so Friday 7 May.
        ("A9", date(2027, 5, 4), date(2027, 5, 7)),
    ],
)
def test_deadlines_shift_off_free_days(definitions: Definitions, key: str, reference_day: date, due: date) -> None:
    assert row(definitions, key, reference_day).values["DueDate"] == due


def test_days_in_no_shift_stay(definitions: Definitions) -> None:
    # A23: ActionDoneOn at -31 from Wednesday 25 November 2026 is Sunday 25 October.
    assert row(definitions, "A23", date(2026, 11, 25)).values["ActionDoneOn"] == date(2026, 10, 25)


def test_people_and_rows_are_resolved(definitions: Definitions) -> None:
    moment = row(definitions, "C2", date(2026, 11, 25), "CommunicationCalendar")
    people = {upn: Person(number, upn) for number, upn in enumerate(PROJECT.people.values(), start=10)}
    values = moment.resolved(people, {"S5": 7})

    assert values["StakeholderRef"] == Reference(7)
    assert values["CommOwner"] == people["omgevingsmanager@gemeente.example"]
    assert values["CommChannel"] == ("meeting",)


def test_budget_years_count_from_the_reference_day(definitions: Definitions) -> None:
    # B4, works, is an amount of the year after.
    assert row(definitions, "B4", date(2026, 11, 25), "BudgetLines").values["BudgetYear"] == 2027


def test_counts(definitions: Definitions) -> None:
    # guide.md §4
    expected = {
        "Actions": 30,
        "Stakeholders": 15,
        "CommunicationCalendar": 21,
        "Decisions": 10,
        "Risks": 11,
        "Milestones": 13,
        "BudgetLines": 10,
        "Commitments": 6,
        "RunSheet": 13,
        "ProjectDocuments": 8,
        "StatusReports": 2,
        "TeamRoles": 11,
        "StartUpChecklist": 7,
        "Evaluations": 11,
        "ProgrammeProjects": 4,
    }
    day = date(2026, 11, 25)

    assert {key: len(PROJECT.rows(definitions.lists[key], day, CALENDAR)) for key in expected} == expected
