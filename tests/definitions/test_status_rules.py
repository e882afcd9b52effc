"""Life cycles and status rules of the lists, with what becomes of a row. Expected values by hand."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.definitions.condition import matches
from projectlists.definitions.model import Definitions
from projectlists.item import Reference, Value
from projectlists.rules.status import flips
from tests.definitions.listed import TODAY, TOMORROW, YESTERDAY, column, item


# guide.md "Life cycle" of each list.
@pytest.mark.parametrize(
    ("key", "moves"),
    [
        (
            "Decisions",
            "preparing>submitted,taken,withdrawn submitted>taken,rejected,preparing,withdrawn "
            "taken>executed,replaced,withdrawn executed>replaced,taken rejected>preparing withdrawn>preparing "
            "replaced>",
        ),
        (
            "Risks",
            "identified>managed,accepted,occurred,closed managed>accepted,occurred,closed,identified "
            "accepted>managed,occurred,closed occurred>closed,managed closed>identified",
        ),
        (
            "Milestones",
            "planned>in_progress,achieved,on_hold,cancelled in_progress>achieved,on_hold,cancelled,planned "
            "on_hold>planned,in_progress,cancelled achieved>in_progress cancelled>planned",
        ),
        (
            "BudgetLines",
            "draft>approved approved>change_requested,closed change_requested>approved closed>approved",
        ),
        (
            "Commitments",
            "draft>requested,cancelled requested>received,cancelled received>to_sign,requested,cancelled "
            "to_sign>sent,received,cancelled sent>delivered,cancelled delivered>closed,sent closed>delivered "
            "cancelled>",
        ),
        (
            "RunSheet",
            "to_do>in_progress,done,cancelled in_progress>done,to_do,cancelled done>in_progress cancelled>to_do",
        ),
        (
            "ProjectDocuments",
            "draft>review,to_adopt,obsolete review>draft,to_adopt,obsolete to_adopt>adopted,draft adopted>obsolete "
            "obsolete>draft",
        ),
        ("StatusReports", "draft>to_approve to_approve>draft,approved approved>draft,sent sent>"),
        (
            "StartUpChecklist",
            "open>in_progress,agreed,not_needed in_progress>agreed,not_needed,open agreed>in_progress not_needed>open",
        ),
        (
            "Evaluations",
            "open>answered,dropped answered>shared,embedded,open shared>embedded embedded>shared dropped>open",
        ),
        ("ProgrammeProjects", "active>paused,closed paused>active,closed closed>active"),
    ],
)
def test_life_cycles(definitions: Definitions, key: str, moves: str) -> None:
    status = definitions.lists[key].status
    assert status is not None
    assert " ".join(f"{before}>{','.join(after)}" for before, after in status.moves.items()) == moves
    assert set(status.moves) == {choice.key for choice in column(definitions.lists[key], status.field).choices}


def test_status_rules_in_the_order_they_are_looked_at(definitions: Definitions) -> None:
    # guide.md "Status rules"; those that only propose or signal (C-S5, RS-S2, G-S3) are reminder rules or words in a
    # mail. §2.1: S5 before S1 and S2.
    assert {key: [rule.id for rule in one.status_rules] for key, one in definitions.lists.items()} == {
        "ReminderSettings": [],
        "ReminderLog": [],
        "Stakeholders": ["K-S1", "K-S2"],
        "CommunicationCalendar": ["C-S1", "C-S2", "C-S3", "C-S4"],
        "Actions": ["S5", "S1", "S2", "S3", "S4"],
        "TeamRoles": ["T-S1"],
        "Decisions": ["B-S1", "B-S2", "B-S3"],
        "Risks": ["R-S1", "R-S2", "R-S3"],
        "Milestones": ["M-S1", "M-S2", "M-S3", "M-S4"],
        "BudgetLines": ["F-S1", "F-S2"],
        "Commitments": ["O-S1", "O-S2", "O-S3", "O-S4", "O-S5"],
        "RunSheet": ["RS-S1"],
        "ProjectDocuments": ["V-S1", "V-S2", "V-S3", "V-S4"],
        "StatusReports": ["G-S1", "G-S2"],
        "StartUpChecklist": ["PSU-S1", "PSU-S2"],
        "Evaluations": ["E-S1", "E-S2"],
        "ProgrammeProjects": [],
    }


CHECKED: dict[str, Value] = {"QuoteChecked": True, "MandateChecked": True}


# guide.md "Status rules": which rules act on a row, in order, and what it becomes.
@pytest.mark.parametrize(
    ("key", "values", "rules", "after"),
    [
        (
            "Decisions",
            {"DecisionStatus": "taken", "ReplacedBy": Reference(7)},
            "B-S2",
            {"DecisionStatus": "replaced"},
        ),
        (
            "Decisions",
            {"DecisionStatus": "executed", "ReplacedBy": Reference(7)},
            "B-S2",
            {"DecisionStatus": "replaced"},
        ),
        ("Decisions", {"DecisionStatus": "rejected", "ReplacedBy": Reference(7)}, "", {}),
        ("Decisions", {"DecisionStatus": "submitted", "DecisionDate": TODAY}, "B-S3", {"DecisionStatus": "taken"}),
        ("Decisions", {"DecisionStatus": "submitted", "DecisionDate": TOMORROW}, "", {}),
        ("Decisions", {"DecisionStatus": "preparing", "DecisionDate": TODAY}, "", {}),
        ("Risks", {"RiskStatus": "identified", "MeasureDoneOn": TODAY}, "R-S1", {"RiskStatus": "managed"}),
        ("Risks", {"RiskStatus": "accepted", "MeasureDoneOn": TODAY}, "", {}),
        ("Risks", {"RiskStatus": "accepted", "OccurredOn": TODAY}, "R-S2", {"RiskStatus": "occurred"}),
        (
            "Risks",
            {"RiskStatus": "identified", "MeasureDoneOn": TODAY, "OccurredOn": TODAY},
            "R-S1 R-S2",
            {"RiskStatus": "occurred"},
        ),
        ("Risks", {"RiskStatus": "closed", "OccurredOn": TODAY}, "", {}),
        (
            "Milestones",
            {"MilestoneStatus": "in_progress", "ActualEnd": YESTERDAY, "PercentDone": 80},
            "M-S1",
            {"MilestoneStatus": "achieved", "PercentDone": 100},
        ),
        ("Milestones", {"MilestoneStatus": "on_hold", "ActualEnd": YESTERDAY}, "", {}),
        (
            "Milestones",
            {"MilestoneStatus": "planned", "MilestoneKind": "activity", "PlanStart": TODAY},
            "M-S2",
            {"MilestoneStatus": "in_progress"},
        ),
        (
            "Milestones",
            {"MilestoneStatus": "planned", "MilestoneKind": "activity", "PlanStart": TOMORROW},
            "",
            {},
        ),
        (
            "Milestones",
            {"MilestoneStatus": "planned", "MilestoneKind": "milestone", "PlanStart": TODAY},
            "",
            {},
        ),
        ("Milestones", {"MilestoneStatus": "achieved", "PercentDone": 90}, "M-S3", {"ActualEnd": TODAY}),
        (
            "Milestones",
            {"MilestoneStatus": "planned", "GateResult": "no_go"},
            "M-S4",
            {"MilestoneStatus": "on_hold"},
        ),
        ("Milestones", {"MilestoneStatus": "planned", "GateResult": "conditional"}, "", {}),
        (
            "Commitments",
            {"CommitmentStatus": "requested", "QuoteReceivedOn": TODAY},
            "O-S1",
            {"CommitmentStatus": "received"},
        ),
        # §2.8: the rule names draft, from which the life cycle comes to received over requested.
        (
            "Commitments",
            {"CommitmentStatus": "draft", "QuoteReceivedOn": TODAY},
            "O-S1",
            {"CommitmentStatus": "received"},
        ),
        ("Commitments", {"CommitmentStatus": "to_sign", "QuoteReceivedOn": TODAY}, "", {}),
        ("Commitments", {"CommitmentStatus": "received", **CHECKED}, "O-S2", {"CommitmentStatus": "to_sign"}),
        ("Commitments", {"CommitmentStatus": "received", "QuoteChecked": True}, "", {}),
        (
            "Commitments",
            {"CommitmentStatus": "requested", "QuoteReceivedOn": YESTERDAY, **CHECKED, "OrderSentOn": TODAY},
            "O-S1 O-S2 O-S3",
            {"CommitmentStatus": "sent"},
        ),
        (
            "Commitments",
            {"CommitmentStatus": "sent", "DeliveredOn": TODAY, "CommitmentLeft": 250},
            "O-S4",
            {"CommitmentStatus": "delivered"},
        ),
        (
            "Commitments",
            {"CommitmentStatus": "sent", "DeliveredOn": TODAY, "CommitmentLeft": 0},
            "O-S4 O-S5",
            {"CommitmentStatus": "closed"},
        ),
        ("Commitments", {"CommitmentStatus": "closed", "DeliveredOn": TODAY, "CommitmentLeft": 0}, "", {}),
        ("RunSheet", {"RunStatus": "to_do", "RunDoneOn": TODAY}, "RS-S1", {"RunStatus": "done"}),
        ("RunSheet", {"RunStatus": "cancelled", "RunDoneOn": TODAY}, "", {}),
        (
            "ProjectDocuments",
            {"DocStatus": "to_adopt", "ArchiveStatus": "working", "AdoptedOn": TODAY},
            "V-S1 V-S2",
            {"DocStatus": "adopted", "ArchiveStatus": "to_archive"},
        ),
        # §2.10: the rule names review, from which the life cycle comes to adopted over to_adopt.
        (
            "ProjectDocuments",
            {"DocStatus": "review", "ArchiveStatus": "archived", "AdoptedOn": TODAY},
            "V-S1",
            {"DocStatus": "adopted"},
        ),
        ("ProjectDocuments", {"DocStatus": "draft", "ArchiveStatus": "working", "AdoptedOn": TODAY}, "", {}),
        (
            "ProjectDocuments",
            {"DocStatus": "adopted", "ArchiveStatus": "to_archive", "ArchivedOn": TODAY, "ArchiveReference": "Z-1"},
            "V-S3",
            {"ArchiveStatus": "archived"},
        ),
        ("ProjectDocuments", {"DocStatus": "adopted", "ArchiveStatus": "to_archive", "ArchivedOn": TODAY}, "", {}),
        ("StatusReports", {"ReportStatus": "to_approve", "ApprovedOn": TODAY}, "G-S1", {"ReportStatus": "approved"}),
        ("StatusReports", {"ReportStatus": "draft", "ApprovedOn": TODAY, "SentOn": TODAY}, "", {}),
        (
            "StatusReports",
            {"ReportStatus": "to_approve", "ApprovedOn": TODAY, "SentOn": TODAY},
            "G-S1 G-S2",
            {"ReportStatus": "sent"},
        ),
        ("StartUpChecklist", {"PsuStatus": "open", "PsuDoneOn": TODAY}, "PSU-S1", {"PsuStatus": "agreed"}),
        ("StartUpChecklist", {"PsuStatus": "open", "PsuAgreement": "x"}, "PSU-S2", {"PsuStatus": "in_progress"}),
        ("StartUpChecklist", {"PsuStatus": "not_needed", "PsuDoneOn": TODAY}, "", {}),
        ("Evaluations", {"EvalStatus": "open", "EvalAnswer": "x"}, "E-S1", {"EvalStatus": "answered"}),
        (
            "Evaluations",
            {"EvalStatus": "open", "EvalAnswer": "x", "EmbeddedIn": "y"},
            "E-S1 E-S2",
            {"EvalStatus": "embedded"},
        ),
        ("Evaluations", {"EvalStatus": "dropped", "EvalAnswer": "x", "EmbeddedIn": "y"}, "", {}),
        # A label that people added is left alone (guide.md §2.0.2).
        ("Commitments", {"CommitmentStatus": "Geparkeerd", "DeliveredOn": TODAY}, "", {}),
    ],
)
def test_status_rules(
    definitions: Definitions, key: str, values: dict[str, Value], rules: str, after: dict[str, Value]
) -> None:
    found = flips(definitions.lists[key], [item(**values)], today=TODAY, done={}, closed={})
    assert [flip.rule.id for flip in found] == rules.split()
    changes: dict[str, Value] = {}
    for flip in found:
        changes |= flip.changes
    assert changes == after


# guide.md "Status rules" of each list: the first rule that is met, by hand.
@pytest.mark.parametrize(
    ("key", "values", "rule"),
    [
        ("Actions", {"ActionStatus": "waiting", "ActionDoneOn": TODAY}, "S1"),
        ("Actions", {"ActionStatus": "in_progress", "PercentDone": 100}, "S2"),
        ("Actions", {"ActionStatus": "waiting", "PercentDone": 100}, None),
        ("Actions", {"ActionStatus": "done"}, "S3"),
        ("Actions", {"ActionStatus": "done", "ActionDoneOn": TODAY}, None),
        ("Actions", {"ActionStatus": "new", "PercentDone": 10}, "S4"),
        ("Actions", {"ActionStatus": "new", "PercentDone": 0}, None),
        ("Actions", {"ActionStatus": "cancelled", "ActionDoneOn": TODAY}, None),
        ("Actions", {"ActionStatus": "Geparkeerd", "ActionDoneOn": TODAY, "PercentDone": 100}, None),
        ("CommunicationCalendar", {"CommStatus": "idea", "PublishedOn": TODAY}, "C-S1"),
        ("CommunicationCalendar", {"CommStatus": "approved", "PublishedLink": "x", "ApprovedOn": TODAY}, "C-S1"),
        ("CommunicationCalendar", {"CommStatus": "to_approve", "ApprovedOn": TODAY}, "C-S2"),
        ("CommunicationCalendar", {"CommStatus": "published", "EffectNote": "x", "PublishedOn": TODAY}, "C-S3"),
        ("CommunicationCalendar", {"CommStatus": "approved"}, "C-S4"),
        ("CommunicationCalendar", {"CommStatus": "cancelled", "PublishedOn": TODAY, "EffectNote": "x"}, None),
        ("TeamRoles", {"TeamStatus": "active", "RoleEnd": date(2026, 11, 30)}, "T-S1"),
        ("TeamRoles", {"TeamStatus": "active", "RoleEnd": TODAY}, None),
        ("TeamRoles", {"TeamStatus": "paused", "RoleEnd": date(2026, 11, 30)}, None),
    ],
)
def test_which_status_rule_a_row_meets(
    definitions: Definitions, key: str, values: dict[str, Value], rule: str | None
) -> None:
    row = item(**values)
    rules = [one for one in definitions.lists[key].status_rules if not one.reopened]
    met = next((one.id for one in rules if matches(one.when, row, TODAY)), None)
    assert met == rule


@pytest.mark.parametrize(
    ("review", "modified", "status", "met"),
    [
        (date(2026, 11, 20), date(2026, 11, 21), "active", True),
        (date(2026, 11, 20), date(2026, 11, 20), "active", False),
        (TODAY, TODAY, "active", False),
        (date(2026, 11, 20), date(2026, 11, 21), "dormant", False),
    ],
)
def test_a_review_moves_on_when_the_row_was_edited_after_it(
    definitions: Definitions, review: date, modified: date, status: str, met: bool
) -> None:
    rule = definitions.lists["Stakeholders"].status_rules[1]
    row = item(modified=modified, NextReviewOn=review, StakeholderStatus=status)
    assert matches(rule.when, row, TODAY) is met
    assert rule.set[0].to == "today+90"
