"""Views of the lists: order, sorting and what they show. Expected values by hand."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.definitions.condition import matches
from projectlists.definitions.model import Definitions
from projectlists.item import Value
from tests.definitions.listed import TODAY, YESTERDAY, item


# guide.md "Views" of each list, in order; * is the default. The last view of Risks is the programme's (§3).
@pytest.mark.parametrize(
    ("key", "views"),
    [
        (
            "Decisions",
            "*Besluiten/Decisions; Nog te nemen/To be taken; Nog uit te voeren/To be carried out; Te laat/Overdue; "
            "Per gremium/By body; Mijn besluiten/My decisions",
        ),
        (
            "Risks",
            "*Toprisico's/Top risks; Mijn risico's/My risks; Te bespreken/To be reviewed; "
            "Per invalshoek/By perspective; Maatregelen te laat/Measures overdue; Opgetreden/Occurred; Bord/Board; "
            "Risico's voor het hele programma/Risks for the whole programme",
        ),
        (
            "Milestones",
            "*Planning/Plan; Mijlpalen/Milestones; Kalender/Calendar; Komende 60 dagen/Next 60 days; Te laat/Overdue; "
            "Uitloop/Slipping; Faseovergangen/Phase gates",
        ),
        (
            "BudgetLines",
            "*Begroting/Budget; Per fase/By phase; Per jaar/By year; Overschrijding/Overrun; "
            "Te controleren/To be checked",
        ),
        (
            "Commitments",
            "*Lopende opdrachten/Running orders; Checks open/Open checks; Per kostenpost/By cost item; "
            "Te laat/Overdue; Mijn opdrachten/My orders",
        ),
        (
            "RunSheet",
            "*Voorbereiding/Preparation; Tijdens de bijeenkomst/On the day; Mijn taken/My tasks; Nog te doen/To do; "
            "Te laat/Overdue",
        ),
        (
            "ProjectDocuments",
            "*Alle documenten/All documents; Ter vaststelling/For adoption; Mijn concepten/My drafts; "
            "Vastgesteld/Adopted; Te archiveren/To be archived; Vernietiging/Destruction; "
            "Zonder beveiligingsniveau/No confidentiality level",
        ),
        ("StatusReports", "*Rapportages/Reports; Laatste rapportage/Latest report; Te versturen/To be sent"),
        ("StartUpChecklist", "*PSU/Start-up; Nog te regelen/To be arranged; Mijn onderwerpen/My topics"),
        (
            "Evaluations",
            "*Evaluatievragen/Evaluation questions; Lessen/Lessons; Vervolgacties/Follow-up; "
            "Nog te borgen/To be embedded",
        ),
        (
            "ProgrammeProjects",
            "*Helikopterview/Helicopter view; Mijlpalen/Milestones; Aandacht nodig/Attention needed; "
            "Per ondersteuner/By supporter; Slapend/Dormant",
        ),
    ],
)
def test_views_in_order(definitions: Definitions, key: str, views: str) -> None:
    found = [f"{'*' * view.default}{view.title.nl}/{view.title.en}" for view in definitions.lists[key].views]
    assert "; ".join(found) == views
    assert all(view.fields[0] == "Title" for view in definitions.lists[key].views)


# guide.md "Sort / group" of each view: group, then sort; - is descending.
@pytest.mark.parametrize(
    ("key", "order"),
    [
        (
            "Decisions",
            "-DecisionDate; SubmissionDueOn; DueDate; DueDate; by DecisionBody, -DecisionDate; DueDate",
        ),
        (
            "Risks",
            "-RiskScore; -RiskScore; NextReviewOn; by RiskPerspective, -RiskScore; DueDate; -OccurredOn; -RiskScore; "
            "-RiskScore",
        ),
        ("Milestones", "by ProjectPhase, PlanEnd; PlanEnd; ; PlanEnd; PlanEnd; -SlipDays; PlanEnd"),
        (
            "BudgetLines",
            "by CostType, Title; by ProjectPhase, Title; by BudgetYear, Title; BudgetVariance; LastCheckedOn",
        ),
        ("Commitments", "DueDate; -Modified; by BudgetLineRef, Title; DueDate; DueDate"),
        ("RunSheet", "by EventRef, DueDate; by EventRef, StartTime; DueDate, StartTime; DueDate; DueDate"),
        (
            "ProjectDocuments",
            "-Modified; ReviewDueOn; -Modified; by DocType, -AdoptedOn; AdoptedOn; DestroyAfter; -Modified",
        ),
        ("StatusReports", "-ReportDate; -ReportDate; DueDate"),
        ("StartUpChecklist", "by PsuElement, DueDate; DueDate; DueDate"),
        ("Evaluations", "ID; -Modified; DueDate; -Modified"),
        (
            "ProgrammeProjects",
            "by ProgrammeGoal, OverallRag; NextMilestoneOn; OverallRag; by SupportUser, Title; Title",
        ),
    ],
)
def test_order_of_the_views(definitions: Definitions, key: str, order: str) -> None:
    found = [
        ", ".join([*(f"by {name}" for name in view.group), *("-" * one.descending + one.field for one in view.sort)])
        for view in definitions.lists[key].views
    ]
    assert "; ".join(found) == order


def test_boards_calendars_and_groups(definitions: Definitions) -> None:
    found = {
        f"{key}.{view.key}": (view.layout, view.board or view.start, view.end, view.group)
        for key, definition in definitions.lists.items()
        for view in definition.views
        if view.layout != "list" or view.group
    }
    assert found == {
        "Actions.ByOwner": ("list", None, None, ("ActionOwner",)),
        "Actions.Board": ("board", "ActionStatus", None, ()),
        "Actions.Calendar": ("calendar", "DueDate", None, ()),
        "Actions.ByMeeting": ("list", None, None, ("MeetingName",)),
        "Stakeholders.RingsOfInfluence": ("list", None, None, ("RingDesired",)),
        "Stakeholders.ShiftNeeded": ("list", None, None, ("RingCurrent", "RingDesired")),
        "Stakeholders.ByRelationOwner": ("list", None, None, ("RelationOwner",)),
        "CommunicationCalendar.Calendar": ("calendar", "CommDate", "CommEndDate", ()),
        "CommunicationCalendar.Board": ("board", "CommStatus", None, ()),
        "CommunicationCalendar.ByResponsible": ("list", None, None, ("CommOwner",)),
        "StatusReports.LatestReport": ("gallery", None, None, ()),
        "TeamRoles.Team": ("list", None, None, ("TeamRole",)),
        "Milestones.Plan": ("list", None, None, ("ProjectPhase",)),
        "Milestones.Calendar": ("calendar", "PlanStart", "PlanEnd", ()),
        "Decisions.ByBody": ("list", None, None, ("DecisionBody",)),
        "Risks.ByPerspective": ("list", None, None, ("RiskPerspective",)),
        "Risks.Board": ("board", "RiskStatus", None, ()),
        "BudgetLines.Budget": ("list", None, None, ("CostType",)),
        "BudgetLines.ByPhase": ("list", None, None, ("ProjectPhase",)),
        "BudgetLines.ByYear": ("list", None, None, ("BudgetYear",)),
        "Commitments.ByCostItem": ("list", None, None, ("BudgetLineRef",)),
        "RunSheet.Preparation": ("list", None, None, ("EventRef",)),
        "RunSheet.OnTheDay": ("list", None, None, ("EventRef",)),
        "ProjectDocuments.Adopted": ("list", None, None, ("DocType",)),
        "StartUpChecklist.StartUp": ("list", None, None, ("PsuElement",)),
        "ProgrammeProjects.HelicopterView": ("list", None, None, ("ProgrammeGoal",)),
        "ProgrammeProjects.BySupporter": ("list", None, None, ("SupportUser",)),
    }


# guide.md "Filter" of the views that are more than one test, at their edges.
@pytest.mark.parametrize(
    ("key", "view", "values", "shown"),
    [
        ("Decisions", "Overdue", {"DecisionStatus": "taken", "DueDate": YESTERDAY}, True),
        ("Decisions", "Overdue", {"DecisionStatus": "taken", "DueDate": TODAY}, False),
        ("Decisions", "Overdue", {"DecisionStatus": "executed", "DueDate": YESTERDAY}, False),
        ("Decisions", "Decisions", {"DecisionStatus": "replaced"}, False),
        ("Risks", "TopRisks", {"RiskStatus": "accepted"}, False),
        ("Risks", "ToBeReviewed", {"RiskStatus": "occurred", "NextReviewOn": date(2026, 12, 15)}, True),
        ("Risks", "ToBeReviewed", {"RiskStatus": "managed", "NextReviewOn": date(2026, 12, 16)}, False),
        ("Risks", "ToBeReviewed", {"RiskStatus": "closed", "NextReviewOn": YESTERDAY}, False),
        ("Risks", "MeasuresOverdue", {"RiskStatus": "managed", "DueDate": YESTERDAY}, True),
        (
            "Risks",
            "MeasuresOverdue",
            {"RiskStatus": "managed", "DueDate": YESTERDAY, "MeasureDoneOn": YESTERDAY},
            False,
        ),
        ("Milestones", "Next60Days", {"MilestoneStatus": "planned", "PlanEnd": date(2027, 1, 30)}, True),
        ("Milestones", "Next60Days", {"MilestoneStatus": "planned", "PlanEnd": date(2027, 1, 31)}, False),
        ("Milestones", "Overdue", {"MilestoneStatus": "on_hold", "PlanEnd": YESTERDAY}, False),
        ("Milestones", "Milestones", {"MilestoneKind": "activity", "MilestoneStatus": "planned"}, False),
        ("BudgetLines", "ToBeChecked", {"BudgetStatus": "approved"}, True),
        ("BudgetLines", "ToBeChecked", {"BudgetStatus": "approved", "LastCheckedOn": date(2026, 10, 31)}, True),
        ("BudgetLines", "ToBeChecked", {"BudgetStatus": "approved", "LastCheckedOn": date(2026, 11, 1)}, False),
        ("BudgetLines", "ToBeChecked", {"BudgetStatus": "draft"}, False),
        (
            "Commitments",
            "OpenChecks",
            {
                "CommitmentStatus": "sent",
                "QuoteChecked": True,
                "MandateChecked": True,
                "FiledInDossier": True,
                "FiledInFinance": False,
            },
            True,
        ),
        (
            "Commitments",
            "OpenChecks",
            {
                "CommitmentStatus": "sent",
                "QuoteChecked": True,
                "MandateChecked": True,
                "FiledInDossier": True,
                "FiledInFinance": True,
            },
            False,
        ),
        ("Commitments", "OpenChecks", {"CommitmentStatus": "requested", "QuoteChecked": False}, False),
        ("Commitments", "Overdue", {"CommitmentStatus": "delivered", "DueDate": YESTERDAY}, False),
        ("RunSheet", "Preparation", {"RunPart": "afterwards", "RunStatus": "to_do"}, False),
        ("ProjectDocuments", "Destruction", {"DestroyAfter": date(2027, 12, 1)}, True),
        ("ProjectDocuments", "Destruction", {"DestroyAfter": YESTERDAY, "RetentionForever": True}, False),
        ("ProjectDocuments", "WithoutLevel", {}, True),
        ("StatusReports", "LatestReport", {"ReportStatus": "to_approve"}, False),
        ("Evaluations", "FollowUp", {"EvalKind": "follow_up", "EvalStatus": "shared"}, True),
        ("Evaluations", "FollowUp", {"EvalKind": "lesson", "EvalStatus": "open"}, False),
        ("ProgrammeProjects", "AttentionNeeded", {"PortfolioStatus": "active", "RagTime": "amber"}, True),
        ("ProgrammeProjects", "AttentionNeeded", {"PortfolioStatus": "active", "DependencyRag": "red"}, True),
        ("ProgrammeProjects", "AttentionNeeded", {"PortfolioStatus": "active", "RagTime": "grey"}, False),
        ("ProgrammeProjects", "AttentionNeeded", {"PortfolioStatus": "paused", "RagTime": "red"}, False),
    ],
)
def test_what_a_view_shows(
    definitions: Definitions, *, key: str, view: str, values: dict[str, Value], shown: bool
) -> None:
    found = next(one for one in definitions.lists[key].views if one.key == view)
    assert matches(found.filter, item(**values), TODAY) is shown
