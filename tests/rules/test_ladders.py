"""The ladders of guide.md §2.4, §2.5 and §2.8 to §2.15, day by day; by hand.

Those of §2.1 to §2.3 and §2.12 are in test_due_lists.py; what counts from events and schedules in test_due_events.py.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from projectlists.item import Value
from tests.ladders import due_on, ladder
from tests.rows import OWNER, list_of, row

ESCALATION = "(D ESC owner), (D ESC supporter), D ESC project_manager"
STANDARD: list[tuple[str, dict[str, Value], dict[str, Value], str]] = [
    ("Decisions", {"DecisionStatus": "taken"}, {"DecisionStatus": "executed"}, "DueDate"),
    ("Risks", {"RiskStatus": "managed"}, {"RiskStatus": "managed", "MeasureDoneOn": date(2026, 11, 2)}, "DueDate"),
    ("Commitments", {"CommitmentStatus": "sent"}, {"CommitmentStatus": "delivered"}, "DueDate"),
    ("ProjectDocuments", {"DocStatus": "review"}, {"DocStatus": "to_adopt"}, "ReviewDueOn"),
    ("StartUpChecklist", {"PsuStatus": "in_progress"}, {"PsuStatus": "agreed"}, "DueDate"),
    ("Evaluations", {"EvalStatus": "open"}, {"EvalStatus": "embedded"}, "DueDate"),
]


@pytest.mark.parametrize(("key", "asked", "not_asked", "column"), STANDARD)
def test_the_standard_set_in_other_lists(
    key: str, asked: dict[str, Value], not_asked: dict[str, Value], column: str
) -> None:
    # Tuesday 1 December 2026, counted in test_due.py: seven working days before is 20 November, three after the 4th,
    # five the 8th, six the 9th.
    definition, deadline = list_of(key), {column: date(2026, 12, 1)}
    assert ladder(definition, row(**deadline, **asked), date(2026, 11, 10), date(2026, 12, 9)) == {
        "2026-11-20": "D D-7 owner",
        "2026-11-30": "D D-1 owner",
        "2026-12-01": "D D0 owner",
        "2026-12-04": "D D+3 owner",
        "2026-12-08": ESCALATION,
        "2026-12-09": "D D+6 owner",
    }
    assert ladder(definition, row(**deadline, **not_asked), date(2026, 11, 10), date(2026, 12, 9)) == {}


def test_b_r1_submission() -> None:
    # guide.md §2.4: Tuesday 1 December 2026; before it 30 27 26 25 24 (5), 23 20 19 18 17 (10) November.
    item = row(SubmissionDueOn=date(2026, 12, 1), DecisionStatus="preparing", DecisionOwner=OWNER)
    assert ladder(list_of("Decisions"), item, date(2026, 11, 1), date(2026, 12, 31)) == {
        "2026-11-17": "B-R1 D-10 owner",
        "2026-11-24": "B-R1 D-5 owner",
        "2026-11-30": "B-R1 D-1 owner",
    }
    submitted = row(SubmissionDueOn=date(2026, 12, 1), DecisionStatus="submitted", DecisionOwner=OWNER)
    assert ladder(list_of("Decisions"), submitted, date(2026, 11, 1), date(2026, 12, 31)) == {}


@pytest.mark.parametrize(
    ("since", "on"),
    [
        ("2026-12-03", "2026-12-10"),  # Thursday: 4 7 8 9 10
        ("2026-10-23", "2026-10-30"),  # the clock goes back on the 25th: 26 27 28 29 30
        ("2027-03-25", "2027-04-02"),  # it goes forward on the 28th, Easter Monday is the 29th: 26 30 31, 1 2
        ("2026-12-24", "2027-01-04"),  # Christmas and New Year, week 53: 28 29 30 31, 4
        ("2027-04-26", "2027-05-04"),  # King's Day is the 27th: 28 29 30, 3 4 May
        ("2026-12-05", "2026-12-11"),  # a Saturday: 7 8 9 10 11
    ],
)
def test_o_r1_waiting_for_a_signature(since: str, on: str) -> None:
    # guide.md §2.8: five working days in that state; see the counts beside the dates.
    day = date.fromisoformat(since)
    item = row(CommitmentStatus="to_sign", since=day, CommitmentOwner=OWNER)
    assert ladder(list_of("Commitments"), item, day, day + timedelta(days=40)) == {on: "O-R1 W+5 owner"}
    sent = row(CommitmentStatus="sent", since=day, FiledInDossier=True, FiledInFinance=True)
    assert ladder(list_of("Commitments"), sent, day, day + timedelta(days=40)) == {}


def test_o_r2_not_filed() -> None:
    # guide.md §2.8: sent on Wednesday 23 December 2026: 24, 28 and 29 December (the 25th is free).
    def filed(dossier: bool, finance: bool) -> dict[str, str]:
        item = row(CommitmentStatus="sent", since=date(2026, 12, 23), FiledInDossier=dossier, FiledInFinance=finance)
        return ladder(list_of("Commitments"), item, date(2026, 12, 1), date(2027, 1, 31))

    assert filed(dossier=False, finance=True) == {"2026-12-29": "O-R2 W+3 supporter"}
    assert filed(dossier=True, finance=False) == {"2026-12-29": "O-R2 W+3 supporter"}
    assert filed(dossier=True, finance=True) == {}


def test_rs_r1_is_daily_when_late() -> None:
    # guide.md §2.9: Friday 11 December 2026. Before it: 10 9 (2) 8 7 4 (5). After it every working day.
    item = row(DueDate=date(2026, 12, 11), RunPart="preparation", RunStatus="to_do", RunOwner=OWNER)
    assert ladder(list_of("RunSheet"), item, date(2026, 11, 1), date(2026, 12, 17)) == {
        "2026-12-04": "RS-R1 D-5 owner",
        "2026-12-09": "RS-R1 D-2 owner",
        "2026-12-11": "RS-R1 D0 owner",
        "2026-12-14": "RS-R1 D+1 owner",
        "2026-12-15": "RS-R1 D+2 owner",
        "2026-12-16": "RS-R1 D+3 owner",
        "2026-12-17": "RS-R1 D+4 owner",
    }
    # Thirty days without a run: of 14 to 31 December (14 15 16 17 18, 21 22 23 24, 28 29 30 31) only the thirteenth.
    (found,) = due_on(list_of("RunSheet"), item, date(2026, 12, 31), last_run=date(2026, 12, 1))
    assert (found.stage, found.step_on) == ("D+13", date(2026, 12, 31))


@pytest.mark.parametrize(("event", "on"), [("2026-12-10", "2026-12-09"), ("2026-12-12", "2026-12-11")])
def test_rs_r2_the_day_before(event: str, on: str) -> None:
    # guide.md §2.9: a Thursday, and a Saturday: the working day before it is Friday.
    item = row(DueDate=date.fromisoformat(event), RunPart="on_the_day", RunStatus="to_do", RunOwner=OWNER)
    assert ladder(list_of("RunSheet"), item, date(2026, 11, 1), date(2026, 12, 31)) == {on: "RS-R2 D-1 owner"}


def test_v_r2_adopted_and_not_archived() -> None:
    # guide.md §2.10: adopted on Monday 7 December 2026: 8 9 10 11 14 (5), 15 16 17 18 21 (10).
    def kept(status: str) -> dict[str, str]:
        item = row(DocStatus="adopted", ArchiveStatus=status, since=date(2026, 12, 7), DocOwner=OWNER)
        return ladder(list_of("ProjectDocuments"), item, date(2026, 12, 1), date(2027, 1, 31))

    assert kept("working") == {"2026-12-21": "V-R2 W+10 supporter"}
    assert kept("to_archive") == {}


def test_g_r1_report() -> None:
    # guide.md §2.11: Thursday 31 December 2026, week 53: 30 29 28 (3) 24 23 22 21 18 17 16 (10).
    item = row(DueDate=date(2026, 12, 31), ReportStatus="draft", ReportAuthor=OWNER)
    assert ladder(list_of("StatusReports"), item, date(2026, 11, 1), date(2027, 1, 31)) == {
        "2026-12-16": "G-R1 D-10 owner",
        "2026-12-28": "G-R1 D-3 owner",
        "2026-12-31": "G-R1 D0 owner",
    }


def test_g_r2_report_waits_for_approval() -> None:
    # guide.md §2.11: since Monday 26 April 2027; the 27th is King's Day: 28 and 29 April.
    item = row(ReportStatus="to_approve", since=date(2027, 4, 26), ReportApprover=OWNER)
    assert ladder(list_of("StatusReports"), item, date(2027, 4, 20), date(2027, 5, 31)) == {
        "2027-04-29": "G-R2 W+2 approver"
    }


@pytest.mark.parametrize(
    ("synced", "on"), [("2026-12-01", "2026-12-04"), ("2026-12-02", "2026-12-07"), ("2026-12-03", "2026-12-07")]
)
def test_h_r2_data_that_gets_old(synced: str, on: str) -> None:
    # guide.md §2.15: older than two days, in calendar days: three days on is a Friday, a Saturday, a Sunday.
    item = row(LastSyncOn=date.fromisoformat(synced), PortfolioStatus="running")
    found = ladder(list_of("ProgrammeProjects", "programme"), item, date(2026, 12, 1), date(2026, 12, 31))
    assert found == {on: "H-R2 D+3 supporter"}


def test_r_s2_an_action_is_proposed() -> None:
    # guide.md §2.5: told on the day it occurred, and looked at again in the next run: the ledger knows what was sent.
    item = row(RiskStatus="occurred", since=date(2026, 12, 3), OccurredOn=date(2026, 12, 3))
    assert ladder(list_of("Risks"), item, date(2026, 11, 1), date(2026, 12, 31)) == {
        "2026-12-03": "R-S2 D0 supporter",
        "2026-12-04": "R-S2 D0 supporter",
    }


@pytest.mark.parametrize("standard", STANDARD)
@pytest.mark.parametrize(
    ("last_run", "today", "found"),
    [
        # Created on the day of D-1, Monday 30 November: D-7 is not caught up (c).
        ("2026-11-27", "2026-11-30", {"D-1"}),
        ("2026-12-01", "2026-12-02", set()),
        # One run missed, three, thirty: of each series the newest step (d). Of 28 December D+18, see test_due.py.
        ("2026-12-03", "2026-12-07", {"D+3"}),
        ("2026-12-03", "2026-12-08", {"D+3", "ESC"}),
        ("2026-11-30", "2026-12-30", {"D+18", "ESC"}),
        # Run twice on a day: the same is found, the ledger knows what was sent.
        ("2026-12-01", "2026-12-01", {"D0"}),
    ],
)
def test_late_rows_and_missed_runs_in_every_list(
    standard: tuple[str, dict[str, Value], dict[str, Value], str], last_run: str, today: str, found: set[str]
) -> None:
    key, asked, _not_asked, column = standard
    item = row(created=date(2026, 11, 30), **{column: date(2026, 12, 1)}, **asked)
    due = due_on(list_of(key), item, date.fromisoformat(today), last_run=date.fromisoformat(last_run))
    assert {one.stage for one in due} == found


@pytest.mark.parametrize(("key", "asked", "_not_asked", "column"), STANDARD)
def test_a_moved_deadline_begins_anew_in_every_list(
    key: str, asked: dict[str, Value], _not_asked: dict[str, Value], column: str
) -> None:
    # From Tuesday 1 to Tuesday 15 December: back 14 11 10 9 8 7 4. On the 3rd nothing, on the 4th D-7 of the new date.
    item = row(**{column: date(2026, 12, 15)}, **asked)
    assert due_on(list_of(key), item, date(2026, 12, 3)) == []
    assert [(one.stage, one.due) for one in due_on(list_of(key), item, date(2026, 12, 4))] == [
        ("D-7", date(2026, 12, 15))
    ]
