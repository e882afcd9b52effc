"""Choices of the eleven lists: keys, labels and defaults, exactly as guide.md has them."""

from __future__ import annotations

import pytest

from projectlists.definitions.model import Definitions
from tests.definitions.listed import column

RAG = "green Groen (op koers)/Green (on track); amber Oranje (aandacht nodig)/Amber (needs attention); "
RAG += "red Rood (ingrijpen nodig)/Red (action needed); grey Grijs (niet van toepassing)/Grey (not applicable)"
LEVELS = "public Openbaar/Public; internal Intern/Internal; confidential Vertrouwelijk/Confidential; "
LEVELS += "strict Geheim/Strictly confidential"
PHASES = "initiation Initiatief/Initiation; definition Definitie/Definition; design Ontwerp/Design; "
PHASES += "preparation Voorbereiding/Preparation; execution Uitvoering/Execution; aftercare Nazorg/Aftercare"


# guide.md, the tables and §2.0.13: default, keys and labels, exactly.
@pytest.mark.parametrize(
    ("key", "name", "default", "choices"),
    [
        (
            "Decisions",
            "DecisionStatus",
            "preparing",
            "preparing In voorbereiding/In preparation; submitted Voorgelegd/Submitted; taken Genomen/Taken; "
            "executed Uitgevoerd/Carried out; rejected Afgewezen/Rejected; withdrawn Ingetrokken/Withdrawn; "
            "replaced Vervangen/Replaced",
        ),
        ("Decisions", "ConfidentialityLevel", "internal", LEVELS),
        (
            "Risks",
            "RiskStatus",
            "identified",
            "identified Benoemd/Identified; managed In beheersing/Under control; accepted Geaccepteerd/Accepted; "
            "occurred Opgetreden/Occurred; closed Vervallen/Closed",
        ),
        (
            "Risks",
            "GrotikAspect",
            None,
            "money Geld/Money; risk Risico's/Risks; organisation Organisatie/Organisation; time Tijd/Time; "
            "information Informatie/Information; quality Kwaliteit/Quality",
        ),
        (
            "Milestones",
            "MilestoneStatus",
            "planned",
            "planned Gepland/Planned; in_progress Bezig/In progress; achieved Behaald/Achieved; "
            "on_hold Stilgelegd/On hold; cancelled Vervallen/Cancelled",
        ),
        (
            "Milestones",
            "GateResult",
            "open",
            "open Nog niet besloten/Not decided yet; go Go/Go; no_go No-go/No-go; "
            "conditional Go met voorwaarden/Go with conditions",
        ),
        ("Milestones", "ProjectPhase", "initiation", PHASES),
        (
            "BudgetLines",
            "BudgetStatus",
            "draft",
            "draft Raming/Estimate; approved Vastgesteld/Approved; "
            "change_requested Wijziging gevraagd/Change requested; closed Afgesloten/Closed",
        ),
        (
            "Commitments",
            "CommitmentStatus",
            "draft",
            "draft Concept/Draft; requested Offerte gevraagd/Quote requested; received Offerte ontvangen/Quote "
            "received; to_sign Ter ondertekening/To be signed; sent Opdracht verzonden/Order sent; "
            "delivered Opgeleverd/Delivered; closed Afgesloten/Closed; cancelled Vervallen/Cancelled",
        ),
        (
            "RunSheet",
            "RunStatus",
            "to_do",
            "to_do Te doen/To do; in_progress Bezig/In progress; done Gedaan/Done; cancelled Vervallen/Cancelled",
        ),
        (
            "ProjectDocuments",
            "DocStatus",
            "draft",
            "draft Concept/Draft; review Ter controle/Under review; to_adopt Ter vaststelling/For adoption; "
            "adopted Vastgesteld/Adopted; obsolete Vervallen/Obsolete",
        ),
        (
            "ProjectDocuments",
            "ArchiveStatus",
            "working",
            "working Werkdocument/Working document; to_archive Te archiveren/To be archived; "
            "archived Gearchiveerd/Archived",
        ),
        (
            "StatusReports",
            "ReportStatus",
            "draft",
            "draft Concept/Draft; to_approve Wacht op akkoord/Waiting for approval; approved Akkoord/Approved; "
            "sent Verstuurd/Sent",
        ),
        ("StatusReports", "RagQuality", "green", RAG),
        (
            "StartUpChecklist",
            "PsuStatus",
            "open",
            "open Open/Open; in_progress In behandeling/In progress; agreed Afgesproken/Agreed; "
            "not_needed Niet nodig/Not needed",
        ),
        (
            "Evaluations",
            "EvalStatus",
            "open",
            "open Open/Open; answered Beantwoord/Answered; shared Gedeeld/Shared; embedded Geborgd/Embedded; "
            "dropped Vervallen/Dropped",
        ),
        ("Evaluations", "ProjectPhase", "aftercare", PHASES),
        (
            "ProgrammeProjects",
            "PortfolioStatus",
            "active",
            "active Lopend/Active; paused Slapend of on hold/Dormant or on hold; closed Afgesloten/Closed",
        ),
        ("ProgrammeProjects", "DependencyRag", "green", RAG),
    ],
)
def test_choices(definitions: Definitions, key: str, name: str, default: str | None, choices: str) -> None:
    found = column(definitions.lists[key], name)
    assert "; ".join(f"{choice.key} {choice.nl}/{choice.en}" for choice in found.choices) == choices
    assert found.default == default


def test_number_of_choices(definitions: Definitions) -> None:
    # Counted in the tables of guide.md.
    counts = {
        ("Decisions", "DecisionBody"): 8,
        ("Risks", "RiskKind"): 2,
        ("Risks", "RiskPerspective"): 7,
        ("Risks", "RiskResponse"): 5,
        ("Milestones", "MilestoneKind"): 4,
        ("Milestones", "DecisionPaper"): 5,
        ("BudgetLines", "CostType"): 9,
        ("Commitments", "ProcurementRoute"): 6,
        ("RunSheet", "RunPart"): 3,
        ("RunSheet", "RunCategory"): 9,
        ("ProjectDocuments", "DocType"): 15,
        ("ProjectDocuments", "DestructionStatus"): 4,
        ("StatusReports", "ReportTrend"): 3,
        ("StartUpChecklist", "PsuElement"): 7,
        ("Evaluations", "EvalKind"): 3,
        ("Evaluations", "EvalDomain"): 4,
        ("Evaluations", "EvalSource"): 5,
        ("ProgrammeProjects", "WorkForm"): 5,
    }
    assert {where: len(column(definitions.lists[where[0]], where[1]).choices) for where in counts} == counts
