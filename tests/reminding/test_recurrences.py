"""The next row of what comes again, through the real clients and the sandbox: once, whatever dies in between."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest

from projectlists.definitions.model import Definitions
from projectlists.item import Value
from tests.conftest import FarEnd
from tests.reminded import FENNA, TODAY, Killed, Project, Trap


def killed() -> None:
    raise Killed


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions) -> Project:
    return Project(far_end, definitions, alone=True)


def newsletter(project: Project, **values: Value) -> int:
    given: dict[str, Value] = {
        "Title": "Nieuwsbrief",
        "CommDate": date(2026, 11, 30),
        "CommOwner": project.person(FENNA),
        "CommStatus": "approved",
        "ApprovedOn": date(2026, 11, 20),
        "CommFrequency": "monthly",
        "CommGoal": "inform",
        "CommAudience": ("residents",),
        "CommChannel": ("newsletter",),
        "KeyMessage": "x",
    }
    return project.add("CommunicationCalendar", **{**given, **values})


def moments(project: Project) -> dict[int, tuple[Value, Value]]:
    return {
        number: (one["CommDate"], one["CommStatus"]) for number, one in project.rows("CommunicationCalendar").items()
    }


def test_the_next_moment_is_made_once_and_hands_the_series_on(project: Project) -> None:
    # 30 November, then 30 December, then 30 January 2027: a Saturday, so Monday 1 February.
    first = newsletter(project)
    assert project.run().made == ()
    project.edit("CommunicationCalendar", first, PublishedOn=TODAY)
    (made,) = project.run(TODAY + timedelta(days=1)).made
    second = made.made or 0
    assert moments(project)[second] == (date(2026, 12, 30), "planned")
    assert project.run(TODAY + timedelta(days=1)).made == ()
    project.edit("CommunicationCalendar", second, PublishedOn=date(2026, 12, 2))
    (again,) = project.run(TODAY + timedelta(days=2)).made
    assert moments(project)[again.made or 0] == (date(2027, 2, 1), "planned")
    assert len(moments(project)) == 3
    assert again.as_json()["item"] == second


def test_a_moment_that_somebody_planned_already_is_not_doubled(project: Project) -> None:
    first = newsletter(project)
    newsletter(project, CommDate=date(2027, 1, 15), CommStatus="planned", ApprovedOn=None)
    project.edit("CommunicationCalendar", first, PublishedOn=TODAY)
    assert project.run().made == ()
    assert len(moments(project)) == 2


def test_a_preview_makes_nothing(project: Project) -> None:
    project.edit("CommunicationCalendar", newsletter(project), PublishedOn=TODAY)
    assert [one.outcome for one in project.run(dry_run=True).made] == ["preview"]
    assert len(moments(project)) == 1


def test_a_next_row_that_is_refused_keeps_nobody_from_being_reminded(project: Project) -> None:
    first = newsletter(project)
    project.add("Actions", Title="a", ActionOwner=project.person(FENNA), DueDate=TODAY)
    project.edit("CommunicationCalendar", first, PublishedOn=TODAY)
    project.far_end.faults({"path": r"CommunicationCalendar.*/items$", "method": "POST", "do": "status:400"})

    result = project.run()

    (refused,) = result.made
    assert (refused.outcome, refused.made, result.ok) == ("failed", None, False)
    assert refused.reason == result.sites[0].error
    assert [(one.rule, one.field, one.outcome) for one in result.flips] == [("C-S1", "CommStatus", "done")]
    assert ("D0", FENNA, "sent") in {(one.stage, one.recipient, one.outcome) for one in result.reminders}

    project.far_end.control("DELETE", "faults")
    (made,) = project.run(TODAY + timedelta(days=1)).made
    assert (made.item, made.outcome) == (first, "done")
    assert len(moments(project)) == 2


EVERY = [(at, after) for at in range(3, 13) for after in (False, True)]
QUICK = {(7, True), (8, True), (9, True), (10, False)}
"""The claim, the row, what is handed on, and the note that it is done."""


@pytest.mark.parametrize(
    ("at", "after"), [pytest.param(*one, marks=[] if one in QUICK else [pytest.mark.slow]) for one in EVERY]
)
def test_a_run_that_dies_makes_neither_none_nor_two(project: Project, at: int, after: bool) -> None:
    project.edit("CommunicationCalendar", newsletter(project), PublishedOn=TODAY)
    with Trap(at, killed, after=after, fatal=True), suppress(Killed):
        project.run()
    project.run(TODAY + timedelta(days=1))
    assert sorted(str(day) for day, _state in moments(project).values()) == ["2026-11-30", "2026-12-30"]
