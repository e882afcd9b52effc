"""Reminders by the calendar of guide.md §2.0.7. Expected days are counted by hand; the counting stands beside them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.definitions.names import ProfileKey
from projectlists.item import Item, Value
from projectlists.rules.due import (
    is_awake,
    is_context,
    is_open,
    is_overdue,
    next_steps,
    reminders,
    steps_of,
    working_days_late,
)
from tests.ladders import CALENDAR, due_on, ladder, steps_on
from tests.rows import OWNER, list_of, profile_of, row

ACTIONS = list_of("Actions")
MOMENTS = list_of("CommunicationCalendar")
TEAM = list_of("TeamRoles")


def action(
    due: date | None,
    *,
    created: date = date(2026, 1, 5),
    status: str | None = "in_progress",
    number: int = 1,
    **values: Value,
) -> Item:
    return row(number, created=created, **{"DueDate": due, "ActionStatus": status, "ActionOwner": OWNER, **values})


ESCALATION = "(D ESC owner), (D ESC supporter), D ESC project_manager"


def test_the_whole_standard_ladder() -> None:
    # Deadline Tuesday 1 December 2026. Seven working days back: Nov 30 27 26 25 24 23, 20 = Friday the 20th.
    # After it: 2 3 [4] 7 8 [9] 10 11 [14] 15 16 [17] 18 21 [22] 23 24 [28: the 25th is a holiday, 26 a Saturday]
    # 29 30 [31] 4 Jan (1 January is a holiday) 5 [6]. The fifth working day after is the 8th: escalation.
    # Eight times every 3 working days: 4, 9, 14, 17, 22, 28, 31 December and 6 January; then it stops.
    assert ladder(ACTIONS, action(date(2026, 12, 1)), date(2026, 11, 1), date(2027, 3, 1)) == {
        "2026-11-20": "D D-7 owner",
        "2026-11-30": "D D-1 owner",
        "2026-12-01": "D D0 owner",
        "2026-12-04": "D D+3 owner",
        "2026-12-08": ESCALATION,
        "2026-12-09": "D D+6 owner",
        "2026-12-14": "D D+9 owner",
        "2026-12-17": "D D+12 owner",
        "2026-12-22": "D D+15 owner",
        "2026-12-28": "D D+18 owner",
        "2026-12-31": "D D+21 owner",
        "2027-01-06": "D D+24 owner",
    }


@pytest.mark.parametrize(
    ("deadline", "days"),
    [
        # Monday after the clock went back (25 October 2026): Oct 23 22 21 20 19 16 15 before; 27 28 29 30 2 after.
        ("2026-10-26", ("2026-10-15", "2026-10-23", "2026-10-26", "2026-10-29", "2026-11-02")),
        # A week later: Oct 30 29 28 27 26 23 22; Nov 3 4 5 6 9.
        ("2026-11-02", ("2026-10-22", "2026-10-30", "2026-11-02", "2026-11-05", "2026-11-09")),
        # Monday after the clock went back in 2027 (31 October): Oct 29 28 27 26 25 22 21; Nov 2 3 4 5 8.
        ("2027-11-01", ("2027-10-21", "2027-10-29", "2027-11-01", "2027-11-04", "2027-11-08")),
        # 29 March 2027: Monday after the clock went forward, and Easter Monday: not worked. Good Friday the 26th is:
        # before it 26 25 24 23 22 19 18; D-1 and D0 are both the 26th (l: D0 only). After it 30 31, 1 2 5 April.
        ("2027-03-29", ("2027-03-18", None, "2027-03-26", "2027-04-01", "2027-04-05")),
        # Wednesday 5 May 2027, Bevrijdingsdag, followed by Ascension Day: D0 on Tuesday the 4th. Before: 4 3, 30 29 28
        # April (27 is Koningsdag), 26, 23. After: 7 (the 6th is free), 10, 11, 12, 13.
        ("2027-05-05", ("2027-04-23", None, "2027-05-04", "2027-05-11", "2027-05-13")),
        # Thursday 6 May 2027: the same working days around it.
        ("2027-05-06", ("2027-04-23", None, "2027-05-04", "2027-05-11", "2027-05-13")),
        # Friday 7 May 2027 is worked: D-1 is Tuesday the 4th. After: 10 11 12 13 14.
        ("2027-05-07", ("2027-04-23", "2027-05-04", "2027-05-07", "2027-05-12", "2027-05-14")),
        # Thursday 31 December 2026, week 53: 30 29 28 24 23 22 21 before (25 is free); 4 5 6 7 8 January after.
        ("2026-12-31", ("2026-12-21", "2026-12-30", "2026-12-31", "2027-01-06", "2027-01-08")),
        # Friday 1 January 2027 is free: D0 on 31 December. Before: 31 30 29 28 24 23 22. After: 4 5 6 7 8.
        ("2027-01-01", ("2026-12-22", None, "2026-12-31", "2027-01-06", "2027-01-08")),
        # Saturday 5 December 2026: D0 on Friday the 4th. Before: 4 3 2 1, Nov 30 27 26. After: 7 8 9 10 11.
        ("2026-12-05", ("2026-11-26", None, "2026-12-04", "2026-12-09", "2026-12-11")),
        # Sunday 6 December 2026: the same.
        ("2026-12-06", ("2026-11-26", None, "2026-12-04", "2026-12-09", "2026-12-11")),
        # Monday 7 December 2026: D-1 is Friday, D0 Monday. After: 8 9 10 11 14.
        ("2026-12-07", ("2026-11-26", "2026-12-04", "2026-12-07", "2026-12-10", "2026-12-14")),
    ],
)
def test_steps_around_a_deadline(deadline: str, days: tuple[str, str | None, str, str, str]) -> None:
    seven, one, on, three, five = days
    expected = {seven: "D D-7 owner", on: "D D0 owner", three: "D D+3 owner", five: ESCALATION}
    if one is not None:
        expected[one] = "D D-1 owner"
    day = date.fromisoformat(deadline)
    assert ladder(ACTIONS, action(day), day - timedelta(days=20), date.fromisoformat(five)) == expected


def test_what_a_reminder_tells() -> None:
    item = action(date(2026, 12, 6), number=7)
    (found,) = due_on(ACTIONS, item, date(2026, 12, 4))
    assert (found.list, found.item, found.rule, found.stage) == ("Actions", item, "D", "D0")
    assert (found.due, found.step_on) == (date(2026, 12, 6), date(2026, 12, 4))
    assert (found.role, found.to.field, found.info, found.escalation) == ("owner", "ActionOwner", False, False)
    escalated = due_on(ACTIONS, item, date(2026, 12, 11))
    assert [(one.role, one.info, one.escalation) for one in escalated] == [
        ("project_manager", False, True),
        ("supporter", True, True),
        ("owner", True, True),
    ]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [("project", ["D-7", "D-1"]), ("programme", ["D-10", "D-3"])],  # guide.md §3: programme has 10 and 3
)
def test_profile_says_how_long_before(profile: ProfileKey, expected: list[str]) -> None:
    assert [step.stage for step in steps_of(ACTIONS.reminders[0], profile_of(profile)) if step.days < 0] == expected
    # The other rules keep their own numbers.
    assert [step.days for step in steps_of(TEAM.reminders[0], profile_of(profile))] == [-20, -5]


def test_programme_warns_ten_and_three_working_days_before() -> None:
    # Deadline Tuesday 1 December 2026: Nov 30 27 [26] 25 24 23 20 19 18 [17].
    item = action(date(2026, 12, 1))
    assert [one.stage for one in due_on(ACTIONS, item, date(2026, 11, 17), profile="programme")] == ["D-10"]
    assert [one.stage for one in due_on(ACTIONS, item, date(2026, 11, 26), profile="programme")] == ["D-3"]
    assert due_on(ACTIONS, item, date(2026, 11, 20), profile="programme") == []


class TestCreatedLate:
    """Rule (c): steps from before the row existed are skipped, not caught up."""

    def test_created_after_the_first_warning(self) -> None:
        # D-7 was Friday 20 November; created on Monday the 23rd.
        item = action(date(2026, 12, 1), created=date(2026, 11, 23))
        assert steps_on(ACTIONS, item, date(2026, 11, 24)) == set()
        assert steps_on(ACTIONS, item, date(2026, 11, 30)) == {"D D-1 owner"}

    def test_on_a_first_run_too(self) -> None:
        item = action(date(2026, 12, 1), created=date(2026, 11, 23))
        assert not reminders(
            ACTIONS, [item], today=date(2026, 11, 24), calendar=CALENDAR, last_run=None, profile=profile_of()
        )

    def test_created_on_the_day_of_a_step(self) -> None:
        # Created before the run of that day it is in time; after the run of that day the step is passed.
        item = action(date(2026, 12, 1), created=date(2026, 11, 20))
        assert steps_on(ACTIONS, item, date(2026, 11, 20)) == {"D D-7 owner"}
        assert steps_on(ACTIONS, item, date(2026, 11, 23)) == set()

    def test_created_already_late(self) -> None:
        # Deadline Tuesday 1 December, created on Monday the 7th. D+3 was the 4th; ESC is the 8th, D+6 the 9th.
        item = action(date(2026, 12, 1), created=date(2026, 12, 7))
        assert steps_on(ACTIONS, item, date(2026, 12, 7)) == set()
        assert steps_on(ACTIONS, item, date(2026, 12, 8)) == {
            "D ESC project_manager",
            "(D ESC supporter)",
            "(D ESC owner)",
        }
        assert steps_on(ACTIONS, item, date(2026, 12, 9)) == {"D D+6 owner"}

    def test_created_after_the_escalation(self) -> None:
        item = action(date(2026, 12, 1), created=date(2026, 12, 9))
        assert ladder(ACTIONS, item, date(2026, 12, 9), date(2026, 12, 14)) == {
            "2026-12-09": "D D+6 owner",
            "2026-12-14": "D D+9 owner",
        }


class TestMissedRuns:
    """Rule (d): the next run sends only the latest due step of each series."""

    def test_one_day(self) -> None:
        # D-1 was Monday 30 November; that run failed. The run of the 1st finds D0, later than D-1: only D0.
        item = action(date(2026, 12, 1))
        assert steps_on(ACTIONS, item, date(2026, 12, 1), last_run=date(2026, 11, 27)) == {"D D0 owner"}
        # D+3 was Friday the 4th; the run of Monday the 7th still sends it.
        assert steps_on(ACTIONS, item, date(2026, 12, 7), last_run=date(2026, 12, 3)) == {"D D+3 owner"}

    def test_three_days(self) -> None:
        # No run from Friday the 4th to Tuesday the 8th: D+3 (4th) and ESC (8th) are two series, each with its latest.
        item = action(date(2026, 12, 1))
        found = due_on(ACTIONS, item, date(2026, 12, 8), last_run=date(2026, 12, 3))
        assert [(one.stage, one.role, one.step_on) for one in found if not one.info] == [
            ("D+3", "owner", date(2026, 12, 4)),
            ("ESC", "project_manager", date(2026, 12, 8)),
        ]

    def test_thirty_days(self) -> None:
        # Last run on 30 November, next on 30 December: of D0 … D+18 (28 December) only D+18, and ESC of the 8th.
        found = due_on(ACTIONS, action(date(2026, 12, 1)), date(2026, 12, 30), last_run=date(2026, 11, 30))
        assert [(one.stage, one.step_on) for one in found if not one.info] == [
            ("D+18", date(2026, 12, 28)),
            ("ESC", date(2026, 12, 8)),
        ]

    def test_first_run_of_all(self) -> None:
        found = reminders(
            ACTIONS,
            [action(date(2026, 12, 1))],
            today=date(2027, 6, 1),
            calendar=CALENDAR,
            last_run=None,
            profile=profile_of(),
        )
        # The ladder ended with D+24 on 6 January 2027.
        assert [(one.stage, one.step_on) for one in found if not one.info] == [
            ("D+24", date(2027, 1, 6)),
            ("ESC", date(2026, 12, 8)),
        ]

    def test_second_run_of_the_day_finds_the_same(self) -> None:
        # What was sent is the ledger's knowledge, not this room's.
        item = action(date(2026, 12, 1))
        assert steps_on(ACTIONS, item, date(2026, 12, 1), last_run=date(2026, 12, 1)) == {"D D0 owner"}


class TestMovedAndReopened:
    """A step whose day a run passed without finding it due is not caught up (guide.md §2.0.7 c, d)."""

    def test_deadline_moved_ahead(self) -> None:
        # Moved from 1 to 15 December: seven working days back is the 4th (14 11 10 9 8 7 4).
        moved = action(date(2026, 12, 15))
        assert steps_on(ACTIONS, moved, date(2026, 12, 3)) == set()
        assert steps_on(ACTIONS, moved, date(2026, 12, 4)) == {"D D-7 owner"}

    def test_deadline_moved_back(self) -> None:
        # On Monday 30 November moved to Thursday the 26th: now 2 working days late; D0 and before are passed.
        moved = action(date(2026, 11, 26))
        assert steps_on(ACTIONS, moved, date(2026, 11, 30)) == set()
        assert steps_on(ACTIONS, moved, date(2026, 12, 1)) == {"D D+3 owner"}

    def test_reopened(self) -> None:
        # Deadline 1 December, closed until it was reopened on the 10th. D+6 (9th) and ESC (8th) are passed.
        reopened = action(date(2026, 12, 1))
        assert steps_on(ACTIONS, reopened, date(2026, 12, 10)) == set()
        assert steps_on(ACTIONS, reopened, date(2026, 12, 14)) == {"D D+9 owner"}


class TestStates:
    """Which rows are asked for anything: guide.md §2.0.2, §2.0.4, §2.0.7 (o)."""

    @pytest.mark.parametrize("status", ["new", "in_progress", "waiting", "Bij de drukker", None])
    def test_open_rows(self, status: str | None) -> None:
        item = action(date(2026, 12, 1), status=status)
        assert steps_on(ACTIONS, item, date(2026, 12, 1)) == {"D D0 owner"}
        assert is_open(ACTIONS, item)
        assert is_overdue(ACTIONS, item, date(2026, 12, 2))
        assert not is_overdue(ACTIONS, item, date(2026, 12, 1))

    @pytest.mark.parametrize("status", ["done", "cancelled"])
    def test_closed_rows(self, status: str) -> None:
        item = action(date(2026, 12, 1), status=status)
        assert steps_on(ACTIONS, item, date(2026, 12, 1)) == set()
        assert not is_open(ACTIONS, item)
        assert not is_overdue(ACTIONS, item, date(2026, 12, 2))

    def test_switched_off(self) -> None:
        item = action(date(2026, 12, 1), ReminderOff=True)
        assert steps_on(ACTIONS, item, date(2026, 12, 1)) == set()
        assert not is_context(ACTIONS, item, date(2026, 12, 1))
        assert next_steps(ACTIONS, item, today=date(2026, 11, 1), calendar=CALENDAR, profile=profile_of()) == ()

    def test_without_a_deadline(self) -> None:
        item = action(None)
        assert steps_on(ACTIONS, item, date(2026, 12, 1)) == set()
        assert not is_overdue(ACTIONS, item, date(2026, 12, 1))

    def test_asleep(self) -> None:
        idea = row(CommDate=date(2026, 12, 1), CommStatus="idea", CommOwner=OWNER)
        assert steps_on(MOMENTS, idea, date(2026, 12, 1)) == set()
        assert is_open(MOMENTS, idea)
        assert not is_awake(MOMENTS, idea)
        assert not is_context(MOMENTS, idea, date(2026, 12, 1))
        assert is_awake(MOMENTS, row(CommStatus="planned"))


@pytest.mark.parametrize(
    ("due", "context"),
    [
        # Tuesday 1 December 2026 is in week 49, which ends on Sunday the 6th (guide.md §2.0.7 a).
        (date(2025, 12, 1), True),
        (date(2026, 11, 30), True),
        (date(2026, 12, 6), True),
        (date(2026, 12, 7), False),
        (None, False),
    ],
)
def test_context_is_overdue_or_this_iso_week(due: date | None, context: bool) -> None:
    assert is_context(ACTIONS, action(due), date(2026, 12, 1)) == context


def test_external_owner() -> None:
    # guide.md §2.1: an external owner is one without an account.
    outside = action(date(2026, 12, 1), ActionOwner=None, ExternalOwner="Nutsbedrijf")
    assert [one.external for one in due_on(ACTIONS, outside, date(2026, 12, 1))] == [True]
    for inside in (action(date(2026, 12, 1), ExternalOwner="Nutsbedrijf"), action(date(2026, 12, 1), ActionOwner=None)):
        assert [one.external for one in due_on(ACTIONS, inside, date(2026, 12, 1))] == [False]


def test_next_steps() -> None:
    # On Wednesday 2 December 2026, deadline the 1st: D+3 on the 4th, escalation on the 8th. Nothing is left of before.
    coming = next_steps(
        ACTIONS, action(date(2026, 12, 1)), today=date(2026, 12, 2), calendar=CALENDAR, profile=profile_of()
    )
    assert [(one.stage, one.role, one.step_on.day) for one in coming] == [
        ("D+3", "owner", 4),
        ("ESC", "project_manager", 8),
        ("ESC", "supporter", 8),
        ("ESC", "owner", 8),
    ]
    # Deadline on a Saturday: D-1 falls on the day of D0 and is overtaken (l).
    weekend = next_steps(
        ACTIONS, action(date(2026, 12, 5)), today=date(2026, 11, 1), calendar=CALENDAR, profile=profile_of()
    )
    assert [one.stage for one in weekend if one.role == "owner" and not one.info] == ["D-7", "D0", "D+3"]
    # The ladder ends after eight times (6 January 2027).
    ended = next_steps(
        ACTIONS, action(date(2026, 12, 1)), today=date(2027, 1, 6), calendar=CALENDAR, profile=profile_of()
    )
    assert ended == ()


def test_working_days_late() -> None:
    assert working_days_late(date(2026, 11, 26), date(2026, 12, 1), CALENDAR) == 3  # guide.md §5.1


DEADLINES = st.dates(date(2026, 1, 5), date(2027, 12, 31))


@settings(max_examples=60, deadline=None)
@given(DEADLINES, st.integers(0, 60))
def test_a_run_every_day_gives_every_step_once(deadline: date, lead: int) -> None:
    """Whatever the deadline and the lead time, daily runs over weekends and holidays give no step twice."""
    item = action(deadline, created=deadline - timedelta(days=lead))
    given: list[tuple[str, str]] = []
    last_run = item.created_on - timedelta(days=1)
    for ahead in range(lead + 60):
        today = item.created_on + timedelta(days=ahead)
        if not CALENDAR.is_working_day(today):
            continue
        found = due_on(ACTIONS, item, today, last_run=last_run)
        assert all(one.step_on == today for one in found)
        given.extend((one.stage, one.role) for one in found)
        last_run = today
    assert len(given) == len(set(given))
    late = {f"D+{days}" for days in range(3, 25, 3)}
    assert {stage for stage, _ in given} >= late | {"ESC"}
    assert {stage for stage, _ in given} <= late | {"ESC", "D-7", "D-1", "D0"}


@settings(max_examples=60, deadline=None)
@given(DEADLINES, st.integers(0, 200), st.integers(-30, 90), st.one_of(st.none(), st.integers(1, 60)))
def test_a_series_never_gives_two_steps(deadline: date, lead: int, after: int, missed: int | None) -> None:
    today = CALENDAR.on_or_after(deadline + timedelta(days=after))
    item = action(deadline, created=deadline - timedelta(days=lead))
    found = reminders(
        ACTIONS,
        [item],
        today=today,
        calendar=CALENDAR,
        last_run=None if missed is None else today - timedelta(days=missed),
        profile=profile_of(),
    )
    series = [(one.rule, one.role, one.escalation) for one in found]
    assert len(series) == len(set(series))
    for one in found:
        assert item.created_on <= one.step_on <= today
        assert CALENDAR.is_working_day(one.step_on)
        assert missed is None or one.step_on > today - timedelta(days=missed) or one.step_on == today
