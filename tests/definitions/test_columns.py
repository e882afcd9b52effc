"""Columns of the eleven lists of guide.md §2.4-§2.11 and §2.13-§2.15. Expected values by hand."""

from __future__ import annotations

import pytest

from projectlists.definitions.model import Definitions
from tests.definitions.listed import ELEVEN


# guide.md §2.0.14: titles, number of columns (without the technical ones of §2.0.4), closing states; §2.0.7 (o).
@pytest.mark.parametrize(
    ("key", "nl", "en", "count", "closing", "sleeping"),
    [
        ("Decisions", "Besluitenlijst", "Decision list", 16, "executed rejected withdrawn replaced", ""),
        ("Risks", "Risicolijst", "Risk list", 24, "closed", ""),
        ("Milestones", "Planning en mijlpalen", "Plan and milestones", 15, "achieved cancelled", "on_hold"),
        ("BudgetLines", "Projectbegroting", "Project budget", 18, "closed", ""),
        ("Commitments", "Opdrachten", "Assignments and orders", 20, "closed cancelled", ""),
        ("RunSheet", "Draaiboek", "Run sheet", 14, "done cancelled", ""),
        ("ProjectDocuments", "Projectdocumenten", "Project documents", 19, "adopted obsolete", ""),
        ("StatusReports", "Voortgangsrapportage", "Progress report", 26, "sent", ""),
        ("StartUpChecklist", "Project start-up (PSU)", "Project start-up", 9, "agreed not_needed", ""),
        ("Evaluations", "Evaluatie en lessen", "Evaluation and lessons", 12, "embedded dropped", ""),
        ("ProgrammeProjects", "Programmaoverzicht", "Programme overview", 28, "closed", "paused"),
    ],
)
def test_titles_columns_and_closing_states(
    definitions: Definitions, *, key: str, nl: str, en: str, count: int, closing: str, sleeping: str
) -> None:
    found = definitions.lists[key]
    assert (found.title.nl, found.title.en) == (nl, en)
    assert len(found.fields) == count + 2
    assert [field.name for field in found.fields[-2:]] == ["ImportKey", "ReminderOff"]
    assert found.fields[0].name == "Title"
    assert found.kind == ("library" if key == "ProjectDocuments" else "list")
    assert found.status is not None
    assert (list(found.status.closing), list(found.status.sleeping)) == (closing.split(), sleeping.split())
    assert found.words is not None


# guide.md, the table of each list: internal names in order; R required, I indexed, M managed by the tool.
@pytest.mark.parametrize(
    ("key", "columns"),
    [
        (
            "Decisions",
            "Title:R DecisionText DecisionDate:I DecisionBody:RI DecisionReason DecisionEffects MeetingName AgendaItem "
            "SubmissionDueOn:I DecisionOwner:I DueDate:I DecisionStatus:RI ReplacedBy RelatedMilestone "
            "DecisionDocument ConfidentialityLevel:R",
        ),
        (
            "Risks",
            "Title:R RiskKind:R RiskCause:R RiskEvent:R RiskEffect:R RiskPerspective:I GrotikAspect "
            "RiskProbability:R RiskImpact:R RiskScore FinancialImpact RiskResponse RiskMeasure RiskOwner:RI DueDate:I "
            "MeasureDoneOn ResidualProbability ResidualImpact ResidualScore RiskStatus:RI OccurredOn LastReviewedOn "
            "NextReviewOn:RI RelatedMilestone",
        ),
        (
            "Milestones",
            "Title:R MilestoneKind:RI ProjectPhase:I PlanStart PlanEnd:RI ForecastEnd:I ActualEnd SlipDays PercentDone "
            "MilestoneOwner:RI DecisionPaper GateResult DependsOn MilestoneStatus:RI MilestoneNote",
        ),
        (
            "BudgetLines",
            "Title:R BudgetCode:I CostType:RI ProjectPhase BudgetYear BudgetOriginal:R BudgetChange BudgetCurrent "
            "CommittedAmount:M InvoicedAmount:M ForecastAmount BudgetFree BudgetVariance BudgetHolder:RI FundingSource "
            "BudgetStatus:RI LastCheckedOn:I BudgetNote",
        ),
        (
            "Commitments",
            "Title:R Contractor:RI BudgetLineRef:RI CommitmentAmount:R InvoicedToDate CommitmentLeft ProcurementRoute "
            "QuoteReceivedOn QuoteChecked MandateChecked SignedByFunction OrderSentOn:I FiledInDossier FiledInFinance "
            "DueDate:RI DeliveredOn CommitmentOwner:RI CommitmentStatus:RI OrderNumber:I OrderDocument",
        ),
        (
            "RunSheet",
            "Title:R EventRef:RI RunPart:RI RunCategory DueDate:RI StartTime EndTime RunLocation RunOwner:I "
            "ExternalOwner RunNeeds RunStatus:RI RunDoneOn RunNote",
        ),
        (
            "ProjectDocuments",
            "Title DocType:RI DocStatus:RI ConfidentialityLevel:RI HasPersonalData DocOwner:RI ReviewDueOn:I AdoptedOn "
            "RelatedDecision ProjectPhase ArchiveStatus:RI ArchivedOn ArchiveReference:I RetentionCategory "
            "RetentionYears RetentionForever RetentionStart DestroyAfter:IM DestructionStatus",
        ),
        (
            "StatusReports",
            "Title:R ReportDate:RI DueDate:RI OverallRag:R RagMoney:R NoteMoney RagRisk:R NoteRisk RagOrganisation:R "
            "NoteOrganisation RagTime:R NoteTime RagInformation:R NoteInformation RagQuality:R NoteQuality ReportTrend "
            "ReportSummary:R NextPeriod DecisionsAsked ReportAuthor:RI ReportApprover ApprovedOn SentOn "
            "ReportStatus:RI ReportLink",
        ),
        (
            "StartUpChecklist",
            "Title:R PsuElement:RI PsuQuestion PsuAgreement PsuOwner:I DueDate:I PsuDoneOn PsuStatus:RI PsuLink",
        ),
        (
            "Evaluations",
            "Title:R EvalKind:RI EvalDomain ProjectPhase:I EvalEvent EvalCause EvalAnswer EvalSource EvalOwner:I "
            "DueDate:I EmbeddedIn EvalStatus:RI",
        ),
        (
            "ProgrammeProjects",
            "Title:RI WorkForm:RI ProgrammeGoal:I ProjectSite ProjectLead:RI SupportUser:I OfficialClient "
            "PoliticalClient ProjectPhase:RI OverallRag RagMoney:M RagRisk:M RagOrganisation:M RagTime:M "
            "RagInformation:M RagQuality:M NextMilestone:M NextMilestoneOn:IM OpenActions:M OverdueActions:M "
            "HighRisks:M BudgetTotal:M BudgetForecast:M DependencyNote DependencyRag LastReportOn:M LastSyncOn:M "
            "PortfolioStatus:RI",
        ),
    ],
)
def test_columns_in_order_with_their_flags(definitions: Definitions, key: str, columns: str) -> None:
    found = []
    for field in definitions.lists[key].fields[:-2]:
        flags = "R" * field.required + "I" * field.indexed + "M" * field.managed
        found.append(f"{field.name}:{flags}" if flags else field.name)
    assert found == columns.split()


def test_bounds_of_numbers_and_amounts(definitions: Definitions) -> None:
    # guide.md, "Choices, limits, notes".
    found = {
        f"{key}.{field.name}": (field.minimum, field.maximum, field.decimals)
        for key in ELEVEN
        for field in definitions.lists[key].fields
        if (field.minimum, field.maximum, field.decimals) != (None, None, None)
    }
    assert found == {
        "Risks.RiskProbability": (1, 5, 0),
        "Risks.RiskImpact": (1, 5, 0),
        "Risks.FinancialImpact": (0, None, None),
        "Risks.ResidualProbability": (1, 5, 0),
        "Risks.ResidualImpact": (1, 5, 0),
        "Milestones.PercentDone": (0, 100, 0),
        "BudgetLines.BudgetYear": (2000, 2100, 0),
        "BudgetLines.BudgetOriginal": (0, None, None),
        "Commitments.CommitmentAmount": (0, None, None),
        "Commitments.InvoicedToDate": (0, None, None),
        "ProjectDocuments.RetentionYears": (1, 150, 0),
        "ProgrammeProjects.OpenActions": (0, None, 0),
        "ProgrammeProjects.OverdueActions": (0, None, 0),
        "ProgrammeProjects.HighRisks": (0, None, 0),
    }


def test_lookups(definitions: Definitions) -> None:
    found = {f"{key}.{field.name}": field.lookup for key in ELEVEN for field in definitions.lists[key].lookups}
    assert found == {
        "Decisions.ReplacedBy": "Decisions",
        "Decisions.RelatedMilestone": "Milestones",
        "Risks.RelatedMilestone": "Milestones",
        "Milestones.DependsOn": "Milestones",
        "Commitments.BudgetLineRef": "BudgetLines",
        "RunSheet.EventRef": "CommunicationCalendar",
        "ProjectDocuments.RelatedDecision": "Decisions",
    }


def test_named_formats(definitions: Definitions) -> None:
    # guide.md "Formatting" of each list; the number before the title is §2.0.5.
    found = {
        key: " ".join(f"{field.name}:{field.format}" for field in definitions.lists[key].fields if field.format)
        for key in ELEVEN
    }
    assert found == {
        "Decisions": "Title:number SubmissionDueOn:overdue DueDate:overdue DecisionStatus:pill "
        "ConfidentialityLevel:lock",
        "Risks": "Title:number RiskScore:score DueDate:overdue ResidualScore:score RiskStatus:pill "
        "NextReviewOn:overdue",
        "Milestones": "Title:number SlipDays:slip PercentDone:bar GateResult:gate MilestoneStatus:pill",
        "BudgetLines": "Title:number BudgetYear:year InvoicedAmount:share BudgetFree:shortage BudgetVariance:shortage",
        "Commitments": "Title:number CommitmentLeft:share QuoteChecked:check MandateChecked:check "
        "FiledInDossier:check FiledInFinance:check DueDate:overdue CommitmentStatus:pill",
        "RunSheet": "Title:number DueDate:overdue StartTime:bold RunStatus:pill",
        "ProjectDocuments": "Title:number DocStatus:pill ConfidentialityLevel:lock DestroyAfter:expired",
        "StatusReports": "Title:number OverallRag:light RagMoney:light RagRisk:light RagOrganisation:light "
        "RagTime:light RagInformation:light RagQuality:light ReportTrend:trend",
        "StartUpChecklist": "Title:number DueDate:overdue PsuStatus:pill",
        "Evaluations": "Title:number DueDate:overdue EvalStatus:pill",
        "ProgrammeProjects": "Title:number OverallRag:light RagMoney:light RagRisk:light RagOrganisation:light "
        "RagTime:light RagInformation:light RagQuality:light OverdueActions:alert HighRisks:alert "
        "BudgetForecast:share DependencyRag:light",
    }


def test_letters(definitions: Definitions) -> None:
    # guide.md §2.0.5 names A, B and R; the others are the letters of the rules, as far as two characters go.
    assert {key: definitions.lists[key].letter for key in ELEVEN} == {
        "Decisions": "B",
        "Risks": "R",
        "Milestones": "M",
        "BudgetLines": "F",
        "Commitments": "O",
        "RunSheet": "RS",
        "ProjectDocuments": "V",
        "StatusReports": "G",
        "StartUpChecklist": "PS",
        "Evaluations": "E",
        "ProgrammeProjects": "H",
    }
