"""Rules that ask other lists, former values or the calendar, through the real clients and the sandbox.

One project lives through some days of December 2026 (the 1st is a Tuesday), with a run at eight each morning; what
people do in between stands in `_Story`. Each test looks at one family of rules. Days are counted by hand.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.item import Reference, Value
from projectlists.reminding.result import RemindResult
from tests.conftest import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, SUPPORTER, YARA, Project

FAR_AWAY = date(2027, 3, 1)


class _Story:
    """What happens, and what each run made of it, by day of December."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.runs: dict[int, RemindResult] = {}
        self.add_rows()
        self.run(1)
        self.at("2026-12-01T12:00:00Z")
        self.tuesday()
        self.run(2)
        self.at("2026-12-02T12:00:00Z")
        self.wednesday()
        self.run(3)
        self.at("2026-12-03T12:00:00Z")
        self.thursday()
        self.run(4)
        self.run(7)

    def run(self, day: int) -> None:
        self.runs[day] = self.project.run(date(2026, 12, day))
        assert self.runs[day].ok, self.runs[day]

    def at(self, moment: str) -> None:
        self.project.far_end.control("POST", "clock", {"now": moment})

    def add_rows(self) -> None:
        add, fenna = self.project.add, self.project.person(FENNA)
        decision: dict[str, Value] = {
            "Title": "b",
            "DecisionStatus": "taken",
            "DecisionDate": date(2026, 11, 2),
            "DecisionBody": "project_team",
            "ConfidentialityLevel": "internal",
        }
        self.decision, self.all_cancelled = add("Decisions", **decision), add("Decisions", **decision)
        self.action(self.decision, ActionStatus="done", ActionDoneOn=date(2026, 11, 2), PercentDone=100)
        self.last_action = self.action(self.decision)
        self.action(self.all_cancelled, ActionStatus="cancelled")
        self.party = add(
            "Stakeholders",
            Title="s",
            StakeholderKind="group",
            StakeholderStatus="active",
            RelationOwner=fenna,
            NextReviewOn=FAR_AWAY,
            LastContactOn=date(2026, 11, 10),
        )
        self.moment(StakeholderRef=Reference(self.party), PublishedOn=date(2026, 11, 3))
        line: dict[str, Value] = {
            "CostType": "works",
            "BudgetStatus": "approved",
            "BudgetHolder": self.project.person(YARA),
        }
        self.line, self.other_line = (
            add("BudgetLines", Title="f", BudgetOriginal=10000, BudgetChange=0, **line) for _number in range(2)
        )
        self.order("received", 5000)
        self.sent = self.order("sent", 7000, 1500)
        self.at("2026-11-27T09:00:00Z")
        self.risk = add(
            "Risks",
            Title="r",
            RiskCause="x",
            RiskEvent="x",
            RiskEffect="x",
            RiskKind="threat",
            RiskStatus="identified",
            RiskOwner=fenna,
            NextReviewOn=FAR_AWAY,
            RiskProbability=3,
            RiskImpact=4,
        )
        self.gate = self.milestone(MilestoneKind="phase_gate", MilestoneStatus="in_progress")
        self.slipping = self.milestone(ForecastEnd=date(2027, 6, 1))
        self.tied = self.moment(RelatedMilestone=Reference(self.slipping))
        self.moment(RelatedMilestone=Reference(self.gate))
        self.event = self.moment()
        sheet: dict[str, Value] = {"Title": "t", "RunPart": "preparation", "DueDate": FAR_AWAY, "RunStatus": "to_do"}
        self.task = add("RunSheet", EventRef=Reference(self.event), **sheet)
        self.at("2026-11-30T09:00:00Z")
        self.project.edit("Risks", self.risk, RiskProbability=4)  # 16

    def tuesday(self) -> None:
        edit = self.project.edit
        edit("Actions", self.last_action, ActionDoneOn=date(2026, 12, 1))
        self.published = self.moment(StakeholderRef=Reference(self.party), PublishedOn=date(2026, 11, 30))
        edit("Commitments", self.sent, CommitmentAmount=12000.5)
        edit("Risks", self.risk, RiskImpact=5)  # 20
        edit("Milestones", self.gate, ActualEnd=date(2026, 12, 1))
        edit("Milestones", self.slipping, ForecastEnd=date(2027, 6, 12))  # 11 days later
        edit("CommunicationCalendar", self.event, CommStatus="cancelled")

    def wednesday(self) -> None:
        edit = self.project.edit
        edit("Decisions", self.decision, DecisionStatus="taken")  # back by hand
        edit("Stakeholders", self.party, LastContactOn=date(2026, 11, 12))  # back by hand
        edit("Commitments", self.sent, BudgetLineRef=Reference(self.other_line))
        edit("Risks", self.risk, RiskImpact=1)  # 4
        self.at("2026-12-02T13:00:00Z")
        edit("Risks", self.risk, RiskProbability=5, RiskImpact=3, LastReviewedOn=date(2026, 12, 2))  # 15

    def thursday(self) -> None:
        self.action(self.decision, ActionStatus="cancelled")
        self.project.edit("BudgetLines", self.line, BudgetChange=500)

    def action(self, decision: int, **values: Value) -> int:
        given: dict[str, Value] = {"Title": "a", "ActionOwner": self.project.person(FENNA), "DueDate": FAR_AWAY}
        return self.project.add("Actions", **{**given, "RelatedDecision": Reference(decision), **values})

    def moment(self, **values: Value) -> int:
        given: dict[str, Value] = {
            "Title": "c",
            "CommDate": FAR_AWAY,
            "CommOwner": self.project.person(FENNA),
            "CommStatus": "planned",
            "CommGoal": "inform",
            "CommAudience": ("residents",),
            "CommChannel": ("website",),
            "KeyMessage": "x",
        }
        return self.project.add("CommunicationCalendar", **{**given, **values})

    def milestone(self, **values: Value) -> int:
        given: dict[str, Value] = {
            "Title": "m",
            "MilestoneKind": "milestone",
            "PlanEnd": date(2027, 6, 1),
            "MilestoneOwner": self.project.person(DAAN),
            "MilestoneStatus": "planned",
        }
        return self.project.add("Milestones", **{**given, **values})

    def order(self, status: str, amount: int, invoiced: int = 0) -> int:
        return self.project.add(
            "Commitments",
            Title="o",
            Contractor="Aannemer",
            BudgetLineRef=Reference(self.line),
            CommitmentAmount=amount,
            InvoicedToDate=invoiced,
            DueDate=FAR_AWAY,
            CommitmentOwner=self.project.person(DAAN),
            CommitmentStatus=status,
        )

    def moved(self, key: str) -> dict[int, set[tuple[int, str, Value, Value]]]:
        """Day → what status rules did in one list."""
        found = {
            day: {(one.item, one.rule, one.before, one.after) for one in run.flips if one.list == key}
            for day, run in self.runs.items()
        }
        return {day: flips for day, flips in found.items() if flips}

    def told(self, *rules: str) -> dict[int, set[tuple[str, int, str, str, str]]]:
        """Day → what was sent by some rules: rule, row, stage, due, recipient."""
        found = {
            day: {
                (one.rule, one.item, one.stage, one.due.isoformat(), one.recipient)
                for one in run.reminders
                if one.rule in rules and one.outcome == "sent"
            }
            for day, run in self.runs.items()
        }
        return {day: sent for day, sent in found.items() if sent}


@pytest.fixture(scope="module")
def story(_running: dict[str, Any], definitions: Definitions) -> _Story:
    far_end = FarEnd(_running)
    far_end.reset()
    return _Story(Project(far_end, definitions, profile="project", extra=("RunSheet",)))


def test_a_decision_is_executed_when_its_last_action_is_done(story: _Story) -> None:
    # guide.md §2.4 B-S1: all done or cancelled, at least one done. On the 2nd the action closes (S1), and in the same
    # run the decision that waited for it. Taken back by hand it stays so until its actions change.
    executed = {(story.decision, "B-S1", "taken", "executed")}
    assert story.moved("Decisions") == {2: executed, 4: executed}
    assert story.moved("Actions") == {2: {(story.last_action, "S1", "new", "done")}}


def test_the_last_contact_follows_from_what_was_published(story: _Story) -> None:
    # guide.md §2.2 K-S1: later than 10 November counts, 3 November does not; set back by hand it stays so
    assert story.moved("Stakeholders") == {2: {(story.party, "K-S1", date(2026, 11, 10), date(2026, 11, 30))}}


def test_amounts_are_added_up_from_the_orders(story: _Story) -> None:
    # guide.md §2.7 F-S2: draft, requested, received and cancelled do not count. On the 2nd the order moved to the other
    # line, so that both are added up again. F-S1: on the 3rd the change of an approved budget changed.
    assert story.moved("BudgetLines") == {
        1: {(story.line, "F-S2", 0, 7000)},
        2: {(story.line, "F-S2", 7000, 12000.5)},
        3: {(story.line, "F-S2", 12000.5, 0), (story.other_line, "F-S2", 0, 12000.5)},
        4: {(story.line, "F-S1", "approved", "change_requested")},
    }
    row = story.project.rows("BudgetLines")[story.other_line]
    assert (row["CommittedAmount"], row["InvoicedAmount"]) == (12000.5, 1500)


def test_a_budget_that_is_exceeded_is_told_the_same_day(story: _Story) -> None:
    # guide.md §2.7 F-R2: 10,000 less 12,000.50 is below 0, first of the one line and then of the other
    def signals(line: int, day: str) -> set[tuple[str, int, str, str, str]]:
        return {("F-R2", line, "D0", day, MANAGER), ("F-R2", line, "D0", day, YARA)}

    assert story.told("F-R2") == {2: signals(story.line, "2026-12-02"), 3: signals(story.other_line, "2026-12-03")}


def test_a_score_of_fifteen_is_told_once_each_time_it_is_reached(story: _Story) -> None:
    # guide.md §2.5 R-R3: 16 on 30 November; 20 is no news; 4, and 15 again on Wednesday afternoon, told on Thursday
    assert story.told("R-R3") == {
        1: {("R-R3", story.risk, "D0", "2026-11-30", MANAGER)},
        3: {("R-R3", story.risk, "D0", "2026-12-02", MANAGER)},
    }


def test_a_review_sets_the_next_one(story: _Story) -> None:
    # guide.md §2.5 R-S3: reviewed on 2 December with score 15: again 30 days later, on 1 January 2027
    assert story.moved("Risks") == {3: {(story.risk, "R-S3", FAR_AWAY, date(2027, 1, 1))}}


def test_a_phase_gate_and_a_moved_forecast(story: _Story) -> None:
    # guide.md §2.2 K-R2, §2.14 E-R2: M-S1 achieves the gate on the 2nd. §2.3 C-S5 and §2.6 M-R3 (11 days is more than
    # 10): the forecast moved on the 1st, after that day's run.
    assert story.told("K-R2", "E-R2", "C-S5", "M-R3") == {
        2: {
            ("K-R2", story.gate, "D0", "2026-12-02", SUPPORTER),
            ("E-R2", story.gate, "D0", "2026-12-02", SUPPORTER),
            ("C-S5", story.tied, "D0", "2026-12-01", FENNA),
            ("M-R3", story.slipping, "D0", "2026-12-01", MANAGER),
        }
    }


def test_a_cancelled_event_asks_about_its_run_sheet(story: _Story) -> None:
    # guide.md §2.9 RS-S2: nothing is cancelled without the supporter
    assert story.told("RS-S2") == {2: {("RS-S2", story.event, "D0", "2026-12-01", SUPPORTER)}}
    assert story.project.rows("RunSheet")[story.task]["RunStatus"] == "to_do"
