"""The ladders of guide.md §2.1, §2.2, §2.3 and §2.12, day by day, and which deadlines count; by hand."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.item import Value
from projectlists.rules.due import is_context, is_overdue
from tests.ladders import due_on, ladder
from tests.rows import OWNER, list_of, row

ACTIONS = list_of("Actions")
STAKEHOLDERS = list_of("Stakeholders")
MOMENTS = list_of("CommunicationCalendar")
TEAM = list_of("TeamRoles")


def test_w1_two_working_days_after_creation() -> None:
    # guide.md §2.1: created Thursday 3 December 2026; two working days later is Monday the 7th. Once.
    def made(**values: Value) -> dict[str, str]:
        item = row(created=date(2026, 12, 3), **{"ActionStatus": "new", **values})
        return ladder(ACTIONS, item, date(2026, 12, 3), date(2026, 12, 20))

    assert made() == {"2026-12-07": "W1 W+2 supporter"}
    assert made(ActionOwner=OWNER) == {"2026-12-07": "W1 W+2 supporter"}
    assert made(DueDate=date(2027, 6, 1)) == {"2026-12-07": "W1 W+2 supporter"}
    assert made(DueDate=date(2027, 6, 1), ExternalOwner="Aannemer") == {}
    assert made(ActionOwner=OWNER, DueDate=date(2027, 6, 1)) == {}
    (found,) = due_on(ACTIONS, row(created=date(2026, 12, 3), ActionStatus="new"), date(2026, 12, 7))
    assert found.due == date(2026, 12, 3)


def test_c_r1_draft() -> None:
    # guide.md §2.3: draft due Tuesday 1 December 2026; five working days back: Nov 30 27 26 25 24. Then every two
    # working days: 2 [3] 4 [7] 8 [9] 10 [11] 14 [15], while the draft is not handed in.
    item = row(DraftDueOn=date(2026, 12, 1), CommDate=date(2027, 6, 1), CommStatus="drafting", CommOwner=OWNER)
    assert ladder(MOMENTS, item, date(2026, 11, 1), date(2026, 12, 15)) == {
        "2026-11-24": "C-R1 D-5 owner",
        "2026-11-30": "C-R1 D-1 owner",
        "2026-12-01": "C-R1 D0 owner",
        "2026-12-03": "C-R1 D+2 owner",
        "2026-12-07": "C-R1 D+4 owner",
        "2026-12-09": "C-R1 D+6 owner",
        "2026-12-11": "C-R1 D+8 owner",
        "2026-12-15": "C-R1 D+10 owner",
    }
    handed_in = row(DraftDueOn=date(2026, 12, 1), CommStatus="to_approve", CommOwner=OWNER)
    assert ladder(MOMENTS, handed_in, date(2026, 11, 1), date(2026, 12, 15)) == {}


def test_c_r1_goes_on_without_end() -> None:
    item = row(DraftDueOn=date(2026, 1, 5), CommStatus="planned", CommOwner=OWNER)
    # After Monday 5 January up to Wednesday 30 December 2026: 51 weeks of five until Monday the 28th (255), the 29th,
    # the 30th (257), minus Easter Monday, Koningsdag, 5 May, Ascension Day, Whit Monday and 25 December: 251. The last
    # even one is the 250th, on the 29th.
    (found,) = due_on(MOMENTS, item, date(2026, 12, 30), last_run=date(2026, 12, 28))
    assert (found.stage, found.step_on) == ("D+250", date(2026, 12, 29))


def test_c_r2_waiting_for_approval() -> None:
    # guide.md §2.3: to_approve since Thursday 3 December 2026; two working days later is Monday the 7th.
    item = row(CommStatus="to_approve", since=date(2026, 12, 3), CommOwner=OWNER, CommDate=date(2027, 6, 1))
    assert ladder(MOMENTS, item, date(2026, 12, 1), date(2026, 12, 20)) == {
        "2026-12-07": "(C-R2 W+2 owner), C-R2 W+2 approver",
    }
    unknown = row(CommStatus="to_approve", CommOwner=OWNER, CommDate=date(2027, 6, 1))
    assert ladder(MOMENTS, unknown, date(2026, 12, 1), date(2026, 12, 20)) == {}


def test_c_r3_r4_r5_around_the_moment() -> None:
    # guide.md §2.3: moment on Tuesday 1 December 2026, planned. Two working days before: Friday 27 November. On the
    # day; one working day after to the owner; two after to the project manager, copy to communication.
    item = row(CommDate=date(2026, 12, 1), CommStatus="planned", CommOwner=OWNER)
    before = "C-R3 D-2 approver, C-R3 D-2 owner"
    after = {
        "2026-12-01": "C-R4 D0 owner",
        "2026-12-02": "C-R5 D+1 owner",
        "2026-12-03": "(C-R5 ESC communication), C-R5 ESC project_manager",
    }
    assert ladder(MOMENTS, item, date(2026, 11, 1), date(2026, 12, 20)) == {"2026-11-27": before, **after}
    # Approved, nothing is asked two days before; published, nothing at all.
    approved = row(CommDate=date(2026, 12, 1), CommStatus="approved", CommOwner=OWNER)
    assert ladder(MOMENTS, approved, date(2026, 11, 1), date(2026, 12, 20)) == after
    published = row(CommDate=date(2026, 12, 1), CommStatus="published", CommOwner=OWNER)
    assert ladder(MOMENTS, published, date(2026, 11, 1), date(2026, 12, 20)) == {}


def test_c_r6_effect() -> None:
    # guide.md §2.3: published on Sunday 29 November 2026; the tenth working day after is Friday 11 December. Once.
    def held(**values: Value) -> dict[str, str]:
        common: dict[str, Value] = {"CommStatus": "published", "PublishedOn": date(2026, 11, 29), "CommOwner": OWNER}
        item = row(**{**common, "CommChannel": ("website", "meeting"), **values})
        return ladder(MOMENTS, item, date(2026, 11, 1), date(2027, 1, 31))

    assert held() == {"2026-12-11": "C-R6 D+10 owner"}
    assert held(CommChannel=("website",)) == {}
    assert held(EffectNote="Goede vragen over de bomen.") == {}
    assert held(CommStatus="evaluated") == {}


def test_k_r1_review() -> None:
    # guide.md §2.2: review on Saturday 5 December 2026: seven working days back (4 3 2 1, Nov 30 27 26) and the Friday.
    item = row(NextReviewOn=date(2026, 12, 5), StakeholderStatus="active", RelationOwner=OWNER)
    assert ladder(STAKEHOLDERS, item, date(2026, 11, 1), date(2026, 12, 31)) == {
        "2026-11-26": "(K-R1 D-7 supporter), K-R1 D-7 owner",
        "2026-12-04": "(K-R1 D0 supporter), K-R1 D0 owner",
    }
    dormant = row(NextReviewOn=date(2026, 12, 5), StakeholderStatus="dormant", RelationOwner=OWNER)
    assert ladder(STAKEHOLDERS, dormant, date(2026, 11, 1), date(2026, 12, 31)) == {}


def test_k_r3_no_contact_for_sixty_days() -> None:
    # guide.md §2.2. 6 October 2026 + 60 days is Saturday 5 December: the mail goes on Monday the 7th.
    # 1 October + 60 days is Monday 30 November.
    def kept(last: date, ring: str = "decide", status: str = "active") -> list[str]:
        item = row(LastContactOn=last, RingDesired=ring, StakeholderStatus=status, RelationOwner=OWNER)
        return list(ladder(STAKEHOLDERS, item, date(2026, 11, 1), date(2026, 12, 31)))

    assert kept(date(2026, 10, 6)) == ["2026-12-07"]
    assert kept(date(2026, 10, 1), "cooperate") == ["2026-11-30"]
    assert kept(date(2026, 10, 1), "informed") == []
    assert kept(date(2026, 10, 1), status="dormant") == []


def test_t_r1_role_ends() -> None:
    # guide.md §2.12: role ends Thursday 31 December 2026. Back: 30 29 28 24 [23] 22 21 18 17 16 15 14 11 10 9 8 7 4 3
    # [2 December is the twentieth].
    item = row(RoleEnd=date(2026, 12, 31), TeamStatus="active", TeamMember=OWNER)
    assert ladder(TEAM, item, date(2026, 11, 1), date(2027, 1, 31)) == {
        "2026-12-02": "T-R1 D-20 supporter",
        "2026-12-23": "T-R1 D-5 supporter",
    }


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
