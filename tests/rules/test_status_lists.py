"""The status rules of guide.md §2.4 to §2.6, §2.8 to §2.11, §2.13 and §2.14, one by one: what they do and when not.

Those of §2.1 to §2.3 and §2.12 are in test_status.py; what asks other lists is in tests/reminding/test_cross_lists.py.
"""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.item import Reference, Value
from projectlists.rules.status import flips
from tests.rows import list_of, row

TODAY, YESTERDAY, TOMORROW = date(2026, 12, 3), date(2026, 12, 2), date(2026, 12, 4)
Values = dict[str, Value]


def acting(key: str, values: Values, done: frozenset[str] = frozenset()) -> dict[str, Values]:
    """Rule → what it changes, in a row of a project on Thursday 3 December 2026."""
    known = {(1, rule): frozenset({trigger}) for rule, _, trigger in (one.partition(" ") for one in done)}
    found = flips(list_of(key), [row(**values)], today=TODAY, done=known, closed={})
    return {flip.rule.id: dict(flip.changes) for flip in found}


@pytest.mark.parametrize(
    ("key", "values", "changes"),
    [
        # §2.4
        (
            "Decisions",
            {"DecisionStatus": "taken", "ReplacedBy": Reference(2)},
            {"B-S2": {"DecisionStatus": "replaced"}},
        ),
        (
            "Decisions",
            {"DecisionStatus": "executed", "ReplacedBy": Reference(2)},
            {"B-S2": {"DecisionStatus": "replaced"}},
        ),
        ("Decisions", {"DecisionStatus": "submitted", "ReplacedBy": Reference(2)}, {}),
        ("Decisions", {"DecisionStatus": "submitted", "DecisionDate": TODAY}, {"B-S3": {"DecisionStatus": "taken"}}),
        ("Decisions", {"DecisionStatus": "submitted", "DecisionDate": TOMORROW}, {}),
        ("Decisions", {"DecisionStatus": "preparing", "DecisionDate": TODAY}, {}),
        # §2.5
        ("Risks", {"RiskStatus": "identified", "MeasureDoneOn": YESTERDAY}, {"R-S1": {"RiskStatus": "managed"}}),
        ("Risks", {"RiskStatus": "accepted", "MeasureDoneOn": YESTERDAY}, {}),
        ("Risks", {"RiskStatus": "managed", "OccurredOn": YESTERDAY}, {"R-S2": {"RiskStatus": "occurred"}}),
        ("Risks", {"RiskStatus": "closed", "OccurredOn": YESTERDAY}, {}),
        # §2.6
        (
            "Milestones",
            {"MilestoneStatus": "in_progress", "ActualEnd": YESTERDAY, "PercentDone": 40},
            {"M-S1": {"MilestoneStatus": "achieved", "PercentDone": 100}},
        ),
        (
            "Milestones",
            {"MilestoneStatus": "planned", "MilestoneKind": "activity", "PlanStart": TODAY},
            {"M-S2": {"MilestoneStatus": "in_progress"}},
        ),
        ("Milestones", {"MilestoneStatus": "planned", "MilestoneKind": "activity", "PlanStart": TOMORROW}, {}),
        ("Milestones", {"MilestoneStatus": "planned", "MilestoneKind": "milestone", "PlanStart": TODAY}, {}),
        ("Milestones", {"MilestoneStatus": "achieved", "PercentDone": 100}, {"M-S3": {"ActualEnd": TODAY}}),
        (
            "Milestones",
            {"MilestoneStatus": "in_progress", "GateResult": "no_go"},
            {"M-S4": {"MilestoneStatus": "on_hold"}},
        ),
        ("Milestones", {"MilestoneStatus": "achieved", "ActualEnd": TODAY, "GateResult": "no_go"}, {}),
        # §2.8
        (
            "Commitments",
            {"CommitmentStatus": "requested", "QuoteReceivedOn": TODAY},
            {"O-S1": {"CommitmentStatus": "received"}},
        ),
        (
            "Commitments",
            {"CommitmentStatus": "draft", "QuoteReceivedOn": TODAY},
            {"O-S1": {"CommitmentStatus": "received"}},
        ),
        (
            "Commitments",
            {"CommitmentStatus": "received", "QuoteChecked": True, "MandateChecked": True},
            {"O-S2": {"CommitmentStatus": "to_sign"}},
        ),
        ("Commitments", {"CommitmentStatus": "received", "QuoteChecked": True, "MandateChecked": False}, {}),
        ("Commitments", {"CommitmentStatus": "to_sign", "OrderSentOn": TODAY}, {"O-S3": {"CommitmentStatus": "sent"}}),
        (
            "Commitments",
            {"CommitmentStatus": "sent", "DeliveredOn": TODAY},
            {"O-S4": {"CommitmentStatus": "delivered"}},
        ),
        (
            "Commitments",
            {"CommitmentStatus": "delivered", "CommitmentLeft": 0},
            {"O-S5": {"CommitmentStatus": "closed"}},
        ),
        ("Commitments", {"CommitmentStatus": "delivered", "CommitmentLeft": 5}, {}),
        # Everything at once, as numbered (§2.0.8): from the quote to the delivery in one run.
        (
            "Commitments",
            {
                "CommitmentStatus": "requested",
                "QuoteReceivedOn": YESTERDAY,
                "QuoteChecked": True,
                "MandateChecked": True,
                "OrderSentOn": YESTERDAY,
                "DeliveredOn": TODAY,
                "CommitmentLeft": 5,
            },
            {
                "O-S1": {"CommitmentStatus": "received"},
                "O-S2": {"CommitmentStatus": "to_sign"},
                "O-S3": {"CommitmentStatus": "sent"},
                "O-S4": {"CommitmentStatus": "delivered"},
            },
        ),
        # §2.9
        ("RunSheet", {"RunStatus": "to_do", "RunDoneOn": TODAY}, {"RS-S1": {"RunStatus": "done"}}),
        ("RunSheet", {"RunStatus": "cancelled", "RunDoneOn": TODAY}, {}),
        # §2.10
        (
            "ProjectDocuments",
            {"DocStatus": "review", "AdoptedOn": TODAY, "ArchiveStatus": "working"},
            {"V-S1": {"DocStatus": "adopted"}, "V-S2": {"ArchiveStatus": "to_archive"}},
        ),
        ("ProjectDocuments", {"DocStatus": "draft", "AdoptedOn": TODAY, "ArchiveStatus": "working"}, {}),
        (
            "ProjectDocuments",
            {"DocStatus": "adopted", "ArchiveStatus": "to_archive", "ArchivedOn": TODAY, "ArchiveReference": "Z-1"},
            {"V-S3": {"ArchiveStatus": "archived"}},
        ),
        ("ProjectDocuments", {"DocStatus": "adopted", "ArchiveStatus": "to_archive", "ArchivedOn": TODAY}, {}),
        (
            "ProjectDocuments",
            {
                "DocStatus": "draft",
                "ArchiveStatus": "working",
                "RetentionStart": date(2028, 2, 29),
                "RetentionYears": 7,
            },
            {"V-S4": {"DestroyAfter": date(2035, 2, 28)}},
        ),
        (
            "ProjectDocuments",
            {
                "DocStatus": "draft",
                "RetentionStart": date(2028, 2, 29),
                "RetentionYears": 7,
                "RetentionForever": True,
                "DestroyAfter": date(2035, 2, 28),
            },
            {"V-S4": {"DestroyAfter": None}},
        ),
        # §2.11
        ("StatusReports", {"ReportStatus": "to_approve", "ApprovedOn": TODAY}, {"G-S1": {"ReportStatus": "approved"}}),
        ("StatusReports", {"ReportStatus": "draft", "ApprovedOn": TODAY}, {}),
        ("StatusReports", {"ReportStatus": "approved", "SentOn": TODAY}, {"G-S2": {"ReportStatus": "sent"}}),
        ("StatusReports", {"ReportStatus": "to_approve", "SentOn": TODAY}, {}),
        # §2.13
        ("StartUpChecklist", {"PsuStatus": "open", "PsuDoneOn": TODAY}, {"PSU-S1": {"PsuStatus": "agreed"}}),
        ("StartUpChecklist", {"PsuStatus": "open", "PsuAgreement": "x"}, {"PSU-S2": {"PsuStatus": "in_progress"}}),
        ("StartUpChecklist", {"PsuStatus": "not_needed", "PsuAgreement": "x", "PsuDoneOn": TODAY}, {}),
        # §2.14
        ("Evaluations", {"EvalStatus": "open", "EvalAnswer": "x"}, {"E-S1": {"EvalStatus": "answered"}}),
        (
            "Evaluations",
            {"EvalStatus": "open", "EvalAnswer": "x", "EmbeddedIn": "y"},
            {"E-S1": {"EvalStatus": "answered"}, "E-S2": {"EvalStatus": "embedded"}},
        ),
        ("Evaluations", {"EvalStatus": "shared", "EmbeddedIn": "y"}, {"E-S2": {"EvalStatus": "embedded"}}),
        ("Evaluations", {"EvalStatus": "open", "EmbeddedIn": "y"}, {}),
    ],
)
def test_what_a_rule_does(key: str, values: Values, changes: dict[str, Values]) -> None:
    assert acting(key, values) == changes


@pytest.mark.parametrize(
    ("key", "values", "done"),
    [
        ("Decisions", {"DecisionStatus": "taken", "ReplacedBy": Reference(2)}, "B-S2 ReplacedBy=2"),
        ("Risks", {"RiskStatus": "managed", "OccurredOn": YESTERDAY}, "R-S2 OccurredOn=2026-12-02"),
        ("Milestones", {"MilestoneStatus": "planned", "GateResult": "no_go"}, "M-S4 GateResult=no_go"),
        ("Commitments", {"CommitmentStatus": "to_sign", "OrderSentOn": TODAY}, "O-S3 OrderSentOn=2026-12-03"),
        ("RunSheet", {"RunStatus": "in_progress", "RunDoneOn": TODAY}, "RS-S1 RunDoneOn=2026-12-03"),
        ("StatusReports", {"ReportStatus": "approved", "SentOn": TODAY}, "G-S2 SentOn=2026-12-03"),
        ("StartUpChecklist", {"PsuStatus": "open", "PsuDoneOn": TODAY}, "PSU-S1 PsuDoneOn=2026-12-03"),
        ("Evaluations", {"EvalStatus": "answered", "EmbeddedIn": "y"}, "E-S2 EmbeddedIn=y"),
    ],
)
def test_what_a_hand_undid_is_left_alone(key: str, values: Values, done: str) -> None:
    # guide.md §2.0.8: not repeated until the trigger field changes again.
    assert acting(key, values) != {}
    assert acting(key, values, frozenset({done})) == {}
