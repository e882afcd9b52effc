"""The standard deadline set in every list that has it besides Actions: the whole ladder, late rows and missed runs.

Every rule with people and their doings is told in stories (`test_mails`); the set itself is in test_due.py.
"""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.item import Value
from tests.ladders import due_on, ladder
from tests.rows import list_of, row

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
