"""A ladder without end, and which deadlines count; by hand. The ladders of the lists are in `mails` (test_mails)."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.item import Value
from projectlists.rules.due import is_context, is_overdue
from tests.ladders import due_on
from tests.rows import OWNER, list_of, row

MOMENTS = list_of("CommunicationCalendar")


def test_c_r1_goes_on_without_end() -> None:
    item = row(DraftDueOn=date(2026, 1, 5), CommStatus="planned", CommOwner=OWNER)
    # After Monday 5 January up to Wednesday 30 December 2026: 51 weeks of five until Monday the 28th (255), the 29th,
    # the 30th (257), minus Easter Monday, Koningsdag, 5 May, Ascension Day, Whit Monday and 25 December: 251. The last
    # even one is the 250th, on the 29th.
    (found,) = due_on(MOMENTS, item, date(2026, 12, 30), last_run=date(2026, 12, 28))
    assert (found.stage, found.step_on) == ("D+250", date(2026, 12, 29))


YESTERDAY, TODAY = date(2026, 11, 30), date(2026, 12, 1)


# guide.md, the views "Te laat" of §2.4, §2.5 and §2.8, M-R1 and M-R2 of §2.6, V-R1 of §2.10.
@pytest.mark.parametrize(
    ("key", "values", "late"),
    [
        ("Decisions", {"DueDate": YESTERDAY, "DecisionStatus": "taken"}, True),
        ("Decisions", {"DueDate": YESTERDAY, "DecisionStatus": "submitted"}, False),
        ("Risks", {"DueDate": YESTERDAY, "RiskStatus": "managed"}, True),
        ("Risks", {"DueDate": YESTERDAY, "RiskStatus": "managed", "MeasureDoneOn": YESTERDAY}, False),
        ("Risks", {"DueDate": YESTERDAY, "RiskStatus": "occurred"}, False),
        ("Milestones", {"PlanEnd": YESTERDAY, "MilestoneStatus": "planned"}, True),
        ("Milestones", {"PlanEnd": YESTERDAY, "ForecastEnd": TODAY, "MilestoneStatus": "planned"}, False),
        ("Milestones", {"PlanEnd": YESTERDAY, "ForecastEnd": YESTERDAY, "MilestoneStatus": "planned"}, True),
        ("Commitments", {"DueDate": YESTERDAY, "CommitmentStatus": "sent"}, True),
        ("Commitments", {"DueDate": YESTERDAY, "CommitmentStatus": "delivered"}, False),
        ("Commitments", {"DueDate": YESTERDAY, "CommitmentStatus": "to_sign"}, False),
        ("ProjectDocuments", {"ReviewDueOn": YESTERDAY, "DocStatus": "review"}, True),
        ("ProjectDocuments", {"ReviewDueOn": YESTERDAY, "DocStatus": "to_adopt"}, False),
        ("Evaluations", {"DueDate": YESTERDAY, "EvalStatus": "answered"}, True),
    ],
)
def test_deadlines_that_count(key: str, values: dict[str, Value], late: bool) -> None:
    definition, item = list_of(key), row(**values)
    assert is_overdue(definition, item, TODAY) is late
    assert is_context(definition, item, TODAY) is late
