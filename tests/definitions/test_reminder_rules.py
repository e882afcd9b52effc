"""Reminder rules of the lists (guide.md "Reminders" of each). Expected values by hand."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.definitions.condition import matches
from projectlists.definitions.model import Definitions
from projectlists.definitions.rulemodel import Recipient, Step
from projectlists.item import Value
from tests.definitions.listed import ELEVEN, TODAY, item


def shown(step: Step) -> str:
    def name(recipient: Recipient) -> str:
        return f"{'cc ' * recipient.info}{recipient.field or recipient.role}"

    repeat = f" every {step.repeat} x{step.times}" if step.repeat else " weekly" * step.weekly
    return f"{step.stage}{repeat}: {', '.join(name(recipient) for recipient in step.to)}"


def standard(owner: str) -> list[str]:
    """The standard deadline set (guide.md §2.0.7)."""
    return [
        f"D-7: {owner}",
        f"D-1: {owner}",
        f"D0: {owner}",
        f"D+3 every 3 x8: {owner}",
        f"ESC: escalation, cc supporter, cc {owner}",
    ]


def before(owner: str, *days: int) -> list[str]:
    return [f"D-{count}: {owner}" if count else f"D0: {owner}" for count in days]


M_LATE = [
    "D0: MilestoneOwner, cc escalation",
    "D+5 every 5 xNone: MilestoneOwner, cc escalation",
]


# guide.md "Reminders" of each list. B-R2, R-R2, O-R3, V-R1 and E-R1 are the standard set D.
@pytest.mark.parametrize(
    ("key", "rule", "date_field", "states", "steps"),
    [
        ("Decisions", "B-R1", "SubmissionDueOn", ("preparing",), before("DecisionOwner", 10, 5, 1)),
        ("Decisions", "D", "DueDate", ("taken",), standard("DecisionOwner")),
        ("Decisions", "R-R5", "DecisionDate", ("preparing", "submitted"), before("supporter", 5)),
        ("Risks", "R-R1", "NextReviewOn", None, [*before("RiskOwner", 7, 1, 0), "D+1 weekly: supporter"]),
        ("Risks", "R-R3", "holds_since", None, before("escalation", 0)),
        ("Risks", "R-R4", "LastReviewedOn", None, ["D0: supporter, escalation"]),
        ("Risks", "R-S2", "status_since", ("occurred",), before("supporter", 0)),
        ("Risks", "D", "DueDate", None, standard("RiskOwner")),
        ("Milestones", "M-R1", "ForecastEnd", None, before("MilestoneOwner", 20, 10, 5, 1)),
        ("Milestones", "M-R2", "ForecastEnd", None, M_LATE),
        ("Milestones", "M-R3", "grown", None, before("escalation", 0)),
        ("Milestones", "M-R4", "ForecastEnd", None, before("supporter", 20)),
        ("Milestones", "R-R5", "ForecastEnd", None, before("supporter", 5)),
        ("Milestones", "K-R2", "turned", ("achieved",), before("supporter", 0)),
        ("Milestones", "E-R2", "turned", ("achieved",), before("supporter", 0)),
        ("BudgetLines", "F-R1", "schedule", None, before("supporter", 0)),
        ("BudgetLines", "F-R2", "holds_since", None, ["D0: escalation, BudgetHolder"]),
        ("BudgetLines", "F-R3", "schedule", None, before("escalation", 0)),
        ("Commitments", "O-R1", "status_since", ("to_sign",), ["W+5: CommitmentOwner"]),
        ("Commitments", "O-R2", "status_since", ("sent",), ["W+3: supporter"]),
        ("Commitments", "D", "DueDate", ("sent",), standard("CommitmentOwner")),
        ("RunSheet", "RS-R1", "DueDate", None, [*before("RunOwner", 5, 2, 0), "D+1 every 1 xNone: RunOwner"]),
        ("RunSheet", "RS-R2", "DueDate", None, before("RunOwner", 1)),
        ("ProjectDocuments", "D", "ReviewDueOn", ("review",), standard("DocOwner")),
        ("ProjectDocuments", "V-R2", "status_since", ("adopted",), ["W+10: supporter"]),
        ("ProjectDocuments", "V-R3", "schedule", ("draft", "review", "to_adopt", "adopted"), before("supporter", 0)),
        (
            "ProjectDocuments",
            "V-R4",
            "schedule",
            ("draft", "review", "to_adopt", "adopted", "obsolete"),
            before("supporter", 0),
        ),
        ("StatusReports", "G-S2", "status_since", ("sent",), before("ReportAuthor", 0)),
        ("Evaluations", "E-R3", "schedule", ("open",), before("supporter", 0)),
        ("ProgrammeProjects", "H-R1", "LastReportOn", None, ["D+5: ProjectLead, cc SupportUser"]),
        ("ProgrammeProjects", "H-R3", "turned", None, before("escalation", 0)),
        ("StatusReports", "G-R1", "DueDate", None, before("ReportAuthor", 10, 3, 0)),
        ("StatusReports", "G-R2", "status_since", ("to_approve",), ["W+2: ReportApprover"]),
        ("StartUpChecklist", "D", "DueDate", None, standard("PsuOwner")),
        ("Evaluations", "D", "DueDate", None, standard("EvalOwner")),
    ],
)
def test_reminder_rules(
    definitions: Definitions, *, key: str, rule: str, date_field: str, states: tuple[str, ...] | None, steps: list[str]
) -> None:
    found = next(one for one in definitions.lists[key].reminders if one.id == rule)
    assert (found.date, found.unit, found.states) == (date_field, "working_days", states)
    assert [shown(step) for step in found.steps] == steps


def test_which_reminder_rules_there_are(definitions: Definitions) -> None:
    assert {key: [rule.id for rule in definitions.lists[key].reminders] for key in ELEVEN} == {
        "Decisions": ["B-R1", "D", "R-R5"],
        "Risks": ["R-R1", "D", "R-R3", "R-R4", "R-S2"],
        "Milestones": ["M-R1", "M-R2", "M-R3", "M-R4", "R-R5", "K-R2", "E-R2"],
        "BudgetLines": ["F-R1", "F-R2", "F-R3"],
        "Commitments": ["O-R1", "O-R2", "D"],
        "RunSheet": ["RS-R1", "RS-R2"],
        "ProjectDocuments": ["D", "V-R2", "V-R3", "V-R4"],
        "StatusReports": ["G-R1", "G-R2", "G-S2"],
        "StartUpChecklist": ["D"],
        "Evaluations": ["D", "E-R3"],
        "ProgrammeProjects": ["H-R1", "H-R2", "H-R3"],
    }


# guide.md §2.6 (M-R1, M-R2, M-R4, R-R5), §2.2 (K-R3), §2.5 (R-R4): where the first date is empty the other counts.
@pytest.mark.parametrize(
    ("key", "rule", "otherwise", "months"),
    [
        ("Milestones", "M-R1", "PlanEnd", 0),
        ("Milestones", "M-R2", "PlanEnd", 0),
        ("Milestones", "M-R4", "PlanEnd", 0),
        ("Milestones", "R-R5", "PlanEnd", 0),
        ("Stakeholders", "K-R3", "Created", 0),
        ("Risks", "R-R4", "Created", 12),
        ("ProgrammeProjects", "H-R1", None, 1),
    ],
)
def test_other_dates(definitions: Definitions, key: str, rule: str, otherwise: str | None, months: int) -> None:
    found = next(one for one in definitions.lists[key].reminders if one.id == rule)
    assert (found.otherwise, found.months) == (otherwise, months)


# guide.md §2.7 (first working day of the month, 1 October), §2.10 (monthly, quarterly), §2.14 (every 10 working days).
def test_schedules(definitions: Definitions) -> None:
    found = {
        rule.id: rule.schedule
        for definition in definitions.lists.values()
        for rule in definition.reminders
        if rule.schedule
    }
    assert found == {"F-R1": "monthly", "F-R3": "10-01", "V-R3": "monthly", "V-R4": "quarterly", "E-R3": "fortnightly"}


# guide.md "Reminders": for which rows.
@pytest.mark.parametrize(
    ("key", "values", "rules"),
    [
        ("Risks", {}, "R-R1 D R-R4 R-S2"),
        ("Risks", {"MeasureDoneOn": TODAY}, "R-R1 R-R4 R-S2"),
        ("Risks", {"MeasureDoneOn": TODAY, "RiskScore": 15}, "R-R1 R-R3 R-R4 R-S2"),
        ("Risks", {"MeasureDoneOn": TODAY, "RiskScore": 14}, "R-R1 R-R4 R-S2"),
        ("Milestones", {"MilestoneKind": "milestone"}, "M-R1 M-R2 M-R3"),
        ("Milestones", {"MilestoneKind": "phase_gate"}, "M-R1 M-R2 M-R3 M-R4 R-R5 K-R2 E-R2"),
        ("Milestones", {"MilestoneKind": "activity"}, "M-R1 M-R2 M-R3"),
        ("BudgetLines", {"LastCheckedOn": date(2026, 11, 1)}, ""),
        ("BudgetLines", {"LastCheckedOn": date(2026, 10, 31)}, "F-R1"),
        ("BudgetLines", {"LastCheckedOn": TODAY, "BudgetFree": -0.01}, "F-R2"),
        ("BudgetLines", {"LastCheckedOn": TODAY, "BudgetCurrent": 100, "BudgetVariance": -10}, ""),
        ("BudgetLines", {"LastCheckedOn": TODAY, "BudgetCurrent": 100, "BudgetVariance": -10.5}, "F-R2"),
        (
            "BudgetLines",
            {"LastCheckedOn": TODAY, "BudgetYear": 2026, "BudgetCurrent": 100, "InvoicedAmount": 99},
            "F-R3",
        ),
        ("BudgetLines", {"LastCheckedOn": TODAY, "BudgetYear": 2027, "BudgetCurrent": 100, "InvoicedAmount": 99}, ""),
        ("Commitments", {"FiledInDossier": True, "FiledInFinance": True}, "O-R1 D"),
        ("Commitments", {"FiledInDossier": True, "FiledInFinance": False}, "O-R1 O-R2 D"),
        ("RunSheet", {"RunPart": "preparation"}, "RS-R1"),
        ("RunSheet", {"RunPart": "on_the_day"}, "RS-R2"),
        ("RunSheet", {"RunPart": "afterwards"}, ""),
        ("ProjectDocuments", {"ArchiveStatus": "to_archive"}, "D"),
        ("ProjectDocuments", {"ArchiveStatus": "working"}, "D V-R2"),
        ("ProjectDocuments", {"DestroyAfter": date(2026, 11, 30), "DestructionStatus": "proposed"}, "D V-R4"),
        ("ProjectDocuments", {"DestroyAfter": TODAY, "DestructionStatus": "none"}, "D"),
        ("ProjectDocuments", {"DestroyAfter": date(2026, 11, 30), "DestructionStatus": "destroyed"}, "D"),
    ],
)
def test_rows_of_the_reminder_rules(definitions: Definitions, key: str, values: dict[str, Value], rules: str) -> None:
    row = item(**values)
    found = [rule.id for rule in definitions.lists[key].reminders if matches(rule.when, row, TODAY)]
    assert found == rules.split()


# guide.md §2.0.7 (D) and "Reminders" of each list.
@pytest.mark.parametrize(
    ("key", "rule", "date_field", "unit", "states", "steps"),
    [
        (
            "Actions",
            "D",
            "DueDate",
            "working_days",
            None,
            [
                "D-7: ActionOwner",
                "D-1: ActionOwner",
                "D0: ActionOwner",
                "D+3 every 3 x8: ActionOwner",
                "ESC: escalation, cc supporter, cc ActionOwner",
            ],
        ),
        ("Actions", "W1", "Created", "working_days", None, ["W+2: supporter"]),
        (
            "Stakeholders",
            "K-R1",
            "NextReviewOn",
            "working_days",
            None,
            ["D-7: RelationOwner, cc supporter", "D0: RelationOwner, cc supporter"],
        ),
        ("Stakeholders", "K-R3", "LastContactOn", "days", ("active",), ["W+60: RelationOwner"]),
        (
            "CommunicationCalendar",
            "C-R1",
            "DraftDueOn",
            "working_days",
            ("planned", "drafting"),
            ["D-5: CommOwner", "D-1: CommOwner", "D0: CommOwner", "D+2 every 2 xNone: CommOwner"],
        ),
        (
            "CommunicationCalendar",
            "C-R2",
            "status_since",
            "working_days",
            ("to_approve",),
            ["W+2: CommApprover, cc CommOwner"],
        ),
        (
            "CommunicationCalendar",
            "C-R3",
            "CommDate",
            "working_days",
            ("planned", "drafting", "to_approve"),
            ["D-2: CommOwner, CommApprover"],
        ),
        ("CommunicationCalendar", "C-R4", "CommDate", "working_days", None, ["D0: CommOwner"]),
        (
            "CommunicationCalendar",
            "C-R5",
            "CommDate",
            "working_days",
            None,
            ["D+1: CommOwner", "ESC: escalation, cc communication"],
        ),
        ("CommunicationCalendar", "C-R6", "PublishedOn", "working_days", ("published",), ["D+10: CommOwner"]),
        ("CommunicationCalendar", "C-S5", "changed", "working_days", None, ["D0: CommOwner"]),
        ("CommunicationCalendar", "RS-S2", "status_since", "working_days", ("cancelled",), ["D0: supporter"]),
        ("TeamRoles", "T-R1", "RoleEnd", "working_days", None, ["D-20: supporter", "D-5: supporter"]),
        ("TeamRoles", "T-R2", "status_since", "working_days", ("left",), ["D0: supporter"]),
    ],
)
def test_reminder_rules_of_the_four_lists(
    definitions: Definitions,
    *,
    key: str,
    rule: str,
    date_field: str,
    unit: str,
    states: tuple[str, ...] | None,
    steps: list[str],
) -> None:
    found = next(one for one in definitions.lists[key].reminders if one.id == rule)
    assert (found.date, found.unit, found.states) == (date_field, unit, states)
    assert [shown(step) for step in found.steps] == steps


def test_escalation_comes_after_five_working_days_and_for_a_moment_after_two(definitions: Definitions) -> None:
    found = {
        (rule.id, step.days)
        for definition in definitions.lists.values()
        for rule in definition.reminders
        for step in rule.steps
        if step.escalation
    }
    assert found == {("D", 5), ("C-R5", 2)}


def test_w1_asks_for_an_owner_or_a_deadline(definitions: Definitions) -> None:
    rule = next(one for one in definitions.lists["Actions"].reminders if one.id == "W1")
    assert matches(rule.when, item(DueDate=TODAY), TODAY)
    assert matches(rule.when, item(ExternalOwner="Nutsbedrijf"), TODAY)
    assert not matches(rule.when, item(ExternalOwner="Nutsbedrijf", DueDate=TODAY), TODAY)
